import { signedIn, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { policyPage } from '#lib/server/policy-pages.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { policy: policyPage(client(), viewer, event.params.team, event.locals.now) };
};
