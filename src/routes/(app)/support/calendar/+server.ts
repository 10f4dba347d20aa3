import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { takeCalendar } from '#lib/server/calendar.ts';
import { client } from '#lib/server/db/client.ts';
import type { RequestHandler } from './$types';

/** One's own coming absences and open appointments, as a file for a calendar. */
export const GET: RequestHandler = (event) => {
	const viewer = requireViewer(event, signedIn);
	return new Response(takeCalendar(client(), viewer, event.locals.now), {
		headers: {
			'content-type': 'text/calendar; charset=utf-8',
			'content-disposition': 'attachment; filename="calendar.ics"',
			'cache-control': 'no-store'
		}
	});
};
