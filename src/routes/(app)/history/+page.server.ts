import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { historyFor } from '#lib/server/exposure-history.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, anyOf('moderator'));
	return { history: historyFor(client(), viewer, Number(event.url.searchParams.get('page') ?? 0), event.locals.now) };
};
