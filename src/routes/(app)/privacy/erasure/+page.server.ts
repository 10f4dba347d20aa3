import * as v from 'valibot';
import { action, slowAction } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { confirmPassword } from '#lib/server/auth/own-password.ts';
import { client } from '#lib/server/db/client.ts';
import { askForErasure, declinedErasure, ownErasure, takeErasureBack } from '#lib/server/erasure-requests.ts';
import { erasureTerms } from '#lib/server/erasure-terms.ts';
import { formId, formIds, password } from '#lib/server/fields.ts';
import { holdOf } from '#lib/server/holds.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	const { now } = event.locals;
	const db = client();
	return {
		erasure: ownErasure(db, viewer, now),
		declined: declinedErasure(db, viewer, now),
		terms: erasureTerms(db, viewer, now),
		holds: holdOf(db, viewer, now),
		formIds: formIds('ask')
	};
};

export const actions: Actions = {
	ask: slowAction(signedIn, v.object({ id: formId, password }), async ({ db, viewer, input, now }) => {
		await confirmPassword(db, viewer, { field: 'password', ...input }, now);
		askForErasure(db, viewer, input, now);
		return '/privacy/erasure';
	}),
	takeBack: action(signedIn, v.object({}), ({ db, viewer, now }) => {
		takeErasureBack(db, viewer, now);
		return '/privacy/erasure?taken=back';
	})
};
