import * as v from 'valibot';
import { teamAbsences } from '#lib/server/absence-lists.ts';
import { changeAbsence, enterAbsence, takeBackAbsence } from '#lib/server/absences.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { chosenId, date, dateOrNone, formId, formIds, hiddenId } from '#lib/server/fields.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('lead');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	return { ...teamAbsences(client(), viewer, event.locals.now), formIds: formIds('enter') };
};

const dates = { from: date, to: date, sure: dateOrNone };

export const actions: Actions = {
	enter: action(guard, v.object({ id: formId, personId: chosenId, ...dates }), ({ db, viewer, input, now }) => {
		enterAbsence(db, viewer, input, now);
		return '/absences/team';
	}),
	change: action(guard, v.object({ formId, id: hiddenId, ...dates }), ({ db, viewer, input, now }) => {
		changeAbsence(db, viewer, input, now);
		return '/absences/team';
	}),
	takeBack: action(guard, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => {
		takeBackAbsence(db, viewer, input.id, now);
		return '/absences/team';
	})
};
