import { describe, expect, it } from 'vitest';
import { goAway } from '#lib/server/away.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { handOver } from '#lib/server/hand-overs.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { disablePerson, setHomeTeam } from '#lib/server/people.ts';
import { isAnyChainBroken, recipientsOf } from '#lib/server/recipients.ts';
import { confirmRole, endRole, giveRole } from '#lib/server/roles.ts';
import { chooseSharing, exclude as excludeInPrivacy, includeAgain } from '#lib/server/sharing.ts';
import { createTeam } from '#lib/server/teams.ts';
import { system, type Role } from '#lib/server/viewer.ts';
import { alertOf, appointmentOverdue, askFor, DAY, exceed, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
import { cast, type Cast, type FirstName } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

/**
 * Who is next, as the program resolves it from what is stored at that instant. Harbour is led by Mara, then Jonas; Edda is its welfare officer, Rui
 * its peer supporter; Otto is an officer of the same employer in another team, Hale its head of welfare. Kit and Pia (an officer) are seconded.
 */
type Who = FirstName;
type Kind = 'lead' | 'welfare' | 'peer';

class Office {
	readonly db: Db = memoryDb();
	readonly c: Cast = cast(this.db, monday - 2 * DAY);
	now = monday;

	over = (who: Who) => this.did(() => exceed(this.db, this.c[who], this.now));
	concern = (who: Who, officer: Who) => this.did(() => shareConcern(this.db, this.c[who], this.c[officer], this.now));
	session = (who: Who) => this.did(() => appointmentOverdue(this.db, this.c[who], this.now), DAY);
	asks = (who: Who, to: Who, kind: Kind, when: 'soon' | 'today' = 'soon') =>
		this.did(() => askFor(this.db, this.c[who], this.c[to], kind, this.now, when));

	away = (who: Who, deputy?: Who, until = '2026-11-20') =>
		this.did(() => goAway(this.db, this.c.again(this.c[who]), { id: id(), until, deputyId: deputy ? this.c[deputy].id : null }, this.now));
	disabled = (who: Who) => this.did(() => disablePerson(this.db, this.c.ada, this.c[who].id, this.now));
	excludes = (who: Who, other: Who) =>
		this.did(() => excludeInPrivacy(this.db, this.c.again(this.c[who]), { personId: this.c[other].id }, this.now));
	allows = (who: Who, other: Who) => this.did(() => includeAgain(this.db, this.c[who], { personId: this.c[other].id }, this.now));
	names = (who: Who, ...officers: Who[]) =>
		this.did(() => chooseSharing(this.db, this.c[who], { prompt: officers.map((each) => this.c[each].id), trends: [] }, this.now));
	becomes = (who: Who, role: Role, teamId: string | null = this.c.harbour) =>
		this.did(() => {
			const roleId = id();
			giveRole(this.db, this.c.ada, { id: roleId, personId: this.c[who].id, role, teamId }, this.now);
			if (role !== 'moderator' && role !== 'peer') confirmRole(this.db, this.c.hale, roleId, this.now);
		});
	ends = (who: Who, role: Role) =>
		this.did(() => {
			const held = this.db.$client.prepare<[string, string], string>(
				'select id from roles where person_id = ? and role = ? and ended_at is null'
			);
			endRole(this.db, system, held.pluck().get(this.c[who].id, role) ?? '', this.now);
		});
	moves = (who: Who, teamId: string) => this.did(() => setHomeTeam(this.db, system, { personId: this.c[who].id, teamId }, this.now));
	onCall = (...all: Who[]) =>
		this.did(() => {
			for (const who of all) addOnCall(this.db, system, { id: id(), teamId: this.c.harbour, personId: this.c[who].id }, this.now);
		});
	handsOver = (from: Who, to: Who) =>
		this.did(() => {
			const own = this.db.$client.prepare<[string], string>('select id from on_call where person_id = ?').pluck().get(this.c[from].id);
			handOver(this.db, this.c[from], { id: id(), entryId: own ?? '', toId: this.c[to].id }, this.now);
		});
	later = (ms: number) => this.did(() => {}, ms);
	/** A team of three: Tomas leads, Wen and Bea moderate. No officer, no peer, nobody else. */
	ofThree = () => {
		const pier = id();
		createTeam(this.db, system, { id: pier, name: 'Pier', zone: 'Europe/London' }, this.now);
		for (const who of ['tomas', 'wen', 'bea'] as const) this.moves(who, pier);
		return this.becomes('tomas', 'lead', pier);
	};

	/** First names of those who see it, in the order in which they were asked; an arrow before each further step. */
	sees(who: Who): string {
		catchUp(this.db, this.c[who].id, this.now);
		const steps: string[][] = [];
		for (const { name, step } of recipientsOf(this.db, alertOf(this.db, this.c[who]), this.now))
			(steps[step] ??= []).push((name.split(' ')[0] ?? '').toLowerCase());
		// Officers have no order among themselves.
		return steps.map((names) => names.sort().join(' ')).join(' → ');
	}

	private did(what: () => void, ms = MINUTE): this {
		what();
		this.now += ms;
		return this;
	}
}

const id = () => crypto.randomUUID();
const nobody = '';

type Row = [situation: string, whose: Who, happens: (office: Office) => Office, sees: string];

const leadLine: Row[] = [
	['over a limit', 'ines', (o) => o.over('ines'), 'mara'],
	['… and nobody took a step for two days', 'ines', (o) => o.over('ines').later(2 * DAY), 'mara → jonas'],
	['… nor for three weeks: never the head of welfare', 'ines', (o) => o.over('ines').later(21 * DAY), 'mara → jonas'],
	['the first lead on leave, with her deputy named', 'ines', (o) => o.over('ines').away('mara', 'jonas'), 'jonas'],
	['the first lead on leave, nobody named', 'ines', (o) => o.away('mara').over('ines'), 'jonas'],
	['the first lead on leave and has told nobody: the clock passes it on', 'ines', (o) => o.over('ines').later(1.2 * DAY), 'mara → jonas'],
	[
		'… entered on the second day: passed over at once',
		'ines',
		(o) =>
			o
				.over('ines')
				.later(1.2 * DAY)
				.away('mara'),
		'jonas'
	],
	[
		'the first lead back from leave',
		'ines',
		(o) =>
			o
				.away('mara', 'jonas', '2026-11-09')
				.over('ines')
				.later(15 * HOUR),
		'mara'
	],
	[
		'the deputy named is a lead no more: the next of them',
		'ines',
		(o) => o.away('mara', 'jonas').ends('jonas', 'lead').becomes('nell', 'lead').over('ines'),
		'nell'
	],
	['both leads away', 'ines', (o) => o.away('mara').away('jonas').over('ines'), nobody],
	['both leads away, each the other’s deputy', 'ines', (o) => o.away('mara', 'jonas').away('jonas', 'mara').over('ines'), nobody],
	['the first lead disabled', 'ines', (o) => o.over('ines').disabled('mara'), 'jonas'],
	['the first lead’s role ended', 'ines', (o) => o.over('ines').ends('mara', 'lead'), 'jonas'],
	['“not this person”, of the first lead', 'ines', (o) => o.excludes('ines', 'mara').over('ines'), 'jonas'],
	['… said later, while it is open', 'ines', (o) => o.over('ines').excludes('ines', 'mara'), 'jonas'],
	['… and taken back', 'ines', (o) => o.over('ines').excludes('ines', 'mara').allows('ines', 'mara'), 'mara'],
	['“not this person”, of both leads', 'ines', (o) => o.excludes('ines', 'mara').excludes('ines', 'jonas').over('ines'), nobody],
	['“not this person” is about one person alone', 'tomas', (o) => o.excludes('ines', 'mara').over('tomas'), 'mara'],
	[
		'a new third lead is asked last',
		'ines',
		(o) =>
			o
				.becomes('nell', 'lead')
				.over('ines')
				.later(2 * DAY),
		'mara → jonas nell'
	],
	['after a move to the other team', 'ines', (o) => o.over('ines').moves('ines', o.c.quay), 'nell'],
	['a lead who moderates: not herself', 'mara', (o) => o.over('mara'), 'jonas'],
	['a lead of another team whose home this is', 'nell', (o) => o.moves('nell', o.c.harbour).over('nell'), 'mara']
];

const small: Row[] = [
	['a team of three: its lead', 'wen', (o) => o.ofThree().over('wen'), 'tomas'],
	[
		'… nobody else, however long it takes',
		'wen',
		(o) =>
			o
				.ofThree()
				.over('wen')
				.later(21 * DAY),
		'tomas'
	],
	['… is away', 'wen', (o) => o.ofThree().away('tomas').over('wen'), nobody],
	['the only lead over a limit', 'tomas', (o) => o.ofThree().over('tomas'), nobody],
	['the only lead’s session overdue: the officers of the employer', 'tomas', (o) => o.ofThree().session('tomas'), 'edda otto'],
	['the only lead asks an officer', 'tomas', (o) => o.ofThree().asks('tomas', 'otto', 'welfare'), 'otto'],
	['asked the only lead, who is away: the head of welfare', 'wen', (o) => o.ofThree().asks('wen', 'tomas', 'lead').away('tomas'), 'hale'],
	['asked the only lead, and excluded him since', 'wen', (o) => o.ofThree().asks('wen', 'tomas', 'lead').excludes('wen', 'tomas'), 'hale'],
	['… and the head of welfare is away as well', 'wen', (o) => o.ofThree().asks('wen', 'tomas', 'lead').away('tomas').away('hale'), nobody]
];

const wellbeing: Row[] = [
	['a concern shared with the officer', 'ines', (o) => o.concern('ines', 'edda'), 'edda'],
	['… unanswered: other officers of the employer', 'ines', (o) => o.concern('ines', 'edda').later(1.2 * DAY), 'edda → otto'],
	['… then the head of welfare', 'ines', (o) => o.concern('ines', 'edda').later(3 * DAY), 'edda → otto → hale'],
	['the officer excluded since', 'ines', (o) => o.concern('ines', 'edda').excludes('ines', 'edda'), 'otto'],
	['the officer away, another officer as deputy', 'ines', (o) => o.concern('ines', 'edda').away('edda', 'otto'), 'otto'],
	[
		'the officer’s deputy is an officer no more',
		'ines',
		(o) => o.concern('ines', 'edda').away('edda', 'otto').ends('otto', 'welfare'),
		'hale'
	],
	['both officers away: the head of welfare', 'ines', (o) => o.concern('ines', 'edda').away('edda').away('otto'), 'hale'],
	['everybody away', 'ines', (o) => o.concern('ines', 'edda').away('edda').away('otto').away('hale'), nobody],
	['an officer’s own session: not she herself', 'edda', (o) => o.session('edda'), 'otto'],
	['a session overdue: the home team’s officer', 'ines', (o) => o.session('ines'), 'edda'],
	['a session overdue where another officer is named', 'ines', (o) => o.names('ines', 'otto').session('ines'), 'otto'],
	[
		'the head of welfare’s own: the officers, and nobody above',
		'hale',
		(o) =>
			o
				.moves('hale', o.c.harbour)
				.session('hale')
				.later(9 * DAY),
		'edda → otto'
	]
];

const secondees: Row[] = [
	['a secondee over a limit: the host’s leads', 'kit', (o) => o.over('kit').later(2 * DAY), 'mara → jonas'],
	['a secondee’s session: the own employer’s officer', 'kit', (o) => o.session('kit'), 'pia'],
	['a secondee’s concern escalated: no officer of the host', 'kit', (o) => o.concern('kit', 'pia').later(3 * DAY), 'pia'],
	['the own employer’s only officer away', 'kit', (o) => o.concern('kit', 'pia').away('pia'), nobody],
	['the own employer’s only officer excluded', 'kit', (o) => o.session('kit').excludes('kit', 'pia'), nobody],
	[
		'a secondee asks a lead: the host’s head of welfare at last',
		'kit',
		(o) => o.asks('kit', 'mara', 'lead').later(3 * DAY),
		'mara → jonas → hale'
	]
];

const contact: Row[] = [
	['asked the deputy: he is first', 'ines', (o) => o.asks('ines', 'jonas', 'lead'), 'jonas'],
	['… unanswered', 'ines', (o) => o.asks('ines', 'jonas', 'lead').later(5 * HOUR), 'jonas → mara'],
	['asked the peer, who is the only one', 'ines', (o) => o.asks('ines', 'rui', 'peer').later(9 * DAY), 'rui'],
	['… and away: nobody of another kind', 'ines', (o) => o.asks('ines', 'rui', 'peer').away('rui'), nobody],
	[
		'asked the peer, and another peer joins',
		'ines',
		(o) =>
			o
				.asks('ines', 'rui', 'peer')
				.becomes('sol', 'peer')
				.later(9 * DAY),
		'rui → sol'
	],
	[
		'a peer asks: not themself',
		'rui',
		(o) =>
			o
				.becomes('sol', 'peer')
				.asks('rui', 'sol', 'peer')
				.later(9 * DAY),
		'sol'
	],
	[
		'asked again, somebody of another kind: it has got as far as it had',
		'ines',
		(o) =>
			o
				.asks('ines', 'mara', 'lead')
				.later(5 * HOUR)
				.asks('ines', 'edda', 'welfare'),
		'edda → otto'
	],
	[
		'today, within the hour',
		'ines',
		(o) =>
			o
				.onCall('nell')
				.asks('ines', 'mara', 'lead', 'today')
				.later(50 * MINUTE),
		'mara'
	],
	[
		'today, after an hour: who is on call',
		'ines',
		(o) => o.onCall('nell').asks('ines', 'mara', 'lead', 'today').later(HOUR),
		'mara → jonas nell'
	],
	[
		'… of the kind that was chosen',
		'ines',
		(o) => o.onCall('nell', 'edda').asks('ines', 'mara', 'lead', 'today').later(HOUR),
		'mara → jonas nell'
	],
	[
		'today, the one on call excluded',
		'ines',
		(o) => o.onCall('nell', 'jonas').excludes('ines', 'nell').asks('ines', 'mara', 'lead', 'today').later(HOUR),
		'mara → jonas'
	],
	[
		'today, handed over to another of the list',
		'ines',
		(o) =>
			o.becomes('sol', 'lead', o.c.quay).onCall('nell', 'sol').handsOver('nell', 'sol').asks('ines', 'mara', 'lead', 'today').later(HOUR),
		'mara → jonas sol'
	],
	[
		'… who is away by now',
		'ines',
		(o) =>
			o
				.becomes('sol', 'lead', o.c.quay)
				.onCall('nell', 'sol')
				.handsOver('nell', 'sol')
				.away('sol')
				.asks('ines', 'mara', 'lead', 'today')
				.later(HOUR),
		'mara → jonas nell'
	],
	[
		'not today: nobody on call',
		'ines',
		(o) =>
			o
				.onCall('nell')
				.asks('ines', 'mara', 'lead')
				.later(5 * HOUR),
		'mara → jonas'
	]
];

describe.each([
	['hours, and requests to a lead', leadLine],
	['small teams', small],
	['concerns and sessions', wellbeing],
	['secondees', secondees],
	['requests', contact]
])('%s', (_, rows) => {
	it.each(rows)('%s', (_situation, whose, happens, sees) => {
		const office = happens(new Office());
		expect(office.sees(whose)).toBe(sees);
		// Whoever looks after Breakwater hears of it where nobody is left, and else of nothing.
		expect(isAnyChainBroken(office.db, office.now)).toBe(sees === nobody);
	});
});

it('are sixty situations', () => {
	expect([...leadLine, ...small, ...wellbeing, ...secondees, ...contact].length).toBeGreaterThanOrEqual(60);
});
