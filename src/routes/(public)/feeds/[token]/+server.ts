import { resolve } from '$app/paths';
import { feedUnder } from '#lib/server/calendar-feeds.ts';
import { client } from '#lib/server/db/client.ts';
import type { RequestHandler } from './$types';

/** A supervisor's dates, for a calendar program: whoever has the link needs no sign-in. What is no link any more looks like one that never was. */
export const GET: RequestHandler = ({ params, url, locals }) => {
	const file = feedUnder(client(), params.token, new URL(resolve('/(app)/prompts'), url).href, locals.now);
	if (file === null)
		return new Response('There is nothing here.\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } });
	return new Response(file, { headers: { 'content-type': 'text/calendar; charset=utf-8' } });
};
