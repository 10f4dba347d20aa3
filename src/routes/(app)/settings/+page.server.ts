import * as v from 'valibot';
import { action, slowAction } from '#lib/server/auth/action.ts';
import { enter } from '#lib/server/auth/cookie.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, clock, name, text, zone } from '#lib/server/fields.ts';
import { changeOwnDetails, changePassword, lastLink, looks, ownDetails } from '#lib/server/preferences.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { own: ownDetails(client(), viewer), link: lastLink(client(), viewer, event.locals.now), zones };
};

const password = v.pipe(text, v.minLength(1, 'Please fill this in.'), v.maxLength(1000, 'Please check this: it is very long.'));
const year = 365 * 86_400;

export const actions: Actions = {
	details: action(signedIn, v.object({ name: name(), zone, dayStart: clock }), ({ db, viewer, input, now }) => {
		changeOwnDetails(db, viewer, input, now);
		return '/settings?saved=details';
	}),
	password: slowAction(signedIn, v.object({ currentPassword: password, password }), async ({ db, viewer, input, now, event }) => {
		await changePassword(db, viewer, input, now);
		await enter(event, viewer.id);
		return '/settings?saved=password';
	}),
	look: action(signedIn, v.object({ look: choice(looks) }), ({ input, event }) => {
		event.cookies.set('look', input.look, { path: '/', maxAge: year });
		return '/settings';
	})
};
