import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { acceptInvitation, findInvitation } from '#lib/server/accounts.ts';
import { publicAction } from '#lib/server/auth/action.ts';
import { enter } from '#lib/server/auth/cookie.ts';
import { client } from '#lib/server/db/client.ts';
import { text, ticked, zone } from '#lib/server/fields.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ params, locals }) => {
	const invitation = findInvitation(client(), params.token, locals.now);
	if (!invitation)
		error(404, 'This link does not work any more: it opens once, for seven days. Please ask your administrator for a new one.');
	const { name, email, joined, zone, dayStart } = invitation;
	return { name, email, joined, zone, nights: dayStart === '12:00', zones };
};

const schema = v.object({ password: v.pipe(text, v.maxLength(1000, 'Please keep the password to 200 characters.')), zone, nights: ticked });

export const actions: Actions = {
	default: publicAction(schema, async ({ db, input: { password, zone, nights }, now, event }) => {
		const joining = { password, zone, dayStart: nights ? '12:00' : '00:00' };
		await enter(event, await acceptInvitation(db, event.params.token ?? '', joining, now));
		return '/';
	})
};
