import type { RequestHandler } from './$types';

/** Whether the process answers at all. */
export const GET: RequestHandler = () => new Response('ok\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
