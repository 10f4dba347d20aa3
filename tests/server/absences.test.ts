import { randomUUIDv7 } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { ownAbsences, teamAbsences } from '#lib/server/absence-lists.ts';
import { changeAbsence, comeBack, enterAbsence, takeBackAbsence } from '#lib/server/absences.ts';
import { awayFor, goAway } from '#lib/server/away.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { formIds } from '#lib/server/fields.ts';
import { disablePerson, setHomeTeam } from '#lib/server/people.ts';
import { recipientsOf } from '#lib/server/recipients.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { storedFacts } from '#lib/server/stored-facts.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

const id = () => crypto.randomUUID();
/** Monday 9 November 2026, eleven in the morning. */
const now = monday + HOUR;

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday);
});

/** Ines enters her own leave, unless told otherwise. Returns its id. */
function enter(from: string, to: string, more: { by?: Viewer; of?: Viewer; sure?: string; at?: number } = {}): string {
	const { by = c.ines, of = by, sure = null, at = now } = more;
	const form = { id: id(), personId: of.id, from, to, sure };
	enterAbsence(db, by, form, at);
	return form.id;
}
const change = (of: string, from: string, to: string, by: Viewer = c.ines, at = now + HOUR) =>
	changeAbsence(db, by, { formId: id(), id: of, from, to, sure: null }, at);
const coming = (who: Viewer = c.ines, at = now) => ownAbsences(db, who, at).coming.map(({ words }) => words);
const past = (who: Viewer = c.ines, at = now) => ownAbsences(db, who, at).past.map(({ words }) => words);
const stored = () => db.$client.prepare('select count(*) from absences').pluck().get();
const facts = (who: Viewer) => [...storedFacts(db)].filter((fact) => 'person' in fact && fact.person === who.id).slice(2);

function agrees(): void {
	const differences: unknown[] = [];
	compareWithReplay(db, (difference) => differences.push(difference));
	expect(differences).toEqual([]);
}

describe('Ines enters her own leave', () => {
	test('dates only: she sees what is to come first, and what has passed', () => {
		enter('2026-12-24', '2027-01-03');
		enter('2026-11-16', '2026-11-20');
		enter('2026-11-02', '2026-11-02');
		enter('2026-11-09', '2026-11-10');
		expect(coming()).toEqual(['9 to 10 November', '16 to 20 November', '24 December 2026 to 3 January 2027']);
		expect(ownAbsences(db, c.ines, now).coming.map((absence) => absence.now)).toEqual([true, false, false]);
		expect(past()).toEqual(['Monday 2 November']);
		expect(coming(c.tomas)).toEqual([]);
	});

	test('once, however often the form is sent; a used form stands for nothing else', () => {
		const form = { id: id(), personId: c.ines.id, from: '2026-11-16', to: '2026-11-20', sure: null };
		enterAbsence(db, c.ines, form, now);
		enterAbsence(db, c.ines, form, now + MINUTE);
		expect(stored()).toBe(1);
		expect(() => enterAbsence(db, c.ines, { ...form, to: '2026-11-21' }, now)).toThrow(/with something else in it/);
		expect(() => enterAbsence(db, c.tomas, { ...form, personId: c.tomas.id }, now)).toThrow(/with something else in it/);
		expect(stored()).toBe(1);
	});

	test.each([
		['the last day before the first', '2026-11-20', '2026-11-19', 'The last day lies before the first.'],
		['a year too far', '2027-11-11', '2027-11-12', 'more than a year ahead'],
		['long ago', '2026-08-08', '2026-08-10', 'more than three months ago'],
		['the wrong year at the end', '2026-11-16', '2027-11-17', 'That would be 367 days, and an absence has at most a year.'],
		['the wrong year at the end, by two', '2026-11-16', '2028-11-20', 'Please check the year.']
	])('%s is refused in words, and nothing is stored', (_, from, to, words) => {
		expect(() => enter(from, to, { sure: to })).toThrow(words);
		expect(stored()).toBe(0);
	});

	test.each([
		['one day', '2026-11-20', '2026-11-20'],
		['as far ahead as it goes', '2027-11-10', '2027-11-11'],
		['as long ago as it goes', '2026-08-09', '2026-08-10'],
		['60 days', '2026-11-16', '2027-01-14']
	])('%s is taken', (_, from, to) => {
		enter(from, to);
		expect(stored()).toBe(1);
	});

	test('a long absence is asked about, with its year, and taken once that very date was confirmed', () => {
		const question = 'That is 61 days, until Friday 15 January 2027. Is that right?';
		expect(() => enter('2026-11-16', '2027-01-15')).toThrow(question);
		expect(() => enter('2026-11-16', '2027-01-15', { sure: '2027-01-14' })).toThrow(question);
		expect(stored()).toBe(0);
		enter('2026-11-16', '2027-01-15', { sure: '2027-01-15' });
		enter('2027-02-01', '2028-02-01', { sure: '2028-02-01' });
		expect(stored()).toBe(2);
	});

	test('not twice for one day', () => {
		enter('2026-11-16', '2026-11-20');
		expect(() => enter('2026-11-20', '2026-11-22')).toThrow('You are away 16 to 20 November already.');
		enter('2026-11-21', '2026-11-22');
		expect(() => enter('2026-11-10', '2026-11-30', { by: c.mara, of: c.ines })).toThrow(
			/^They are away on some of these dates already\. Please change that entry, or choose other dates\.$/
		);
	});
});

describe('Dates that change', () => {
	test('are a new entry in place of the old one: moved, shortened, made longer', () => {
		const leave = enter('2026-11-16', '2026-11-20');
		const form = { formId: id(), id: leave, from: '2026-11-17', to: '2026-11-19', sure: null };
		changeAbsence(db, c.ines, form, now + HOUR);
		changeAbsence(db, c.ines, form, now + 2 * HOUR);
		expect(coming()).toEqual(['17 to 19 November']);
		expect(stored()).toBe(2);
		change(form.formId, '2026-11-17', '2026-12-02', c.ines, now + 3 * HOUR);
		expect(coming()).toEqual(['17 November to 2 December']);
		expect(() => change(leave, '2026-11-01', '2026-11-02')).toThrow('These dates were changed or taken back meanwhile.');
	});

	test('left as they are, they are stored no second time', () => {
		change(enter('2026-11-16', '2026-11-20'), '2026-11-16', '2026-11-20');
		expect(stored()).toBe(1);
	});

	test('are looked at as those of a new entry, but a first day that stays may lie long ago', () => {
		const leave = enter('2026-11-16', '2026-11-20');
		expect(() => change(leave, '2026-11-16', '2026-11-15')).toThrow('The last day lies before the first.');
		expect(() => change(leave, '2026-11-16', '2027-06-01')).toThrow('Is that right?');
		enter('2026-11-23', '2026-11-24');
		expect(() => change(leave, '2026-11-16', '2026-11-23')).toThrow('You are away 23 to 24 November already.');
		const later = now + 100 * DAY;
		change(leave, '2026-11-16', '2026-11-18', c.ines, later);
		expect(past(c.ines, later)).toEqual(['23 to 24 November 2026', '16 to 18 November 2026']);
	});

	test('can be taken back altogether, twice as well as once', () => {
		const leave = enter('2026-11-16', '2026-11-20');
		takeBackAbsence(db, c.ines, leave, now + HOUR);
		takeBackAbsence(db, c.ines, leave, now + 2 * HOUR);
		expect(coming()).toEqual([]);
		expect(facts(c.ines).slice(-2)).toEqual([
			{ type: 'absence', at: now, person: c.ines.id, from: '2026-11-16', to: '2026-11-20' },
			{ type: 'absences-corrected', at: now + HOUR, person: c.ines.id, absences: [] }
		]);
		agrees();
	});

	test('an absence is never overwritten: what it was, and who changed it when, stays', () => {
		change(enter('2026-11-16', '2026-11-20'), '2026-11-16', '2026-11-18');
		expect(db.$client.prepare('select from_date, to_date, ended_at, ended_by from absences order by recorded_at').raw().all()).toEqual([
			['2026-11-16', '2026-11-20', now + HOUR, c.ines.id],
			['2026-11-16', '2026-11-18', null, null]
		]);
	});
});

describe('A lead', () => {
	test('enters dates for somebody of the home team, who sees who it was and can change them', () => {
		const leave = enter('2026-11-16', '2026-11-20', { by: c.mara, of: c.ines });
		expect(ownAbsences(db, c.ines, now).coming).toMatchObject([{ words: '16 to 20 November', enteredBy: 'Mara Voss' }]);
		change(leave, '2026-11-16', '2026-11-17');
		expect(ownAbsences(db, c.ines, now).coming).toMatchObject([{ words: '16 to 17 November', enteredBy: null }]);
		agrees();
	});

	test('puts right what a lead entered, but not what Ines entered or changed herself', () => {
		const leave = enter('2026-11-16', '2026-11-20', { by: c.mara, of: c.ines });
		const own = enter('2026-12-01', '2026-12-02');
		change(leave, '2026-11-16', '2026-11-19', c.jonas);
		const changeable = () =>
			teamAbsences(db, c.mara, now).teams[0]?.months.flatMap(({ absences }) => absences.map((row) => row.change?.id ?? null));
		const [by] = changeable() ?? [];
		expect(changeable()).toEqual([expect.any(String), null]);
		expect(() => change(own, '2026-12-01', '2026-12-01', c.mara)).toThrow('There is nothing here');
		expect(() => takeBackAbsence(db, c.mara, own, now)).toThrow('There is nothing here');
		change(by ?? '', '2026-11-16', '2026-11-18', c.ines, now + 2 * HOUR);
		expect(changeable()).toEqual([null, null]);
	});

	test.each(['nell', 'edda', 'hale', 'ada', 'rui', 'tomas'] as const)(
		'%s leads no team of hers and can enter, change and see nothing',
		(who) => {
			const leave = enter('2026-11-16', '2026-11-20', { by: c.mara, of: c.ines });
			const unknown = { id: id() } as Viewer;
			for (const of of [c.ines, unknown]) {
				expect(() => enter('2026-12-01', '2026-12-02', { by: c[who], of })).toThrow('Please choose somebody from the list.');
			}
			expect(() => change(leave, '2026-11-16', '2026-11-17', c[who])).toThrow('There is nothing here');
			expect(() => takeBackAbsence(db, c[who], leave, now)).toThrow('There is nothing here');
			expect(JSON.stringify(teamAbsences(db, c[who], now))).not.toContain('Ines');
		}
	);

	test('sees the home team by month, two weeks back and eight ahead: who, when, and nothing else', () => {
		enter('2026-10-20', '2026-10-25', { by: c.tomas });
		enter('2026-10-20', '2026-10-26', { by: c.wen });
		enter('2026-11-09', '2026-11-10', { by: c.bea });
		enter('2026-11-30', '2026-12-02', { by: c.mara });
		enter('2027-01-04', '2027-01-08', { by: c.kit });
		enter('2027-01-05', '2027-01-08', { by: c.ines });
		enter('2026-11-09', '2026-11-10', { by: c.sol });
		const [harbour, ...others] = teamAbsences(db, c.mara, now).teams;
		expect(others).toEqual([]);
		expect(
			harbour?.months.map(({ month, absences }) => [
				month,
				...absences.map(({ person, words, now: away }) => `${person} ${words}${away ? ', now' : ''}`)
			])
		).toEqual([
			['October', 'Wen Alder 20 to 26 October'],
			['November', 'Bea Lund 9 to 10 November, now', 'You 30 November to 2 December'],
			['January 2027', 'Kit Ferro 4 to 8 January 2027']
		]);
		expect(Object.keys(harbour?.months[0]?.absences[0] ?? {}).sort()).toEqual(['change', 'now', 'person', 'words']);
	});

	test('never learns when somebody entered their dates: no id of it, and forms whose ids say no time', () => {
		const entered = (by: Viewer, of: Viewer, at: string, form: string) =>
			enterAbsence(db, by, { id: form, personId: of.id, from: at, to: at, sure: null }, now);
		entered(c.bea, c.bea, '2026-11-09', randomUUIDv7());
		entered(c.kit, c.kit, '2026-11-30', randomUUIDv7());
		entered(c.mara, c.mara, '2026-12-07', randomUUIDv7());
		entered(c.jonas, c.wen, '2026-12-14', formIds('enter').enter);
		goAway(db, c.tomas, { id: randomUUIDv7(), until: '2026-11-20', deputyId: null }, now);
		comeBack(db, c.tomas, now + 2 * DAY);
		const page = { ...teamAbsences(db, c.mara, now + 2 * DAY), formIds: formIds('enter') };
		const absences = page.teams.flatMap(({ months }) => months.flatMap((month) => month.absences));
		expect(absences).toHaveLength(5);
		expect(absences.filter(({ change }) => change !== null).map(({ person }) => person)).toEqual(['Wen Alder']);
		const ids = JSON.stringify(page).match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
		const moments = ids.map((each) => parseInt(each.replace('-', '').slice(0, 12), 16));
		expect(ids.length).toBeGreaterThan(3);
		expect(moments.filter((at) => Math.abs(Date.now() - at) < DAY)).toEqual([]);
	});

	test('sees nobody who has moved on or left, and lists everybody else to enter dates for', () => {
		enter('2026-11-16', '2026-11-20', { by: c.bea });
		enter('2026-11-16', '2026-11-20', { by: c.wen });
		setHomeTeam(db, system, { personId: c.bea.id, teamId: c.quay }, now + HOUR);
		disablePerson(db, c.ada, c.wen.id, now + HOUR);
		const [harbour] = teamAbsences(db, c.mara, now + 2 * HOUR).teams;
		expect(harbour?.months).toEqual([]);
		expect(harbour?.members.map(({ name }) => name)).toEqual([
			...['Edda Quill', 'Ines Calder', 'Jonas Pike', 'Kit Ferro', 'Pia Dorn', 'Rui Tamm', 'Tomas Reed']
		]);
		expect(() => enter('2026-12-01', '2026-12-02', { by: c.mara, of: c.bea })).toThrow('Please choose somebody from the list.');
	});
});

describe('“I’m back”', () => {
	test('ends what holds today: prompts come to Mara again at once, and what is to come stays', () => {
		goAway(db, c.mara, { id: id(), until: '2026-11-20', deputyId: c.jonas.id }, now);
		enter('2026-12-01', '2026-12-02', { by: c.mara, at: now + MINUTE });
		askFor(db, c.ines, c.mara, 'lead', now + HOUR);
		const first = () => recipientsOf(db, alertOf(db, c.ines), now + 26 * HOUR)[0]?.name;
		expect(first()).toBe('Jonas Pike');
		comeBack(db, c.mara, now + 25 * HOUR);
		comeBack(db, c.mara, now + 26 * HOUR);
		expect(first()).toBe('Mara Voss');
		expect(awayFor(db, c.mara, now + 26 * HOUR).now).toBeNull();
		expect(coming(c.mara, now + 26 * HOUR)).toEqual(['1 to 2 December']);
		expect(past(c.mara, now + 26 * HOUR)).toEqual(['Monday 9 November']);
		agrees();
	});

	test('on the same day there was no absence at all', () => {
		goAway(db, c.mara, { id: id(), until: '2026-11-20', deputyId: null }, now);
		comeBack(db, c.mara, now + HOUR);
		expect([coming(c.mara), past(c.mara, now + DAY)]).toEqual([[], []]);
	});

	test('does nothing for whoever is there', () => {
		comeBack(db, c.mara, now);
		expect(stored()).toBe(0);
	});

	test('away for another time, shorter as well: it is until then, from when it began', () => {
		goAway(db, c.mara, { id: id(), until: '2026-11-20', deputyId: null }, now);
		const shorter = { id: id(), until: '2026-11-11', deputyId: c.jonas.id };
		expect(() => goAway(db, c.mara, shorter, now + 25 * HOUR)).toThrow(
			'You are away until 20 November already. Is it to be only until tomorrow?'
		);
		goAway(db, c.mara, { ...shorter, sure: '2026-11-11' }, now + 25 * HOUR);
		expect(coming(c.mara, now + 26 * HOUR)).toEqual(['9 to 11 November']);
		expect(awayFor(db, c.mara, now + 26 * HOUR).now).toEqual({ until: 'tomorrow', deputy: 'Jonas Pike' });
		agrees();
	});

	test('planned leave is not cut short by naming a deputy: the form begins with it as it is', () => {
		enter('2026-11-09', '2026-11-20', { by: c.mara });
		const { form } = awayFor(db, c.mara, now + DAY);
		expect(form).toEqual({ until: '2026-11-20', deputyId: null });
		goAway(db, c.mara, { id: id(), ...form, deputyId: c.jonas.id }, now + DAY);
		expect(coming(c.mara, now + DAY)).toEqual(['9 to 20 November']);
		expect(awayFor(db, c.mara, now + 2 * DAY).form).toEqual({ until: '2026-11-20', deputyId: c.jonas.id });
		expect(() => goAway(db, c.mara, { id: id(), until: '2026-11-10', deputyId: null }, now + DAY)).toThrow('only until today?');
		expect(coming(c.mara, now + DAY)).toEqual(['9 to 20 November']);
	});

	test('whoever is there begins with today and the first deputy', () => {
		enter('2026-11-16', '2026-11-20', { by: c.mara });
		expect(awayFor(db, c.mara, now).form).toEqual({ until: '2026-11-09', deputyId: c.jonas.id });
		expect(awayFor(db, c.rui, now).form).toEqual({ until: '2026-11-09', deputyId: null });
	});

	test('away until a day of leave that is planned already is refused, as on every other form', () => {
		enter('2026-12-01', '2026-12-10', { by: c.mara });
		const until = (to: string) => goAway(db, c.mara, { id: id(), until: to, deputyId: null }, now + HOUR);
		for (const to of ['2026-12-01', '2026-12-05', '2026-12-20']) {
			expect(refusalOf(() => until(to)).fields).toEqual({ until: expect.stringContaining('You are away 1 to 10 December already.') });
		}
		until('2026-11-30');
		expect(refusalOf(() => until('2026-12-01')).fields).toHaveProperty('until');
		expect(coming(c.mara, now + HOUR)).toEqual(['9 to 30 November', '1 to 10 December']);
	});

	test('a long time away is asked about as well', () => {
		expect(() => goAway(db, c.mara, { id: id(), until: '2027-11-09', deputyId: null }, now)).toThrow(
			'That is 366 days, until Tuesday 9 November 2027. Is that right?'
		);
		goAway(db, c.mara, { id: id(), until: '2027-11-09', deputyId: null, sure: '2027-11-09' }, now);
		expect(stored()).toBe(1);
	});
});

describe('Clocks', () => {
	const dueAt = () => alertOf(db, c.ines).dueAt;
	const events = () =>
		db.$client
			.prepare<[string], [string, number]>(`select event, at from alert_events where person_id = ? order by id`)
			.raw()
			.all(c.ines.id);

	test('stand still while Ines is away, and run as if she had never been once it is taken back', () => {
		exceed(db, c.ines, now);
		const usual = dueAt();
		const leave = enter('2026-11-10', '2026-11-13', { at: now + HOUR });
		expect(dueAt()).toBe((usual ?? 0) + 6 * DAY);
		takeBackAbsence(db, c.ines, leave, now + 2 * HOUR);
		expect(dueAt()).toBe(usual);
		catchUp(db, c.ines.id, now + 10 * DAY);
		expect(events()).toEqual([
			['raised', now],
			['escalated', usual]
		]);
		agrees();
	});

	test('one that would have run out meanwhile runs out as the absence is taken back, once', () => {
		exceed(db, c.ines, now);
		const leave = enter('2026-11-10', '2026-11-13', { at: now + HOUR });
		takeBackAbsence(db, c.ines, leave, now + 5 * DAY);
		expect(events()).toEqual([
			['raised', now],
			['escalated', now + 5 * DAY]
		]);
		agrees();
	});

	test('do not run out on the way from one set of dates to another', () => {
		exceed(db, c.ines, now);
		const leave = enter('2026-11-09', '2026-11-20', { at: now + HOUR });
		// All but the last day stays: had the old dates ended first, the clock would have run out here.
		change(leave, '2026-11-09', '2026-11-19', c.ines, now + 7 * DAY);
		expect(events()).toEqual([['raised', now]]);
		agrees();
	});
});
