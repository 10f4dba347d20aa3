import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { spanOf } from '#lib/domain/quarter.ts';
import { reportOf } from '#lib/domain/report.ts';
import { tablesOf } from '#lib/domain/report-tables.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { clearErased, destroyErasedKeys, erasePerson } from '#lib/server/erasures.ts';
import { logSession } from '#lib/server/exposures.ts';
import { changeFloor, fewestInForce, floorPage } from '#lib/server/report-floors.ts';
import { countQuarter, peopleCounted, type Counted } from '#lib/server/report-counts.ts';
import { findReport, prepareReport, prepareReportAtOnce, publishReport, reportsPage } from '#lib/server/reports.ts';
import { confirmRole, endRole, giveRole } from '#lib/server/roles.ts';
import { loadSample } from '#lib/server/sample/load.ts';
import { findViewer, type Viewer } from '#lib/server/viewer.ts';
import { temporaryFolder } from '../support/app.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf, workIds } from '../support/exposure.ts';
import { naiveCounts } from '../support/naive-report.ts';
import { seeded } from '../support/random-quarters.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const at = (text: string) => Date.parse(text);
const sure = true;
const one = <T>(db: Db, sql: string, ...values: (string | number)[]) =>
	db.$client
		.prepare<(string | number)[], T>(sql)
		.pluck()
		.get(...values) as T;

describe('a report of the cast', () => {
	let db: Db;
	let c: Cast;
	const founded = at('2026-07-06T08:00:00Z');
	const now = at('2026-10-08T09:00:00Z');
	const q3 = '2026-Q3';
	beforeEach(() => {
		db = memoryDb();
		c = cast(db, founded);
	});

	test('can be prepared a week after its quarter ended, and not before', async () => {
		const early = at('2026-10-07T22:59:00Z');
		expect(reportsPage(db, c.hale, early).making?.next).toEqual({
			...{ quarter: q3, title: 'July to September 2026', from: 'Thursday 8 October' }
		});
		await expect(prepareReport(db, c.hale, q3, early)).rejects.toMatchObject({ kind: 'invalid' });
		expect(reportsPage(db, c.hale, early + MINUTE).making?.next.from).toBeNull();
		await prepareReport(db, c.hale, q3, early + MINUTE);
		expect(reportsPage(db, c.hale, now).making).toMatchObject({ prepared: [{ quarter: q3 }], next: { quarter: '2026-Q4' } });
	});

	test.each(['2026-Q2', '2026-Q4', '2025-Q3', 'last', ''])('is not made of %s', async (quarter) => {
		await expect(prepareReport(db, c.hale, quarter, now)).rejects.toMatchObject({
			kind: 'invalid',
			fields: { quarter: expect.any(String) }
		});
	});

	test('is seen by the head of welfare alone until she publishes it, and by everybody with an account from then on', async () => {
		await prepareReport(db, c.hale, q3, now);
		expect(findReport(db, c.hale, q3, now).published).toBeNull();
		for (const who of [c.ada, c.mara, c.edda, c.ines]) {
			expect(refusalOf(() => findReport(db, who, q3, now)).kind).toBe('not-found');
			expect(reportsPage(db, who, now)).toMatchObject({ published: [], making: null });
		}
		publishReport(db, c.hale, { quarter: q3, sure }, now);
		const [first, ...others] = [c.hale, c.ada, c.mara, c.edda, c.ines].map((who) => findReport(db, who, q3, now));
		expect(first?.published).toEqual({ who: 'Hale Brandt', when: 'Thursday 8 October' });
		for (const other of others) expect(other).toEqual(first);
	});

	test('is not for the head of welfare of an employer who seconds people here: it is about everybody', async () => {
		const id = crypto.randomUUID();
		giveRole(db, c.ada, { id, personId: c.pia.id, role: 'head_of_welfare', teamId: null }, now);
		confirmRole(db, c.hale, id, now);
		const pia = c.again(c.pia);
		expect(pia.roles.some(({ role }) => role === 'head_of_welfare')).toBe(true);
		await expect(prepareReport(db, pia, q3, now)).rejects.toMatchObject({ kind: 'not-allowed' });
		await prepareReport(db, c.hale, q3, now);
		expect(refusalOf(() => findReport(db, pia, q3, now)).kind).toBe('not-found');
		expect(refusalOf(() => publishReport(db, pia, { quarter: q3, sure }, now)).kind).toBe('not-allowed');
		expect(reportsPage(db, pia, now).making).toBeNull();
		db.$client.prepare(`update roles set ended_at = ? where role = 'head_of_welfare' and person_id = ?`).run(now, c.hale.id);
		expect(reportsPage(db, c.ines, now).hasHead).toBe(false);
	});

	test('is prepared and published by nobody but the head of welfare, administrators included', async () => {
		for (const who of [c.ada, c.mara, c.edda, c.ines]) {
			await expect(prepareReport(db, who, q3, now)).rejects.toMatchObject({ kind: 'not-allowed' });
			expect(refusalOf(() => publishReport(db, who, { quarter: q3, sure }, now)).kind).toBe('not-allowed');
		}
		expect(one(db, 'select count(*) from reports')).toBe(0);
		expect(refusalOf(() => publishReport(db, c.hale, { quarter: q3, sure }, now)).kind).toBe('not-found');
	});

	test('waits where there is no head of welfare, and the page says so', () => {
		expect(reportsPage(db, c.ines, now).hasHead).toBe(true);
		endRole(db, c.ada, one<string>(db, `select id from roles where role = 'head_of_welfare'`), now);
		expect(reportsPage(db, c.ines, now).hasHead).toBe(false);
	});

	test('is published once, after she has said that she is sure, and stays as it is', async () => {
		await prepareReport(db, c.hale, q3, now);
		expect(refusalOf(() => publishReport(db, c.hale, { quarter: q3, sure: false }, now)).fields).toHaveProperty('sure');
		publishReport(db, c.hale, { quarter: q3, sure }, now);
		publishReport(db, c.hale, { quarter: q3, sure }, now + DAY);
		expect(findReport(db, c.ines, q3, now).published?.when).toBe('Thursday 8 October');
		expect(() => db.$client.exec(`update reports set report = '{}'`)).toThrow('never changed');
		expect(() => db.$client.exec('delete from reports')).toThrow('append-only');
	});

	test('is made once: twice at one moment, and once more later, changes nothing', async () => {
		await Promise.all([prepareReport(db, c.hale, q3, now), prepareReport(db, c.hale, q3, now)]);
		prepareReportAtOnce(db, c.hale, q3, now + DAY);
		expect(one(db, 'select prepared_at from reports')).toBe(now);
		expect(one(db, `select count(*) from audit_entries where action = 'report.prepared'`)).toBe(1);
	});

	test('is in the audit trail, and in the access log of everybody who is counted', async () => {
		await prepareReport(db, c.hale, q3, now);
		publishReport(db, c.hale, { quarter: q3, sure }, now);
		const entries = db.$client
			.prepare(`select action, actor_id as who, subject_id as what from audit_entries where action like 'report.%'`)
			.all();
		expect(entries).toEqual(['report.prepared', 'report.published'].map((action) => ({ action, who: c.hale.id, what: q3 })));
		const noted = db.$client.prepare(`select person_id from access_entries where kind = 'report' and viewer_id = ?`).pluck().all(c.hale.id);
		expect(noted.sort()).toEqual([c.rui, c.ines, c.tomas, c.wen, c.bea, c.kit, c.sol].map(({ id }) => id).sort());
	});

	test('says nothing of seven people', async () => {
		await prepareReport(db, c.hale, q3, now);
		expect(findReport(db, c.hale, q3, now).report).toEqual({ quarter: q3, fewest: 10, tooFew: true, tables: [] });
	});

	test('goes by the number of people that was chosen, with a reason; those made before stay as they are', async () => {
		changeFloor(db, c.hale, { id: crypto.randomUUID(), fewest: 6, reason: 'We are seven' }, now);
		await prepareReport(db, c.hale, q3, now);
		const { report } = findReport(db, c.hale, q3, now);
		expect(report).toMatchObject({ fewest: 6, tooFew: false });
		// Nobody did anything in that quarter.
		for (const { id, rows } of report.tables) if (id !== 'participation') for (const { cell } of rows) expect(cell).toBeNull();
		changeFloor(db, c.ada, { id: crypto.randomUUID(), fewest: 12, reason: 'Rather more' }, now);
		expect(findReport(db, c.hale, q3, now).report.fewest).toBe(6);
		expect(floorPage(db, c.ada, now)).toMatchObject({
			fewest: 12,
			versions: [{ who: 'Ada Finch', why: 'Rather more' }, { who: 'Hale Brandt' }]
		});
		expect(one(db, `select count(*) from audit_entries where action = 'report.floor-changed'`)).toBe(2);
	});

	test('counts the work of somebody who was erased since, and no breaks and no answers of theirs; few stay few', async () => {
		const { images } = workIds(db);
		const moderators = [c.rui, c.ines, c.tomas, c.wen, c.bea, c.kit, c.sol];
		const start = at('2026-07-14T08:00:00Z');
		for (const who of moderators) {
			const session = { id: crypto.randomUUID(), start, end: start + 400 * MINUTE, workTypeId: images };
			logSession(db, who, session, session.end);
			recordCheckIn(db, who, { id: crypto.randomUUID(), instrument: 'pulse', answers: [1, 1, 1, 1] }, session.end);
		}
		erasePerson(db, c.ada, c.ines.id, at('2026-08-10T09:00:00Z'));
		destroyErasedKeys(db, at('2026-08-10T09:00:00Z'));
		const span = spanOf(q3, 'Europe/London');
		const counting = countQuarter(db, peopleCounted(db, span), span, true);
		let step = counting.next();
		while (!step.done) step = counting.next();
		const { counts } = step.value;
		const behind = (row: ReadonlyMap<string, unknown> | undefined) => [row?.size, row?.has(c.ines.id)];
		expect(behind(counts.work.get(images))).toEqual([7, true]);
		expect(behind(counts.limits.get('day-over'))).toEqual([7, true]);
		expect(behind(counts.breaks.missed)).toEqual([6, false]);
		expect([counts.breaks.kept.size, counts.people.size, counts.answered.size]).toEqual([0, 7, 6]);
		const naive = naiveCounts(db, span);
		expect([naive.get(`work/${images}/1`), naive.get('limits/day-over/0'), naive.get('breaks/missed/0')]).toEqual([
			...[
				[2800, 7],
				[7, 7]
			],
			[6, 6]
		]);
		const hidden = (fewest: number) => {
			const { tables } = reportOf(tablesOf(counts, step.value.names), { quarter: q3, fewest, people: 7, earlier: [] });
			const hasCell = (id: string) => tables.find((table) => table.id === id)?.rows.some(({ cell }) => cell !== null);
			return ['limits', 'breaks'].filter((id) => !hasCell(id));
		};
		expect([hidden(7), hidden(8)]).toEqual([['breaks'], ['limits', 'breaks']]);
		clearErased(db, c.ines.id, at('2026-08-11T09:00:00Z'));
		expect(peopleCounted(db, span)).not.toContain(c.ines.id);
	});

	test.each([4, 0, -1, 101, 7.5, NaN])('is not for %d people at least', (fewest) => {
		const choose = () => changeFloor(db, c.hale, { id: crypto.randomUUID(), fewest, reason: 'To see more' }, now);
		expect(refusalOf(choose).fields).toHaveProperty('fewest');
		expect(fewestInForce(db)).toBe(10);
	});

	test('has its number of people chosen by authors of the policy alone, once for each form', () => {
		const what = { id: crypto.randomUUID(), fewest: 6, reason: 'We are seven' };
		for (const who of [c.mara, c.edda, c.ines]) expect(refusalOf(() => changeFloor(db, who, what, now)).kind).toBe('not-allowed');
		changeFloor(db, c.hale, what, now);
		changeFloor(db, c.hale, what, now);
		expect(one(db, 'select count(*) from report_floors')).toBe(1);
		expect(refusalOf(() => changeFloor(db, c.hale, { ...what, fewest: 8 }, now)).kind).toBe('conflict');
		expect(refusalOf(() => changeFloor(db, c.hale, { ...what, id: crypto.randomUUID() }, now)).fields).toHaveProperty('fewest');
	});
});

describe('the report of the sample organisation', () => {
	let db: Db;
	let hale: Viewer;
	let counted: Counted;
	const quarter = '2026-Q3';
	const span = spanOf(quarter, 'Europe/London');
	const now = at('2026-10-09T14:05:00Z');
	beforeAll(async () => {
		db = openDatabase(temporaryFolder('reported'), '', 'drizzle');
		await loadSample(db, now);
		hale = findViewer(db, one<string>(db, `select id from people where name = 'Hale Brandt'`)) as Viewer;
		addAtRandom(db);
		const counting = countQuarter(db, peopleCounted(db, span), span, true);
		let step = counting.next();
		while (!step.done) step = counting.next();
		counted = step.value;
	}, 300_000);
	afterAll(() => {
		db.$client.close();
		db.keys.close();
	});

	/** Sessions that overlap, over the ends of the quarter too, and totals; past the verbs, which would refuse some of them. */
	function addAtRandom({ $client: client }: Db): void {
		const random = seeded(7);
		const whole = (most: number) => Math.floor(random() * most);
		const people = client.prepare<[], string>(`select distinct person_id from roles where role = 'moderator' order by 1`).pluck().all();
		const ids = (table: string) => [null, ...client.prepare<[], string>(`select id from ${table} order by 1`).pluck().all()];
		const [work, partner] = [ids('work_types'), ids('partners')];
		const insert = client.prepare(
			`insert into exposures (id, version, person_id, kind, state, start_at, end_at, date, minutes, counts, work_type_id, partner_id, sealed, recorded_at, recorded_by)
			values (?, 1, ?, ?, 'ended', ?, ?, ?, ?, ?, ?, ?, x'00', ?, 'test')`
		);
		for (let n = 0; n < 600; n++) {
			const person = people[whole(people.length)];
			const start = span.from - 3 * 60 * MINUTE + whole((span.until - span.from) / MINUTE) * MINUTE;
			const end = start + (1 + whole(300)) * MINUTE;
			const total = n % 5 === 0;
			const times = total ? [null, null, new Date(start).toISOString().slice(0, 10), 1 + whole(300)] : [start, end, null, null];
			const named = [work[whole(work.length)], partner[whole(partner.length)]];
			insert.run(`random-${n}`, person, total ? 'day-total' : 'session', ...times, Number(n % 7 > 0), ...named, now);
		}
	}

	test('counts what a slow and simple count finds', () => {
		const naive = naiveCounts(db, span);
		const tables = tablesOf(counted.counts, counted.names);
		const checked = tables.flatMap(({ id, rows, columns }) => {
			if (id === 'participation') return [];
			return rows.flatMap(({ key, adds }) =>
				columns.concat(columns.length === 0 ? [{ title: '', kind: 'times' }] : []).flatMap((_column, measure) => {
					if (id === 'response' && measure > 0) return [];
					const waits = id === 'response' ? counted.counts.waits[key as 'acknowledged'] : null;
					const sum = waits
						? [...waits.values()].flat().reduce((a, b) => a + b, 0)
						: [...adds.values()].reduce((a, each) => a + (each[measure] ?? 0), 0);
					const expected = foundIn(naive, id, key, measure, counted);
					expect([`${id}/${key}/${measure}`, Math.round(sum), adds.size]).toEqual([`${id}/${key}/${measure}`, ...expected]);
					return sum > 0 ? [id] : [];
				})
			);
		});
		expect([...new Set(checked)]).toEqual(
			expect.arrayContaining(['work', 'partner', 'limits', 'breaks', 'counselling', 'response', 'pulse'])
		);
		expect(counted.counts.people.size).toBe(20);
	});

	/** What was logged for a kind of work that could not be chosen stands with what has none. */
	function foundIn(naive: ReturnType<typeof naiveCounts>, id: string, key: string, measure: number, { names }: Counted): [number, number] {
		const listed: ReadonlyMap<string, string> | null = id === 'work' ? names.work : id === 'partner' ? names.partners : null;
		if (key !== '' || !listed) return naive.get(`${id}/${key}/${measure}`) ?? [0, 0];
		const others = [...naive].filter(
			([name]) => name.startsWith(`${id}/`) && name.endsWith(`/${measure}`) && !listed.has(name.split('/')[1] ?? '')
		);
		const people = (id === 'work' ? counted.counts.work : counted.counts.partners)?.get('')?.size ?? 0;
		return [others.reduce((sum, [, [value]]) => sum + value, 0), people];
	}

	test('is published, the same for everybody, with figures in it and without any of few people', () => {
		const ines = findViewer(db, one<string>(db, `select id from people where name = 'Ines Calder'`)) as Viewer;
		const page = findReport(db, ines, quarter, now);
		expect(page).toEqual(findReport(db, hale, quarter, now));
		expect(page.report.tooFew).toBe(false);
		const cells = page.report.tables.flatMap(({ rows, total }) => [...rows, total].flatMap((row) => row?.cell ?? []));
		expect(cells.length).toBeGreaterThan(8);
		for (const { people } of cells) if (people !== null) expect(people).toBeGreaterThanOrEqual(10);
	});

	test('holds nobody’s name and nobody’s id', () => {
		const stored = one<string>(db, 'select report from reports');
		for (const { id, name } of db.$client.prepare<[], { id: string; name: string }>('select id, name from people').all()) {
			expect(stored).not.toContain(id);
			expect(stored).not.toContain(name);
		}
	});

	test('lets others be answered while it is being made', async () => {
		const later = at('2027-01-08T09:00:00Z');
		let turns = 0;
		let made = false;
		setImmediate(function turn() {
			turns++;
			if (!made) setImmediate(turn);
		});
		await prepareReport(db, hale, '2026-Q4', later, 0);
		made = true;
		expect(findReport(db, hale, '2026-Q4', later).published).toBeNull();
		// Once for each person at least.
		expect(turns).toBeGreaterThan(10);
	});
});
