import * as settings from '$app/env/private';
import { redirect } from '@sveltejs/kit';
import { signInOf } from '#lib/server/auth/cookie.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { localDate } from '#lib/server/local-time.ts';
import { ownArchive } from '#lib/server/own-archive/archive.ts';
import { streamOf } from '#lib/server/own-archive/stream.ts';
import { takeTicket } from '#lib/server/own-archive/ticket.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => {
	const viewer = requireViewer(event, signedIn);
	const { now } = event.locals;
	const ticket = event.cookies.get('archive') ?? '';
	event.cookies.delete('archive', { path: '/privacy/my-data', secure: settings.ORIGIN.startsWith('https:') });
	if (!takeTicket(client(), viewer, signInOf(event), ticket, now)) redirect(303, '/privacy/my-data');
	const file = `my-data-${localDate(viewer.zone, now)}.zip`;
	return new Response(streamOf(ownArchive(client(), viewer, now)), {
		headers: { 'content-type': 'application/zip', 'content-disposition': `attachment; filename="${file}"` }
	});
};
