import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Db } from './db/connection.ts';
import { employers, teams } from './db/schema/organisation.ts';
import { homeTeams, people, roles } from './db/schema/people.ts';

/**
 * Whether everybody of a team, leads included, has two possible recipients other than themselves, and nobody's line is empty
 * (domain.md §2, §5). What counts is who holds which role: whom a person has excluded, or who is away today, is nobody's business here.
 */

/** How many possible recipients other than themselves everybody needs on both lines together. */
const needed = 2;
const mostNamed = 3;

interface Member {
	id: string;
	name: string;
	teamId: string;
	employerId: string;
	employer: string;
}
interface Holder {
	id: string;
	role: string;
	teamId: string | null;
	employerId: string;
}

/**
 * For each open team why it is not complete yet, in plain sentences; an empty list where it is complete.
 * The lead line is counted without the head of welfare, who learns of requests for contact alone.
 */
export function incompleteness(db: Db): Map<string, string[]> {
	const members = enabledMembers(db);
	const holders = recipients(db);
	const open = db.select({ id: teams.id }).from(teams).where(isNull(teams.closedAt)).all();
	return new Map(
		open.map(({ id }) => [
			id,
			reasonsOf(
				members.filter((member) => member.teamId === id),
				holders
			)
		])
	);
}

function reasonsOf(members: readonly Member[], holders: readonly Holder[]): string[] {
	if (members.length === 0) return ['Nobody has this team as home team yet.'];
	const groups = new Map<string, { names: string[]; sentence: (who: string, several: boolean) => string }>();
	for (const member of members) {
		for (const gap of gapsOf(member, holders)) {
			const group = groups.get(gap.key) ?? { names: [], sentence: gap.sentence };
			group.names.push(member.name);
			groups.set(gap.key, group);
		}
	}
	return [...groups.values()].map(({ names, sentence }) => sentence(named(names), names.length > 1));
}

interface Gap {
	key: string;
	sentence: (who: string, several: boolean) => string;
}

function gapsOf(member: Member, holders: readonly Holder[]): Gap[] {
	const others = holders.filter((holder) => holder.id !== member.id);
	const leads = others.filter((holder) => holder.role === 'lead' && holder.teamId === member.teamId);
	const ofEmployer = others.filter((holder) => holder.employerId === member.employerId);
	const welfare = ofEmployer.filter((holder) => holder.role === 'welfare' || holder.role === 'head_of_welfare');
	const whose = ` employed by ${member.employer}`;
	return [
		...(leads.length === 0 ? [gap('lead', 'no possible recipient on the lead line', 'One more lead completes it.')] : []),
		...(welfare.length === 0
			? [gap(`welfare|${whose}`, 'no possible recipient on the wellbeing line', `One more welfare officer${whose} completes it.`)]
			: []),
		...(leads.length > 0 && welfare.length > 0 && distinct([...leads, ...welfare]) < needed
			? [gap('both', 'only one possible recipient, who stands on both lines', 'One more lead or welfare officer completes it.')]
			: [])
	];
}

const distinct = (holders: readonly Holder[]) => new Set(holders.map((holder) => holder.id)).size;

function gap(key: string, has: string, remedy: string): Gap {
	return { key, sentence: (who, several) => `${who} ${several ? 'have' : 'has'} ${has}. ${remedy}` };
}

/** `Ines Calder`, `Ines Calder and Tomas Reed`, `Ines Calder, Tomas Reed, Wen Alder and 9 others`. */
function named(names: readonly string[]): string {
	const shown = names.length > mostNamed + 1 ? [...names.slice(0, mostNamed), `${names.length - mostNamed} others`] : [...names];
	const last = shown.pop() ?? '';
	return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

function enabledMembers(db: Db): Member[] {
	return db
		.select({ id: people.id, name: people.name, teamId: homeTeams.teamId, employerId: people.employerId, employer: employers.name })
		.from(homeTeams)
		.innerJoin(people, eq(people.id, homeTeams.personId))
		.innerJoin(employers, eq(employers.id, people.employerId))
		.where(and(isNull(homeTeams.endedAt), isNull(people.disabledAt)))
		.orderBy(asc(people.name))
		.all();
}

/** Who can receive something at all: whoever has joined. */
function recipients(db: Db): Holder[] {
	return db
		.select({ id: people.id, role: roles.role, teamId: roles.teamId, employerId: people.employerId })
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.where(and(isNull(roles.endedAt), isNotNull(roles.confirmedAt), isNull(people.disabledAt), isNotNull(people.joinedAt)))
		.all();
}
