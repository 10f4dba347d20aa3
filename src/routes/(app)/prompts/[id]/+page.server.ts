import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { reading } from '#lib/server/access-log.ts';
import { acknowledge, close, followUp, offer, supportItems } from '#lib/server/alert-steps.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import { client } from '#lib/server/db/client.ts';
import { choiceOrNone, choices, chosenIds, dateOrNone, formId, formIds, incomplete } from '#lib/server/fields.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { planForm } from '#lib/server/plan-form.ts';
import { plansOnPrompt } from '#lib/server/plan-pages.ts';
import { proposePlan } from '#lib/server/plans.ts';
import { itemLabels } from '#lib/server/prompt-words.ts';
import { isAskedAnew } from '#lib/server/unopened.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('lead', 'welfare', 'peer', 'head_of_welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	if (event.locals.byItself && isAskedAnew(client(), viewer, event.params.id)) redirect(303, '/prompts');
	return reading(client(), () => ({
		prompt: openPrompt(client(), viewer, event.params.id, event.locals.now),
		plan: plansOnPrompt(client(), viewer, event.params.id, event.locals.now),
		items: itemLabels,
		formIds: formIds('acknowledge', 'offer', 'conversation', 'followUp', 'close', 'plan')
	}));
};

const step = v.object({ id: formId });
const newOffer = v.object({ id: formId, items: choices(supportItems), manner: choiceOrNone(['when-it-suits', 'in-person'], incomplete) });
const newConversation = v.object({ id: formId, served: chosenIds, items: choices(supportItems), on: dateOrNone });

const here = (alertId: string) => `/prompts/${alertId}`;

export const actions: Actions = {
	acknowledge: action(guard, step, ({ db, viewer, input, now, event }) => {
		const alertId = event.params.id ?? '';
		acknowledge(db, viewer, { ...input, alertId }, now);
		return here(alertId);
	}),
	offer: action(guard, newOffer, ({ db, viewer, input, now, event }) => {
		const alertId = event.params.id ?? '';
		offer(db, viewer, { ...input, alertId }, now);
		return here(alertId);
	}),
	conversation: action(guard, newConversation, ({ db, viewer, input, now, event }) => {
		const alertId = event.params.id ?? '';
		recordConversation(db, viewer, { ...input, alertId }, now);
		return here(alertId);
	}),
	followUp: action(guard, step, ({ db, viewer, input, now, event }) => {
		const alertId = event.params.id ?? '';
		followUp(db, viewer, { ...input, alertId }, now);
		return here(alertId);
	}),
	plan: action(guard, planForm, ({ db, viewer, input, now, event }) => {
		proposePlan(db, viewer, { ...input, alertId: event.params.id ?? '' }, now);
		return `/plans/${input.id}`;
	}),
	close: action(guard, step, ({ db, viewer, input, now, event }) => {
		close(db, viewer, { ...input, alertId: event.params.id ?? '' }, now);
		return '/prompts';
	})
};
