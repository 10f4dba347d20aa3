import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { ownAgreed } from '#lib/server/factors-seen.ts';
import { limitsFor } from '#lib/server/limits-guide.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return {
		limits: limitsFor(client(), viewer),
		agreed: ownAgreed(client(), viewer, event.locals.now),
		team: viewer.homeTeam?.id ?? null
	};
};
