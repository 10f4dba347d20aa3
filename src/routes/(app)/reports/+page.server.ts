import * as v from 'valibot';
import { resolve } from '$app/paths';
import { slowAction } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { hidden, incomplete } from '#lib/server/fields.ts';
import { isAuthor } from '#lib/server/policy-authors.ts';
import { prepareReport, reportsPage } from '#lib/server/reports.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { ...reportsPage(client(), viewer, event.locals.now), mayChoose: isAuthor(client(), viewer) };
};

const quarter = v.object({ quarter: v.pipe(hidden, v.minLength(1, incomplete), v.maxLength(7, incomplete)) });

export const actions: Actions = {
	prepare: slowAction(anyOf('head_of_welfare'), quarter, async ({ db, viewer, input, now }) => {
		await prepareReport(db, viewer, input.quarter, now);
		return resolve('/(app)/reports/[quarter]', { quarter: input.quarter });
	})
};
