import * as v from 'valibot';
import { askAbout } from '#lib/server/access-questions.ts';
import { accessesOf } from '#lib/server/accesses.ts';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { hiddenId } from '#lib/server/fields.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return accessesOf(client(), viewer, Number(event.url.searchParams.get('page')), event.locals.now);
};

export const actions: Actions = {
	ask: action(signedIn, v.object({ entryId: hiddenId }), ({ db, viewer, input, now, event }) => {
		askAbout(db, viewer, input, now);
		const page = Number(event.url.searchParams.get('page'));
		return `/privacy/looks${page > 0 ? `?page=${Math.trunc(page)}` : ''}#look-${encodeURIComponent(input.entryId)}`;
	})
};
