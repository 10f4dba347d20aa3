import { isActionFailure } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { action } from '#lib/server/auth/action.ts';
import { author, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { formIds } from '#lib/server/fields.ts';
import { policyProposal } from '#lib/server/policy-form.ts';
import { lookAtPolicy, policyEdit, putInForce, type PolicyLook } from '#lib/server/policy-pages.ts';
import { valuesTriedOut } from '#lib/server/simulations.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, author);
	const edit = policyEdit(client(), viewer, null);
	// Numbers that were tried out are looked at again before they are put in force.
	const tried = valuesTriedOut(client(), viewer, null, event.locals.now, event.url.searchParams.get('from') ?? '');
	return { edit: { ...edit, values: tried ?? edit.values }, zones, formIds: formIds('policy') };
};

export const actions: Actions = {
	look: async (event) => {
		let looked: PolicyLook | undefined;
		const outcome = await action(author, policyProposal, ({ db, viewer, input }) => {
			looked = lookAtPolicy(db, viewer, { teamId: null, form: input, basedOn: input.basedOn });
		})(event);
		return isActionFailure(outcome) ? outcome : { ...outcome, looked };
	},
	change: action(author, policyProposal, ({ db, viewer, input, now }) => {
		putInForce(db, viewer, { ...input, teamId: null, form: input }, now);
		return resolve('/(app)/policy');
	})
};
