import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { openablePeople } from '#lib/server/people-records.ts';
import type { PageServerLoad } from './$types';

const guard = anyOf('lead', 'welfare', 'head_of_welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	return { people: openablePeople(client(), viewer) };
};
