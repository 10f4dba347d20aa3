import * as v from 'valibot';
import { ownAudit } from '#lib/server/audit-pages.ts';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { holdOf } from '#lib/server/holds.ts';
import { keptAbout } from '#lib/server/kept-about.ts';
import { wordsOn } from '#lib/server/organisation.ts';
import { deleteAllWords } from '#lib/server/private-words.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	const db = client();
	const { now } = event.locals;
	return { kept: keptAbout(db, viewer), changes: ownAudit(db, viewer, now), wordsOn: wordsOn(db), holds: holdOf(db, viewer, now) };
};

export const actions: Actions = {
	deleteWords: action(signedIn, v.object({}), ({ db, viewer }) => {
		deleteAllWords(db, viewer);
		return '/privacy/kept?deleted=words#words';
	})
};
