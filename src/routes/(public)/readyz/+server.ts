import { client } from '#lib/server/db/client.ts';
import { watcherOf } from '#lib/server/watcher.ts';
import type { RequestHandler } from './$types';

/** Whether Breakwater does its work: the database can be written, clocks are on time, messages go out. Which of them it is, strangers do not learn. */
export const GET: RequestHandler = () => {
	const ready = watcherOf(client()).isReady();
	return new Response(ready ? 'ok\n' : 'not ready\n', {
		status: ready ? 200 : 503,
		headers: { 'content-type': 'text/plain; charset=utf-8' }
	});
};
