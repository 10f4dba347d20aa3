import { redirect } from '@sveltejs/kit';
import { startPage } from '#lib/server/auth/start-page.ts';
import { client } from '#lib/server/db/client.ts';
import { findOrganisation } from '#lib/server/organisation.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals: { viewer } }) => {
	if (viewer) redirect(303, startPage(viewer));
	if (findOrganisation(client())) redirect(303, '/sign-in');
};
