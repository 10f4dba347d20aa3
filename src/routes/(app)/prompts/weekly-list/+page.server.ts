import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choices, formId, hidden, hiddenId } from '#lib/server/fields.ts';
import { takeBackTicks, tickLine } from '#lib/server/list-steps.ts';
import { changeLabels, listChanges } from '#lib/server/list-ticks.ts';
import { listsFor } from '#lib/server/weekly-lists.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('lead');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	return {
		...listsFor(client(), viewer, event.url.searchParams.get('week'), event.locals.now),
		choices: listChanges.map((value) => ({ value, label: changeLabels[value] }))
	};
};

const line = { id: formId, teamId: hiddenId, week: hiddenId, personId: hiddenId };

/** Back to the line, on the list that was looked at. */
function here(url: URL, personId: string): string {
	const week = url.searchParams.get('week');
	return `/prompts/weekly-list${week === null ? '' : `?week=${encodeURIComponent(week)}`}#line-${personId}`;
}

export const actions: Actions = {
	tick: action(guard, v.object({ ...line, shown: hidden, changes: choices(listChanges) }), ({ db, viewer, input, now, event }) => {
		tickLine(db, viewer, input, now);
		return here(event.url, input.personId);
	}),
	takeBack: action(guard, v.object(line), ({ db, viewer, input, now, event }) => {
		takeBackTicks(db, viewer, input, now);
		return here(event.url, input.personId);
	})
};
