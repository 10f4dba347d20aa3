import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { believedNow } from '#lib/server/clock-rest.ts';
import { client } from '#lib/server/db/client.ts';
import { disclosurePack } from '#lib/server/disclosure-pack.ts';
import { streamOf } from '#lib/server/own-archive/stream.ts';
import type { RequestHandler } from './$types';

/** The copy as one file; that it was opened is noted before, and it breaks off where it is closed meanwhile. */
export const GET: RequestHandler = (event) => {
	const viewer = requireViewer(event, anyOf('admin', 'head_of_welfare'));
	const db = client();
	const { fileName, pieces } = disclosurePack(db, viewer, event.params.id, event.locals.now, () => believedNow(db));
	return new Response(streamOf(pieces), {
		headers: { 'content-type': 'application/zip', 'content-disposition': `attachment; filename="${fileName}"` }
	});
};
