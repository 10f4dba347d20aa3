import { appointmentsFor } from '#lib/server/appointment-lists.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, anyOf('welfare'));
	return appointmentsFor(client(), viewer, event.locals.now);
};
