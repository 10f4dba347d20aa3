import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { findViewer, type Viewer } from './viewer.ts';

/** What a viewer may open of one person's record at this moment (domain.md §6). */
export interface Rights {
	id: string;
	name: string;
	/** Their home team; null for somebody without one. */
	teamId: string | null;
	team: string | null;
	/** Limits passed: every day, or for a purpose that is stated. Null: not at all. */
	limits: 'duty' | 'stated' | null;
	/** Whose limits: those under the home team's rota, or of all teams. */
	allTeams: boolean;
	/** Hours of exposure, always for a purpose that is stated. */
	hours: boolean;
	/** Lower limits that were agreed, and to agree on more: every day, or for a purpose that is stated. Null: not at all. */
	agreed: 'duty' | 'stated' | null;
	/** Since when (UTC ms) the person names the viewer to see bands and trends; null: they do not. */
	namedAt: Instant | null;
	/**
	 * The person has passed the viewer over. They are not to learn it: what is withheld from them looks as if there were nothing, and whatever is
	 * listed for their role stays listed. Only what was agreed (`agreed`) is not withheld: they may have entered it, and a gap would tell them.
	 */
	passed: boolean;
}

/** Everybody of whose record the viewer may open something, by name. */
export function rightsOver(db: Db, viewer: Viewer): Rights[] {
	return queries(db).all.all({ viewer: viewer.id }).map(rightsIn);
}

/** What the viewer may open of one person's record; null for a stranger, for themselves, and where it is nothing. */
export function rightsOverOne(db: Db, viewer: Viewer, personId: string): Rights | null {
	const row = queries(db).one.get({ viewer: viewer.id, person: personId });
	return row ? rightsIn(row) : null;
}

/** Who may open which part of the viewer's record at this moment, by name: the same rights, looked at from the other side. */
export interface Openers {
	/** Without those who are passed over, who find none there. */
	limits: string[];
	/** For a purpose that they state. */
	hours: string[];
	/** Who agrees on lower limits, and reads what was agreed. */
	agreed: string[];
	trends: string[];
}

/** Who may open the viewer's record as things stand now. */
export function whoMayOpen(db: Db, viewer: Viewer): Openers {
	const supervisors = queries(db)
		.supervisors.all()
		.flatMap((id) => findViewer(db, id) ?? []);
	const seeing = supervisors.flatMap((each) => {
		const rights = rightsOverOne(db, each, viewer.id);
		return rights ? [{ name: each.name, rights }] : [];
	});
	const names = (may: (rights: Rights) => boolean) => seeing.filter(({ rights }) => may(rights)).map(({ name }) => name);
	return {
		limits: names(({ limits, passed }) => limits !== null && !passed),
		hours: names(({ hours }) => hours),
		agreed: names(({ agreed }) => agreed !== null),
		trends: names(({ namedAt }) => namedAt !== null)
	};
}

/** SQLite's booleans are 0 and 1. */
interface Row {
	id: string;
	name: string;
	teamId: string | null;
	team: string | null;
	leads: 0 | 1;
	cares: 0 | 1;
	heads: 0 | 1;
	sameEmployer: 0 | 1;
	leadHours: 0 | 1;
	namedAt: Instant | null;
	passed: 0 | 1;
}

function rightsIn({ leads, cares, heads, sameEmployer, leadHours, namedAt, passed, ...row }: Row): Rights {
	const everyDay = leads === 1 || cares === 1;
	return {
		...row,
		limits: everyDay ? 'duty' : heads === 1 ? 'stated' : null,
		allTeams: heads === 1 && !everyDay,
		// What is agreed on is the wellbeing line's: a lead reads what follows from it, and not that it was agreed.
		agreed: cares === 1 ? 'duty' : heads === 1 && sameEmployer === 1 ? 'stated' : null,
		hours: cares === 1 || heads === 1 || (leads === 1 && leadHours === 1),
		namedAt: passed === 1 ? null : namedAt,
		passed: passed === 1
	};
}

/**
 * Leads see their home team; welfare officers those of it who have the same employer (the wellbeing line is the employer's); heads of welfare
 * everybody, those of another employer than the organisation their own people. Nobody sees themselves, or an account that is disabled or not in use
 * yet. Who was passed over stays related: a name that is missing here, and stands in the other lists of a team, would tell them.
 */
const relations = `
	with me as (
		select id, employer_id, employer_id = (select employer_id from organisation) as own
		from people where id = @viewer and disabled_at is null and joined_at is not null
	), held as (
		select role, team_id from roles where person_id = @viewer and ended_at is null and confirmed_at is not null
	), related as (
		select person.id, person.name, team.id as teamId, team.name as team,
			exists (select 1 from held where role = 'lead' and team_id = home.team_id) as leads,
			person.employer_id = me.employer_id
				and exists (select 1 from held where role = 'welfare' and team_id = home.team_id) as cares,
			(me.own or person.employer_id = me.employer_id) and exists (select 1 from held where role = 'head_of_welfare') as heads,
			person.employer_id = me.employer_id as sameEmployer,
			coalesce((select lead_hours from organisation), 0) as leadHours,
			(
				select named.recorded_at from sharing_choices as named
				where named.person_id = person.id and named.kind = 'trends' and named.officer_id = me.id and named.ended_at is null
					and person.employer_id = me.employer_id
					and exists (select 1 from held where role in ('welfare', 'head_of_welfare'))
			) as namedAt,
			exists (
				select 1 from exclusions as passed
				where passed.person_id = person.id and passed.excluded_id = me.id and passed.ended_at is null
			) as passed
		from people as person
		cross join me
		left join home_teams as home on home.person_id = person.id and home.ended_at is null
		left join teams as team on team.id = home.team_id
		where person.id <> me.id and person.disabled_at is null and person.joined_at is not null
	)
	select * from related where (leads or cares or heads or (namedAt is not null and not passed))`;

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		all: db.$client.prepare<[{ viewer: string }], Row>(`${relations} order by name, id`),
		one: db.$client.prepare<[{ viewer: string; person: string }], Row>(`${relations} and id = @person`),
		supervisors: db.$client
			.prepare<[], string>(
				`select distinct people.id from people join roles on roles.person_id = people.id
				where roles.role in ('lead', 'welfare', 'head_of_welfare') and roles.ended_at is null and roles.confirmed_at is not null
				order by people.name, people.id`
			)
			.pluck()
	};
}
