import * as settings from '$app/env/private';
import * as v from 'valibot';
import { slowAction } from '#lib/server/auth/action.ts';
import { signInOf } from '#lib/server/auth/cookie.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { confirmPassword } from '#lib/server/auth/own-password.ts';
import { password } from '#lib/server/fields.ts';
import { ticketFor, ticketMs } from '#lib/server/own-archive/ticket.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	requireViewer(event, signedIn);
};

export const actions: Actions = {
	default: slowAction(signedIn, v.object({ password }), async ({ db, viewer, input, now, event }) => {
		await confirmPassword(db, viewer, { field: 'password', ...input }, now);
		const secure = settings.ORIGIN.startsWith('https:');
		event.cookies.set('archive', ticketFor(db, viewer, signInOf(event), now), {
			...{ path: '/privacy/my-data', maxAge: ticketMs / 1000 },
			...{ sameSite: 'strict', secure }
		});
		return '/privacy/my-data/archive';
	})
};
