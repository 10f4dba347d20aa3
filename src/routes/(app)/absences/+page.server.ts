import * as v from 'valibot';
import { ownAbsences } from '#lib/server/absence-lists.ts';
import { changeAbsence, enterAbsence, takeBackAbsence } from '#lib/server/absences.ts';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { date, dateOrNone, formId, formIds, hiddenId } from '#lib/server/fields.ts';
import { hasRole } from '#lib/server/viewer.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return {
		...ownAbsences(client(), viewer, event.locals.now),
		leads: hasRole(viewer, 'lead'),
		formIds: formIds('enter')
	};
};

const dates = { from: date, to: date, sure: dateOrNone };

export const actions: Actions = {
	enter: action(signedIn, v.object({ id: formId, ...dates }), ({ db, viewer, input, now }) => {
		enterAbsence(db, viewer, { ...input, personId: viewer.id }, now);
		return '/absences';
	}),
	change: action(signedIn, v.object({ formId, id: hiddenId, ...dates }), ({ db, viewer, input, now }) => {
		changeAbsence(db, viewer, input, now);
		return '/absences';
	}),
	takeBack: action(signedIn, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => {
		takeBackAbsence(db, viewer, input.id, now);
		return '/absences';
	})
};
