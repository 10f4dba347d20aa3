import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { addDays } from '#lib/domain/time.ts';
import { enterAbsence } from '#lib/server/absences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { accessEntries } from '#lib/server/db/schema/access.ts';
import { auditEntries } from '#lib/server/db/schema/audit.ts';
import { factors } from '#lib/server/db/schema/people.ts';
import { exposures, findings } from '#lib/server/db/schema/records.ts';
import { voidEntry } from '#lib/server/exposure-corrections.ts';
import { logSession } from '#lib/server/exposures.ts';
import { ownAgreed, type FactorsSeen } from '#lib/server/factors-seen.ts';
import { agreeFactor, endFactor, factorsOf } from '#lib/server/factors.ts';
import { disablePerson } from '#lib/server/people.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { openPart, personPage, requirePurpose, type StatedPurpose } from '#lib/server/people-records.ts';
import { printedRecord } from '#lib/server/printed-record.ts';
import { compareWithReplay, type Difference } from '#lib/server/replay/compare.ts';
import { confirmRole, giveRole } from '#lib/server/roles.ts';
import { roles } from '#lib/server/db/schema/people.ts';
import { exclude } from '#lib/server/sharing.ts';
import { storedFacts, unsealedFacts } from '#lib/server/stored-facts.ts';
import { todayFor } from '#lib/server/today.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { DAY, HOUR, MINUTE } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf, workIds } from '../support/exposure.ts';

/** Monday 16 November 2026, 10:00 in London. */
const now = Date.UTC(2026, 10, 16, 10);
const today = '2026-11-16';

let db: Db;
let c: Cast;
let images: string;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, now - 120 * DAY);
	images = workIds(db).images;
});

const uuid = () => crypto.randomUUID();
const what = (more: Partial<Parameters<typeof agreeFactor>[2]> = {}) => ({
	...{ id: uuid(), personId: c.ines.id, percent: 50, from: today, to: addDays(today, 13) },
	...more
});
const agree = (viewer: Viewer, more: Parameters<typeof what>[0] = {}, at = now) => agreeFactor(db, viewer, what(more), at);
const outcome = (run: () => void): string => {
	const before = db.select().from(factors).all();
	try {
		run();
		return 'taken';
	} catch (thrown) {
		const { kind, fields } = refusalOf(() => {
			throw thrown;
		});
		expect(db.select().from(factors).all()).toEqual(before);
		return [kind, ...Object.keys(fields)].join(' ');
	}
};
const standing = (who: Viewer = c.ines) => factorsOf(db, who.id).map(({ factor, from, to }) => [factor, from, to]);
const firstOf = (who: Viewer = c.ines) => factorsOf(db, who.id)[0]?.id ?? '';
const end = (viewer: Viewer, from: string, more: { id?: string; formId?: string; personId?: string } = {}, at = now + HOUR) =>
	endFactor(db, viewer, { formId: uuid(), personId: c.ines.id, id: firstOf(), from, ...more }, at);
/** A session of so many hours that ends so many days after now, at 18:00. */
const works = (hours: number, days = 0) => {
	const until = now + days * DAY + 8 * HOUR;
	logSession(db, c.ines, { id: uuid(), start: until - hours * HOUR, end: until, workTypeId: images }, until);
};
const found = (rule: string) => db.select().from(findings).where(eq(findings.rule, rule)).all().length;
const open = (viewer: Viewer, whose: Viewer = c.ines, purpose: StatedPurpose | null = null, at = now): FactorsSeen | null => {
	const seen = openPart(db, viewer, { personId: whose.id, part: 'agreed', purpose }, at);
	return seen?.part === 'agreed' ? seen : null;
};

describe('who agrees on lower limits with Ines', () => {
	it.each([
		['the officer of her home team', 'edda', 'taken'],
		['the head of welfare', 'hale', 'taken'],
		['herself', 'ines', 'not-found'],
		['her lead', 'mara', 'not-found'],
		['an officer of another team', 'otto', 'not-found'],
		['an officer of another employer', 'pia', 'not-found'],
		['a peer', 'rui', 'not-found'],
		['a colleague', 'tomas', 'not-found'],
		['an administrator', 'ada', 'not-found']
	] as const)('%s', (_, who, expected) => {
		expect(outcome(() => agree(c[who]))).toBe(expected);
		agreeFactor(db, c.edda, what({ percent: 75 }), now);
		expect(outcome(() => end(c[who], today))).toBe(expected);
	});

	it('nobody with themselves', () => {
		expect(outcome(() => agree(c.edda, { personId: c.edda.id }))).toBe('not-found');
		expect(outcome(() => agree(c.hale, { personId: c.hale.id }))).toBe('not-found');
	});

	it('with a secondee the officer and the head of their own employer, not the host’s', () => {
		giveRole(db, system, { id: uuid(), personId: c.pia.id, role: 'head_of_welfare', teamId: null }, now);
		for (const { id, confirmedAt } of db.select().from(roles).where(eq(roles.role, 'head_of_welfare')).all()) {
			if (confirmedAt === null) confirmRole(db, c.hale, id, now);
		}
		expect(outcome(() => agree(c.hale, { personId: c.kit.id }))).toBe('not-found');
		expect(outcome(() => agree(c.edda, { personId: c.kit.id }))).toBe('not-found');
		expect(outcome(() => agree(c.again(c.pia), { personId: c.kit.id }))).toBe('taken');
		expect(outcome(() => agree(c.again(c.pia)))).toBe('not-found');
	});

	it('with nobody who is not there', () => {
		disablePerson(db, c.ada, c.tomas.id, now);
		expect(outcome(() => agree(c.edda, { personId: c.tomas.id }))).toBe('not-found');
		expect(outcome(() => agree(c.edda, { personId: uuid() }))).toBe('not-found');
		expect(outcome(() => end(c.edda, today, { id: uuid() }))).toBe('not-found');
	});

	it('an officer whom she has passed over reads and enters as before: a gap would tell them', () => {
		agree(c.edda);
		const seen = (at: number) => open(c.edda, c.ines, null, at)?.agreed.length;
		exclude(db, c.ines, { personId: c.edda.id }, now);
		expect([seen(now + HOUR), outcome(() => agree(c.edda, { percent: 40 }))]).toEqual([1, 'taken']);
	});
});

describe('what can be agreed', () => {
	it.each([
		['from yesterday', { from: addDays(today, -1) }, 'invalid from'],
		['from a year ahead', { from: addDays(today, 366), to: addDays(today, 366) }, 'taken'],
		['from later', { from: addDays(today, 367), to: addDays(today, 367) }, 'invalid from'],
		['one day', { to: today }, 'taken'],
		['an end before its start', { to: addDays(today, -1) }, 'invalid to'],
		['366 days', { to: addDays(today, 365) }, 'taken'],
		['367 days', { to: addDays(today, 366) }, 'invalid to'],
		['1 %', { percent: 1 }, 'taken'],
		['99 %', { percent: 99 }, 'taken'],
		['0 %', { percent: 0 }, 'invalid percent'],
		['100 %', { percent: 100 }, 'invalid percent'],
		['half a percent', { percent: 50.5 }, 'invalid percent']
	])('%s', (_, more, expected) => {
		expect(outcome(() => agree(c.edda, more))).toBe(expected);
	});

	it('goes by the date where the person is', () => {
		const account = { personId: c.ines.id, zone: 'Pacific/Auckland', dayStart: '00:00', startDate: '2024-01-08' };
		changeDays(db, c.ada, account, now);
		// It is the 17th there from 11:00 on.
		const late = now + 2 * HOUR;
		expect(outcome(() => agree(c.edda, {}, late))).toBe('invalid from');
		expect(outcome(() => agree(c.edda, { from: addDays(today, 1) }, late))).toBe('taken');
	});

	it('sent twice is stored once; the same form with something else in it is refused; the same from another page too', () => {
		const sent = what();
		agreeFactor(db, c.edda, sent, now);
		agreeFactor(db, c.edda, sent, now + 30 * DAY);
		expect(standing()).toEqual([[500, today, '2026-11-29']]);
		expect(outcome(() => agreeFactor(db, c.edda, { ...sent, percent: 60 }, now))).toBe('conflict');
		expect(outcome(() => agreeFactor(db, c.edda, { ...sent, personId: c.wen.id }, now))).toBe('conflict');
		expect(outcome(() => agree(c.hale))).toBe('invalid from');
		expect(outcome(() => agree(c.edda, { percent: 60 }))).toBe('taken');
	});

	it('holds the part, the dates and who; the trail counts it, with neither part nor dates', () => {
		const sent = what();
		agreeFactor(db, c.edda, sent, now);
		const [row] = db.select().from(factors).all();
		expect(row).toEqual({
			...{ id: sent.id, personId: c.ines.id, factor: 500, from: today, to: '2026-11-29' },
			...{ recordedAt: now, recordedBy: c.edda.id, endedAt: null, endedBy: null }
		});
		const entries = db.select().from(auditEntries).where(eq(auditEntries.action, 'factor.agreed')).all();
		expect(entries.map(({ actorId, subject, subjectId, detail }) => [actorId, subject, subjectId, detail])).toEqual([
			[c.edda.id, 'factor', sent.id, null]
		]);
	});
});

describe('what follows from them', () => {
	it('limits are reached earlier: the half of 5 h in a day', () => {
		agree(c.edda);
		works(2.5);
		expect(found('day-limit')).toBe(0);
		works(2.75, 1);
		expect(found('day-limit')).toBe(1);
	});

	it('and of a week, by the mean of its days: four days at half of 25 h are 17 h 51', () => {
		agree(c.edda, { to: addDays(today, 3) });
		for (let days = 0; days <= 5; days++) works(2.4, days);
		works(3.4, 6);
		expect(found('week-limit')).toBe(0);
		const end = now + 6 * DAY + 9 * HOUR;
		logSession(db, c.ines, { id: uuid(), start: end - 4 * MINUTE, end, workTypeId: images }, end);
		expect(found('week-limit')).toBe(1);
	});

	it('where two overlap the lowest counts', () => {
		agree(c.edda, { percent: 75 });
		agree(c.edda, { percent: 25, to: today });
		const limit = (days: number) => (todayFor(db, c.ines, now + days * DAY).figures.today.limit ?? 0) / HOUR;
		expect([limit(-1), limit(0), limit(1), limit(13), limit(14)]).toEqual([5, 1.25, 3.75, 3.75, 5]);
	});

	it('she reads on Today until when, where they decide, and in the guide by whom', () => {
		agree(c.edda, { percent: 75 });
		agree(c.edda, { percent: 80, to: addDays(today, 20) });
		const seen = (days: number) => {
			const { figures, agreedUntil } = todayFor(db, c.ines, now + days * DAY);
			return [figures.factor, figures.agreed, agreedUntil];
		};
		expect(seen(-1)).toEqual([1, null, null]);
		expect(seen(0)).toEqual([0.75, { until: '2026-11-29' }, 'Sunday 29 November']);
		expect(seen(14)).toEqual([0.8, { until: '2026-12-06' }, 'Sunday 6 December']);
		expect(seen(21)).toEqual([1, null, null]);
		expect(ownAgreed(db, c.ines, now + DAY).map(({ percent, words, now: counts, by }) => [percent, words, counts, by])).toEqual([
			[75, '16 to 29 November', true, 'Edda Quill'],
			[80, '16 November to 6 December', true, 'Edda Quill']
		]);
		expect(ownAgreed(db, c.ines, now + 14 * DAY).map(({ percent }) => percent)).toEqual([80]);
		expect(ownAgreed(db, c.tomas, now)).toEqual([]);
	});

	it('a new starter’s own are as low: nothing agreed decides', () => {
		changeDays(db, c.ada, { personId: c.ines.id, zone: 'Europe/London', dayStart: '00:00', startDate: addDays(today, -1) }, now);
		agree(c.edda, { percent: 50 });
		expect(todayFor(db, c.ines, now + HOUR).figures).toMatchObject({ factor: 0.5, agreed: null });
		agree(c.edda, { percent: 40 });
		expect(todayFor(db, c.ines, now + HOUR).figures).toMatchObject({ factor: 0.4, agreed: { until: '2026-11-29' } });
	});

	it('her lead finds nothing of it but the limit', () => {
		agree(c.edda);
		expect(personPage(db, c.mara, c.ines.id).parts.map(({ part }) => part)).toEqual(['limits']);
		expect(refusalOf(() => open(c.mara)).kind).toBe('not-found');
	});
});

describe('a list that leads have read stays as it is', () => {
	const list = (at: number, viewer = c.mara, purpose: StatedPurpose | null = null) => {
		const seen = openPart(db, viewer, { personId: c.ines.id, part: 'limits', purpose }, at);
		return seen?.part === 'limits' ? seen.lists.flatMap(({ limits }) => limits.map(({ what: over, rest }) => [over, rest])) : [];
	};
	const monday = now + 7 * DAY + HOUR;
	const printed = () =>
		printedRecord(db, c.ines, { from: today, to: addDays(today, 20) }, monday + 3 * HOUR).limits.map(({ what: over, rest }) => [
			over,
			rest
		]);
	const thursday = 'on Thursday 19 November';

	it('where lower limits were stored afterwards for days that it is about', () => {
		works(5.2, 3);
		const before = list(monday);
		expect(before).toEqual([['12 min over', `${thursday}: 5 h 12, with a limit of 5 h`]]);
		const row = { id: uuid(), personId: c.ines.id, factor: 500, from: addDays(today, 2), to: addDays(today, 20) };
		db.insert(factors)
			.values({ ...row, recordedAt: monday, recordedBy: c.edda.id })
			.run();
		expect(list(monday + HOUR)).toEqual(before);
		expect(printed()).toEqual(before);
	});

	it('where they were taken back: she has corrected nothing', () => {
		agree(c.edda, { from: addDays(today, 2) });
		works(3, 3);
		const before = list(monday);
		expect(before).toEqual([['30 min over', `${thursday}: 3 h, with a limit of 2 h 30`]]);
		end(c.edda, addDays(today, 2), {}, monday);
		expect(standing()).toEqual([]);
		expect(list(monday + HOUR)).toEqual(before);
		expect(printed()).toEqual(before);
	});

	it('and of a week, where they begin in it after it was found', () => {
		for (let days = 0; days <= 5; days++) works(4.9, days);
		const before = list(monday);
		expect(before[0]?.[1]).toMatch(/with a limit of 25 h/);
		agree(c.edda, { from: addDays(today, 7) }, monday);
		expect(list(monday + HOUR)).toEqual(before);
	});

	it('until the entry itself is voided', () => {
		agree(c.edda, { from: addDays(today, 2) });
		works(3, 3);
		const { id } = db.select().from(exposures).where(eq(exposures.personId, c.ines.id)).get() ?? { id: '' };
		voidEntry(db, c.ines, { id, version: 1, reason: 'by-mistake' }, monday + HOUR);
		expect(list(monday + 2 * HOUR)).toEqual([['Was over', thursday]]);
	});
});

describe('ending early', () => {
	it('leaves the days before', () => {
		agree(c.edda, {}, now - HOUR);
		end(c.hale, addDays(today, 4));
		expect(standing()).toEqual([[500, today, addDays(today, 3)]]);
		works(3, 3);
		expect(found('day-limit')).toBe(1);
		works(3, 4);
		expect(found('day-limit')).toBe(1);
	});

	it('takes them back altogether where it is the day they began; others stay', () => {
		agree(c.edda, {}, now - HOUR);
		agree(c.edda, { percent: 90 }, now - HOUR);
		end(c.edda, today);
		expect(standing()).toEqual([[900, today, addDays(today, 13)]]);
		works(3);
		expect(found('day-limit')).toBe(0);
	});

	it.each([
		['a day before they began', -6, 'invalid from'],
		['over a week ago', -8, 'invalid from'],
		['the day they began', -5, 'taken'],
		['their last day', 8, 'taken'],
		['the day after', 9, 'invalid from']
	])('on %s', (_, days, expected) => {
		agree(c.edda, { from: addDays(today, -5), to: addDays(today, 8) }, now - 5 * DAY);
		expect(outcome(() => end(c.edda, addDays(today, days)))).toBe(expected);
	});

	it('not more than a week back, also where they began earlier', () => {
		agree(c.edda, { from: addDays(today, -7) }, now - 7 * DAY);
		const later = now + DAY;
		expect(outcome(() => end(c.edda, addDays(today, -7), {}, later))).toBe('invalid from');
		expect(outcome(() => end(c.edda, addDays(today, -6), {}, later))).toBe('taken');
	});

	it('the same once more does nothing; another way meanwhile is a conflict', () => {
		agree(c.edda);
		const [id, formId] = [firstOf(), uuid()];
		end(c.edda, addDays(today, 4), { id, formId });
		const before = db.select().from(factors).all();
		end(c.edda, addDays(today, 4), { id, formId }, now + 2 * HOUR);
		expect(db.select().from(factors).all()).toEqual(before);
		expect(outcome(() => end(c.edda, addDays(today, 5), { id, formId }))).toBe('conflict');
		expect(outcome(() => end(c.hale, addDays(today, 4), { id }))).toBe('conflict');
		expect(outcome(() => end(c.hale, today, { id }))).toBe('conflict');
		end(c.hale, today);
		expect(outcome(() => end(c.edda, today, { id: before.find((row) => row.endedAt === null)?.id ?? '' }))).toBe('taken');
		expect(standing()).toEqual([]);
		expect(db.select().from(auditEntries).where(eq(auditEntries.action, 'factor.ended')).all()).toHaveLength(2);
	});

	it('sent again, what was agreed and ended since is a conflict: it would look as if it counted', () => {
		const sent = what();
		agreeFactor(db, c.edda, sent, now);
		end(c.edda, today);
		expect(outcome(() => agreeFactor(db, c.edda, sent, now + 2 * HOUR))).toBe('conflict');
	});

	it('a form id that stands for something else is a conflict; what is another’s is not found', () => {
		agree(c.edda);
		const id = firstOf();
		expect(outcome(() => end(c.edda, addDays(today, 3), { formId: id }))).toBe('conflict');
		expect(outcome(() => end(c.edda, addDays(today, 3), { personId: c.wen.id }))).toBe('not-found');
		expect(outcome(() => end(c.edda, addDays(today, 3)))).toBe('taken');
	});

	it('what was found before stays found', () => {
		agree(c.edda);
		works(3);
		end(c.edda, today, {}, now + 9 * HOUR);
		expect(found('day-limit')).toBe(1);
	});
});

describe('what is stored', () => {
	it('replays to the same findings, whatever was entered, ended and taken back', () => {
		const clean = () => {
			const different: Difference[] = [];
			compareWithReplay(db, (difference) => different.push(difference));
			return different;
		};
		agree(c.edda, { percent: 29, from: addDays(today, -2) }, now - 2 * DAY);
		works(2);
		end(c.edda, addDays(today, 1), {}, now + 9 * HOUR);
		works(3, 1);
		agree(c.hale, { percent: 33, from: addDays(today, 2), to: addDays(today, 20) }, now + DAY + 9 * HOUR);
		works(3, 2);
		works(3, 3);
		const coming = factorsOf(db, c.ines.id).at(-1)?.id ?? '';
		end(c.edda, addDays(today, 2), { id: coming }, now + 3 * DAY + 9 * HOUR);
		works(3, 4);
		expect([found('day-limit'), found('day-over')]).toEqual([3, 3]);
		expect(clean()).toEqual([]);
		const told = [...storedFacts(db)].filter(({ type }) => type === 'factor' || type === 'factors-corrected');
		expect(told.map((fact) => (fact.type === 'factors-corrected' ? fact.factors : fact.type))).toEqual([
			'factor',
			'factor',
			[{ factor: 0.29, from: addDays(today, -2), to: today }],
			'factor',
			[{ factor: 0.29, from: addDays(today, -2), to: today }]
		]);
		expect([...unsealedFacts(db, 0)].filter(({ type }) => type === 'factors-corrected')).toHaveLength(2);
	});

	it('of somebody whose rules have not begun: what was taken back by then is no fact', () => {
		const people = factorsOf(db, c.hale.id);
		expect(people).toEqual([]);
		db.insert(factors)
			.values([
				{ id: uuid(), personId: c.ines.id, factor: 500, from: today, to: today, recordedAt: 1, endedAt: 2, endedBy: c.edda.id },
				{ id: uuid(), personId: c.ines.id, factor: 600, from: today, to: today, recordedAt: 1 }
			])
			.run();
		expect([...storedFacts(db)].flatMap((fact) => (fact.type === 'factor' ? [fact.factor] : []))).toEqual([0.6]);
		expect([...storedFacts(db)].some(({ type }) => type === 'factors-corrected')).toBe(false);
	});
});

describe('the page of an officer', () => {
	it('is noted for her; a head of welfare says what for', () => {
		open(c.edda);
		expect(open(c.hale)).toBeNull();
		open(c.hale, c.ines, 'return-to-work');
		const noted = db.select().from(accessEntries).all();
		expect(noted.map(({ viewerId, kind, purpose }) => [viewerId, kind, purpose])).toEqual([
			[c.edda.id, 'agreed', 'duty'],
			[c.hale.id, 'agreed', 'return-to-work']
		]);
	});

	it('takes the forms of a head of welfare only with what for; an officer’s without', () => {
		const send = (viewer: Viewer, purpose: StatedPurpose | null) => () =>
			requirePurpose(db, viewer, { personId: c.ines.id, part: 'agreed', purpose });
		expect(refusalOf(send(c.hale, null)).kind).toBe('conflict');
		expect(send(c.hale, 'review')).not.toThrow();
		expect(send(c.edda, null)).not.toThrow();
		expect(refusalOf(send(c.mara, 'review')).kind).toBe('not-found');
	});

	it('lists what counts now and what is to come, with between which dates each can end', () => {
		agree(c.hale, { from: addDays(today, -7) }, now - 7 * DAY);
		agree(c.edda, { from: addDays(today, -7), to: addDays(today, -1) }, now - 7 * DAY);
		agree(c.edda, { percent: 75, from: addDays(today, 14), to: addDays(today, 27) });
		const rows = open(c.edda)?.agreed.map(({ id: _, formId: __, ...row }) => row);
		expect(rows).toEqual([
			{
				...{ percent: 50, words: '9 to 29 November', now: true, by: 'Hale Brandt' },
				...{ end: today, earliest: '2026-11-09', latest: '2026-11-29' }
			},
			{
				...{ percent: 75, words: '30 November to 13 December', now: false, by: 'Edda Quill' },
				...{ end: '2026-11-30', earliest: '2026-11-30', latest: '2026-12-13' }
			}
		]);
		expect(open(c.edda, c.ines, null, now + 2 * DAY)?.agreed[0]).toMatchObject({ end: '2026-11-18', earliest: '2026-11-11' });
	});
});

describe('after a long absence', () => {
	/** Away so many days, the last of them so many days before today. */
	const away = (days: number, daysAgo: number, who = c.ines) => {
		const to = addDays(today, -daysAgo);
		enterAbsence(db, who, { id: uuid(), personId: who.id, from: addDays(to, 1 - days), to, sure: to }, now - 40 * DAY);
	};
	const proposed = (at = now) => {
		const seen = open(c.edda, c.ines, null, at);
		return seen && seen.back !== null ? [seen.back, seen.form.percent, seen.form.from, seen.form.to] : null;
	};

	it('a gentle start is proposed: half for two weeks, then three quarters for two', () => {
		away(28, 1);
		expect(proposed()).toEqual(['Monday 16 November', 50, today, '2026-11-29']);
		agree(c.edda);
		expect(proposed()).toEqual(['Monday 16 November', 75, '2026-11-30', '2026-12-13']);
		agree(c.edda, { percent: 75, from: '2026-11-30', to: '2026-12-13' });
		expect(proposed()).toBeNull();
		expect(open(c.edda)?.form).toMatchObject({ percent: null, from: today, to: null });
	});

	it.each([
		['27 days', 27, 1, false],
		['28 days, back today', 28, 1, true],
		['back two weeks from now', 28, -13, true],
		['back in two weeks and a day', 28, -14, false],
		['back for 27 days', 40, 28, true],
		['back for four weeks', 40, 29, false]
	])('of %s', (_, days, daysAgo, expected) => {
		away(days, daysAgo);
		expect(proposed() !== null).toBe(expected);
	});

	it('that was entered in two pieces; with a day between them they are two short ones', () => {
		away(14, 1);
		away(14, 15);
		expect(proposed()?.[0]).toBe('Monday 16 November');
		away(14, 1, c.wen);
		away(14, 16, c.wen);
		expect(open(c.edda, c.wen)?.back).toBeNull();
	});

	it('what is left of it, once some days have passed; what is over is not', () => {
		away(28, 6);
		expect(proposed()).toEqual(['Wednesday 11 November', 50, today, '2026-11-24']);
		expect(proposed(now + 9 * DAY)).toEqual(['Wednesday 11 November', 75, '2026-11-25', '2026-12-08']);
	});

	it('is noted with the dates of absences that show in it, and not where nothing is proposed', () => {
		away(28, 1);
		open(c.edda);
		expect(
			new Set(
				db
					.select()
					.from(accessEntries)
					.all()
					.map(({ kind }) => kind)
			)
		).toEqual(new Set(['agreed', 'absences']));
		open(c.edda, c.wen);
		const ofWen = db.select().from(accessEntries).where(eq(accessEntries.personId, c.wen.id)).all();
		expect(ofWen.map(({ kind }) => kind)).toEqual(['agreed']);
		// Once it is agreed, the dates show no longer.
		agree(c.edda, { to: addDays(today, 27) });
		open(c.hale, c.ines, 'review', now + HOUR);
		const ofHale = db.select().from(accessEntries).where(eq(accessEntries.viewerId, c.hale.id)).all();
		expect(ofHale.map(({ kind }) => kind)).toEqual(['agreed']);
	});
});
