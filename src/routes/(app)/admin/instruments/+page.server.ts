import { instruments } from '#lib/domain/instruments/list.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { instrumentStates } from '#lib/server/instrument-packs.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	requireViewer(event, anyOf('admin'));
	return { states: instrumentStates(client()), instruments };
};
