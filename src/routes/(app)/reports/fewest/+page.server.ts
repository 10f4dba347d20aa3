import * as v from 'valibot';
import { resolve } from '$app/paths';
import { LEAST_FLOOR } from '#lib/domain/suppression.ts';
import { action } from '#lib/server/auth/action.ts';
import { author, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { formId, formIds, name, whole } from '#lib/server/fields.ts';
import { longestReason } from '#lib/server/policy-changes.ts';
import { changeFloor, floorPage, mostFloor } from '#lib/server/report-floors.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, author);
	return { ...floorPage(client(), viewer, event.locals.now), least: LEAST_FLOOR, most: mostFloor, formIds: formIds('fewest') };
};

const floor = v.object({ id: formId, fewest: whole(LEAST_FLOOR, mostFloor), reason: name(longestReason) });

export const actions: Actions = {
	default: action(author, floor, ({ db, viewer, input, now }) => {
		changeFloor(db, viewer, input, now);
		return resolve('/(app)/reports/fewest');
	})
};
