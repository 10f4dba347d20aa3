import * as v from 'valibot';
import { addDays, epochDay, personDayOf } from '#lib/domain/time.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { date } from '#lib/server/fields.ts';
import { mostDays, printedRecord } from '#lib/server/printed-record.ts';
import type { PageServerLoad } from './$types';

const usualDays = 92;

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	const { now } = event.locals;
	const today = personDayOf(viewer.zone, viewer.dayStart, now);
	const asked = { from: event.url.searchParams.get('from'), to: event.url.searchParams.get('to') };
	const period = { from: asked.from ?? addDays(today, 1 - usualDays), to: asked.to ?? today };
	const problem = problemOf(period, today);
	return { period, today, problem, record: problem ? null : printedRecord(client(), viewer, period, now) };
};

function problemOf({ from, to }: { from: string; to: string }, today: string): string | null {
	if (!v.is(date, from) || !v.is(date, to)) return 'Please give two dates that the calendar has.';
	if (from > to) return 'The first day lies after the last. Please exchange them.';
	if (from > today) return 'This period has not begun yet. Please choose one that has.';
	return epochDay(to) - epochDay(from) >= mostDays ? 'Please choose three years at most; of a longer time print several.' : null;
}
