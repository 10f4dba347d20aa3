import * as v from 'valibot';
import { promptsFor } from '#lib/server/alerts.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { comeBack } from '#lib/server/absences.ts';
import { awayFor, goAway } from '#lib/server/away.ts';
import { client } from '#lib/server/db/client.ts';
import { acknowledgeDispute, disputesFor } from '#lib/server/disputes.ts';
import { chosenId, chosenIdOrNone, date, dateOrNone, formId, formIds, hiddenId } from '#lib/server/fields.ts';
import { handOver, ownCalls } from '#lib/server/hand-overs.ts';
import { headroomFor } from '#lib/server/headroom.ts';
import { plansFor } from '#lib/server/plan-pages.ts';
import { promisesFor } from '#lib/server/promises.ts';
import { hasRole } from '#lib/server/viewer.ts';
import { listsAtAGlance } from '#lib/server/weekly-lists.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('lead', 'welfare', 'peer', 'head_of_welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	const { now } = event.locals;
	return {
		prompts: promptsFor(client(), viewer, now),
		promises: promisesFor(client(), viewer, now),
		plans: plansFor(client(), viewer, 'with', now),
		disputes: disputesFor(client(), viewer, now),
		leads: hasRole(viewer, 'lead'),
		lists: listsAtAGlance(client(), viewer, now),
		headroom: headroomFor(client(), viewer, now),
		away: awayFor(client(), viewer, now),
		calls: ownCalls(client(), viewer, now),
		formIds: formIds('away', 'onCall')
	};
};

const away = v.object({ id: formId, until: date, deputyId: chosenIdOrNone, sure: dateOrNone });

export const actions: Actions = {
	away: action(guard, away, ({ db, viewer, input, now }) => {
		goAway(db, viewer, input, now);
		return '/prompts';
	}),
	noted: action(guard, v.object({ conversationId: hiddenId }), ({ db, viewer, input, now }) => {
		acknowledgeDispute(db, viewer, input, now);
		return '/prompts';
	}),
	handOver: action(guard, v.object({ id: formId, entryId: hiddenId, toId: chosenId }), ({ db, viewer, input, now }) => {
		handOver(db, viewer, input, now);
		return '/prompts';
	}),
	onCallAgain: action(guard, v.object({ id: formId, entryId: hiddenId }), ({ db, viewer, input, now }) => {
		handOver(db, viewer, { ...input, toId: viewer.id }, now);
		return '/prompts';
	}),
	back: action(guard, v.object({}), ({ db, viewer, now }) => {
		comeBack(db, viewer, now);
		return '/prompts';
	})
};
