import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { invite } from '#lib/server/accounts.ts';
import { noteReading } from '#lib/server/access-log.ts';
import { makeFeed } from '#lib/server/calendar-links.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { erasureRequests } from '#lib/server/db/schema/erasure.ts';
import { erasures } from '#lib/server/db/schema/keeping.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { plans } from '#lib/server/db/schema/plans.ts';
import { alerts, checkIns, exposures } from '#lib/server/db/schema/records.ts';
import { withTx } from '#lib/server/db/tx.ts';
import { comeBackToAccount, currentDeparture, planDeparture } from '#lib/server/departures.ts';
import { findAccount, listAccounts } from '#lib/server/directory.ts';
import { askForErasure, declinedErasure } from '#lib/server/erasure-requests.ts';
import { carryOutErasure, declineErasure } from '#lib/server/erasure-answers.ts';
import { destroyErasedKeys, erasePerson, erasureOf } from '#lib/server/erasures.ts';
import { throughTheGate } from '#lib/server/erasing.ts';
import { placeHold } from '#lib/server/holds.ts';
import { memoryKeys } from '#lib/server/keys.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { renamePerson } from '#lib/server/people.ts';
import { classesOfTables, personTables } from '#lib/server/record-classes.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { seal, unseal } from '#lib/server/seal.ts';
import { findViewer } from '#lib/server/viewer.ts';
import { temporaryFolder } from '../support/app.ts';
import { DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { liveRandomMonth, monthStart } from '../support/random-month.ts';

function office() {
	const db = memoryDb();
	const people = cast(db, monday);
	exceed(db, people.ines, monday + HOUR);
	recordCheckIn(db, people.ines, { id: randomUUID(), instrument: 'pulse', answers: [3, 1, 2, 0] }, monday + 2 * HOUR);
	noteReading(db, people.mara, { kind: 'prompts', why: { purpose: 'duty' } }, [people.ines.id], monday + 2 * HOUR);
	return { db, ...people };
}

const differences = (db: Db): unknown[] => {
	const found: unknown[] = [];
	compareWithReplay(db, (difference) => found.push(difference));
	return found;
};

const rowsAbout = (db: Db, table: string, person: string): number =>
	db.$client
		.prepare<[{ person: string }], number>(`select count(*) from ${table} where ${personTables.find((each) => each.table === table)?.mine}`)
		.pluck()
		.get({ person }) ?? 0;

describe('The classes of records', () => {
	test('hold every table of the schema, each once, and nobody stands in one that is said to hold nobody', () => {
		const db = memoryDb();
		const tables = db.$client
			.prepare<[], string>(
				`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like '\\_\\_%' escape '\\'`
			)
			.pluck()
			.all();
		const classes = classesOfTables();
		expect([...classes.keys()].sort()).toEqual(tables.sort());
		const person = /^(person|viewer|recipient|actor|author|officer|excluded|supervisor|deputy|to|from)_id$|_by$/;
		const holding = tables.filter((table) => {
			const columns = db.$client.prepare<[], { name: string }>(`select name from pragma_table_info('${table}')`).all();
			const refers = db.$client.prepare<[], { table: string }>(`select "table" from pragma_foreign_key_list('${table}')`).all();
			return columns.some(({ name }) => person.test(name)) || refers.some((each) => each.table === 'people');
		});
		expect(holding.length).toBeGreaterThan(30);
		expect(holding.filter((table) => classes.get(table) === 'nobody' && table !== 'erasing')).toEqual([]);
	});

	test('what refers to the rows of a person goes before them', () => {
		const db = memoryDb();
		const order = personTables.map(({ table }) => table);
		for (const [index, table] of order.entries()) {
			const refers = db.$client.prepare<[], { table: string }>(`select "table" from pragma_foreign_key_list('${table}')`).all();
			for (const { table: to } of refers)
				if (to !== table && order.includes(to)) expect(order.indexOf(to), `${table} → ${to}`).toBeGreaterThan(index);
		}
	});
});

describe('The way through the append-only triggers', () => {
	test('is open for one person, inside one transaction, and is closed again by the database itself', () => {
		const { db, ines, mara } = office();
		const take = () => db.$client.prepare('delete from alert_events where person_id = ?').run(ines.id);
		expect(take).toThrow('append-only');
		expect(() => throughTheGate(db, mara.id, () => void take())).toThrow('append-only');
		expect(throughTheGate(db, ines.id, () => take().changes)).toBeGreaterThan(0);
		expect(() => db.$client.prepare('delete from access_entries').run()).toThrow('append-only');
		const leftOpen = () => withTx(db, () => void db.$client.prepare('insert into erasing (person_id) values (?)').run(ines.id));
		expect(leftOpen).toThrow('FOREIGN KEY');
		expect(db.$client.prepare('select count(*) from erasing').pluck().get()).toBe(0);
		expect(() => db.$client.prepare('insert into never (id) values (?)').run('the end of this transaction')).toThrow('CHECK');
	});

	test('leads to nothing that is kept for good', () => {
		const { db, ada, ines } = office();
		placeHold(db, ada, { id: randomUUID(), personId: ines.id, kind: 'court', until: '2026-12-01' }, monday + HOUR);
		for (const table of ['audit_entries', 'holds', 'policies', 'optional_versions'])
			expect(() => throughTheGate(db, ines.id, () => void db.$client.prepare(`delete from ${table}`).run()), table).toThrow('append-only');
		const update = `update audit_entries set at = 0`;
		expect(() => throughTheGate(db, ines.id, () => void db.$client.prepare(update).run())).toThrow('append-only');
	});
});

describe('Erasing somebody', () => {
	test('blanks name and address, deletes what they said, and leaves counts under an id', () => {
		const { db, ada, ines } = office();
		invite(db, ada, ines.id, monday + 3 * HOUR);
		erasePerson(db, ada, ines.id, monday + 3 * HOUR);
		erasePerson(db, ada, ines.id, monday + 4 * HOUR);
		expect(db.select().from(people).where(eq(people.id, ines.id)).get()).toMatchObject({
			...{ name: 'Somebody who has left', email: '', passwordHash: null }
		});
		for (const { table, erased } of personTables) if (erased === 'deleted') expect(rowsAbout(db, table, ines.id), table).toBe(0);
		expect(db.select().from(exposures).where(eq(exposures.personId, ines.id)).all()).toMatchObject([
			{ material: null, context: null, filters: null, sealed: Buffer.alloc(0) }
		]);
		expect(rowsAbout(db, 'alerts', ines.id)).toBe(1);
		expect(JSON.stringify(db.$client.prepare('select * from people').all())).not.toMatch(/Ines|Calder/);
		expect(differences(db)).toEqual([]);
	});

	test('closes the account, the prompts about them and their roles, for good', () => {
		const { db, ada, ines } = office();
		erasePerson(db, ada, ines.id, monday + 3 * HOUR);
		expect(findViewer(db, ines.id)).toBeNull();
		expect(db.$client.prepare('select count(*) from alerts where person_id = ? and closed_at is null').pluck().get(ines.id)).toBe(0);
		expect(db.$client.prepare('select count(*) from roles where person_id = ? and ended_at is null').pluck().get(ines.id)).toBe(0);
		expect(() => comeBackToAccount(db, ada, ines.id, monday + 4 * HOUR)).toThrow('erased');
		expect(() => renamePerson(db, ada, { personId: ines.id, name: 'Ines' }, monday + 4 * HOUR)).toThrow('erased');
		expect(() => invite(db, ada, ines.id, monday + 4 * HOUR)).toThrow('disabled');
	});

	test('of a lead tells the audit trail of each thing that ends with it', () => {
		const { db, ada, ines, mara, harbour } = office();
		const alertId = db.select().from(alerts).where(eq(alerts.personId, ines.id)).get()?.id ?? '';
		const plan = { id: 'a-plan', personId: ines.id, supervisorId: mara.id, alertId, proposedBy: mara.id, proposedAt: monday };
		db.insert(plans).values(plan).run();
		addOnCall(db, ada, { id: randomUUID(), teamId: harbour, personId: mara.id }, monday);
		makeFeed(db, mara, monday);
		const last = db.$client.prepare<[], number>('select max(seq) from audit_entries').pluck().get() ?? 0;
		erasePerson(db, ada, mara.id, monday + 3 * HOUR);
		const since = db.$client.prepare<[number], string>('select action from audit_entries where seq > ? order by seq').pluck().all(last);
		expect(since).toEqual(
			expect.arrayContaining(['account.disabled', 'plan.ended', 'account.calendar-link-ended', 'role.ended', 'team.on-call-removed'])
		);
		expect(since.at(-1)).toBe('record.erased');
	});

	test('destroys their key: what was sealed for them cannot be opened again, and it is said from when nowhere', () => {
		const { db, ada, ines } = office();
		const place = { table: 'put_away', row: ines.id, person: ines.id } as const;
		const copy = seal(db, place, { until: 0 });
		erasePerson(db, ada, ines.id, monday + 3 * HOUR);
		expect(erasureOf(db, ada, ines.id, monday + 3 * HOUR)).toEqual({ erased: 'today', unreadable: null });
		expect(destroyErasedKeys(db, monday + 3 * HOUR)).toEqual({ done: 1, failed: 0 });
		expect(destroyErasedKeys(db, monday + 4 * HOUR)).toEqual({ done: 0, failed: 0 });
		// Keys of before the erasure, put back beside the database of after it.
		const older: Db = Object.create(db, { keys: { value: memoryKeys() } });
		expect(destroyErasedKeys(older, monday + 5 * HOUR)).toEqual({ done: 1, failed: 0 });
		expect(older.keys.destroyed()).toEqual(db.keys.destroyed());
		expect(destroyErasedKeys(older, monday + 6 * HOUR)).toEqual({ done: 0, failed: 0 });
		expect(erasureOf(db, ada, ines.id, monday + 3 * HOUR)).toEqual({ erased: 'today', unreadable: 'Wednesday 9 December' });
		expect(() => unseal(db, place, copy)).toThrow('destroyed');
		expect(() => seal(db, place, {})).toThrow('destroyed');
	});

	test('stays so after the server was started again, and rows put back from a copy stay closed', () => {
		const dataDir = temporaryFolder('erased');
		const first = openDatabase(dataDir, '', 'drizzle');
		const { ada, ines } = cast(first, monday);
		recordCheckIn(first, ines, { id: randomUUID(), instrument: 'pulse', answers: [3, 1, 2, 0] }, monday + 2 * HOUR);
		const row = first.select().from(checkIns).get();
		erasePerson(first, ada, ines.id, monday + 3 * HOUR);
		destroyErasedKeys(first, monday + 3 * HOUR);
		first.$client.close();
		first.keys.close();
		const second = openDatabase(dataDir, '', 'drizzle');
		if (!row?.sealed) throw new Error('there was a check-in');
		second.insert(checkIns).values(row).run();
		const { id, sealed } = row;
		expect(() => unseal(second, { table: 'check_ins', row: id, person: ines.id }, sealed)).toThrow('destroyed');
		expect(second.select().from(erasures).get()?.keyDestroyedAt).toBe(monday + 3 * HOUR);
		second.$client.close();
		second.keys.close();
		rmSync(dataDir, { recursive: true });
	});

	test('waits while a legal hold stands, and is nobody’s to do to themselves or to the only administrator', () => {
		const { db, ada, mara, ines } = office();
		placeHold(db, ada, { id: randomUUID(), personId: ines.id, kind: 'court', until: '2026-12-01' }, monday + HOUR);
		expect(() => erasePerson(db, ada, ines.id, monday + 3 * HOUR)).toThrow('legal hold');
		expect(() => erasePerson(db, ada, ada.id, monday + 3 * HOUR)).toThrow('Somebody else');
		expect(() => erasePerson(db, mara, ines.id, monday + 3 * HOUR)).toThrow('Only an administrator');
		expect(db.select().from(erasures).all()).toEqual([]);
	});

	test('comes before a day on which they would have left', () => {
		const { db, ada, ines } = office();
		planDeparture(db, ada, { id: randomUUID(), personId: ines.id, from: '2026-12-18' }, monday + HOUR);
		erasePerson(db, ada, ines.id, monday + 3 * HOUR);
		expect(erasureOf(db, ada, ines.id, monday + 4 * HOUR)).not.toBeNull();
		expect(currentDeparture(db, ines.id)).toMatchObject({ from: '2026-11-09', closedAt: monday + 3 * HOUR });
		expect(differences(db)).toEqual([]);
	});

	test('leaves the lists of administrators as they are, with "Somebody who has left" in place of the name', () => {
		const { db, ada, ines, edda } = office();
		erasePerson(db, ada, ines.id, monday + 3 * HOUR);
		erasePerson(db, ada, edda.id, monday + 3 * HOUR);
		expect(listAccounts(db, ada, monday + DAY).filter(({ name }) => name === 'Somebody who has left')).toHaveLength(2);
		expect(findAccount(db, ada, ines.id, monday + DAY)).toMatchObject({ name: 'Somebody who has left', email: '', roles: [] });
	});

	test.each(['gannet', 'petrel'])(
		'agrees with replay after any of a random month were erased (%s)',
		(seed) => {
			const db = memoryDb();
			liveRandomMonth(db, seed, 30, process.env.BREAKWATER_LONG ? undefined : 150 * MINUTE);
			const all = db.select({ id: people.id }).from(people).all();
			const now = monthStart + 40 * DAY;
			for (const [index, { id }] of all.entries()) {
				if (index % 3 !== 0) continue;
				erasePerson(db, { id: null }, id, now);
			}
			expect(destroyErasedKeys(db, now).done).toBeGreaterThan(2);
			expect(differences(db)).toEqual([]);
		},
		120_000
	);
});

describe('A wish to be erased', () => {
	const asking = (db: Db, who: { id: string }) => {
		const id = randomUUID();
		const viewer = findViewer(db, who.id);
		if (viewer) askForErasure(db, viewer, { id }, monday + 3 * HOUR);
		return { id };
	};

	test('is carried out by an administrator, once', () => {
		const { db, ada, mara, ines } = office();
		const request = asking(db, ines);
		expect(() => carryOutErasure(db, mara, request, monday + DAY)).toThrow('Only an administrator');
		carryOutErasure(db, ada, request, monday + DAY);
		carryOutErasure(db, ada, request, monday + DAY);
		expect(db.select().from(erasureRequests).all()).toMatchObject([{ carriedOutBy: ada.id, carriedOutAt: monday + DAY }]);
	});

	test('is declined with a reason, which must be true of a legal hold', () => {
		const { db, ada, ines } = office();
		const request = asking(db, ines);
		expect(() => declineErasure(db, ada, { ...request, reason: 'legal-hold' }, monday + DAY)).toThrow('No legal hold');
		placeHold(db, ada, { id: randomUUID(), personId: ines.id, kind: 'court', until: '2026-12-01' }, monday + 4 * HOUR);
		expect(() => carryOutErasure(db, ada, request, monday + DAY)).toThrow('legal hold');
		declineErasure(db, ada, { ...request, reason: 'legal-hold' }, monday + DAY);
		declineErasure(db, ada, { ...request, reason: 'legal-hold' }, monday + DAY);
		expect(db.select().from(erasureRequests).all()).toMatchObject([{ declinedBy: ada.id, declinedFor: 'legal-hold' }]);
		expect(() => carryOutErasure(db, ada, request, monday + DAY)).toThrow('declined meanwhile');
		expect(declinedErasure(db, ines, monday + DAY)).toMatchObject({ when: 'today', why: 'A legal hold stands on the record.' });
		asking(db, ines);
	});
});
