import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { discardHeldForm, findHeldForm } from '#lib/server/auth/held-forms.ts';
import { client } from '#lib/server/db/client.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, params }) => {
	const viewer = requireViewer({ locals }, signedIn);
	const form = findHeldForm(client(), viewer, params.token, locals.now);
	if (!form) error(404, 'Nothing is kept here for you: it is thrown away after an hour, or belongs to somebody else.');
	return { path: form.path, fields: form.fields, leftOut: form.leftOut === true };
};

export const actions: Actions = {
	discard: action(signedIn, v.object({}), ({ db, viewer, event }) => {
		discardHeldForm(db, viewer, event.params.token ?? '');
		return '/';
	})
};
