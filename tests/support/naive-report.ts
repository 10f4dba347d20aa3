import type { Calendar } from '#lib/domain/calendar.ts';
import type { QuarterSpan } from '#lib/domain/quarter.ts';
import { addDays, resolveClockTime, weekday } from '#lib/domain/time.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { policyFor } from '#lib/server/policies.ts';
import { unseal } from '#lib/server/seal.ts';

const MINUTE = 60_000;
type Row = Record<string, string | number | null> & { sealed?: Buffer };
export type Sums = Record<string, number>;

/**
 * What a report counts, found the slow way: every table read whole, time walked through minute by minute. Each figure goes by
 * `table/row/measure`, as `[sum, people]`.
 */
export function naiveCounts(db: Db, span: QuarterSpan): Map<string, [sum: number, people: number]> {
	const all = (table: string) => db.$client.prepare<[], Row>(`select * from ${table} order by rowid`).all();
	const adds = new Map<string, Map<string, number>>();
	const add = (key: string, person: string, value: number) => {
		const row = adds.get(key) ?? new Map<string, number>();
		adds.set(key, row.set(person, (row.get(person) ?? 0) + value));
	};
	const erased = new Map(all('erasures').map((row) => [row['person_id'], row['cleared_at']]));
	const disabled = new Map(all('people').map((row) => [row['id'], Number(row['disabled_at'] ?? Infinity)]));
	const people = new Set(
		all('roles')
			.filter((row) => row['role'] === 'moderator' && row['confirmed_at'] !== null && Number(row['confirmed_at']) < span.until)
			.filter((row) => Number(row['ended_at'] ?? Infinity) >= span.from)
			.map((row) => String(row['person_id']))
			.filter((id) => !erased.get(id) && (disabled.get(id) ?? 0) >= span.from)
	);
	for (const person of people) {
		const own = (table: string) => all(table).filter((row) => row['person_id'] === person);
		addExposure(own('exposures'), span, (key, value) => add(key, person, value));
		for (const { rule, at, withdrawn_at: withdrawn, audience } of own('findings'))
			if (within(at, span) && withdrawn === null && audience !== 'notice') add(`limits/${rule}/0`, person, 1);
		for (const { kind, due, outcome } of own('appointments'))
			if (String(due) >= span.firstDate && String(due) <= span.lastDate && outcome !== 'moved' && outcome !== 'withdrawn')
				add(`${kind}/${outcome ?? 'open'}/0`, person, 1);
		const home = own('home_teams').filter((row) => Number(row['recorded_at']) < span.until);
		const { breakLength, calendar } = policyFor(db, String(home.at(-1)?.['team_id'])).policy;
		const missed = own('findings').filter(
			(row) => row['rule'] === 'break-missed' && row['withdrawn_at'] === null && within(row['at'], span)
		).length;
		const stretches = erased.has(person) ? 0 : stretchesIn(own('exposures'), span, breakLength);
		if (missed > 0 && !erased.has(person)) add('breaks/missed/0', person, missed);
		if (stretches > missed) add('breaks/kept/0', person, stretches - missed);
		for (const alert of own('alerts')) {
			const steps = all('alert_events').filter((row) => row['alert_id'] === alert['id']);
			const away = alert['reason'] === 'contact' ? [] : own('absences').filter((row) => row['ended_at'] === null);
			for (const [key, minutes] of waitsIn(steps, span, calendar, away)) add(`response/${key}/0`, person, minutes);
		}
		for (const instrument of ['pulse', 'who5', 'phq4', 'proqol5']) {
			const last = own('check_ins').findLast(
				(row) => row['instrument'] === instrument && row['sealed'] !== null && within(row['recorded_at'], span)
			);
			if (!last?.sealed) continue;
			const { answers } = unseal(db, { table: 'check_ins', row: String(last['id']), person }, last.sealed) as { answers: number[] };
			if (instrument === 'pulse') {
				const heavy = answers.filter((answer) => answer > 2).length;
				add(`pulse/${heavy > 1 ? 'several' : heavy === 1 ? 'one' : 'none'}/0`, person, 1);
			}
		}
	}
	return new Map([...adds].map(([key, row]) => [key, [[...row.values()].reduce((a, b) => a + b, 0), row.size]]));
}

const within = (at: unknown, { from, until }: QuarterSpan) => Number(at) >= from && Number(at) < until;

function endedIn(rows: readonly Row[], { from, until }: QuarterSpan): Row[] {
	return rows
		.filter((row) => row['superseded_at'] === null && row['state'] === 'ended' && row['counts'] === 1 && row['end_at'] !== null)
		.filter((row) => Number(row['end_at']) > from && Number(row['end_at']) <= until);
}

/** Whose minute it is: the one's that began first, of those the longest. All times here are whole minutes. */
function addExposure(rows: readonly Row[], span: QuarterSpan, add: (key: string, value: number) => void): void {
	const owner = new Map<number, Row>();
	const sessions = endedIn(rows, span);
	const isBefore = (a: Row, b: Row) => Number(a['start_at']) - Number(b['start_at']) || Number(b['end_at']) - Number(a['end_at']);
	for (const row of sessions) {
		for (let at = Number(row['start_at']); at < Number(row['end_at']); at += MINUTE) {
			const other = owner.get(at);
			if (!other || isBefore(row, other) < 0) owner.set(at, row);
		}
	}
	const totals = rows.filter(
		(row) => row['date'] !== null && row['superseded_at'] === null && row['state'] === 'ended' && row['counts'] === 1
	);
	const counted = totals.filter((row) => String(row['date']) >= span.firstDate && String(row['date']) <= span.lastDate);
	for (const row of [...sessions, ...counted]) {
		for (const key of [`work/${row['work_type_id'] ?? ''}`, `partner/${row['partner_id'] ?? ''}`]) {
			add(`${key}/0`, 1);
			add(`${key}/1`, row['date'] === null ? 0 : Number(row['minutes']));
		}
	}
	for (const row of owner.values())
		for (const key of [`work/${row['work_type_id'] ?? ''}`, `partner/${row['partner_id'] ?? ''}`]) add(`${key}/1`, 1);
}

function stretchesIn(rows: readonly Row[], span: QuarterSpan, breakLength: number): number {
	const minutes = new Set<number>();
	for (const row of endedIn(rows, span)) for (let at = Number(row['start_at']); at < Number(row['end_at']); at += MINUTE) minutes.add(at);
	let [count, last] = [0, -Infinity];
	for (const at of [...minutes].sort((a, b) => a - b)) {
		if (at - last >= breakLength * MINUTE + MINUTE) count++;
		last = at;
	}
	return count;
}

function waitsIn(steps: readonly Row[], span: QuarterSpan, calendar: Calendar, away: readonly Row[]): [string, number][] {
	const found: [string, number][] = [];
	const starts = steps.filter(({ event }, at) => {
		if (event === 'raised') return true;
		const before = steps.slice(0, at).findLastIndex((step) => step['event'] === 'raised' || step['event'] === 'renewed');
		return (
			event === 'renewed' &&
			steps.slice(before, at).some((step) => ['acknowledged', 'offered', 'conversation'].includes(String(step['event'])))
		);
	});
	for (const [index, start] of starts.entries()) {
		if (!within(start['at'], span)) continue;
		const own = steps.slice(steps.indexOf(start), index + 1 < starts.length ? steps.indexOf(starts[index + 1] as Row) : undefined);
		for (const [key, events] of [
			['acknowledged', ['acknowledged', 'offered', 'conversation']],
			['offered', ['offered', 'conversation']]
		] as const) {
			const step = own.find(({ event }) => (events as readonly string[]).includes(String(event)));
			if (step) found.push([key, workingMinutes(calendar, away, Number(start['at']), Number(step['at']))]);
		}
	}
	return found;
}

function workingMinutes(calendar: Calendar, away: readonly Row[], from: number, to: number): number {
	let ms = 0;
	const first = new Date(from - 36 * 60 * MINUTE).toISOString().slice(0, 10);
	for (let date = first; date <= new Date(to + 36 * 60 * MINUTE).toISOString().slice(0, 10); date = addDays(date, 1)) {
		if (calendar.holidays.includes(date) || away.some((row) => String(row['from_date']) <= date && date <= String(row['to_date'])))
			continue;
		const name = (['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const)[weekday(date)] ?? 'mon';
		for (const period of calendar.hours[name]) {
			const [opens, closes] = period.map((clock) => resolveClockTime(calendar.zone, date, clock));
			if (opens?.kind === 'ok' && closes?.kind === 'ok') ms += Math.max(0, Math.min(to, closes.instant) - Math.max(from, opens.instant));
		}
	}
	return Math.floor(ms / MINUTE);
}
