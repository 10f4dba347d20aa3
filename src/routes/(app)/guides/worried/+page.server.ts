import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	requireViewer(event, signedIn);
};
