import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { createOrganisation } from '#lib/server/accounts.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { teams } from '#lib/server/db/schema/organisation.ts';
import { homeTeams, people, personVersions, roles } from '#lib/server/db/schema/people.ts';
import { clocks, exposures } from '#lib/server/db/schema/records.ts';
import { nothingPrivate } from '#lib/server/exposure-versions.ts';
import { seal } from '#lib/server/seal.ts';
import { exposureWork, signInAs, zone } from './desk.ts';

/** An office as large as the benchmarks want it, written straight into the tables. */

const minute = 60_000;
const day = 86_400_000;

export interface Wanted {
	people: number;
	/** Of all of them together. */
	sessions: number;
	/** How long each session is. */
	minutes: number;
}

/** People in teams of twenty, each signed in, each with two sessions on every working day as far back as they reach. */
export function seedPeople(db: Db, wanted: Wanted): { cookies: string[]; work: string } {
	const now = Date.now();
	const began = now - 120 * day;
	const employerId = createOrganisation(db, { name: 'Bench', zone, sample: false }, began);
	const work = exposureWork(db);
	const cookies: string[] = [];
	const rows: Row[] = [];
	db.$client.exec('begin immediate');
	const teamIds = Array.from({ length: Math.ceil(wanted.people / 20) }, () => randomUUID());
	for (const [n, id] of teamIds.entries())
		db.insert(teams)
			.values({ id, name: `Team ${n}`, zone, createdAt: began })
			.run();
	for (let n = 0; n < wanted.people; n++) {
		const personId = seedPerson(db, { n, employerId, teamId: teamIds[n % teamIds.length] ?? '' }, began, now);
		cookies.push(signInAs(db, personId, now));
		rows.push(...sessionsOf(personId, work, n, now, wanted));
	}
	store(db, rows);
	db.$client.exec('commit');
	return { cookies, work };
}

/** @returns their id */
function seedPerson(
	db: Db,
	{ n, employerId, teamId }: { n: number; employerId: string; teamId: string },
	began: number,
	now: number
): string {
	const id = randomUUID();
	const email = `person${n}@example.org`;
	const account = { id, name: `Person ${n}`, email, emailKey: email, employerId };
	db.insert(people)
		.values({ ...account, createdAt: began, joinedAt: began, sharingAskedAt: began })
		.run();
	db.insert(personVersions).values({ personId: id, version: 1, zone, dayStart: '00:00', startDate: '2024-01-08', recordedAt: began }).run();
	db.insert(homeTeams).values({ id: randomUUID(), personId: id, teamId, recordedAt: began }).run();
	db.insert(roles).values({ id: randomUUID(), personId: id, role: 'moderator', teamId, proposedAt: began, confirmedAt: began }).run();
	db.insert(clocks).values({ personId: id, firstFactAt: began, lastFactAt: now, advancedTo: now, nextDueAt: null }).run();
	return id;
}

/** The same time of day, on Friday instead of Saturday and on Thursday instead of Sunday: nobody here works at weekends. */
export function onWorkingDay(at: number): number {
	const weekday = new Date(at).getUTCDay();
	return weekday === 6 ? at - day : weekday === 0 ? at - 3 * day : at;
}

type Row = Omit<typeof exposures.$inferInsert, 'sealed'>;

function sessionsOf(personId: string, workTypeId: string, n: number, now: number, wanted: Wanted): Row[] {
	const own = Math.floor(wanted.sessions / wanted.people) + (n < wanted.sessions % wanted.people ? 1 : 0);
	const midnight = now - (now % day);
	const rows: Row[] = [];
	for (let back = 1; rows.length < own; back++) {
		const date = midnight - back * day;
		if (onWorkingDay(date) !== date) continue;
		for (const hour of [9, 14].slice(0, own - rows.length)) {
			// Not everybody at the same minute.
			const start = date + hour * 60 * minute + (n % 60) * minute;
			const end = start + wanted.minutes * minute;
			const kind = { version: 1, kind: 'session', state: 'ended', counts: true } as const;
			rows.push({ id: '', personId, ...kind, start, end, workTypeId, recordedAt: end + minute, recordedBy: personId });
		}
	}
	return rows;
}

/** In order of time, as they would have come: the rows of one person lie scattered over the file. */
function store(db: Db, rows: Row[]): void {
	const inOrder = rows
		.sort((a, b) => a.recordedAt - b.recordedAt)
		.map((row) => ({ ...row, id: randomUUIDv7() }))
		.map((row) => {
			const place = { table: 'exposures', row: `${row.id}/1`, person: row.personId } as const;
			return { ...row, sealed: seal(db, place, { ...nothingPrivate, finding: null }) };
		});
	for (let from = 0; from < inOrder.length; from += 100)
		db.insert(exposures)
			.values(inOrder.slice(from, from + 100))
			.run();
}
