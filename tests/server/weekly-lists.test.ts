import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import { epochDay, isoWeekOfDay, mondayOf } from '#lib/domain/time.ts';
import { listOf, madeIn, newestList } from '#lib/domain/weekly-list.ts';
import { combinePolicies } from '#lib/domain/policy.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { listTicks } from '#lib/server/db/schema/lists.ts';
import { policies } from '#lib/server/db/schema/organisation.ts';
import { alerts, findings } from '#lib/server/db/schema/records.ts';
import { amend, voidEntry } from '#lib/server/exposure-corrections.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { limitsFor } from '#lib/server/limits-guide.ts';
import { shownAs, type LineOfList, type ListChange } from '#lib/server/list-ticks.ts';
import { takeBackTicks, tickLine } from '#lib/server/list-steps.ts';
import { limitsSeen } from '#lib/server/limits-seen.ts';
import { ownLinesFor } from '#lib/server/own-lists.ts';
import type { Rights } from '#lib/server/person-rights.ts';
import { disablePerson, setHomeTeam } from '#lib/server/people.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { endRole, giveRole } from '#lib/server/roles.ts';
import { exclude, includeAgain } from '#lib/server/sharing.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { listsAtAGlance, listsFor, listsReady, requireLine, type ListLine } from '#lib/server/weekly-lists.ts';
import { DAY, HOUR, MINUTE } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf, workIds } from '../support/exposure.ts';

/** Monday 9 November 2026, 00:00 in London. */
const midnight = Date.UTC(2026, 10, 9);
/** When the list of the week before is made. */
const made = midnight + 9 * HOUR;
/** So many days after that Monday, at an hour of the clock. */
const on = (days: number, hour: number, minute = 0) => midnight + days * DAY + hour * HOUR + minute * MINUTE;
const [tuesday, thursday, nextTuesday] = [-6, -4, 1];

let db: Db;
let c: Cast;
let work: ReturnType<typeof workIds>;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, on(-40, 8));
	work = workIds(db);
});

const id = () => crypto.randomUUID();

/** Logs so many minutes from 08:00 of a day on, at their end or later. */
function works(who: Viewer, day: number, minutes: number, recorded = on(day, 8, minutes)): string {
	const start = on(day, 8);
	return logSession(db, who, { id: id(), start, end: start + minutes * MINUTE, workTypeId: work.images, violent: 'yes' }, recorded).id;
}

function setPolicy(teamId: string | null, patch: PolicyPatch, at: number): void {
	db.insert(policies).values({ id: id(), teamId, patch, authorId: null, reason: 'a test', recordedAt: at }).run();
}

const lines = (who: Viewer, now = made, week: string | null = null): ListLine[] =>
	listsFor(db, who, week, now).lists.flatMap((list) => list.lines);
const names = (who: Viewer, now = made, week: string | null = null) => lines(who, now, week).map(({ person }) => person);
/** A line in words. */
const said = (who: Viewer, now = made) =>
	lines(who, now).flatMap(({ limits }) => limits.map(({ what, rest, notes }) => [`${what} ${rest}`, ...notes]));
const tick = (who: Viewer, about: Viewer, changes: ListChange[], now = made + HOUR, form = id(), week = '2026-W46', teamId = c.harbour) =>
	tickAsShown(who, { teamId, week, personId: about.id }, changes, now, form);
/** As the line is now, or as it was seen before. */
function tickAsShown(who: Viewer, line: LineOfList, changes: ListChange[], now: number, form = id(), shown?: string): void {
	tickLine(db, who, { id: form, ...line, changes, shown: shown ?? shownAs(requireLine(db, who, line, now)) }, now);
}

describe('when a list is made', () => {
	const hours = { calendar: { zone: 'Europe/London' } };
	const cases: [string, PolicyPatch, string, string | null][] = [
		['on Monday, as work begins', hours, '2026-W46', '2026-11-09T09:00:00Z'],
		[
			'on Tuesday after a bank holiday',
			{ calendar: { zone: 'Europe/London', holidays: ['2026-05-04'] } },
			'2026-W19',
			'2026-05-05T08:00:00Z'
		],
		['in the week the clocks go forward', hours, '2026-W14', '2026-03-30T08:00:00Z'],
		['in the week the clocks go back', hours, '2026-W44', '2026-10-26T09:00:00Z'],
		['in Auckland while it is Sunday in London', { calendar: { zone: 'Pacific/Auckland' } }, '2026-W46', '2026-11-08T20:00:00Z'],
		['in Honolulu while it is Monday evening in London', { calendar: { zone: 'Pacific/Honolulu' } }, '2026-W46', '2026-11-09T19:00:00Z'],
		['on Lord Howe, half an hour off', { calendar: { zone: 'Australia/Lord_Howe' } }, '2026-W14', '2026-03-29T22:00:00Z'],
		['on Wednesday where the week begins on it', { calendar: { hours: { mon: [], tue: [] } } }, '2026-W46', '2026-11-11T09:00:00Z'],
		[
			'at midnight where work goes on all night',
			{ calendar: { hours: { mon: [['00:00', '24:00']] } } },
			'2026-W46',
			'2026-11-09T00:00:00Z'
		],
		[
			'when a skipped hour has passed',
			{ calendar: { zone: 'Africa/Cairo', hours: { mon: [], tue: [], wed: [], thu: [], fri: [['00:30', '08:00']] } } },
			'2026-W17',
			'2026-04-23T22:30:00Z'
		],
		[
			'not in a week of holidays',
			{ calendar: { holidays: ['2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31', '2027-01-01'] } },
			'2026-W53',
			null
		]
	];
	it.each(cases)('%s', (_, patch, week, expected) => {
		const { calendar } = combinePolicies(patch);
		const at = madeIn(calendar, mondayOf(week));
		expect(at === null ? null : at).toBe(expected === null ? null : Date.parse(expected));
	});

	it('each limit stands on the first list after its week; one found later on the newest', () => {
		const { calendar } = combinePolicies({
			calendar: { holidays: ['2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31', '2027-01-01'] }
		});
		const week = (period: string, at: string) => isoWeekOfDay(listOf((monday) => madeIn(calendar, monday), period, Date.parse(at)));
		expect(week('2026-11-03', '2026-11-03T15:00Z')).toBe('2026-W46');
		expect(week('2026-11-08', '2026-11-09T08:59Z')).toBe('2026-W46');
		expect(week('2026-11-09', '2026-11-09T08:59Z')).toBe('2026-W47');
		expect(week('2026-W45', '2026-11-06T15:00Z')).toBe('2026-W46');
		expect(week('2026-11-03', '2026-11-12T15:00Z')).toBe('2026-W46');
		expect(week('2026-11-03', '2026-11-16T08:59Z')).toBe('2026-W46');
		expect(week('2026-11-03', '2026-11-16T09:00Z')).toBe('2026-W47');
		// The week before the holidays, and theirs: together on the next one.
		expect(week('2026-12-22', '2026-12-22T15:00Z')).toBe('2027-W01');
		expect(week('2026-12-30', '2026-12-30T15:00Z')).toBe('2027-W01');
		expect(isoWeekOfDay(newestList((monday) => madeIn(calendar, monday), Date.parse('2027-01-03T15:00Z')))).toBe('2026-W52');
	});
});

describe('what a list says', () => {
	it('the day, how much over, and the limit, by name and date', () => {
		works(c.tomas, tuesday, 340);
		works(c.ines, thursday, 320);
		works(c.ines, tuesday, 301, on(thursday, 16));
		const { lists } = listsFor(db, c.mara, null, made);
		expect(lists).toMatchObject([
			{ team: 'Harbour', week: '2026-W46', made: 'Monday 9 November', covers: 'the week from Monday 2 November' }
		]);
		expect(names(c.mara)).toEqual(['Ines Calder', 'Tomas Reed']);
		expect(said(c.mara)).toEqual([
			['1 min over on Tuesday 3 November: 5 h 01, with a limit of 5 h'],
			['20 min over on Thursday 5 November: 5 h 20, with a limit of 5 h'],
			['40 min over on Tuesday 3 November: 5 h 40, with a limit of 5 h']
		]);
	});

	it('nothing of what is exactly at the limit', () => {
		works(c.tomas, tuesday, 300);
		expect(lines(c.mara)).toEqual([]);
		expect(listsAtAGlance(db, c.mara, made)).toEqual([{ team: 'Harbour', made: 'Monday 9 November', lines: 0, open: 0 }]);
	});

	it('not before it is made, and each week its own', () => {
		works(c.tomas, tuesday, 340);
		works(c.tomas, nextTuesday, 330);
		expect(names(c.mara, made - 1)).toEqual([]);
		expect(names(c.mara, made)).toEqual(['Tomas Reed']);
		expect(said(c.mara, made + 7 * DAY)).toEqual([['30 min over on Tuesday 10 November: 5 h 30, with a limit of 5 h']]);
		expect(said(c.mara, made + 7 * DAY - 1)).toEqual([['40 min over on Tuesday 3 November: 5 h 40, with a limit of 5 h']]);
		expect(lines(c.mara, made + 14 * DAY)).toEqual([]);
	});

	it('what prompted a supervisor at once stands there too, and says so', () => {
		works(c.tomas, tuesday, 400);
		expect(said(c.mara)).toEqual([
			['1 h 40 over on Tuesday 3 November: 6 h 40, with a limit of 5 h', 'this far over, a word is prompted at once']
		]);
		for (const day of [-5, -4, -3, -2]) works(c.tomas, day, 290);
		expect(said(c.mara)).toEqual([
			['1 h 40 over on Tuesday 3 November: 6 h 40, with a limit of 5 h', 'this far over, a word is prompted at once'],
			['1 h over in 7 days, in the week from Monday 2 November: 26 h, with a limit of 25 h', 'this far over, a word is prompted at once']
		]);
	});

	it('a run of days once, with its last day', () => {
		for (let day = -9; day <= -1; day++) works(c.tomas, day, 20);
		expect(said(c.mara)).toEqual([['9 days in a row up to Sunday 8 November, with a limit of 6']]);
	});

	it('a run of days that was corrected, without its number', () => {
		const days = [-9, -8, -7, -6, -5, -4, -3, -2, -1].map((day) => works(c.tomas, day, 20));
		voidEntry(db, c.tomas, { id: days[5] ?? '', version: 1, reason: 'twice' }, on(0, 12));
		expect(said(c.mara, on(0, 13))).toEqual([
			['Was over the limit of days in a row up to Sunday 8 November', 'corrected since: no longer over']
		]);
	});

	it('exposure late in the day that was corrected, without how long it was', () => {
		setPolicy(null, { rules: { 'late-exposure': { on: true, after: '12:00' } } }, on(-20, 0));
		voidEntry(db, c.tomas, { id: works(c.tomas, tuesday, 285), version: 1, reason: 'twice' }, on(0, 12));
		expect(said(c.mara, on(0, 13))).toEqual([['Was after 12:00 on Tuesday 3 November', 'corrected since: no longer over']]);
	});

	it('exposure late in the day, where that is a limit', () => {
		setPolicy(null, { rules: { 'late-exposure': { on: true, after: '12:00' } } }, on(-20, 0));
		works(c.tomas, tuesday, 285);
		expect(said(c.mara)).toEqual([['45 min after 12:00 on Tuesday 3 November']]);
	});

	it('the limit of the person, in the same words for all, and never why', () => {
		changeDays(db, system, { personId: c.tomas.id, zone: 'Europe/London', dayStart: '00:00', startDate: '2026-10-26' }, on(-14, 8));
		works(c.tomas, tuesday, 170);
		expect(said(c.mara)).toEqual([['20 min over on Tuesday 3 November: 2 h 50, with a limit of 2 h 30']]);
		expect(JSON.stringify(listsFor(db, c.mara, null, made))).not.toMatch(/factor|starter|0\.5|startDate/);
	});

	it('the limit under which it was found, whatever the policy says later', () => {
		works(c.tomas, tuesday, 340);
		setPolicy(c.harbour, { calendar: { zone: 'Europe/London' }, rules: { 'day-limit': { on: false, minutes: 600 } } }, on(-3, 8));
		expect(said(c.mara)).toEqual([['40 min over on Tuesday 3 November: 5 h 40, with a limit of 5 h']]);
	});

	it('no score, answer, work type or material', () => {
		works(c.tomas, tuesday, 400);
		tick(c.mara, c.tomas, ['rota']);
		const text = JSON.stringify(listsFor(db, c.mara, null, made + 2 * HOUR));
		expect(text).not.toMatch(/answer|score|criteri|violent|material|Image|aftermath|workType/i);
		expect(Object.keys(lines(c.mara)[0] ?? {}).sort()).toEqual([
			'before',
			'formId',
			'limits',
			'open',
			'person',
			'personId',
			'shown',
			'ticked',
			'ticks'
		]);
	});
});

describe('holidays', () => {
	it('a bank holiday on Monday: the list comes on Tuesday', () => {
		setPolicy(c.harbour, { calendar: { zone: 'Europe/London', holidays: ['2026-11-09'] } }, on(-30, 8));
		works(c.tomas, tuesday, 340);
		expect(names(c.mara, made)).toEqual([]);
		expect(names(c.mara, made + DAY)).toEqual(['Tomas Reed']);
		expect(listsFor(db, c.mara, null, made + DAY).lists[0]?.made).toBe('Tuesday 10 November');
	});

	it('a week of holidays: the next list holds both weeks', () => {
		const holidays = ['2026-11-09', '2026-11-10', '2026-11-11', '2026-11-12', '2026-11-13'];
		setPolicy(c.harbour, { calendar: { zone: 'Europe/London', holidays } }, on(-30, 8));
		works(c.tomas, tuesday, 340);
		works(c.ines, nextTuesday, 330);
		expect(names(c.mara, made + 7 * DAY)).toEqual(['Ines Calder', 'Tomas Reed']);
		expect(listsFor(db, c.mara, null, made + 7 * DAY).lists[0]?.covers).toBe('Monday 2 November to Sunday 15 November');
		expect(refusalOf(() => listsFor(db, c.mara, '2026-W46', made + 7 * DAY)).kind).toBe('not-found');
	});

	it('a holiday set afterwards moves no list that was made', () => {
		works(c.tomas, tuesday, 340);
		setPolicy(c.harbour, { calendar: { zone: 'Europe/London', holidays: ['2026-11-09'] } }, made + HOUR);
		expect(names(c.mara, made + 2 * HOUR)).toEqual(['Tomas Reed']);
		expect(listsFor(db, c.mara, null, made + 2 * HOUR).lists[0]?.made).toBe('Monday 9 November');
	});
});

describe('what changes after it was made', () => {
	it('a late log is added, with its instant, and asks for a tick again', () => {
		works(c.tomas, thursday, 310);
		tick(c.mara, c.tomas, ['rota']);
		expect(listsAtAGlance(db, c.mara, on(0, 11))).toMatchObject([{ lines: 1, open: 0 }]);
		works(c.tomas, tuesday, 340, on(0, 12));
		expect(said(c.mara, on(0, 13))).toEqual([
			['40 min over on Tuesday 3 November: 5 h 40, with a limit of 5 h', 'added later, today, 12:00'],
			['10 min over on Thursday 5 November: 5 h 10, with a limit of 5 h']
		]);
		expect(listsAtAGlance(db, c.mara, on(0, 13))).toMatchObject([{ lines: 1, open: 1 }]);
		// The form has the same ticks as before: saving them again says that they do for both.
		tick(c.mara, c.tomas, ['rota'], on(0, 14));
		expect(listsAtAGlance(db, c.mara, on(0, 15))).toMatchObject([{ lines: 1, open: 0 }]);
		expect(lines(c.mara, on(0, 15))).toMatchObject([{ open: false, ticks: ['rota'], before: [{ words: 'rota' }] }]);
		// And once more that nothing is new.
		tick(c.mara, c.tomas, ['rota'], on(0, 16));
		expect(db.select().from(listTicks).all()).toHaveLength(2);
	});

	it('the lead is told of a list on which somebody waits for a tick, and nobody else is', () => {
		expect(listsReady(db, c.mara, made)).toEqual([]);
		works(c.tomas, thursday, 310);
		expect(listsReady(db, c.mara, made - 1)).toEqual([]);
		expect(listsReady(db, c.mara, made)).toEqual([{ team: 'Harbour', made: 'Monday 9 November', lines: 1, open: 1 }]);
		for (const who of [c.tomas, c.ines, c.edda]) expect(listsReady(db, who, made)).toEqual([]);
		tick(c.mara, c.tomas, ['rota']);
		expect(listsReady(db, c.mara, on(0, 11))).toEqual([]);
	});

	it('a late log of a week before stands on the newest list', () => {
		works(c.tomas, tuesday, 340, on(9, 12));
		expect(names(c.mara, on(9, 13))).toEqual(['Tomas Reed']);
		expect(names(c.mara, on(9, 13), '2026-W46')).toEqual([]);
		expect(names(c.mara, on(9, 13), '2026-W47')).toEqual(['Tomas Reed']);
	});

	it('a correction says that it is no longer over, and shows no figure any more', () => {
		const session = works(c.tomas, tuesday, 340);
		amend(
			db,
			c.tomas,
			{ formId: id(), id: session, version: 1, workTypeId: work.images, start: on(tuesday, 8), end: on(tuesday, 9) },
			on(0, 12)
		);
		expect(said(c.mara, on(0, 13))).toEqual([['Was over on Tuesday 3 November', 'corrected since: no longer over']]);
		expect(lines(c.mara, on(0, 13))[0]?.open).toBe(false);
	});

	it('what was corrected before the list was made never stood on it', () => {
		const session = works(c.tomas, tuesday, 400);
		expect(db.select().from(alerts).where(eq(alerts.reason, 'exposure')).all()).toHaveLength(1);
		voidEntry(db, c.tomas, { id: session, version: 1, reason: 'by-mistake' }, on(-5, 12));
		expect(
			db
				.select()
				.from(findings)
				.all()
				.some(({ withdrawnAt }) => withdrawnAt !== null)
		).toBe(true);
		expect(lines(c.mara)).toEqual([]);
		expect(refusalOf(() => tick(c.mara, c.tomas, ['rota'])).kind).toBe('not-found');
		expect(ownLinesFor(db, c.tomas, made)).toEqual([]);
	});

	it('nor by what is logged for that day afterwards', () => {
		const session = works(c.tomas, tuesday, 340);
		voidEntry(db, c.tomas, { id: session, version: 1, reason: 'by-mistake' }, on(-5, 12));
		logDayTotal(db, c.tomas, { id: id(), date: '2026-11-03', minutes: 20, workTypeId: work.images }, on(0, 12));
		expect(lines(c.mara, on(0, 13))).toEqual([]);
	});

	it('the last of several corrections decides', () => {
		const session = works(c.tomas, tuesday, 340);
		const to = (version: number, minutes: number, at: number) =>
			amend(
				db,
				c.tomas,
				{ formId: id(), id: session, version, workTypeId: work.images, start: on(tuesday, 8), end: on(tuesday, 8, minutes) },
				at
			);
		to(1, 320, on(-5, 12));
		expect(said(c.mara)).toEqual([['20 min over on Tuesday 3 November: 5 h 20, with a limit of 5 h']]);
		to(2, 60, on(0, 12));
		expect(said(c.mara, on(0, 13))).toEqual([['Was over on Tuesday 3 November', 'corrected since: no longer over']]);
	});

	it('a day total that was corrected', () => {
		const total = logDayTotal(db, c.tomas, { id: id(), date: '2026-11-03', minutes: 340, workTypeId: work.images }, on(-5, 8)).id;
		expect(said(c.mara)).toEqual([['40 min over on Tuesday 3 November: 5 h 40, with a limit of 5 h']]);
		voidEntry(db, c.tomas, { id: total, version: 1, reason: 'twice' }, on(0, 12));
		expect(said(c.mara, on(0, 13))).toEqual([['Was over on Tuesday 3 November', 'corrected since: no longer over']]);
	});

	it('a day total that was corrected to less, or moved to another day', () => {
		const total = logDayTotal(db, c.tomas, { id: id(), date: '2026-11-03', minutes: 340, workTypeId: work.images }, on(-5, 8)).id;
		const to = (version: number, more: object, at: number) =>
			amend(db, c.tomas, { formId: id(), id: total, version, workTypeId: work.images, ...more }, at);
		to(1, { minutes: 320 }, on(-5, 12));
		expect(said(c.mara)).toEqual([['20 min over on Tuesday 3 November: 5 h 20, with a limit of 5 h']]);
		tick(c.mara, c.tomas, ['rota']);
		to(2, { minutes: 315 }, on(0, 11));
		expect(lines(c.mara, on(0, 12))).toMatchObject([{ ticks: ['rota'], open: false }]);
		to(3, { date: '2026-10-31', minutes: 60 }, on(0, 12));
		expect(said(c.mara, on(0, 13))).toEqual([['Was over on Tuesday 3 November', 'corrected since: no longer over']]);
	});

	it('what was logged in addition counts, long ago too', () => {
		works(c.tomas, tuesday, 310);
		logSession(db, c.tomas, { id: id(), start: on(tuesday, 15), end: on(tuesday, 16), workTypeId: work.images }, on(-5, 9));
		// Not what does not count, nor what was taken back.
		logSession(db, c.tomas, { id: id(), start: on(tuesday, 16), end: on(tuesday, 17), workTypeId: work.none }, on(-5, 10));
		const twice = logSession(
			db,
			c.tomas,
			{ id: id(), start: on(tuesday, 17), end: on(tuesday, 18), workTypeId: work.images },
			on(-5, 11)
		).id;
		voidEntry(db, c.tomas, { id: twice, version: 1, reason: 'twice' }, on(-5, 12));
		const long = made + 80 * DAY;
		expect(listsFor(db, c.mara, '2026-W46', long).lists[0]?.lines[0]?.limits[0]?.rest).toBe(
			'on Tuesday 3 November 2026: 6 h 10, with a limit of 5 h'
		);
	});
});

describe('who sees a line', () => {
	beforeEach(() => void works(c.tomas, tuesday, 340));

	it('every lead of the home team, and nobody else', () => {
		for (const lead of [c.mara, c.jonas]) expect(names(lead)).toEqual(['Tomas Reed']);
		for (const other of [c.nell, c.edda, c.otto, c.pia, c.rui, c.hale, c.ada, c.ines, c.tomas]) expect(names(other)).toEqual([]);
		for (const other of [c.edda, c.hale, c.ada, c.tomas])
			expect(listsFor(db, other, null, made)).toMatchObject({ lists: [], earlier: null, later: null });
	});

	it('not the lead whom the person has passed over: for them there is no line, no gap and no tick', () => {
		exclude(db, c.tomas, { personId: c.mara.id }, on(-3, 8));
		expect(lines(c.mara)).toEqual([]);
		expect(listsAtAGlance(db, c.mara, made)).toMatchObject([{ lines: 0, open: 0 }]);
		expect(JSON.stringify(listsFor(db, c.mara, null, made))).not.toContain('Tomas');
		expect(names(c.jonas)).toEqual(['Tomas Reed']);
		expect(refusalOf(() => tick(c.mara, c.tomas, ['rota'])).kind).toBe('not-found');
		expect(ownLinesFor(db, c.tomas, made)[0]?.readers).toEqual(['Jonas Pike']);
		exclude(db, c.tomas, { personId: c.jonas.id }, on(-3, 9));
		expect(lines(c.jonas)).toEqual([]);
		expect(ownLinesFor(db, c.tomas, made)[0]?.readers).toEqual([]);
		includeAgain(db, c.tomas, { personId: c.mara.id }, on(-3, 10));
		expect([names(c.mara), names(c.jonas)]).toEqual([['Tomas Reed'], []]);
	});

	it('a lead who is on it themselves sees the others’ lines; theirs is the other leads’', () => {
		giveRole(db, system, { id: id(), personId: c.mara.id, role: 'moderator', teamId: c.harbour }, on(-30, 9));
		const mara = c.again(c.mara);
		works(mara, thursday, 330);
		expect(names(mara)).toEqual(['Tomas Reed']);
		expect(names(c.jonas)).toEqual(['Mara Voss', 'Tomas Reed']);
		expect(refusalOf(() => tick(mara, mara, ['nothing'])).kind).toBe('not-found');
		tick(c.jonas, mara, ['nothing']);
		expect(ownLinesFor(db, mara, made + 2 * HOUR)[0]).toMatchObject({
			readers: ['Jonas Pike'],
			ticks: [{ words: 'nothing changes', by: 'Jonas Pike' }]
		});
	});

	it('the only lead, on it themselves: nobody, and they read that', () => {
		giveRole(db, system, { id: id(), personId: c.nell.id, role: 'moderator', teamId: c.quay }, on(-30, 9));
		const nell = c.again(c.nell);
		works(nell, tuesday, 330);
		expect(names(nell)).toEqual([]);
		expect(ownLinesFor(db, nell, made)).toMatchObject([{ team: 'Quay', readers: [] }]);
	});

	it('not somebody who leads no more', () => {
		const role =
			db.$client.prepare<[string], string>(`select id from roles where person_id = ? and role = 'lead'`).pluck().get(c.mara.id) ?? '';
		endRole(db, system, role, made);
		expect(names(c.again(c.mara))).toEqual([]);
	});

	it('nobody where the account was disabled', () => {
		disablePerson(db, c.ada, c.tomas.id, made);
		expect(names(c.mara, made + 1)).toEqual([]);
	});
});

describe('a change of team in mid-week', () => {
	it('each team reads what was found while it was the home team, and only about those who are still theirs', () => {
		works(c.tomas, tuesday, 340);
		setHomeTeam(db, system, { personId: c.tomas.id, teamId: c.quay }, on(-5, 12));
		works(c.tomas, thursday, 320);
		expect(said(c.mara)).toEqual([]);
		expect(said(c.nell)).toEqual([['20 min over on Thursday 5 November: 5 h 20, with a limit of 5 h']]);
		const tomas = c.again(c.tomas);
		expect(ownLinesFor(db, tomas, made).map(({ team, readers }) => [team, readers])).toEqual([
			['Harbour', []],
			['Quay', ['Nell Oram']]
		]);
		expect(names(c.mara, made + 7 * DAY, '2026-W46')).toEqual([]);
		expect(names(c.nell, made + 7 * DAY, '2026-W46')).toEqual(['Tomas Reed']);
		expect(ownLinesFor(db, tomas, made + 7 * DAY).map(({ readers }) => readers)).toEqual([[], ['Nell Oram']]);
	});

	it('takes a line from the list that lies there, at once: no line, no count and no tick', () => {
		works(c.tomas, tuesday, 340);
		expect([names(c.mara), listsAtAGlance(db, c.mara, made)[0]?.lines]).toEqual([['Tomas Reed'], 1]);
		setHomeTeam(db, system, { personId: c.tomas.id, teamId: c.quay }, made + HOUR);
		expect([names(c.mara, made + HOUR), listsAtAGlance(db, c.mara, made + HOUR)[0]?.lines]).toEqual([[], 0]);
		expect(refusalOf(() => tick(c.mara, c.tomas, ['rota'])).kind).toBe('not-found');
		expect(ownLinesFor(db, c.again(c.tomas), made + HOUR)[0]?.readers).toEqual([]);
	});
});

describe('a night worker', () => {
	it('whose Sunday is over only on Monday at noon is added then', () => {
		changeDays(db, system, { personId: c.tomas.id, zone: 'Europe/London', dayStart: '12:00', startDate: '2024-01-08' }, on(-30, 8));
		logSession(db, c.tomas, { id: id(), start: on(0, 2), end: on(0, 8), workTypeId: work.images }, on(0, 9, 30));
		expect(said(c.mara, on(0, 10))).toEqual([['1 h over on Sunday 8 November: 6 h, with a limit of 5 h', 'added later, today, 09:30']]);
	});
});

describe('ticks', () => {
	beforeEach(() => void works(c.tomas, tuesday, 340));
	const rows = () => db.select().from(listTicks).all();

	it('say who and when, to every lead and to the person', () => {
		tick(c.mara, c.tomas, ['break-cover', 'rota']);
		expect(lines(c.mara, made + 2 * HOUR)).toMatchObject([
			{ ticks: ['rota', 'break-cover'], open: false, ticked: { words: 'rota, break cover', by: 'You', when: 'today, 10:00' } }
		]);
		expect(lines(c.jonas, made + 2 * HOUR)).toMatchObject([{ ticked: { by: 'Mara Voss' }, before: [] }]);
		expect(ownLinesFor(db, c.tomas, made + 2 * HOUR)).toMatchObject([
			{
				made: 'Monday 9 November',
				coming: false,
				readers: ['Mara Voss', 'Jonas Pike'],
				ticks: [{ words: 'rota, break cover', by: 'Mara Voss' }]
			}
		]);
	});

	it('can be changed and taken back; what was there is kept', () => {
		tick(c.mara, c.tomas, ['rota']);
		tick(c.jonas, c.tomas, ['nothing'], made + 2 * HOUR);
		takeBackTicks(db, c.mara, { id: id(), teamId: c.harbour, week: '2026-W46', personId: c.tomas.id }, made + 3 * HOUR);
		expect(rows()).toHaveLength(3);
		expect(lines(c.mara, made + 4 * HOUR)).toMatchObject([
			{
				ticks: [],
				ticked: null,
				open: true,
				before: [{ words: 'rota' }, { words: 'nothing changes', by: 'Jonas Pike' }, { words: 'taken back', by: 'You' }]
			}
		]);
		expect(ownLinesFor(db, c.tomas, made + 4 * HOUR)[0]?.ticks.map(({ words }) => words)).toEqual([
			'rota',
			'nothing changes',
			'taken back'
		]);
	});

	it('twice is once, and taking back nothing does nothing', () => {
		const form = id();
		tick(c.mara, c.tomas, ['rota'], made + HOUR, form);
		tick(c.jonas, c.tomas, ['other-work'], made + 2 * HOUR);
		tick(c.mara, c.tomas, ['rota'], made + 3 * HOUR, form);
		tick(c.mara, c.tomas, ['other-work'], made + 4 * HOUR);
		expect(rows().map(({ actorId, rota, otherWork }) => [actorId === c.mara.id, rota, otherWork])).toEqual([
			[true, true, false],
			[false, false, true]
		]);
		works(c.ines, thursday, 330, on(0, 15));
		takeBackTicks(db, c.mara, { id: id(), teamId: c.harbour, week: '2026-W46', personId: c.ines.id }, on(0, 16));
		expect(rows()).toHaveLength(2);
	});

	it('are taken back by nobody who does not see the line', () => {
		tick(c.mara, c.tomas, ['rota']);
		const line = { teamId: c.harbour, week: '2026-W46', personId: c.tomas.id };
		exclude(db, c.tomas, { personId: c.jonas.id }, on(0, 11));
		for (const stranger of [c.nell, c.edda, c.hale, c.ada, c.tomas, c.jonas])
			expect(refusalOf(() => takeBackTicks(db, stranger, { id: id(), ...line }, on(0, 12))).kind).toBe('not-found');
		expect(rows()).toHaveLength(1);
	});

	it.each([
		[[], 'Please tick what changes, or “Nothing changes”.'],
		[['nothing', 'rota'], 'Please tick either “Nothing changes” or what changes, not both.']
	] as [ListChange[], string][])('%j is refused beside the field', (changes, sentence) => {
		expect(refusalOf(() => tick(c.mara, c.tomas, changes)).fields).toEqual({ changes: sentence });
		expect(rows()).toEqual([]);
	});

	it('of a stranger, of nobody on the list, or of a list that is none are "not found"', () => {
		for (const stranger of [c.nell, c.edda, c.otto, c.rui, c.hale, c.ada, c.ines, c.tomas])
			expect(refusalOf(() => tick(stranger, c.tomas, ['rota'])).kind).toBe('not-found');
		const kind = (about: Viewer, week: string, team = c.harbour, now = made + HOUR) =>
			refusalOf(() => tick(c.mara, about, ['rota'], now, id(), week, team)).kind;
		expect([kind(c.ines, '2026-W46'), kind(c.tomas, '2026-W45'), kind(c.tomas, '2026-W47'), kind(c.tomas, 'W46')]).toEqual(
			Array(4).fill('not-found')
		);
		expect([
			kind(c.tomas, '2026-W46', c.quay),
			kind(c.tomas, '2026-W46', 'nothing'),
			kind(c.tomas, '2026-W46', c.harbour, made - 1)
		]).toEqual(Array(3).fill('not-found'));
		expect(rows()).toEqual([]);
	});

	it('nothing is stored where it cannot be stored whole', () => {
		db.$client.exec(`create trigger none before insert on list_ticks begin select raise(abort, 'no'); end`);
		const form = id();
		expect(() => tick(c.mara, c.tomas, ['rota'], made + HOUR, form)).toThrow();
		db.$client.exec('drop trigger none');
		tick(c.mara, c.tomas, ['rota'], made + HOUR, form);
		expect(rows()).toHaveLength(1);
	});
});

describe('a tick counts for what the lead saw', () => {
	const line = () => ({ teamId: c.harbour, week: '2026-W46', personId: c.tomas.id });
	const shown = (now: number) => lines(c.mara, now)[0]?.shown;
	beforeEach(() => void works(c.tomas, tuesday, 340));

	it('not for a limit that was added since the page was opened: the line is shown anew', () => {
		const [before, form] = [shown(made), id()];
		works(c.tomas, thursday, 310, made + MINUTE);
		const refused = refusalOf(() => tickAsShown(c.mara, line(), ['rota'], made + 2 * MINUTE, form, before));
		expect(refused.kind).toBe('conflict');
		expect(refused.message).toContain('This line has changed since you opened the page');
		expect(db.select().from(listTicks).all()).toEqual([]);
		tickAsShown(c.mara, line(), ['rota'], made + 3 * MINUTE, form, shown(made + 3 * MINUTE));
		expect(lines(c.mara, made + HOUR)).toMatchObject([{ open: false, ticks: ['rota'] }]);
	});

	it('the same form twice is taken, whatever was added between', () => {
		const [before, form] = [shown(made), id()];
		tickAsShown(c.mara, line(), ['rota'], made + MINUTE, form, before);
		works(c.tomas, thursday, 310, made + 2 * MINUTE);
		tickAsShown(c.mara, line(), ['rota'], made + 3 * MINUTE, form, before);
		expect(db.select().from(listTicks).all()).toHaveLength(1);
		expect(lines(c.mara, made + HOUR)).toMatchObject([{ open: true }]);
	});

	it('another lead’s tick meanwhile does not change the line', () => {
		const before = shown(made);
		tick(c.jonas, c.tomas, ['nothing'], made + MINUTE);
		tickAsShown(c.mara, line(), ['rota'], made + 2 * MINUTE, id(), before);
		expect(lines(c.mara, made + HOUR)).toMatchObject([{ ticks: ['rota'], before: [{ words: 'nothing changes' }] }]);
	});

	it('by the order of things, whatever the clock said', () => {
		works(c.tomas, thursday, 310, made + 2 * HOUR);
		// The clock is put back by an hour and a half.
		tick(c.mara, c.tomas, ['rota'], made + HOUR);
		expect(lines(c.mara, made + 3 * HOUR)).toMatchObject([{ open: false }]);
		tick(c.mara, c.tomas, ['nothing'], made + 6 * HOUR);
		works(c.tomas, -3, 320, made + 5 * HOUR);
		expect(lines(c.mara, made + 7 * HOUR)).toMatchObject([{ open: true }]);
	});

	it('asks again for what was corrected, and then logged anew', () => {
		const session = works(c.tomas, thursday, 420);
		tick(c.mara, c.tomas, ['rota']);
		voidEntry(db, c.tomas, { id: session, version: 1, reason: 'by-mistake' }, made + 2 * HOUR);
		expect(lines(c.mara, made + 3 * HOUR)).toMatchObject([{ open: false }]);
		works(c.tomas, thursday, 420, made + 4 * HOUR);
		expect(lines(c.mara, made + 5 * HOUR)).toMatchObject([{ open: true }]);
	});
});

describe('days that are counted anew leave every line as it was', () => {
	const usual = { zone: 'Europe/London', dayStart: '00:00', startDate: '2024-01-08' };
	const count = (days: Partial<typeof usual>, at: number) => changeDays(db, system, { personId: c.tomas.id, ...usual, ...days }, at);
	const seen = (now: number) => {
		const tomas = c.again(c.tomas);
		const rights = { id: tomas.id, teamId: c.harbour, allTeams: false, passed: false } as Rights;
		return [said(c.mara, now), ownLinesFor(db, tomas, now)[0]?.limits, limitsSeen(db, c.mara, rights, now).lists[0]?.limits];
	};

	it.each([
		['an earlier start date', { startDate: '2026-10-26' }, {}, 170],
		['another start of day', {}, { dayStart: '12:00' }, 320],
		['another zone', {}, { zone: 'Pacific/Auckland' }, 320],
		['another zone at the other end of the day', {}, { zone: 'Pacific/Honolulu' }, 320]
	])('%s', (_, first, then, minutes) => {
		count(first, on(-20, 8));
		works(c.tomas, tuesday, minutes);
		const before = seen(made + HOUR);
		expect(before[0]).toEqual([[expect.stringContaining('20 min over on Tuesday 3 November')]]);
		count(then, made + HOUR);
		expect(seen(made + 2 * HOUR)).toEqual(before);
		expect(listsReady(db, c.mara, made + 2 * HOUR)).toHaveLength(1);
	});

	it.each([[{ dayStart: '12:00' }], [{ zone: 'Pacific/Auckland' }], [{ zone: 'Pacific/Honolulu' }]])(
		'after an amendment too: %j',
		(then) => {
			const session = works(c.tomas, tuesday, 340);
			const shorter = { formId: id(), id: session, version: 1, workTypeId: work.images, start: on(tuesday, 8), end: on(tuesday, 13, 20) };
			amend(db, c.tomas, shorter, on(-5, 12));
			const before = seen(made + HOUR);
			expect(before[0]).toEqual([['20 min over on Tuesday 3 November: 5 h 20, with a limit of 5 h']]);
			count(then, made + HOUR);
			expect(seen(made + 2 * HOUR)).toEqual(before);
		}
	);

	it('a week of long days, there and back', () => {
		for (const day of [-7, -6, -5, -4, -3]) works(c.tomas, day, 360);
		const before = seen(made + HOUR);
		expect(before[0]).toHaveLength(6);
		count({ dayStart: '11:00' }, made + HOUR);
		expect(seen(made + 2 * HOUR)).toEqual(before);
		count({}, made + 2 * HOUR);
		expect(seen(made + 3 * HOUR)).toEqual(before);
	});

	it('a true correction afterwards still reads as one, and what was corrected is seen by the days of then', () => {
		const session = works(c.tomas, tuesday, 320);
		count({ dayStart: '12:00' }, made + HOUR);
		expect(said(c.mara, made + 2 * HOUR)).toEqual([['20 min over on Tuesday 3 November: 5 h 20, with a limit of 5 h']]);
		voidEntry(db, c.tomas, { id: session, version: 1, reason: 'by-mistake' }, made + 2 * HOUR);
		expect(said(c.mara, made + 3 * HOUR)).toEqual([['Was over on Tuesday 3 November', 'corrected since: no longer over']]);
	});
});

describe('earlier lists', () => {
	it('can be read for half a year', () => {
		works(c.tomas, tuesday, 340);
		const now = made + 26 * 7 * DAY;
		expect(names(c.mara, now, '2026-W46')).toEqual(['Tomas Reed']);
		expect(listsFor(db, c.mara, '2026-W46', now)).toMatchObject({ earlier: null, later: '2026-W47' });
		expect(refusalOf(() => listsFor(db, c.mara, '2026-W46', now + 7 * DAY)).kind).toBe('not-found');
	});

	it('lead one to the next, down to when the team began', () => {
		expect(listsFor(db, c.mara, null, made)).toMatchObject({ earlier: '2026-W45', later: null });
		expect(listsFor(db, c.mara, '2026-W45', made)).toMatchObject({ earlier: '2026-W44', later: '2026-W46' });
		// Made on Wednesday 30 September, the team had its first list on Monday.
		expect(listsFor(db, c.mara, '2026-W41', made)).toMatchObject({ earlier: null, later: '2026-W42' });
		expect(refusalOf(() => listsFor(db, c.mara, '2026-W40', made)).kind).toBe('not-found');
	});

	it.each(['2026-W47', '2026-W54', '2026-W00', '2027-W53', 'today', '', '2026-W46 ', '0000-W01', '9999-W52'])('%j is none', (week) => {
		expect(refusalOf(() => listsFor(db, c.mara, week, made)).kind).toBe('not-found');
	});

	it('a team younger than its first list says so', () => {
		const db2 = memoryDb();
		const young = cast(db2, made + HOUR);
		expect(listsFor(db2, young.mara, null, made + 2 * HOUR)).toEqual({ lists: [], without: ['Harbour'], earlier: null, later: null });
		expect(listsAtAGlance(db2, young.mara, made + 2 * HOUR)).toEqual([]);
	});
});

describe('what the person reads', () => {
	it('before the list is made: that it will stand there, and who will see it', () => {
		works(c.tomas, tuesday, 340);
		expect(ownLinesFor(db, c.tomas, on(-5, 9))).toEqual([
			{
				...{ id: `2026-W46 ${c.harbour}`, team: 'Harbour', made: 'Monday 9 November', coming: true, ticks: [] },
				limits: [{ what: '40 min over', rest: 'on Tuesday 3 November: 5 h 40, with a limit of 5 h', notes: [] }],
				readers: ['Mara Voss', 'Jonas Pike']
			}
		]);
	});

	it('nothing where no limit was passed, nor what is long ago', () => {
		expect(ownLinesFor(db, c.ines, made)).toEqual([]);
		works(c.tomas, tuesday, 340);
		expect(ownLinesFor(db, c.tomas, made + 60 * DAY)).toEqual([]);
	});

	it('in the guide, who learns of it', () => {
		const row = limitsFor(db, c.tomas).rows.find(({ what }) => what === 'Over the day’s limit');
		expect(row?.who).toBe('you, and your team’s leads once a week, on a list about the rota');
	});
});

it('the first of a year can lie in the last week of another', () => {
	expect(isoWeekOfDay(epochDay('2027-01-01'))).toBe('2026-W53');
});
