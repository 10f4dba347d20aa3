import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Writable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { afterAll, describe, expect, test } from 'vitest';
import { invite } from '#lib/server/accounts.ts';
import { noteReading } from '#lib/server/access-log.ts';
import { signIn } from '#lib/server/auth/session.ts';
import { makeFeed } from '#lib/server/calendar-links.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { auditEntries } from '#lib/server/db/schema/audit.ts';
import { accessEntries } from '#lib/server/db/schema/access.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { calendarFeeds } from '#lib/server/db/schema/feeds.ts';
import { retentionRuns } from '#lib/server/db/schema/keeping.ts';
import { invitations, people, signIns } from '#lib/server/db/schema/people.ts';
import { alerts, checkIns } from '#lib/server/db/schema/records.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { planDeparture } from '#lib/server/departures.ts';
import { holdOf, liftHold, placeHold } from '#lib/server/holds.ts';
import { startKeeper } from '#lib/server/keeper.ts';
import { recordsCommand } from '#lib/server/records-command.ts';
import { takeLease } from '#lib/server/leases.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { changeRetention, defaultDurations, retentionInForce, retentionVersionsFor, type Durations } from '#lib/server/retention.ts';
import { cutoffsOf, dryRun, goingNow } from '#lib/server/retention-due.ts';
import { changeOptional, optionalPage } from '#lib/server/optional-parts.ts';
import { writeWords } from '#lib/server/private-words.ts';
import { nextRunAt, runNow, runSlices, runsFor } from '#lib/server/retention-runs.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { askFor, DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { temporaryFolder } from '../support/app.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { liveRandomMonth, monthStart } from '../support/random-month.ts';

const lease = { name: 'records', holder: 'here' };
const YEAR = 365.25 * DAY;

function office() {
	const db = memoryDb();
	return { db, ...cast(db, monday) };
}

const change = (durations: Partial<Durations>, basedOn: string | null = null) => ({
	...{ id: randomUUID(), ...defaultDurations, ...durations, reason: 'counsel', basedOn, sure: true }
});

const answer = (db: Db, who: Viewer, answers: number[], now: number) =>
	recordCheckIn(db, who, { id: randomUUID(), instrument: 'pulse', answers }, now);

/** The check-ins of so many weeks, from one on. */
function answerWeekly(db: Db, who: Viewer, weeks: number, first = 0): void {
	for (let week = first; week < first + weeks; week++) answer(db, who, [1, 1, 1, 1], monday + 7 * week * DAY);
}

const differences = (db: Db): unknown[] => {
	const found: unknown[] = [];
	compareWithReplay(db, (difference) => found.push(difference));
	return found;
};

describe('How long records are kept', () => {
	test('is as in the defaults until an administrator puts something else in force, with a reason', () => {
		const { db, ada, mara } = office();
		expect(retentionInForce(db)).toEqual({ id: null, recordYears: 6, answersMonths: 24, wordsDays: 90, accessYears: 6 });
		expect(() => changeRetention(db, mara, change({ answersMonths: 12 }), monday)).toThrow('Only an administrator');
		expect(() => changeRetention(db, ada, change({ answersMonths: 5 }), monday)).toThrow('from 6 to 72');
		expect(() => changeRetention(db, ada, { ...change({ answersMonths: 12 }), reason: ' ' }, monday)).toThrow('say why');
		expect(() => changeRetention(db, ada, change({}), monday)).toThrow('Nothing is different');
		expect(() => changeRetention(db, ada, { ...change({ answersMonths: 12 }), sure: false }, monday)).toThrow('Is that right?');
		const version = change({ answersMonths: 12 });
		changeRetention(db, ada, version, monday);
		changeRetention(db, ada, version, monday + 1);
		expect(retentionInForce(db)).toMatchObject({ id: version.id, answersMonths: 12, recordYears: 6 });
		expect(() => changeRetention(db, ada, change({ answersMonths: 18 }), monday)).toThrow('Somebody else has changed this');
		expect(retentionVersionsFor(db, ada, monday)).toMatchObject([{ by: 'Ada Finch', reason: 'counsel' }]);
	});

	test('a dry run says what would go, now and with other durations, and takes nothing away', () => {
		const { db, ada, mara, ines } = office();
		noteReading(db, mara, { kind: 'prompts', why: { purpose: 'duty' } }, [ines.id], monday);
		answerWeekly(db, ines, 12);
		const inAYear = monday + YEAR;
		const sooner = { ...defaultDurations, answersMonths: 6, accessYears: 1 };
		expect(goingNow(db, defaultDurations, inAYear)).toMatchObject({ records: 0, answers: 0, access: 0, held: 0 });
		expect(goingNow(db, sooner, inAYear + DAY)).toMatchObject({ records: 0, answers: 12, access: 1, held: 0 });
		expect(dryRun(db, ada, defaultDurations, inAYear)).toMatchObject({ records: 0, answers: null, access: null, held: 0 });
		expect(dryRun(db, ada, sooner, inAYear + DAY)).toMatchObject({ records: 0, answers: 10, access: null, held: 0 });
		expect(db.select().from(checkIns).all()).toHaveLength(12);
		expect(() => dryRun(db, mara, defaultDurations, inAYear)).toThrow('Only an administrator');
		expect(() => dryRun(db, ada, { ...defaultDurations, wordsDays: 91 }, inAYear)).toThrow('from 7 to 90');
	});

	test('no number of it tells of one person: what they wrote or did is rounded down to tens, and who is held counts whatever they wrote', () => {
		const seen = (ofInes: number) => {
			const { db, ada, ines, tomas } = office();
			const basedOn = optionalPage(db, ada, monday).version;
			const all = { fields: ['words'], instruments: ['pulse'], reason: 'We decided so', basedOn } as const;
			changeOptional(db, ada, { id: randomUUID(), ...all }, monday);
			for (let n = 0; n < ofInes; n++) writeWords(db, ines, { id: randomUUID(), text: 'A long week' }, monday);
			answerWeekly(db, ines, ofInes);
			answerWeekly(db, tomas, 12, ofInes);
			placeHold(db, ada, { id: randomUUID(), personId: tomas.id, kind: 'claim', until: '2027-04-20' }, monday + YEAR / 3);
			placeHold(db, ada, { id: randomUUID(), personId: tomas.id, kind: 'court', until: '2027-04-20' }, monday + YEAR / 3);
			return [monday + YEAR / 3 + DAY, monday + YEAR, monday + 3 * YEAR].map((now) => dryRun(db, ada, defaultDurations, now));
		};
		const none = { records: 0, answers: null, words: null, access: null, shortLived: null, held: 0 };
		expect(seen(0)).toEqual([{ ...none, held: 1 }, none, { ...none, answers: 10 }]);
		for (const ofInes of [1, 3, 7]) expect(seen(ofInes)).toEqual(seen(0));
	});

	test('what ends on one day all does as it begins: nothing tells at which hour it was written', () => {
		const { db } = office();
		const ends = [0, 6, 12, 23].map((hour) => cutoffsOf(db, defaultDurations, monday + (hour - 10) * HOUR).words);
		expect(new Set(ends).size).toBe(1);
	});
});

describe('The daily run', () => {
	test('is due at three in the morning of the organisation, and once a day', () => {
		const { db } = office();
		const three = Date.UTC(2026, 10, 10, 3);
		expect(nextRunAt(db, monday)).toBe(Date.UTC(2026, 10, 9, 3));
		expect(runNow(db, lease, monday)).toBe(true);
		expect(nextRunAt(db, monday)).toBe(three);
		expect(runNow(db, lease, monday + HOUR)).toBe(true);
		expect(db.select().from(retentionRuns).all()).toHaveLength(1);
	});

	test('takes away what is over, counts it without names, and puts it into the audit trail', () => {
		const { db, ada, mara, ines, tomas } = office();
		answer(db, ines, [1, 1, 1, 1], monday);
		answer(db, ines, [1, 1, 1, 1], monday + 7 * DAY);
		answer(db, tomas, [1, 1, 1, 1], monday);
		noteReading(db, mara, { kind: 'prompts', why: { purpose: 'duty' } }, [ines.id], monday);
		const later = monday + 2 * YEAR + 2 * DAY;
		expect(goingNow(db, defaultDurations, later)).toMatchObject({ answers: 2, access: 0 });
		runNow(db, lease, later);
		expect(db.select().from(checkIns).all()).toHaveLength(1);
		expect(runsFor(db, ada, later)).toMatchObject([{ answers: null, access: null, records: 0, held: 0 }]);
		const entries = db.select().from(auditEntries).where(eq(auditEntries.action, 'record.retention-run')).all();
		expect(entries.map(({ detail }) => detail)).toMatchObject([{ answers: null, words: null, records: 0, held: 0 }]);
		runNow(db, lease, monday + 6 * YEAR + 3 * DAY);
		expect(db.select().from(accessEntries).all()).toEqual([]);
	});

	test('is done by one of two processes, and goes on where it was broken off', () => {
		const { db, ines, tomas } = office();
		for (const who of [ines, tomas]) answer(db, who, [1, 1, 1, 1], monday);
		const later = monday + 3 * YEAR;
		const broken = runSlices(db, lease, later);
		broken.next();
		broken.next();
		expect(db.select().from(checkIns).all()).toHaveLength(1);
		expect(runNow(db, { name: 'records', holder: 'there' }, later)).toBe(false);
		expect(db.select().from(checkIns).all()).toHaveLength(1);
		expect(runNow(db, { name: 'records', holder: 'there' }, later + 11_000)).toBe(true);
		expect(db.select().from(retentionRuns).all()).toMatchObject([{ answers: 2 }]);
		broken.next();
		expect(takeLease(db, { name: 'records', holder: 'third' }, later + 11_000)).toBeNull();
	});

	test('leaves alone whoever a legal hold stands on, until it ends', () => {
		const { db, hale, ada, ines, tomas } = office();
		for (const who of [ines, tomas]) answer(db, who, [1, 1, 1, 1], monday);
		const later = monday + 3 * YEAR;
		const hold = { id: randomUUID(), personId: ines.id, kind: 'court', until: '2029-11-30' } as const;
		placeHold(db, hale, hold, later - DAY);
		placeHold(db, hale, hold, later);
		expect(holdOf(db, ines, later)).toMatchObject([{ by: 'Hale Brandt', why: 'a court case', own: false }]);
		runNow(db, lease, later);
		expect(db.select().from(checkIns).all()).toMatchObject([{ personId: ines.id }]);
		expect(db.select().from(retentionRuns).all()).toMatchObject([{ answers: 1, held: 1 }]);
		expect(() => liftHold(db, hale, { id: hold.id }, later)).toThrow('somebody else lifts it');
		liftHold(db, ada, { id: hold.id }, later + DAY);
		liftHold(db, ada, { id: hold.id }, later + DAY);
		runNow(db, lease, later + DAY);
		expect(db.select().from(checkIns).all()).toEqual([]);
	});

	test('leaves alone the sign-ins, links and messages of somebody held too, and messages about them', async () => {
		const { db, hale, ada, mara, edda, ines, tomas } = office();
		openOutbox(db, new Set(['email']), () => {});
		const limits = { IDLE_MINUTES: 30, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 12 };
		for (const who of [ines, tomas]) {
			await signIn(db, who.id, monday, limits);
			invite(db, ada, who.id, monday);
			askFor(db, who, mara, 'lead');
		}
		makeFeed(db, edda, monday);
		makeFeed(db, edda, monday + DAY);
		const closed = {
			state: 'closed',
			closedAt: monday + DAY,
			dueAt: null,
			clockStartedAt: null,
			clockMs: null,
			clockWorkingMinutes: null
		} as const;
		db.update(alerts).set(closed).run();
		db.update(messages)
			.set({ state: 'sent', endedAt: monday + DAY })
			.run();
		const later = monday + 200 * DAY;
		for (const { id: personId } of [edda, ines])
			placeHold(db, hale, { id: randomUUID(), personId, kind: 'court', until: '2027-11-30' }, monday + DAY);
		await signIn(db, tomas.id, later, limits);
		const going = goingNow(db, defaultDurations, later);
		expect(going).toMatchObject({ held: 2, shortLived: 2 });
		runNow(db, lease, later);
		expect(db.select().from(retentionRuns).all()).toMatchObject([{ held: 2, shortLived: going.shortLived }]);
		expect(
			db
				.select()
				.from(signIns)
				.all()
				.map(({ personId }) => personId)
				.sort()
		).toEqual([ines.id, tomas.id].sort());
		expect(db.select().from(invitations).all()).toMatchObject([{ personId: ines.id }]);
		expect(db.select().from(calendarFeeds).all()).toHaveLength(2);
		const about = db.select({ about: alerts.personId }).from(messages).innerJoin(alerts, eq(alerts.id, messages.alertId)).all();
		expect(about).toEqual([{ about: ines.id }]);
		runNow(db, lease, Date.UTC(2027, 11, 2));
		expect(db.select().from(messages).all()).toEqual([]);
		expect(goingNow(db, defaultDurations, Date.UTC(2027, 11, 2))).toMatchObject({ held: 0, shortLived: 0 });
	});

	test('a hold ends by itself as its date is over', () => {
		const { db, ada, ines } = office();
		answer(db, ines, [1, 1, 1, 1], monday);
		const later = monday + 3 * YEAR;
		placeHold(db, ada, { id: randomUUID(), personId: ines.id, kind: 'claim', until: '2029-11-20' }, later - 20 * DAY);
		expect(() => placeHold(db, ada, { id: randomUUID(), personId: ines.id, kind: 'claim', until: '2032-11-20' }, later)).toThrow(
			'two years'
		);
		expect(holdOf(db, ines, Date.UTC(2029, 10, 20, 23))).toHaveLength(1);
		expect(holdOf(db, ines, Date.UTC(2029, 10, 21))).toEqual([]);
	});

	test('erases and clears whoever left longer ago than records are kept, and nobody earlier', () => {
		const { db, ada, mara, ines } = office();
		exceed(db, ines, monday + HOUR);
		planDeparture(db, ada, { id: randomUUID(), personId: ines.id, from: '2026-11-20' }, monday + 11 * DAY);
		runNow(db, lease, Date.UTC(2032, 10, 19, 4));
		expect(db.select().from(people).where(eq(people.id, ines.id)).get()?.name).toBe('Ines Calder');
		runNow(db, lease, Date.UTC(2032, 10, 20, 4));
		expect(db.select().from(people).where(eq(people.id, ines.id)).get()?.name).toBe('Somebody who has left');
		for (const table of ['alerts', 'alert_events', 'findings', 'exposures', 'absences', 'check_ins'])
			expect(db.$client.prepare(`select count(*) from ${table} where person_id = ?`).pluck().get(ines.id)).toBe(0);
		expect(db.select().from(retentionRuns).all().at(-1)).toMatchObject({ records: 1 });
		expect(differences(db)).toEqual([]);
		runNow(db, lease, Date.UTC(2032, 10, 21, 4));
		expect(db.select().from(retentionRuns).all().at(-1)).toMatchObject({ records: 0 });
		expect(mara.name).toBe('Mara Voss');
	});

	test('wakes by itself, makes up for the days before, and destroys keys of those who were erased', async () => {
		const { db, ada, ines } = office();
		answer(db, ines, [1, 1, 1, 1], monday);
		planDeparture(db, ada, { id: randomUUID(), personId: ines.id, from: '2026-11-20' }, monday);
		const keeper = startKeeper(
			db,
			() => false,
			() => Date.UTC(2033, 0, 3, 12)
		);
		await expect.poll(() => db.select().from(retentionRuns).all().at(-1)?.finishedAt ?? null, { timeout: 5000 }).not.toBeNull();
		keeper.stop();
		const again = startKeeper(
			db,
			() => false,
			() => Date.UTC(2033, 0, 3, 13)
		);
		again.stop();
		expect(() => db.keys.personKey(ines.id)).toThrow('destroyed');
	});
});

describe('What is left after the daily run', () => {
	test('a prompt about a concern stands, and its answers are gone; the ones after it are judged as they were', () => {
		const { db, edda, ines } = office();
		chooseSharing(db, ines, { prompt: [edda.id], trends: [] }, monday);
		answer(db, ines, [4, 4, 0, 0], monday + HOUR);
		answer(db, ines, [4, 0, 0, 0], monday + 7 * DAY);
		const before = db.select().from(alerts).all();
		expect(before).toMatchObject([{ reason: 'concern' }]);
		// Between the two: the second was a concern because of the first.
		runNow(db, lease, monday + 3 * DAY + 2 * YEAR);
		expect(db.select().from(checkIns).all()).toHaveLength(1);
		expect(db.select().from(alerts).all()).toEqual(before);
		expect(differences(db)).toEqual([]);
	});

	const dbs: Db[] = [];
	afterAll(() => {
		for (const db of dbs) db.$client.close();
	});

	// stored-facts.test.ts goes through dense months; here it is the days between the runs that matter.
	const pauseMs = process.env.BREAKWATER_LONG ? undefined : 150 * MINUTE;
	test.each(process.env.BREAKWATER_LONG ? ['auk', 'smew', 'dunlin'] : ['auk'])(
		'agrees with replay, whatever was done in a random month (%s)',
		(seed) => {
			const db = memoryDb();
			dbs.push(db);
			liveRandomMonth(db, seed, 30, pauseMs);
			expect(differences(db)).toEqual([]);
			const answered = db.select().from(checkIns).all().length;
			let gone = 0;
			for (const days of [4, 11, 12, 17, 23, 40]) {
				runNow(db, lease, monthStart + days * DAY + 2 * YEAR);
				expect(differences(db)).toEqual([]);
				gone = answered - db.select().from(checkIns).all().length;
			}
			expect(gone).toBe(answered);
			expect(answered).toBeGreaterThan(10);
		},
		120_000
	);
});

describe('npm run -s records', () => {
	const told = (args: string[], env: Record<string, string>, now: number) => {
		const [out, error]: [string[], string[]] = [[], []];
		const to = (lines: string[]) => new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) });
		const status = recordsCommand({ args, env, migrations: 'drizzle', out: to(out), error: to(error), now });
		return { status, out: out.join(''), error: error.join('') };
	};

	test('says how much would go, by the times in force or by others, and changes nothing', () => {
		const dataDir = temporaryFolder('records');
		const db = openDatabase(dataDir, '', 'drizzle');
		answerWeekly(db, cast(db, monday).ines, 11);
		db.$client.close();
		db.keys.close();
		const env = { DATA_DIR: dataDir };
		expect(told(['--dry-run'], env, monday + YEAR)).toMatchObject({ status: 0, error: '' });
		expect(told(['--dry-run'], env, monday + YEAR).out).toContain('under 10  check-ins\n');
		expect(told(['--dry-run', '--answersMonths=6'], env, monday + YEAR).out).toContain('      10  check-ins\n');
		expect(told(['--dry-run'], env, monday + 3 * YEAR).out).toContain('      10  check-ins\n');
		rmSync(dataDir, { recursive: true });
	});

	test('takes nothing away by itself, and says what is wrong', () => {
		expect(told([], {}, monday).status).toBe(2);
		expect(told(['--dry-run', '--answersMonths=5'], {}, monday).status).toBe(2);
		expect(told(['--dry-run', '--everything=1'], {}, monday).status).toBe(2);
		expect(told(['--dry-run'], { DATA_DIR: '/nowhere' }, monday)).toMatchObject({ status: 1, out: '' });
		expect(told(['--help'], {}, monday)).toMatchObject({ status: 0 });
	});
});
