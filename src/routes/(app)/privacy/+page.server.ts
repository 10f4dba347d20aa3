import * as v from 'valibot';
import { accessesOf } from '#lib/server/accesses.ts';
import { action, slowAction } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { confirmPassword } from '#lib/server/auth/own-password.ts';
import { client } from '#lib/server/db/client.ts';
import { declinedErasure, ownErasure } from '#lib/server/erasure-requests.ts';
import { chosenId, chosenIds, hiddenId, password } from '#lib/server/fields.ts';
import { holdOf } from '#lib/server/holds.ts';
import { agreeToDisclosure, consentAsked, declineDisclosure, ownDisclosures } from '#lib/server/own-disclosures.ts';
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
		consentAsked: consentAsked(db, viewer, now),
		disclosures: ownDisclosures(db, viewer, now),
		declined: declinedErasure(db, viewer, now),
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
	}),
	agree: slowAction(signedIn, v.object({ id: hiddenId, password }), async ({ db, viewer, input, now }) => {
		await confirmPassword(db, viewer, { field: 'password', ...input }, now);
		agreeToDisclosure(db, viewer, input, now);
		return `/privacy?saved=agreed-${input.id}#disclosed`;
	}),
	decline: action(signedIn, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => {
		declineDisclosure(db, viewer, input, now);
		return '/privacy?saved=declined#disclosed';
	})
};
