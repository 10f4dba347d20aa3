import { beforeEach, describe, expect, test } from 'vitest';
import { readClock } from '#lib/server/clocks.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { policies } from '#lib/server/db/schema/organisation.ts';
import { historyFor } from '#lib/server/exposure-history.ts';
import { entryFor, savedFor } from '#lib/server/exposure-entry.ts';
import { amend, voidEntry } from '#lib/server/exposure-corrections.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { dismissNotice } from '#lib/server/notices.ts';
import { repairTimer, startTimer, stopTimer } from '#lib/server/timers.ts';
import { todayFor } from '#lib/server/today.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { exposureFindings, refusalOf, workIds } from '../support/exposure.ts';

const at = (text: string) => Date.parse(text);
// A Tuesday.
const noon = at('2026-11-17T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;

let db: Db;
let people: Cast;
let work: ReturnType<typeof workIds>;
const id = () => crypto.randomUUID();

beforeEach(() => {
	db = memoryDb();
	people = cast(db, at('2026-10-01T06:00:00Z'));
	work = workIds(db);
});

function log(who: Viewer, start: string, end: string, workTypeId = work.images): string {
	// Never before what was recorded or looked at already.
	const recorded = Math.max(noon - 4 * hour, at(end), readClock(db, who.id).advancedTo);
	return logSession(db, who, { id: id(), start: at(start), end: at(end), workTypeId }, recorded).id;
}
const start = (who: Viewer, now: number, workTypeId: string | null = work.images) => startTimer(db, who, { id: id(), workTypeId }, now).id;

describe('Today', () => {
	test('greets by the person’s own clock', () => {
		expect(todayFor(db, people.ines, noon)).toMatchObject({
			greeting: 'Good afternoon, Ines',
			date: 'Tuesday 17 November',
			team: 'Harbour'
		});
		expect(todayFor(db, { ...people.ines, zone: 'America/New_York' }, noon).greeting).toBe('Good morning, Ines');
	});

	test('counts today and the seven days, overlaps once, day totals in', () => {
		log(people.ines, '2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		log(people.ines, '2026-11-17T08:00:00Z', '2026-11-17T09:00:00Z');
		log(people.ines, '2026-11-17T08:30:00Z', '2026-11-17T09:30:00Z');
		logDayTotal(db, people.ines, { id: id(), date: '2026-11-12', minutes: 60, workTypeId: null }, noon - hour);
		log(people.ines, '2026-11-10T09:00:00Z', '2026-11-10T10:00:00Z');
		const { figures } = todayFor(db, people.ines, noon);
		expect(figures.today).toEqual({ ms: 90 * minute, action: 240 * minute, limit: 300 * minute });
		expect(figures.week).toMatchObject({ ms: 210 * minute, limit: 1500 * minute });
		expect(figures.week.days.map(({ date, ms }) => [date.slice(8), ms / minute])).toEqual([
			['11', 0],
			['12', 60],
			['13', 0],
			['14', 0],
			['15', 0],
			['16', 60],
			['17', 90]
		]);
	});

	test('shows a running timer in the figures, and when the next break is due', () => {
		start(people.ines, noon - 20 * minute);
		const { figures, timer, dueClock, lines } = todayFor(db, people.ines, noon);
		expect(timer).toMatchObject({ work: 'Image and video assessment', startClock: '11:40', start: noon - 20 * minute });
		expect(figures.today.ms).toBe(20 * minute);
		expect(figures.breaks).toMatchObject({ stretchMs: 20 * minute, due: noon + 30 * minute, since: noon - 20 * minute });
		expect(dueClock).toBe('12:30');
		expect(lines).toMatchObject([{ kind: 'entry', time: '11:40–now', minutes: 20, running: true }]);
	});

	test('a pause shorter than a break continues the stretch; from ten minutes on it is one', () => {
		log(people.ines, '2026-11-17T11:00:00Z', '2026-11-17T11:30:00Z');
		const soon = todayFor(db, people.ines, at('2026-11-17T11:39:00Z'));
		expect(soon.figures.breaks).toMatchObject({ stretchMs: 30 * minute, counts: at('2026-11-17T11:40:00Z'), onBreak: null });
		const then = todayFor(db, people.ines, at('2026-11-17T11:40:00Z'));
		expect(then.figures.breaks).toMatchObject({ stretchMs: 0, counts: null, onBreak: at('2026-11-17T11:30:00Z') });
		expect(then.onBreakClock).toBe('11:30');
	});

	test('lists the day with breaks between, remarks on overlaps, without what was taken out', () => {
		log(people.ines, '2026-11-17T08:00:00Z', '2026-11-17T08:50:00Z');
		log(people.ines, '2026-11-17T08:40:00Z', '2026-11-17T09:00:00Z', work.urls);
		log(people.ines, '2026-11-17T09:05:00Z', '2026-11-17T09:20:00Z', work.none);
		const wrong = log(people.ines, '2026-11-17T09:20:00Z', '2026-11-17T09:40:00Z');
		log(people.ines, '2026-11-17T09:40:00Z', '2026-11-17T10:00:00Z');
		voidEntry(db, people.ines, { id: wrong, version: 1, reason: 'by-mistake' }, noon - minute);
		expect(todayFor(db, people.ines, noon).lines).toMatchObject([
			{ time: '08:00–08:50', minutes: 50, overlaps: ['08:40–09:00'] },
			{ time: '08:40–09:00', work: 'URL checks for police', overlaps: ['08:00–08:50'] },
			{ kind: 'break', time: '09:00–09:40', minutes: 40 },
			{ time: '09:05–09:20', counts: false, overlaps: [] },
			{ time: '09:40–10:00' }
		]);
	});

	test('for a night worker whose day begins at noon, one shift is one day', () => {
		db.$client.prepare(`update person_versions set day_start = '12:00' where person_id = ?`).run(people.wen.id);
		const wen = people.again(people.wen);
		log(wen, '2026-11-16T22:00:00Z', '2026-11-16T23:30:00Z');
		log(wen, '2026-11-17T00:30:00Z', '2026-11-17T02:00:00Z');
		const morning = todayFor(db, wen, at('2026-11-17T05:00:00Z'));
		expect(morning.figures.today.ms).toBe(180 * minute);
		expect(morning.lines).toHaveLength(3);
		expect(todayFor(db, wen, noon).figures.today.ms).toBe(0);
	});

	test('levels are lower for a new start, and absent where the rule is off', () => {
		db.$client.prepare(`update person_versions set start_date = '2026-11-10' where person_id = ?`).run(people.bea.id);
		db.insert(policies)
			.values({ id: id(), patch: { rules: { 'day-limit': { on: false } } }, reason: 'a trial', recordedAt: noon - hour })
			.run();
		const { figures } = todayFor(db, people.again(people.bea), noon);
		expect(figures.factor).toBe(0.5);
		expect(figures.today).toMatchObject({ action: 120 * minute, limit: null });
	});

	test('keys stay with the organisation’s order whatever is used; what was used is shown at once', () => {
		const before = todayFor(db, people.ines, noon).start;
		const rare = before[9]?.id ?? '';
		expect(before[9]?.usual).toBe(false);
		log(people.ines, '2026-11-17T08:00:00Z', '2026-11-17T08:50:00Z', rare);
		const after = todayFor(db, people.ines, noon).start;
		expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
		expect(after.slice(0, 9).map(({ key }) => key)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
		expect(after.find((type) => type.id === rare)?.usual).toBe(true);
		expect(after.some((type) => type.id === work.retired)).toBe(false);
	});

	test('what the load did is the same the second time: nothing is evaluated twice', () => {
		start(people.ines, noon - 60 * minute);
		const first = todayFor(db, people.ines, noon);
		expect(todayFor(db, people.ines, noon)).toEqual(first);
		expect(exposureFindings(db).filter(({ audience }) => audience === 'notice')).toHaveLength(1);
	});
});

describe('notices', () => {
	test('a break is due while the timer runs, until it is put away or the timer stopped', () => {
		const timer = start(people.ines, noon - 50 * minute);
		const [notice] = todayFor(db, people.ines, noon).notices;
		expect(notice).toMatchObject({ rule: 'break-due', sentence: expect.stringContaining('break') });
		expect(refusalOf(() => dismissNotice(db, people.tomas, notice?.id ?? '', noon)).kind).toBe('not-found');
		dismissNotice(db, people.ines, notice?.id ?? '', noon);
		dismissNotice(db, people.ines, notice?.id ?? '', noon + 1);
		expect(todayFor(db, people.ines, noon).notices).toEqual([]);
		stopTimer(db, people.ines, { formId: id(), id: timer }, noon + minute);
		expect(todayFor(db, people.ines, noon + minute).notices).toEqual([]);
	});

	test('a minute before it is due there is none', () => {
		start(people.ines, noon - 49 * minute);
		expect(todayFor(db, people.ines, noon).notices).toEqual([]);
	});

	test('the action level gives a notice for that day alone, and the limit its own in place of it, for a week', () => {
		logDayTotal(db, people.ines, { id: id(), date: '2026-11-17', minutes: 240, workTypeId: null }, noon - minute);
		expect(todayFor(db, people.ines, noon).notices).toMatchObject([{ rule: 'day-action' }]);
		expect(todayFor(db, people.ines, noon + 24 * hour).notices).toEqual([]);
		logDayTotal(db, people.ines, { id: id(), date: '2026-11-17', minutes: 61, workTypeId: null }, noon);
		const [limit, ...others] = todayFor(db, people.ines, noon + minute).notices;
		expect([limit?.rule, others]).toEqual(['day-limit', []]);
		expect(todayFor(db, people.ines, noon + 6 * 24 * hour).notices).toMatchObject([{ rule: 'day-limit' }]);
		expect(todayFor(db, people.ines, noon + 7 * 24 * hour).notices).toEqual([]);
		dismissNotice(db, people.ines, limit?.id ?? '', noon + minute);
		expect(todayFor(db, people.ines, noon + minute).notices).toEqual([]);
	});

	test('violent material offers a check-in, from under its seal', () => {
		logSession(
			db,
			people.ines,
			{ id: id(), start: noon - hour, end: noon - 50 * minute, workTypeId: work.images, violent: 'yes' },
			noon - minute
		);
		const [notice] = todayFor(db, people.ines, noon).notices;
		expect(notice).toMatchObject({ rule: 'violent-material' });
		expect(refusalOf(() => dismissNotice(db, people.tomas, notice?.id ?? '', noon)).kind).toBe('not-found');
		expect(todayFor(db, people.ines, noon + 6.9 * 24 * hour).notices).toMatchObject([{ rule: 'violent-material' }]);
		expect(todayFor(db, people.ines, noon + 8 * 24 * hour).notices).toEqual([]);
		dismissNotice(db, people.ines, notice?.id ?? '', noon);
		dismissNotice(db, people.ines, notice?.id ?? '', noon + 1);
		expect(todayFor(db, people.ines, noon).notices).toEqual([]);
	});

	test('nothing about it stands readable: neither that there was one, nor that it was put away', () => {
		const day = (violent: 'yes' | 'no') => {
			const what = { id: id(), start: noon - hour, end: noon - 50 * minute, workTypeId: work.images, violent };
			const who = violent === 'yes' ? people.ines : people.tomas;
			logSession(db, who, what, noon - minute);
			for (const { id: notice } of todayFor(db, who, noon).notices) dismissNotice(db, who, notice, noon);
			return (table: string, columns: string) =>
				db.$client.prepare(`select ${columns} from ${table} where person_id = ? order by rowid`).all(who.id);
		};
		const [withIt, without] = [day('yes'), day('no')];
		const readable = 'version, kind, state, start_at, end_at, counts, recorded_at, length(sealed)';
		expect(withIt('exposures', readable)).toEqual(without('exposures', readable));
		expect(exposureFindings(db)).toEqual([]);
		expect(withIt('put_away', 'length(sealed)')).toEqual(without('put_away', 'length(sealed)'));
		expect(withIt('submissions', '*')).toEqual([]);
	});

	test('an entry without such a finding is no notice to put away', () => {
		const mine = log(people.ines, '2026-11-17T08:00:00Z', '2026-11-17T08:20:00Z');
		expect(refusalOf(() => dismissNotice(db, people.ines, mine, noon)).kind).toBe('not-found');
	});

	test('what turned out to be no exposure leaves no notice on the page', () => {
		logDayTotal(db, people.ines, { id: id(), date: '2026-11-17', minutes: 180, workTypeId: null }, noon - 3 * hour);
		const timer = start(people.ines, noon - 100 * minute);
		expect(todayFor(db, people.ines, noon).notices.map(({ rule }) => rule)).toEqual(['break-missed', 'day-action']);
		stopTimer(db, people.ines, { formId: id(), id: timer, workTypeId: work.none }, noon);
		expect(todayFor(db, people.ines, noon + 1).notices).toEqual([]);
	});

	test('what prompts a supervisor is no notice, and cannot be put away', () => {
		logDayTotal(db, people.ines, { id: id(), date: '2026-11-17', minutes: 400, workTypeId: null }, noon - minute);
		expect(todayFor(db, people.ines, noon).notices.map(({ rule }) => rule)).toEqual(['day-limit']);
		const over = exposureFindings(db).find(({ rule }) => rule === 'day-over');
		expect(refusalOf(() => dismissNotice(db, people.ines, over?.id ?? '', noon)).kind).toBe('not-found');
	});
});

describe('a forgotten timer', () => {
	test('is asked about, with the earlier of threshold and end of work proposed', () => {
		start(people.ines, at('2026-11-17T16:00:00Z'));
		expect(todayFor(db, people.ines, at('2026-11-17T17:59:00Z')).forgotten).toBeNull();
		const evening = todayFor(db, people.ines, at('2026-11-17T19:00:00Z'));
		expect(evening.forgotten).toMatchObject({ since: 'today, 16:00', date: '2026-11-17', end: '17:00' });
		// One question at a time: the break notices of a timer that may be wrong wait.
		expect(evening.notices).toEqual([]);
		dismissNotice(db, people.ines, evening.forgotten?.noticeId ?? '', at('2026-11-17T19:00:00Z'));
		expect(todayFor(db, people.ines, at('2026-11-17T19:01:00Z')).forgotten).toBeNull();
	});

	test('in the morning the threshold is proposed', () => {
		start(people.ines, at('2026-11-17T09:00:00Z'));
		expect(todayFor(db, people.ines, noon).forgotten).toMatchObject({ end: '11:00' });
	});

	test('of 16 hours has to be answered, also for work that is no exposure', () => {
		start(people.ines, noon - 16 * hour, work.none);
		expect(todayFor(db, people.ines, noon).forgotten).toMatchObject({ noticeId: null });
	});

	test('repaired, its history says how long it ran', () => {
		const timer = start(people.ines, at('2026-11-17T09:00:00Z'));
		repairTimer(db, people.ines, { formId: id(), id: timer, date: '2026-11-17', end: '10:30', endWhich: null }, noon);
		expect(entryFor(db, people.ines, timer, noon).versions.map(({ words }) => words)).toEqual([
			'The timer ran until 12:00; corrected to 10:30',
			'Timer started: Image and video assessment'
		]);
		expect(todayFor(db, people.ines, noon).lines).toMatchObject([{ time: '09:00–10:30', corrected: true }]);
	});
});

describe('History', () => {
	test('shows own days week by week, newest first, four weeks a page', () => {
		log(people.ines, '2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		log(people.ines, '2026-11-13T09:00:00Z', '2026-11-13T09:30:00Z');
		logDayTotal(db, people.ines, { id: id(), date: '2026-11-13', minutes: 45, workTypeId: null }, noon - hour);
		log(people.ines, '2026-10-20T09:00:00Z', '2026-10-20T10:00:00Z');
		log(people.tomas, '2026-11-16T09:00:00Z', '2026-11-16T12:00:00Z');
		const first = historyFor(db, people.ines, 0, noon);
		expect(first.older).toBe(true);
		expect(first.weeks.map(({ monday, minutes }) => [monday, minutes])).toEqual([
			['2026-11-16', 60],
			['2026-11-09', 75]
		]);
		expect(first.weeks[1]?.days).toMatchObject([
			{ date: '2026-11-13', minutes: 75, lines: [{ time: '09:00–09:30' }, { time: 'day total', work: 'Several kinds of work' }] }
		]);
		const second = historyFor(db, people.ines, 1, noon);
		expect(second).toMatchObject({ older: false, weeks: [{ monday: '2026-10-19' }] });
	});

	test('shows what was taken out, as that', () => {
		const wrong = log(people.ines, '2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		voidEntry(db, people.ines, { id: wrong, version: 1, reason: 'twice' }, noon);
		expect(historyFor(db, people.ines, 0, noon).weeks[0]?.days[0]).toMatchObject({ minutes: 0, lines: [{ id: wrong, voided: true }] });
	});

	test.each([-3, Number.NaN, 1e9, 2.7])('a page that is none (%s) is no error', (page) => {
		expect(historyFor(db, people.ines, page, noon).weeks).toEqual([]);
	});
});

describe('an entry', () => {
	test('is its person’s alone', () => {
		const mine = log(people.ines, '2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		expect(entryFor(db, people.ines, mine, noon)).toMatchObject({ time: '09:00–10:00', length: '1 h', state: 'ended' });
		for (const who of [people.tomas, people.mara, people.edda, people.hale, people.ada]) {
			expect(refusalOf(() => entryFor(db, who, mine, noon)).kind).toBe('not-found');
			expect(savedFor(db, who, mine)).toBeNull();
		}
		expect(refusalOf(() => entryFor(db, people.ines, id(), noon)).kind).toBe('not-found');
	});

	test('says what was changed', () => {
		const mine = log(people.ines, '2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		amend(db, people.ines, { formId: id(), id: mine, version: 1, workTypeId: work.urls, end: at('2026-11-16T09:45:00Z') }, noon);
		expect(entryFor(db, people.ines, mine, noon).versions[0]).toMatchObject({
			when: 'today, 12:00',
			words: '09:00–10:00 changed to 09:00–09:45; work changed to URL checks for police'
		});
	});

	test('just saved, names what it overlaps with', () => {
		log(people.ines, '2026-11-16T09:10:00Z', '2026-11-16T10:00:00Z');
		const second = log(people.ines, '2026-11-16T09:30:00Z', '2026-11-16T10:30:00Z');
		expect(savedFor(db, people.ines, second)).toMatchObject({ time: '09:30–10:30', overlaps: ['09:10–10:00'] });
	});
});
