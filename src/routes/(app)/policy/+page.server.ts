import { signedIn, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { optionalPage } from '#lib/server/optional-parts.ts';
import { policyPage } from '#lib/server/policy-pages.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	const { now } = event.locals;
	return { policy: policyPage(client(), viewer, null, now), optional: optionalPage(client(), viewer, now) };
};
