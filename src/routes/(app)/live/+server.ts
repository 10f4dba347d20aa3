import { stillSignedIn } from '#lib/server/auth/cookie.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { openStream } from '#lib/server/live.ts';
import type { RequestHandler } from './$types';

/** Tells an open page when to look again; never what has changed. */
export const GET: RequestHandler = (event) => {
	const viewer = requireViewer(event, signedIn);
	const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
	if (event.request.method === 'HEAD') return new Response(null, { headers });
	return new Response(openStream(client(), { personId: viewer.id, isSignedIn: stillSignedIn(event) }), { headers });
};
