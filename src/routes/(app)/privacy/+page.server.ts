import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { chosenId, chosenIds, hiddenId } from '#lib/server/fields.ts';
import { ownRecord } from '#lib/server/own-record.ts';
import { chooseSharing, exclude, exclusionsOf, includeAgain, sharingOf } from '#lib/server/sharing.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	const db = client();
	return { sharing: sharingOf(db, viewer), exclusions: exclusionsOf(db, viewer), record: ownRecord(db, viewer, event.locals.now) };
};

export const actions: Actions = {
	sharing: action(signedIn, v.object({ prompt: chosenIds, trends: chosenIds }), ({ db, viewer, input, now }) => {
		chooseSharing(db, viewer, input, now);
		return '/privacy?saved=sharing';
	}),
	exclude: action(signedIn, v.object({ personId: chosenId }), ({ db, viewer, input, now }) => {
		exclude(db, viewer, input, now);
		return '/privacy#exclusions';
	}),
	include: action(signedIn, v.object({ personId: hiddenId }), ({ db, viewer, input, now }) => {
		includeAgain(db, viewer, input, now);
		return '/privacy#exclusions';
	})
};
