import * as v from 'valibot';
import { reading } from '#lib/server/access-log.ts';
import { answerQuestion, questionsFor } from '#lib/server/access-questions.ts';
import { answerChoices, questionAnswers } from '#lib/server/access-words.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { comeBack } from '#lib/server/absences.ts';
import { awayFor, goAway } from '#lib/server/away.ts';
import { client } from '#lib/server/db/client.ts';
import { acknowledgeDispute, disputesFor } from '#lib/server/disputes.ts';
import { choice, chosenId, chosenIdOrNone, date, dateOrNone, formId, formIds, hiddenId } from '#lib/server/fields.ts';
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
	const db = client();
	return reading(db, () => ({
		prompts: promptsFor(db, viewer, now),
		promises: promisesFor(db, viewer, now),
		plans: plansFor(db, viewer, 'with', now),
		disputes: disputesFor(db, viewer, now),
		questions: questionsFor(db, viewer, now),
		replies: answerChoices,
		leads: hasRole(viewer, 'lead'),
		lists: listsAtAGlance(db, viewer, now),
		headroom: headroomFor(db, viewer, now),
		away: awayFor(db, viewer, now),
		calls: ownCalls(db, viewer, now),
		formIds: formIds('away', 'onCall')
	}));
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
	answer: action(guard, v.object({ entryId: hiddenId, answer: choice(questionAnswers) }), ({ db, viewer, input, now }) => {
		answerQuestion(db, viewer, input, now);
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
