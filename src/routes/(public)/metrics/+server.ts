import * as settings from '$app/env/private';
import { client } from '#lib/server/db/client.ts';
import { mayReadMetrics, metrics } from '#lib/server/metrics.ts';
import { watcherOf } from '#lib/server/watcher.ts';
import type { RequestHandler } from './$types';

/** Figures for whoever runs this Breakwater; without the token, as if there were none. */
export const GET: RequestHandler = ({ request, locals }) => {
	if (!mayReadMetrics(request.headers.get('authorization'), settings.METRICS_TOKEN))
		return new Response('There is nothing here.\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } });
	const text = metrics(client(), watcherOf(client()).delayMs(), locals.now);
	return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
};
