import * as settings from '$app/env/private';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { paperFor } from '#lib/server/papers/papers.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { paper: paperFor(client(), viewer, event.params.paper, settings, event.locals.now) };
};
