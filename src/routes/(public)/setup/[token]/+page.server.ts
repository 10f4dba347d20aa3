import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { setUp } from '#lib/server/accounts.ts';
import { publicAction } from '#lib/server/auth/action.ts';
import { enter } from '#lib/server/auth/cookie.ts';
import { closeSetup, opensSetup } from '#lib/server/auth/setup-link.ts';
import { client } from '#lib/server/db/client.ts';
import { bodyName, email, name, text, zone } from '#lib/server/fields.ts';
import { findOrganisation } from '#lib/server/organisation.ts';
import { notFound } from '#lib/server/refusal.ts';
import { loadSample } from '#lib/server/sample/load.ts';
import { ownZone, zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

const gone = 'This link does not work. The right one is in the terminal where Breakwater was started; it changes with each start.';

export const load: PageServerLoad = ({ params, request }) => {
	// Right after the sample was loaded the page still says whom to sign in as.
	if (request.method !== 'POST') {
		if (findOrganisation(client())) redirect(303, '/');
		if (!opensSetup(params.token)) error(404, gone);
	}
	return { zones, zone: ownZone() };
};

const schema = v.object({
	organisation: bodyName,
	zone,
	name: name(),
	email,
	password: v.pipe(text, v.maxLength(1000, 'Please keep the password to 200 characters.'))
});

export const actions: Actions = {
	setup: publicAction(schema, async ({ db, input, now, event }) => {
		if (!opensSetup(event.params.token ?? '')) throw notFound();
		const id = await setUp(db, input, now);
		closeSetup();
		await enter(event, id);
		return '/';
	}),
	sample: async ({ params, locals }) => {
		if (!opensSetup(params.token)) error(404, gone);
		const { signIn } = await loadSample(client(), locals.now);
		closeSetup();
		return { loaded: signIn };
	}
};
