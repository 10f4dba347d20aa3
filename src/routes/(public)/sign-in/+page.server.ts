import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { publicAction } from '#lib/server/auth/action.ts';
import { enter } from '#lib/server/auth/cookie.ts';
import { personWith } from '#lib/server/auth/credentials.ts';
import { ownPath } from '#lib/server/auth/doors.ts';
import { findHeldForm } from '#lib/server/auth/held-forms.ts';
import { client } from '#lib/server/db/client.ts';
import { hidden, incomplete, text } from '#lib/server/fields.ts';
import { findOrganisation } from '#lib/server/organisation.ts';
import { findViewer } from '#lib/server/viewer.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
	const to = ownPath(url.searchParams.get('to') ?? '') ?? '';
	const held = url.searchParams.get('held') ?? '';
	if (locals.viewer) redirect(303, after(locals, to, held));
	if (!findOrganisation(client())) redirect(303, '/');
	return { to, held, ended: url.searchParams.has('ended'), lost: url.searchParams.has('lost') };
};

const schema = v.object({
	email: v.pipe(
		text,
		v.trim(),
		v.minLength(1, 'Please fill in your e-mail address.'),
		v.maxLength(254, 'Please check the e-mail address: it is very long.')
	),
	password: v.pipe(text, v.minLength(1, 'Please fill in your password.'), v.maxLength(1000, 'Please check the password: it is very long.')),
	to: v.pipe(hidden, v.maxLength(2000, incomplete)),
	held: v.pipe(hidden, v.maxLength(100, incomplete))
});

export const actions: Actions = {
	default: publicAction(schema, async ({ db, input: { email, password, to, held }, now, event }) => {
		const id = await personWith(db, { email, password, address: addressOf(event) }, now);
		await enter(event, id);
		return after({ viewer: findViewer(db, id), now }, ownPath(to) ?? '', held);
	})
};

function after({ viewer, now }: Pick<App.Locals, 'viewer' | 'now'>, to: string, held: string): string {
	// Somebody else may sign in where a form was kept: they begin as usual, and learn nothing of it.
	if (viewer && held && findHeldForm(client(), viewer, held, now)) return `/held/${encodeURIComponent(held)}`;
	return to && !to.startsWith('/sign-') ? to : '/';
}

function addressOf(event: { getClientAddress: () => string }): string {
	try {
		return event.getClientAddress();
	} catch {
		// The proxy left out the header that ADDRESS_HEADER names: everybody shares one allowance then.
		return 'unknown';
	}
}
