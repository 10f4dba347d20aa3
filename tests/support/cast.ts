import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { createOrganisation } from '#lib/server/accounts.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { addEmployer } from '#lib/server/employers.ts';
import { createPerson, setHomeTeam } from '#lib/server/people.ts';
import { giveRole } from '#lib/server/roles.ts';
import { createTeam } from '#lib/server/teams.ts';
import { findViewer, system, type Role, type Viewer } from '#lib/server/viewer.ts';

/** Somebody of the cast: their name, home team, and roles (in the home team where they are a team's). */
interface Part {
	name: string;
	team?: 'harbour' | 'quay';
	roles: readonly Role[];
	secondee?: true;
}

const parts = {
	ada: { name: 'Ada Finch', roles: ['admin'] },
	hale: { name: 'Hale Brandt', roles: ['head_of_welfare'] },
	mara: { name: 'Mara Voss', team: 'harbour', roles: ['lead'] },
	jonas: { name: 'Jonas Pike', team: 'harbour', roles: ['lead'] },
	edda: { name: 'Edda Quill', team: 'harbour', roles: ['welfare'] },
	rui: { name: 'Rui Tamm', team: 'harbour', roles: ['peer', 'moderator'] },
	ines: { name: 'Ines Calder', team: 'harbour', roles: ['moderator'] },
	tomas: { name: 'Tomas Reed', team: 'harbour', roles: ['moderator'] },
	wen: { name: 'Wen Alder', team: 'harbour', roles: ['moderator'] },
	bea: { name: 'Bea Lund', team: 'harbour', roles: ['moderator'] },
	kit: { name: 'Kit Ferro', team: 'harbour', roles: ['moderator'], secondee: true },
	pia: { name: 'Pia Dorn', team: 'harbour', roles: ['welfare'], secondee: true },
	nell: { name: 'Nell Oram', team: 'quay', roles: ['lead'] },
	otto: { name: 'Otto Lind', team: 'quay', roles: ['welfare'] },
	sol: { name: 'Sol Marsh', team: 'quay', roles: ['moderator'] }
} as const satisfies Record<string, Part>;

export type FirstName = keyof typeof parts;

export type Cast = Record<FirstName, Viewer> & {
	/** Ids of the teams, and of the employer of the secondees. */
	harbour: string;
	quay: string;
	ownEmployer: string;
	lanternworks: string;
	/** The viewer as they are now: after a change of roles, teams or zone. */
	again: (who: { readonly id: string }) => Viewer;
};

/** The same id in each run: routine conversations are spread over people by the bytes of their ids. */
function idOf(first: string): string {
	const hex = createHash('sha256').update(first).digest('hex');
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/**
 * The organisation that the tests talk about, made through the verbs at `now` (UTC ms): teams Harbour (leads Mara, then Jonas) and
 * Quay in London, everybody joined, nobody named in sharing choices, started in 2024 (so no new-starter factor). Facts of the
 * cast are recorded at `now` and the millisecond after it.
 */
export function cast(db: Db, now: number): Cast {
	const zone = 'Europe/London';
	const ownEmployer = createOrganisation(db, { name: 'Seawall', zone, sample: false }, now);
	const [lanternworks, harbour, quay] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
	addEmployer(db, system, { id: lanternworks, name: 'Lanternworks' }, now);
	createTeam(db, system, { id: harbour, name: 'Harbour', zone }, now);
	createTeam(db, system, { id: quay, name: 'Quay', zone }, now);
	const ids: Record<string, string> = {};
	// The head of welfare last: from then on roles take two people.
	const order = Object.entries<Part>(parts).sort(
		([, a], [, b]) => Number(a.roles.includes('head_of_welfare')) - Number(b.roles.includes('head_of_welfare'))
	);
	for (const [first, part] of order) {
		const employerId = part.secondee ? lanternworks : ownEmployer;
		const email = `${first}@example.org`;
		const account = { id: idOf(first), name: part.name, email, employerId, zone, dayStart: '00:00', startDate: '2024-01-08' };
		const id = createPerson(db, system, account, now);
		// As if the invitation had been accepted; without a password, which would cost a hash for each.
		db.update(people).set({ joinedAt: now }).where(eq(people.id, id)).run();
		const teamId = part.team === undefined ? null : { harbour, quay }[part.team];
		if (teamId !== null) setHomeTeam(db, system, { personId: id, teamId }, now);
		for (const role of part.roles) giveRole(db, system, { id: crypto.randomUUID(), personId: id, role, teamId }, now);
		ids[first] = id;
	}
	const again = (who: { id: string }): Viewer => {
		const viewer = findViewer(db, who.id);
		if (!viewer) throw new Error('nobody of the cast, or disabled');
		return viewer;
	};
	const viewers = Object.fromEntries(Object.entries(ids).map(([first, id]) => [first, again({ id })])) as Record<FirstName, Viewer>;
	return { ...viewers, harbour, quay, ownEmployer, lanternworks, again };
}
