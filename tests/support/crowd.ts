import { randomUUID } from 'node:crypto';
import { createOrganisation } from '#lib/server/accounts.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { withTx } from '#lib/server/db/tx.ts';
import { createPerson, setHomeTeam } from '#lib/server/people.ts';
import { createTeam } from '#lib/server/teams.ts';
import { startTimer } from '#lib/server/timers.ts';
import { findViewer, system } from '#lib/server/viewer.ts';

const MINUTE = 60_000;

/**
 * An organisation with one team of `size` people, made at `now` (UTC ms).
 * @param dayStart `HH:MM` in UTC
 * @returns their ids
 */
export function crowd(db: Db, size: number, now: number, dayStart = '00:00'): string[] {
	return withTx(db, () => {
		const employerId = createOrganisation(db, { name: 'Seawall', zone: 'UTC', sample: false }, now);
		const teamId = randomUUID();
		createTeam(db, system, { id: teamId, name: 'Harbour', zone: 'UTC' }, now);
		return Array.from({ length: size }, (_, n) => {
			const days = { zone: 'UTC', dayStart, startDate: '2024-01-08' };
			const personId = createPerson(db, system, { name: `Moderator ${n}`, email: `${n}@example.org`, employerId, ...days }, now);
			setHomeTeam(db, system, { personId, teamId }, now);
			return personId;
		});
	});
}

/** Starts a timer of the person's whose break is due at `due` (UTC ms): fifty minutes before it. */
export function breakDueAt(db: Db, personId: string, due: number): void {
	const viewer = findViewer(db, personId);
	const workTypeId = db.$client
		.prepare<[], string>(`select id from work_types where counts = 'yes' order by position limit 1`)
		.pluck()
		.get();
	if (!viewer || workTypeId === undefined) throw new Error('nobody of the crowd');
	startTimer(db, viewer, { id: randomUUID(), workTypeId }, due - 50 * MINUTE);
}
