import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { papersFor } from '#lib/server/papers/papers.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { papers: papersFor(viewer) };
};
