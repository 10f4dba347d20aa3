import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { accessEntries } from '#lib/server/db/schema/access.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { changeOptional, optionalPage } from '#lib/server/optional-parts.ts';
import { disablePerson, setHomeTeam } from '#lib/server/people.ts';
import { openablePeople, openPart, personPage, type RecordPart, type StatedPurpose } from '#lib/server/people-records.ts';
import { whoMayOpen } from '#lib/server/person-rights.ts';
import { confirmRole, endRole, giveRole } from '#lib/server/roles.ts';
import { exclusions, roles } from '#lib/server/db/schema/people.ts';
import { chooseSharing, exclude, includeAgain, sharingOf } from '#lib/server/sharing.ts';
import { startTimer } from '#lib/server/timers.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { DAY, HOUR, MINUTE } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf, workIds } from '../support/exposure.ts';

/** Tuesday 10 November 2026, 10:00 in London: the list of the week before was made on Monday. */
const now = Date.UTC(2026, 10, 10, 10);

let db: Db;
let c: Cast;
let work: ReturnType<typeof workIds>;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, now - 60 * DAY);
	work = workIds(db);
});

const id = () => crypto.randomUUID();
/** A session of so many hours that began at 08:00 so many days ago. */
const works = (who: Viewer, daysAgo: number, hours: number) => {
	const start = now - daysAgo * DAY - 2 * HOUR;
	logSession(db, who, { id: id(), start, end: start + hours * HOUR, workTypeId: work.images, violent: 'yes' }, start + hours * HOUR);
};
const open = (viewer: Viewer, whose: Viewer, part: RecordPart, purpose: StatedPurpose | null = null, at = now) =>
	openPart(db, viewer, { personId: whose.id, part, purpose }, at);
const outcome = (viewer: Viewer, whose: Viewer, part: RecordPart, purpose: StatedPurpose | null = 'review', at = now) => {
	try {
		return open(viewer, whose, part, purpose, at) === null ? 'asks why' : 'open';
	} catch {
		return refusalOf(() => open(viewer, whose, part, purpose, at)).kind;
	}
};
const names = (viewer: Viewer) => openablePeople(db, viewer).map(({ name }) => name);
const entries = () => db.select().from(accessEntries).all();
const turnOn = () => db.update(organisation).set({ leadHours: true }).run();
const name = (who: Viewer, ...officers: Viewer[]) => chooseSharing(db, who, { prompt: [], trends: officers.map((each) => each.id) }, now);
const pulse = (who: Viewer, answers: number[], at: number) => recordCheckIn(db, who, { id: id(), instrument: 'pulse', answers }, at);
const roleOf = (who: Viewer) => db.select().from(roles).where(eq(roles.personId, who.id)).get()?.id ?? '';

describe('who may open which part', () => {
	const parts: RecordPart[] = ['limits', 'hours', 'agreed', 'trends'];
	/** By domain.md §6: limits, hours (with a reason given), lower limits that were agreed, trends of Ines, who has named nobody. */
	it.each([
		['a lead of the home team', 'mara', ['open', 'not-found', 'not-found', 'not-found']],
		['the welfare officer of the home team', 'edda', ['open', 'open', 'open', 'not-found']],
		['the head of welfare', 'hale', ['open', 'open', 'open', 'not-found']],
		['a lead of another team', 'nell', ['not-found', 'not-found', 'not-found', 'not-found']],
		['an officer of another team', 'otto', ['not-found', 'not-found', 'not-found', 'not-found']],
		['an officer of another employer', 'pia', ['not-found', 'not-found', 'not-found', 'not-found']],
		['a peer', 'rui', ['not-found', 'not-found', 'not-found', 'not-found']],
		['a colleague', 'tomas', ['not-found', 'not-found', 'not-found', 'not-found']],
		['an administrator', 'ada', ['not-found', 'not-found', 'not-found', 'not-found']],
		['the person: their own pages are elsewhere', 'ines', ['not-found', 'not-found', 'not-found', 'not-found']]
	] as const)('%s', (_, who, expected) => {
		expect(parts.map((part) => outcome(c[who], c.ines, part))).toEqual(expected);
	});

	it('a secondee’s hours and limits: the host’s leads, the officer of their own employer, not the host’s officer', () => {
		expect(parts.map((part) => outcome(c.pia, c.kit, part))).toEqual(['open', 'open', 'open', 'not-found']);
		expect(outcome(c.edda, c.kit, 'limits')).toBe('not-found');
		expect(outcome(c.mara, c.kit, 'limits')).toBe('open');
	});

	it('a head of welfare of another employer sees the people of that employer alone', () => {
		giveRole(db, system, { id: id(), personId: c.pia.id, role: 'head_of_welfare', teamId: null }, now);
		const proposed = db
			.select()
			.from(roles)
			.where(eq(roles.role, 'head_of_welfare'))
			.all()
			.find(({ confirmedAt }) => confirmedAt === null);
		if (proposed) confirmRole(db, c.hale, proposed.id, now);
		expect(outcome(c.again(c.pia), c.kit, 'limits')).toBe('open');
		expect(outcome(c.again(c.pia), c.ines, 'limits')).toBe('not-found');
	});

	it('hours are for leads where the organisation has turned that on, and as long', () => {
		expect(personPage(db, c.mara, c.ines.id).parts).toEqual([{ part: 'limits', stated: false }]);
		const change = (leadHours: boolean) =>
			changeOptional(
				db,
				c.ada,
				{
					...{ id: id(), fields: ['material'], instruments: ['pulse'], leadHours },
					...{ reason: 'The works council agreed', basedOn: optionalPage(db, c.ada, now).version }
				},
				now
			);
		change(true);
		expect(outcome(c.mara, c.ines, 'hours')).toBe('open');
		expect(outcome(c.nell, c.ines, 'hours')).toBe('not-found');
		expect(optionalPage(db, c.ines, now).versions[0]?.changes).toContain('Hours of exposure per person, for leads: turned on');
		change(false);
		expect(outcome(c.mara, c.ines, 'hours')).toBe('not-found');
	});

	it('off in a new organisation', () =>
		expect(optionalPage(db, c.ada, now).groups.find(({ id }) => id === 'supervision')?.parts).toMatchObject([{ on: false }]));
});

describe('what ends a right, ends it with the next request', () => {
	it('moving to another team', () => {
		expect(outcome(c.mara, c.ines, 'limits')).toBe('open');
		setHomeTeam(db, c.ada, { personId: c.ines.id, teamId: c.quay }, now);
		for (const who of [c.mara, c.jonas, c.edda]) expect(outcome(who, c.ines, 'limits')).toBe('not-found');
		expect(outcome(c.nell, c.ines, 'limits')).toBe('open');
		expect([names(c.mara).includes('Ines Calder'), names(c.nell).includes('Ines Calder')]).toEqual([false, true]);
	});

	it('“not this person”, until it is taken back; sharing has to be chosen again', () => {
		works(c.ines, 6, 5.5);
		const pageBefore = personPage(db, c.edda, c.ines.id);
		const listed = () => {
			const seen = open(c.edda, c.ines, 'limits');
			return seen?.part === 'limits' ? seen.lists.length : null;
		};
		name(c.ines, c.edda);
		const before = names(c.edda);
		exclude(db, c.ines, { personId: c.edda.id }, now);
		// As of somebody who passed no limit and has named nobody: that they were passed over shows nowhere.
		expect(listed()).toBe(0);
		expect(outcome(c.edda, c.ines, 'trends')).toBe('not-found');
		expect(names(c.edda)).toEqual(before);
		expect(personPage(db, c.edda, c.ines.id)).toEqual(pageBefore);
		includeAgain(db, c.ines, { personId: c.edda.id }, now);
		expect(listed()).toBe(1);
		expect(outcome(c.edda, c.ines, 'trends')).toBe('not-found');
	});

	it('bands and trends of somebody who is named and passed over all the same: the list of those who named the viewer forgets them too', () => {
		name(c.ines, c.otto);
		expect(names(c.otto)).toContain('Ines Calder');
		db.insert(exclusions).values({ id: id(), personId: c.ines.id, excludedId: c.otto.id, recordedAt: now }).run();
		expect([outcome(c.otto, c.ines, 'trends'), names(c.otto).includes('Ines Calder')]).toEqual(['not-found', false]);
	});

	it('a role that has ended, also for somebody who is still signed in as before', () => {
		endRole(db, c.ada, roleOf(c.edda), now);
		expect(outcome(c.edda, c.ines, 'limits')).toBe('not-found');
		expect(names(c.edda)).toEqual([]);
	});

	it('an account that is disabled: the viewer’s, or the person’s', () => {
		disablePerson(db, c.ada, c.ines.id, now);
		expect(outcome(c.mara, c.ines, 'limits')).toBe('not-found');
		expect(outcome(c.hale, c.ines, 'limits')).toBe('not-found');
		disablePerson(db, c.ada, c.mara.id, now);
		expect(outcome(c.mara, c.tomas, 'limits')).toBe('not-found');
	});

	it('an unknown id looks like somebody else’s', () => {
		const unknown = refusalOf(() => openPart(db, c.mara, { personId: id(), part: 'limits', purpose: null }, now));
		const other = refusalOf(() => open(c.mara, c.sol, 'limits'));
		expect(unknown.message).toBe(other.message);
	});
});

describe('a purpose is stated first', () => {
	it('for hours by everybody, for limits by the head of welfare: without it nothing is read and nothing noted', () => {
		expect(outcome(c.edda, c.ines, 'hours', null)).toBe('asks why');
		expect(outcome(c.hale, c.ines, 'limits', null)).toBe('asks why');
		expect(outcome(c.hale, c.ines, 'hours', null)).toBe('asks why');
		expect(entries()).toEqual([]);
	});

	it('and is what the log keeps', () => {
		open(c.hale, c.ines, 'limits', 'plan-support');
		open(c.edda, c.ines, 'hours', 'return-to-work');
		open(c.edda, c.ines, 'limits', 'review');
		open(c.mara, c.ines, 'limits');
		expect(entries().map(({ kind, purpose, viewerId }) => [kind, purpose, viewerId])).toEqual([
			['limits', 'plan-support', c.hale.id],
			['hours', 'return-to-work', c.edda.id],
			['limits', 'duty', c.edda.id],
			['limits', 'duty', c.mara.id]
		]);
	});

	it('looking at the list of names, or at a page on which nothing is open, reads nobody’s record', () => {
		openablePeople(db, c.edda);
		personPage(db, c.edda, c.ines.id);
		expect(entries()).toEqual([]);
	});
});

describe('the list of people', () => {
	it('is by name, whatever was found about anybody', () => {
		for (let day = 8; day >= 2; day--) works(c.wen, day, 7);
		expect(names(c.mara)).toEqual([
			'Bea Lund',
			'Edda Quill',
			'Ines Calder',
			'Jonas Pike',
			'Kit Ferro',
			'Pia Dorn',
			'Rui Tamm',
			'Tomas Reed',
			'Wen Alder'
		]);
		expect(Object.keys(openablePeople(db, c.mara)[0] ?? {})).toEqual(['id', 'name', 'team']);
	});

	it('is everybody for the head of welfare, and nobody for peers, moderators and administrators', () => {
		expect(names(c.hale)).toHaveLength(14);
		for (const who of [c.rui, c.ines, c.ada]) expect(names(who)).toEqual([]);
	});

	it('leaves out who has not joined yet', () => {
		db.update(people).set({ joinedAt: null }).where(eq(people.id, c.wen.id)).run();
		expect(names(c.mara)).not.toContain('Wen Alder');
	});
});

describe('limits passed', () => {
	const limits = (viewer: Viewer, whose: Viewer, at = now) => {
		const seen = open(viewer, whose, 'limits', 'review', at);
		return seen?.part === 'limits' ? seen.lists.map(({ made, limits }) => [made, limits.map(({ what, rest }) => `${what} ${rest}`)]) : null;
	};

	it('are what the weekly lists said, and nothing of a list that is still to be made', () => {
		works(c.ines, 6, 5.5);
		works(c.ines, 0, 1.9);
		const expected = [['Monday 9 November', ['30 min over on Wednesday 4 November: 5 h 30, with a limit of 5 h']]];
		for (const who of [c.mara, c.edda, c.hale]) expect(limits(who, c.ines)).toEqual(expected);
		works(c.tomas, 1, 5.5);
		expect(limits(c.mara, c.tomas)).toEqual([]);
		expect(limits(c.mara, c.tomas, now + 7 * DAY)).toHaveLength(1);
	});

	it('of an earlier team are for the head of welfare, not for the new lead', () => {
		works(c.ines, 6, 5.5);
		setHomeTeam(db, c.ada, { personId: c.ines.id, teamId: c.quay }, now);
		expect(limits(c.nell, c.ines)).toEqual([]);
		expect(limits(c.hale, c.ines)).toHaveLength(1);
	});
});

describe('hours', () => {
	const hours = (viewer: Viewer, whose: Viewer, at = now) => {
		const seen = open(viewer, whose, 'hours', 'review', at);
		return seen?.part === 'hours' ? seen.weeks.map(({ week, hours }) => [week, hours]) : null;
	};

	it('are sums of weeks up to yesterday: no day, nothing of today, no running timer', () => {
		works(c.ines, 6, 2);
		works(c.ines, 5, 4);
		works(c.ines, 1, 3);
		works(c.ines, 0, 1.5);
		startTimer(db, c.ines, { id: id(), workTypeId: work.images }, now - 10 * MINUTE);
		logDayTotal(db, c.ines, { id: id(), date: '2026-11-07', minutes: 30, workTypeId: work.images }, now);
		logSession(db, c.ines, { id: id(), start: now - 6 * DAY, end: now - 6 * DAY + HOUR, workTypeId: work.none }, now);
		expect(hours(c.edda, c.ines)?.slice(0, 3)).toEqual([
			['Week from Monday 9 November, up to yesterday', '3 h'],
			['Week from Monday 2 November', '6 h 30'],
			['Week from Monday 26 October', '0 min']
		]);
		expect(hours(c.edda, c.ines)).toHaveLength(8);
	});

	it('on a Monday begin with the week before', () => {
		expect(hours(c.edda, c.ines, now - DAY)?.[0]?.[0]).toBe('Week from Monday 2 November');
	});
});

describe('bands and trend', () => {
	const trends = (viewer: Viewer, whose: Viewer, at = now) => {
		const seen = open(viewer, whose, 'trends', null, at);
		return seen?.part === 'trends' ? seen.scales.map(({ title, months, direction }) => [title, months, direction]) : null;
	};

	it('are for whom the person has named, from then on, until they take it back', () => {
		pulse(c.ines, [4, 3, 3, 3], now - 8 * DAY);
		expect(outcome(c.edda, c.ines, 'trends')).toBe('not-found');
		name(c.ines, c.edda, c.otto);
		expect(trends(c.edda, c.ines)).toEqual([]);
		pulse(c.ines, [1, 0, 1, 1], now + HOUR);
		const light = ['Pulse', [{ month: 'November', band: 'None of the four heavy' }], null];
		expect(trends(c.otto, c.ines, now + 2 * HOUR)).toEqual([light]);
		name(c.ines, c.edda);
		expect(outcome(c.otto, c.ines, 'trends')).toBe('not-found');
		expect(names(c.otto)).not.toContain('Ines Calder');
		expect(trends(c.edda, c.ines, now + 2 * HOUR)).toEqual([light]);
	});

	it('are one band a month, the last one, with where it goes; skipped ones leave no trace', () => {
		name(c.ines, c.edda);
		pulse(c.ines, [4, 4, 3, 3], now + HOUR);
		pulse(c.ines, [1, 1, 1, 3], now + 7 * DAY);
		recordCheckIn(db, c.ines, { id: id(), instrument: 'pulse', answers: 'skipped' }, now + 14 * DAY);
		pulse(c.ines, [4, 4, 4, 4], now + 28 * DAY);
		const [[title, months, direction] = []] = trends(c.edda, c.ines, now + 30 * DAY) ?? [];
		expect([title, direction]).toEqual(['Pulse', 'heavier']);
		expect(months).toEqual([
			{ month: 'December', band: 'Two or more of the four heavy' },
			{ month: 'November', band: 'One of the four heavy' }
		]);
	});

	it('hold no answer and no score, and are noted as looked at by somebody who was named', () => {
		name(c.ines, c.edda);
		pulse(c.ines, [4, 2, 3, 1], now + HOUR);
		const text = JSON.stringify(open(c.edda, c.ines, 'trends', null, now + 2 * HOUR));
		expect(text).not.toMatch(/"(answers|score|scores|criterion|concern)"/);
		expect(text).not.toMatch(/[[:,]\d+[\],}]/);
		expect(entries().map(({ kind, purpose }) => [kind, purpose])).toEqual([['trends', 'named']]);
	});

	it('the head of welfare can be named for them, and for nothing that prompts', () => {
		expect(sharingOf(db, c.ines).officers.map(({ name, mayPrompt }) => [name, mayPrompt])).toEqual([
			['Edda Quill', true],
			['Hale Brandt', false],
			['Otto Lind', true]
		]);
		name(c.ines, c.hale);
		expect(outcome(c.hale, c.ines, 'trends')).toBe('open');
		expect(refusalOf(() => chooseSharing(db, c.ines, { prompt: [c.hale.id], trends: [] }, now)).kind).toBe('invalid');
	});

	it('of an instrument that is off are not shown', () => {
		name(c.ines, c.edda);
		pulse(c.ines, [1, 1, 1, 1], now + HOUR);
		db.update(organisation).set({ instruments: [] }).run();
		expect(trends(c.edda, c.ines, now + 2 * HOUR)).toEqual([]);
	});
});

describe('who may open what, for the person', () => {
	it('says by name who could', () => {
		expect(whoMayOpen(db, c.ines)).toEqual({
			limits: ['Edda Quill', 'Hale Brandt', 'Jonas Pike', 'Mara Voss'],
			hours: ['Edda Quill', 'Hale Brandt'],
			agreed: ['Edda Quill', 'Hale Brandt'],
			trends: []
		});
		turnOn();
		name(c.ines, c.otto);
		exclude(db, c.ines, { personId: c.jonas.id }, now);
		// Jonas still opens what his role opens of everybody: sums of hours. The limits that he finds are none.
		expect(whoMayOpen(db, c.ines)).toEqual({
			limits: ['Edda Quill', 'Hale Brandt', 'Mara Voss'],
			hours: ['Edda Quill', 'Hale Brandt', 'Jonas Pike', 'Mara Voss'],
			agreed: ['Edda Quill', 'Hale Brandt'],
			trends: ['Otto Lind']
		});
	});
});
