import * as v from 'valibot';
import { accessesOf } from '#lib/server/accesses.ts';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { ownDisclosures } from '#lib/server/disclosures.ts';
import { ownDeclined } from '#lib/server/erasures.ts';
import { ownErasure } from '#lib/server/erasure-requests.ts';
import { chosenId, chosenIds, hiddenId } from '#lib/server/fields.ts';
import { holdOf } from '#lib/server/holds.ts';
import { ownRecord } from '#lib/server/own-record.ts';
import { chooseSharing, exclude, exclusionsOf, includeAgain, sharingOf } from '#lib/server/sharing.ts';
import type { Actions, PageServerLoad } from './$types';

const newestLooks = 3;

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	const { now } = event.locals;
	const db = client();
	return {
		record: ownRecord(db, viewer, now),
		looks: accessesOf(db, viewer, 0, now).entries.slice(0, newestLooks),
		sharing: sharingOf(db, viewer),
		exclusions: exclusionsOf(db, viewer),
		holds: holdOf(db, viewer, now),
		disclosures: ownDisclosures(db, viewer, now),
		declined: ownDeclined(db, viewer, now),
		erasure: ownErasure(db, viewer, now)
	};
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
