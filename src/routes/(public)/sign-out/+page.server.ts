import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { publicAction } from '#lib/server/auth/action.ts';
import { leave } from '#lib/server/auth/cookie.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	if (!locals.viewer) redirect(303, '/sign-in');
};

export const actions: Actions = {
	default: publicAction(v.object({}), ({ event }) => {
		leave(event);
		return '/sign-in';
	})
};
