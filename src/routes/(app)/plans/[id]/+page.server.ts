import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { formIds } from '#lib/server/fields.ts';
import { planForm } from '#lib/server/plan-form.ts';
import { openPlan } from '#lib/server/plan-pages.ts';
import { agreeToPlan, changePlan, endPlan } from '#lib/server/plans.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { plan: openPlan(client(), viewer, event.params.id, event.locals.now), formIds: formIds('change') };
};

const planOf = (event: { params: { id?: string } }) => event.params.id ?? '';

export const actions: Actions = {
	agree: action(signedIn, v.object({}), ({ db, viewer, now, event }) => {
		agreeToPlan(db, viewer, { planId: planOf(event) }, now);
		return `/plans/${planOf(event)}`;
	}),
	end: action(signedIn, v.object({}), ({ db, viewer, now, event }) => {
		endPlan(db, viewer, { planId: planOf(event) }, now);
		return `/plans/${planOf(event)}`;
	}),
	change: action(signedIn, planForm, ({ db, viewer, input, now, event }) => {
		changePlan(db, viewer, { ...input, planId: planOf(event) }, now);
		return `/plans/${input.id}`;
	})
};
