import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { formId, formIds, hiddenId, text } from '#lib/server/fields.ts';
import { wordsOn } from '#lib/server/organisation.ts';
import { deleteWords, longestWords, ownWords, writeWords } from '#lib/server/private-words.ts';
import { retentionInForce } from '#lib/server/retention.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	const words = ownWords(client(), viewer, event.locals.now).map(({ id, text, written, goes }) => ({ id, text, written, goes }));
	const { wordsDays } = retentionInForce(client());
	return { on: wordsOn(client()), words, longest: longestWords, days: wordsDays, formIds: formIds('write') };
};

export const actions: Actions = {
	write: action(signedIn, v.object({ id: formId, text }), ({ db, viewer, input, now }) => {
		writeWords(db, viewer, input, now);
		return '/words';
	}),
	delete: action(signedIn, v.object({ id: hiddenId }), ({ db, viewer, input }) => {
		deleteWords(db, viewer, input.id);
		return '/words';
	})
};
