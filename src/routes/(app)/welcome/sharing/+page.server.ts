import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { chosenIds } from '#lib/server/fields.ts';
import { chooseSharing, decideLater, sharingOf } from '#lib/server/sharing.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { sharing: sharingOf(client(), viewer) };
};

export const actions: Actions = {
	save: action(signedIn, v.object({ prompt: chosenIds, trends: chosenIds }), ({ db, viewer, input, now }) => {
		chooseSharing(db, viewer, input, now);
		return '/';
	}),
	later: action(signedIn, v.object({}), ({ db, viewer, now }) => {
		decideLater(db, viewer, now);
		return '/';
	})
};
