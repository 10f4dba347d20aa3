import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { dueNow } from '#lib/server/due-now.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { due: dueNow(client(), viewer, event.locals.now) };
};
