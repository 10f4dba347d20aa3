import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { openPart, personPage, recordParts, statedPurposes } from '#lib/server/people-records.ts';
import type { PageServerLoad } from './$types';

const guard = anyOf('lead', 'welfare', 'head_of_welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	const { params, url, locals } = event;
	const part = recordParts.find((each) => each === url.searchParams.get('show')) ?? null;
	const purpose = statedPurposes.find((each) => each === url.searchParams.get('why')) ?? null;
	return {
		person: personPage(client(), viewer, params.id),
		asked: part,
		purpose,
		shown: part && openPart(client(), viewer, { personId: params.id, part, purpose }, locals.now)
	};
};
