import { invite, acceptInvitation } from '#lib/server/accounts.ts';
import { noteReading } from '#lib/server/access-log.ts';
import { askAbout } from '#lib/server/access-questions.ts';
import { holdForm } from '#lib/server/auth/held-forms.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { askDisclosure } from '#lib/server/disclosures.ts';
import { allOptionalFields } from '#lib/server/organisation.ts';
import { addPartner, retirePartner } from '#lib/server/partners.ts';
import { createPerson, setHomeTeam } from '#lib/server/people.ts';
import { writeWords } from '#lib/server/private-words.ts';
import { giveRole } from '#lib/server/roles.ts';
import { exclude } from '#lib/server/sharing.ts';
import { createTeam } from '#lib/server/teams.ts';
import { startTimer } from '#lib/server/timers.ts';
import { findViewer, system, type Viewer } from '#lib/server/viewer.ts';
import { addWorkType, retireWorkType } from '#lib/server/work-types.ts';
import { DAY, HOUR } from './alerting.ts';
import type { FirstName } from './cast.ts';
import { setFields } from './exposure.ts';

/** A password that one of the people below has. */
export const ownPassword = 'quiet harbour walls';

/** Finds an id by a query. */
type Ask = (query: string, ...values: unknown[]) => string;

export type Facts = Awaited<ReturnType<typeof addFacts>>;

/** What every form needs to stand on some page, beside what the office has: a forgotten timer, things taken off lists, a password. */
export async function addFacts(db: Db, now: number) {
	const ask: Ask = (query, ...values) => {
		const found: unknown = db.$client.prepare(query).pluck().get(values);
		if (typeof found !== 'string') throw new Error(`nothing found by ${query}`);
		return found;
	};
	const person = (first: FirstName | 'lia' | 'oda') => ask('select id from people where email_key = ?', `${first}@example.org`);
	const viewer = (first: FirstName): Viewer => {
		const found = findViewer(db, person(first));
		if (!found) throw new Error('nobody of the cast');
		return found;
	};
	const [partner, oldPartner, oldWork, spare] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
	addPartner(db, system, { id: partner, name: 'Harbour police' }, now);
	addPartner(db, system, { id: oldPartner, name: 'Closed bureau' }, now);
	retirePartner(db, system, oldPartner, now);
	addWorkType(db, system, { id: oldWork, name: 'No longer done', counts: 'yes' }, now);
	retireWorkType(db, system, oldWork, now);
	createTeam(db, system, { id: spare, name: 'Spare', zone: 'Europe/London' }, now - DAY);
	exclude(db, viewer('nell'), { personId: person('otto') }, now - HOUR);
	startTimer(
		db,
		viewer('tomas'),
		{ id: crypto.randomUUID(), workTypeId: ask(`select id from work_types where counts = 'yes' limit 1`) },
		now - 11 * HOUR
	);
	catchUp(db, person('tomas'), now);
	setFields(db, [...allOptionalFields]);
	const looks = ['ines', 'tomas', 'bea'] as const;
	noteReading(db, viewer('edda'), { kind: 'hours', why: { purpose: 'review' } }, looks.map(person), now - HOUR);
	askAbout(
		db,
		viewer('tomas'),
		{ entryId: ask(`select id from access_entries where person_id = ? and kind = 'hours'`, person('tomas')) },
		now
	);
	writeWords(db, viewer('ines'), { id: crypto.randomUUID(), text: 'A long day.' }, now - HOUR);
	return {
		...{ ask, person, partner, oldPartner, oldWork, spare },
		...(await addAccounts(db, ask, viewer('ada'), now)),
		invitation: invite(db, viewer('ada'), person('lia'), now),
		held: holdForm(db, person('tomas'), { path: '/settings?/details', fields: [['name', 'Tomas Reed-Alder']] }, now) ?? '',
		/** Somebody's alert: the one that was raised last. */
		alertOf: (first: FirstName) => ask('select id from alerts where person_id = ? order by raised_at desc limit 1', person(first)),
		/** Leave that is to come. */
		absenceOf: (first: FirstName) =>
			ask(
				`select id from absences where person_id = ? and ended_at is null and to_date > date('now') order by from_date limit 1`,
				person(first)
			),
		/** Lower limits that were agreed with somebody. */
		factorOf: (first: FirstName) =>
			ask('select id from factors where person_id = ? and ended_at is null order by from_date limit 1', person(first)),
		/** The open appointment that is due first. */
		appointmentOf: (first: FirstName) =>
			ask('select id from appointments where person_id = ? and outcome is null order by due limit 1', person(first)),
		/** That somebody has looked at their record; where they can, a look that they have not asked about. */
		lookAt: (first: FirstName) =>
			ask(
				`select id from access_entries where person_id = ? and kind = 'hours'
				order by id in (select entry_id from access_questions), last_at desc limit 1`,
				person(first)
			),
		/** A plan about somebody: in force, or the change that waits. */
		planOf: (first: FirstName, state: 'agreed' | 'proposed') =>
			ask(`select id from plans where person_id = ? and ended_at is null and (agreed_at is null) = (? = 'proposed')`, person(first), state),
		conversationOf: (first: FirstName) =>
			ask('select id from conversations where person_id = ? order by recorded_at desc limit 1', person(first)),
		checkInOf: (first: FirstName) =>
			ask('select id from check_ins where person_id = ? and skipped = 0 order by recorded_at desc limit 1', person(first)),
		entryOf: (first: FirstName, kind: 'session' | 'timer' | 'day-total') =>
			ask(
				`select id from exposures where person_id = ? and kind = ? and state <> 'void' and superseded_at is null and version = 1 order by recorded_at desc limit 1`,
				person(first),
				kind
			),
		/** The version of the policy that is in force: the organisation's, or a team's. */
		policyVersion: (teamId: string | null) =>
			ask('select id from policies where team_id is ? order by recorded_at desc, rowid desc limit 1', teamId),
		team: (name: 'Harbour' | 'Quay') => ask('select id from teams where name = ?', name),
		employer: (name: string) => ask('select id from employers where name = ?', name),
		roleOf: (first: FirstName, role: string) =>
			ask('select id from roles where person_id = ? and role = ? and ended_at is null', person(first), role),
		work: (name: string) => ask('select id from work_types where name = ?', name)
	};
}

/** Somebody who has a password, and somebody who can be moved, renamed and given roles. */
async function addAccounts(db: Db, ask: Ask, admin: Viewer, now: number) {
	const employerId = ask('select employer_id from organisation');
	const account = { employerId, zone: 'Europe/London', dayStart: '00:00', startDate: '2024-01-08' };
	const quinn = createPerson(db, system, { ...account, name: 'Quinn Holt', email: 'quinn@example.org' }, now - DAY);
	const vera = createPerson(db, system, { ...account, name: 'Vera Lowe', email: 'vera@example.org' }, now - DAY);
	const harbour = ask(`select id from teams where name = 'Harbour'`);
	setHomeTeam(db, system, { personId: quinn, teamId: harbour }, now - DAY);
	const quinnsRole = crypto.randomUUID();
	giveRole(db, system, { id: quinnsRole, personId: quinn, role: 'peer', teamId: harbour }, now - DAY);
	await acceptInvitation(db, invite(db, admin, vera, now), { password: ownPassword, zone: 'Europe/London', dayStart: '00:00' }, now);
	// One is hers to agree to, the other waits for a second person.
	askDisclosure(db, admin, { id: crypto.randomUUID(), personId: vera, reason: 'lawyer', answers: 'consent' }, now);
	askDisclosure(db, admin, { id: crypto.randomUUID(), personId: quinn, reason: 'court', answers: 'none' }, now);
	return { quinn, vera, quinnsRole };
}
