import { acknowledge, close, followUp, offer, supportItems, type StepForm } from '#lib/server/alert-steps.ts';
import { createOrganisation } from '#lib/server/accounts.ts';
import { absencesOf, changeAbsence, comeBack, enterAbsence, takeBackAbsence, type AbsenceRow } from '#lib/server/absences.ts';
import { moveAppointment, planAppointment, settleAppointment, withdrawAppointment } from '#lib/server/appointments.ts';
import { goAway, deputiesFor } from '#lib/server/away.ts';
import { shareConcern } from '#lib/server/check-in-results.ts';
import { recordCheckIn, standing } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { askForContact, contactChoices } from '#lib/server/contact.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { amend, voidEntry } from '#lib/server/exposure-corrections.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { addPack, retirePack } from '#lib/server/instrument-packs.ts';
import { agreeFactor, endFactor, factorsOf } from '#lib/server/factors.ts';
import { localDate } from '#lib/server/local-time.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { changeOptional } from '#lib/server/optional-parts.ts';
import { allOptionalFields, changeOrganisation } from '#lib/server/organisation.ts';
import { createPerson, setHomeTeam } from '#lib/server/people.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { changePolicy, newestVersion } from '#lib/server/policy-changes.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { giveRole } from '#lib/server/roles.ts';
import { randomFor, type Random } from '#lib/server/sample/random.ts';
import { chooseSharing, exclude, exclusionsOf, includeAgain, officersOf } from '#lib/server/sharing.ts';
import { answerOffer, withdrawRequest } from '#lib/server/support.ts';
import { createTeam } from '#lib/server/teams.ts';
import { nameRunning, startTimer, stopTimer } from '#lib/server/timers.ts';
import { findViewer, system, type Role, type Viewer } from '#lib/server/viewer.ts';
import { appointmentKinds } from '#lib/domain/appointments.ts';
import { instrumentIds, type InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { packInstruments } from '#lib/domain/instruments/wording.ts';
import { addDays } from '#lib/domain/time.ts';
import { DAY, HOUR, MINUTE } from './alerting.ts';
import { workIds } from './exposure.ts';
import { randomAnswers } from './random-answers.ts';
import { randomPatch, zones } from './random-policy.ts';
import { twoProcesses, type TwoProcesses } from './two-processes.ts';
import { madeUp } from './wording.ts';

/** Monday 2 March 2026; the clocks change in New York on the 8th and in London on the 29th. */
export const monthStart = Date.UTC(2026, 2, 2, 6);
const perTeam: readonly Role[] = ['lead', 'lead', 'welfare', 'peer', 'moderator', 'moderator', 'moderator', 'moderator'];

interface Month {
	/** As the process sees it that is asked. */
	db: Db;
	random: Random;
	now: number;
	teams: [string, string];
	people: string[];
	work: ReturnType<typeof workIds>;
}

/**
 * What two teams did in 30 days, by chance, told to the verbs of two processes, the schedulers of which wake when something is due; at times
 * neither does, or the whole machine is down. The same seed gives the same month.
 * @param days how long it goes on
 * @param pauseMs the longest time between two things, mostly: a long life with few things in it reaches what a dense month does not
 * @returns how often each kind of thing was done (and not refused), and up to when the schedulers have evaluated everything
 */
export function liveRandomMonth(db: Db, seed: string, days = 30, pauseMs = 50 * MINUTE): { done: Map<string, number>; until: number } {
	const random = randomFor(seed);
	const machine = twoProcesses(db, random, monthStart);
	try {
		const month = begin(db, random);
		const done = new Map([...Object.keys(actions), 'killed', 'down'].map((name) => [name, 0]));
		const count = (name: string) => void done.set(name, (done.get(name) ?? 0) + 1);
		const end = monthStart + days * DAY;
		while (machine.now() < end) {
			letTimePass(machine, random, pauseMs, count);
			Object.assign(month, { db: machine.either(), now: machine.now() });
			const name = random.pick(kinds);
			if (attempt(month, name)) count(name);
			// Whose page is opened.
			if (random.chance(0.05)) catchUp(month.db, random.pick(month.people), month.now);
		}
		return { done, until: machine.end() };
	} finally {
		machine.close();
	}
}

function letTimePass(machine: TwoProcesses, random: Random, pauseMs: number, count: (name: string) => void): void {
	// Several things may happen in one millisecond.
	if (!random.chance(0.1)) machine.pass(random.chance(0.05) ? random.between(1, 5) : random.between(1, pauseMs));
	// Facts of one person stay in order all the same.
	if (random.chance(0.02)) machine.putClockBack(random.between(1, 20 * MINUTE));
	if (random.chance(0.04)) machine.stopOrStartOne();
	if (random.chance(0.006)) count(machine.beDown() ? 'killed' : 'down');
}

function begin(db: Db, random: Random): Month {
	const now = monthStart;
	const employerId = createOrganisation(db, { name: 'Seawall', zone: 'Europe/London', sample: false }, now);
	const teams: [string, string] = [random.uuid(), random.uuid()];
	for (const [index, id] of teams.entries()) createTeam(db, system, { id, name: `Team ${index}`, zone: zones[index] ?? 'UTC' }, now);
	const month: Month = { db, random, now, teams, people: [], work: workIds(db) };
	for (const team of teams) for (const role of perTeam) join(month, employerId, role, team);
	join(month, employerId, 'admin', null);
	join(month, employerId, 'head_of_welfare', null);
	const holders = db.$client
		.prepare<[], [string, string]>(`select person_id, team_id from roles where role in ('lead', 'welfare', 'peer')`)
		.raw();
	for (const [personId, teamId] of holders.all() as [string, string][]) addOnCall(db, system, { id: random.uuid(), teamId, personId }, now);
	return month;
}

function join(month: Month, employerId: string, role: Role, teamId: string | null): void {
	const { db, random, now, people } = month;
	const id = random.uuid();
	const startDate = random.chance(0.3) ? '2026-02-16' : '2024-01-08';
	const days = { zone: random.pick(zones), dayStart: random.pick(['00:00', '00:00', '12:00', '02:30']), startDate };
	createPerson(db, system, { id, name: `Person ${people.length}`, email: `${people.length}@example.org`, employerId, ...days }, now);
	db.$client.prepare('update people set joined_at = ? where id = ?').run(now, id);
	if (teamId !== null) setHomeTeam(db, system, { personId: id, teamId }, now);
	giveRole(db, system, { id: random.uuid(), personId: id, role, teamId }, now);
	people.push(id);
}

function attempt(month: Month, name: string): boolean {
	const action = actions[name as keyof typeof actions];
	const id = month.random.pick(month.people);
	const viewer = findViewer(month.db, id);
	// Who has no home team has no line either: they may be away, and get one in the end.
	if (!viewer || (viewer.homeTeam === null && !['away', 'team', 'days', 'sharing'].includes(name))) return false;
	try {
		return action.run(month, viewer) !== false;
	} catch (error) {
		if (error instanceof Refusal) return false;
		throw error;
	}
}

interface Action {
	/** How often, next to the others. */
	weight: number;
	/** False: there was nothing to do. */
	run: (month: Month, viewer: Viewer) => unknown;
}

type Row = { id: string; version: number; start: number; end: number; kind: string; work: string };

/** One of the viewer's own current entries in a state. */
function entryOf({ db, random }: Month, { id }: Viewer, state: 'running' | 'ended'): Row | null {
	const own = `select id, version, start_at as start, end_at as end, kind, work_type_id as work from exposures
		where person_id = ? and state = ? and superseded_at is null order by rowid desc limit 12`;
	const rows = db.$client.prepare<[string, string], Row>(own).all(id, state);
	return rows.length === 0 ? null : random.pick(rows);
}

type Open = { id: string; person: string; state: string };

function openAlert({ db, random }: Month, person: string | null): Open | null {
	const rows = db.$client
		.prepare<[string | null], Open>(
			`select id, person_id as person, state from alerts where closed_at is null and person_id = coalesce(?, person_id) order by raised_at, id`
		)
		.all(person);
	return rows.length === 0 ? null : random.pick(rows);
}

function workOf({ random, work }: Month): { workTypeId: string; counts?: boolean } {
	if (random.chance(0.15)) return { workTypeId: work.none };
	if (random.chance(0.15)) return { workTypeId: work.asks, counts: random.chance(0.5) };
	return { workTypeId: random.pick([work.images, work.urls]) };
}

const violentOf = ({ random }: Month) => random.pick(['yes', 'no', 'undisclosed', null] as const);

function span({ random, now }: Month): { start: number; end: number } {
	const end = now - (random.chance(0.75) ? random.between(0, 30 * MINUTE) : random.between(0, 6 * DAY));
	return { end, start: end - random.between(MINUTE, random.chance(0.1) ? 15 * HOUR : 4 * HOUR) };
}

/** A supervisor of anybody's takes a step on an open alert. */
function step(take: (month: Month, viewer: Viewer, form: StepForm) => void): Action['run'] {
	return (month) => {
		const alert = openAlert(month, null);
		if (!alert) return false;
		// Whoever stands in the line is not looked up here: who does not is refused.
		for (const id of month.people) {
			const viewer = findViewer(month.db, id);
			if (!viewer || viewer.roles.every(({ role }) => role === 'moderator')) continue;
			try {
				return take(month, viewer, { id: month.random.uuid(), alertId: alert.id });
			} catch (error) {
				if (!(error instanceof Refusal && error.kind === 'not-found')) throw error;
			}
		}
		return false;
	};
}

const actions = {
	session: {
		weight: 12,
		run: (m, who) => logSession(m.db, who, { id: m.random.uuid(), ...span(m), ...workOf(m), violent: violentOf(m) }, m.now)
	},
	start: {
		weight: 8,
		run: (m, who) => startTimer(m.db, who, { id: m.random.uuid(), ...workOf(m), stopRunning: m.random.chance(0.5) }, m.now)
	},
	stop: {
		weight: 8,
		run: (m, who) => {
			const timer = entryOf(m, who, 'running');
			const end = timer && m.random.chance(0.4) ? m.random.between(timer.start + 1, Math.min(m.now, timer.start + 10 * HOUR)) : null;
			const other = m.random.chance(0.4) ? workOf(m) : {};
			return timer !== null && stopTimer(m.db, who, { formId: m.random.uuid(), id: timer.id, end, violent: violentOf(m), ...other }, m.now);
		}
	},
	name: {
		weight: 2,
		run: (m, who) => {
			const timer = entryOf(m, who, 'running');
			return timer !== null && nameRunning(m.db, who, { id: timer.id, ...workOf(m) }, m.now);
		}
	},
	'day-total': {
		weight: 3,
		run: (m, who) => {
			const date = addDays(localDate(who.zone, m.now), -m.random.between(0, 5));
			return logDayTotal(m.db, who, { id: m.random.uuid(), date, minutes: m.random.between(1, 500), ...workOf(m) }, m.now);
		}
	},
	amend: {
		weight: 6,
		run: (m, who) => {
			const entry = entryOf(m, who, 'ended');
			if (!entry) return false;
			const date = addDays(localDate(who.zone, m.now), -m.random.between(0, 5));
			const total = { minutes: m.random.between(1, 500), ...(m.random.chance(0.3) ? { date } : {}) };
			const times = entry.kind === 'day-total' ? total : m.random.chance(0.7) ? span(m) : {};
			const work = m.random.chance(0.3) ? workOf(m) : { workTypeId: entry.work };
			return amend(
				m.db,
				who,
				{ formId: m.random.uuid(), id: entry.id, version: entry.version, ...times, ...work, violent: violentOf(m) },
				m.now
			);
		}
	},
	void: {
		weight: 4,
		run: (m, who) => {
			const entry = entryOf(m, who, 'ended');
			return entry !== null && voidEntry(m.db, who, { id: entry.id, version: entry.version, reason: 'twice' }, m.now);
		}
	},
	'check-in': {
		weight: 12,
		run: (m, who) => {
			const asked = instrumentIds.filter((id) => standing(m.db, who, id, m.now).length === 0 || m.random.chance(0.1));
			if (asked.length === 0) return false;
			const instrument = m.random.pick(asked);
			const answers = m.random.chance(0.2) ? ('skipped' as const) : randomAnswers(m.random, instrument);
			const packId = somePack(m, instrument)?.id;
			return recordCheckIn(m.db, who, { id: m.random.uuid(), instrument, answers, ...(packId ? { packId } : {}) }, m.now);
		}
	},
	pack: {
		weight: 2,
		run: (m) => {
			const instrument = m.random.pick(packInstruments);
			const wording = madeUp(instrument, { language: m.random.pick(['en', 'de']), title: `Wording ${m.now}` });
			return addPack(m.db, someAdmin(m), { id: m.random.uuid(), instrument, wording, mayUse: true }, m.now);
		}
	},
	'pack-retired': {
		weight: 1,
		run: (m) => {
			const instrument = m.random.pick(packInstruments);
			const pack = somePack(m, instrument);
			return pack !== null && retirePack(m.db, someAdmin(m), { id: pack.id, instrument }, m.now);
		}
	},
	optional: {
		weight: 1,
		run: (m) => {
			const basedOn =
				m.db.$client.prepare<[], string>('select id from optional_versions order by rowid desc limit 1').pluck().get() ?? null;
			const some = <T>(of: readonly T[]) => of.filter(() => m.random.chance(0.9));
			const on = { fields: some(allOptionalFields), instruments: some(instrumentIds) };
			return changeOptional(m.db, system, { id: m.random.uuid(), ...on, reason: 'test', basedOn }, m.now);
		}
	},
	sharing: {
		weight: 4,
		run: (m, who) => {
			const officers = officersOf(m.db, who).map(({ id }) => id);
			const some = () => officers.filter(() => m.random.chance(0.4));
			return chooseSharing(m.db, who, { prompt: some(), trends: some() }, m.now);
		}
	},
	'share-concern': {
		weight: 4,
		run: (m, who) => {
			const last = m.db.$client
				.prepare<[string], { id: string }>('select id from check_ins where person_id = ? and not skipped order by recorded_at desc limit 1')
				.get(who.id);
			const [officer] = officersOf(m.db, who);
			return (
				last !== undefined &&
				officer !== undefined &&
				shareConcern(m.db, who, { id: m.random.uuid(), checkInId: last.id, officerId: officer.id }, m.now)
			);
		}
	},
	exclude: {
		weight: 1,
		run: (m, who) => {
			const { excluded, others } = exclusionsOf(m.db, who);
			const [theirs] = excluded;
			if (theirs) return includeAgain(m.db, who, { personId: theirs.id }, m.now);
			return others.length > 0 && exclude(m.db, who, { personId: m.random.pick(others).id }, m.now);
		}
	},
	contact: {
		weight: 3,
		run: (m, who) => {
			const choices = contactChoices(m.db, who, m.now);
			if (choices.length === 0) return false;
			const { id, kind } = m.random.pick(choices);
			return askForContact(m.db, who, { id: m.random.uuid(), toId: id, toKind: kind, when: m.random.pick(['today', 'soon']) }, m.now);
		}
	},
	away: {
		weight: 1,
		run: (m, who) => {
			const until = addDays(localDate(who.zone, m.now), m.random.between(0, 9));
			const deputies = deputiesFor(m.db, who);
			const deputyId = deputies.length > 0 && m.random.chance(0.5) ? m.random.pick(deputies).id : null;
			return goAway(m.db, who, { id: m.random.uuid(), until, deputyId, sure: until }, m.now);
		}
	},
	acknowledge: { weight: 3, run: step((m, who, form) => acknowledge(m.db, who, form, m.now)) },
	offer: {
		weight: 5,
		run: step((m, who, form) => offer(m.db, who, { ...form, items: [m.random.pick(supportItems)], manner: null }, m.now))
	},
	'follow-up': { weight: 4, run: step((m, who, form) => followUp(m.db, who, form, m.now)) },
	close: { weight: 3, run: step((m, who, form) => close(m.db, who, form, m.now)) },
	seen: { weight: 2, run: step((m, who, form) => void openPrompt(m.db, who, form.alertId, m.now)) },
	conversation: {
		weight: 3,
		run: step((m, who, form) => {
			const { servable } = openPrompt(m.db, who, form.alertId, m.now);
			const served = servable.map(({ id }) => id).filter((id) => id === form.alertId || m.random.chance(0.5));
			recordConversation(m.db, who, { ...form, served, items: [], on: null }, m.now);
		})
	},
	answer: {
		weight: 8,
		run: (m, who) => {
			const alert = openAlert(m, who.id);
			const answer = m.random.pick(['accepted', 'accepted', 'declined', 'not-now'] as const);
			return alert !== null && answerOffer(m.db, who, { id: m.random.uuid(), alertId: alert.id, answer }, m.now);
		}
	},
	withdraw: {
		weight: 2,
		run: (m, who) => {
			const alert = openAlert(m, who.id);
			return alert !== null && withdrawRequest(m.db, who, { id: m.random.uuid(), alertId: alert.id }, m.now);
		}
	},
	team: { weight: 1, run: (m, who) => setHomeTeam(m.db, system, { personId: who.id, teamId: m.random.pick(m.teams) }, m.now) },
	days: {
		weight: 1,
		run: (m, who) => {
			const days = {
				zone: m.random.pick(zones),
				dayStart: m.random.pick(['00:00', '12:00']),
				startDate: m.random.pick(['2024-01-08', '2026-02-20'])
			};
			return changeDays(m.db, system, { personId: who.id, ...days }, m.now);
		}
	},
	organisation: { weight: 1, run: (m) => changeOrganisation(m.db, system, { name: 'Seawall', zone: m.random.pick(zones) }, m.now) },
	policy: { weight: 2, run: putInForce },
	factor: {
		weight: 2,
		run: (m) => {
			const [who, personId] = [someoneInWelfare(m), m.random.pick(m.people)];
			const from = addDays(localDate(who.zone, m.now), m.random.between(0, 7));
			const limits = { percent: m.random.pick([25, 33, 50, 99]), from, to: addDays(from, m.random.between(0, 20)) };
			return agreeFactor(m.db, who, { id: m.random.uuid(), personId, ...limits }, m.now);
		}
	},
	'factor-ended': {
		weight: 1,
		run: (m) => {
			const rows = m.people.flatMap((id) => factorsOf(m.db, id));
			if (rows.length === 0) return false;
			const { id, personId, from } = m.random.pick(rows);
			const end = m.random.chance(0.3) ? from : addDays(from, m.random.between(1, 12));
			return endFactor(m.db, someoneInWelfare(m), { formId: m.random.uuid(), personId, id, from: end }, m.now);
		}
	},
	'away-long': {
		weight: 1,
		run: (m, who) => {
			const until = addDays(localDate(who.zone, m.now), m.random.between(61, 200));
			return goAway(m.db, who, { id: m.random.uuid(), until, deputyId: null, sure: until }, m.now);
		}
	},
	back: { weight: 2, run: (m, who) => absencesOf(m.db, who.id).length > 0 && comeBack(m.db, who, m.now) },
	absence: {
		weight: 2,
		run: (m, who) => {
			// As often a lead enters it.
			const personId = m.random.chance(0.5) ? who.id : m.random.pick(m.people);
			return enterAbsence(m.db, who, { id: m.random.uuid(), personId, ...someDates(m, who), sure: null }, m.now);
		}
	},
	'absence-changed': {
		weight: 2,
		run: (m, who) => {
			const row = someAbsence(m, who);
			if (!row) return false;
			const dates = { ...row, ...someDates(m, who), sure: row.to };
			return changeAbsence(m.db, who, { formId: m.random.uuid(), ...dates, id: row.id }, m.now);
		}
	},
	'absence-taken-back': {
		weight: 1,
		run: (m, who) => {
			const row = someAbsence(m, who);
			return row !== null && takeBackAbsence(m.db, who, row.id, m.now);
		}
	},
	appointment: {
		weight: 2,
		run: (m) => {
			const who = someOfficer(m);
			const [personId, kind] = [m.random.pick(m.people), m.random.pick(appointmentKinds)];
			const due = addDays(localDate(who.zone, m.now), m.random.between(-12, 12));
			return planAppointment(m.db, who, { id: m.random.uuid(), personId, kind, due }, m.now);
		}
	},
	outcome: {
		weight: 2,
		run: (m, who) => {
			const id = openAppointment(m, who.id);
			return id !== null && settleAppointment(m.db, who, { id, outcome: m.random.pick(['attended', 'declined'] as const) }, m.now);
		}
	},
	'appointment-moved': {
		weight: 1,
		run: (m) => {
			const [who, id] = [someOfficer(m), openAppointment(m, null)];
			const due = addDays(localDate(who.zone, m.now), m.random.between(-9, 20));
			return id !== null && moveAppointment(m.db, who, { formId: m.random.uuid(), id, due }, m.now);
		}
	},
	'appointment-withdrawn': {
		weight: 1,
		run: (m) => {
			const id = openAppointment(m, null);
			return id !== null && withdrawAppointment(m.db, someOfficer(m), id, m.now);
		}
	}
} satisfies Record<string, Action>;

/** Each as often as it weighs. */
const kinds = Object.entries(actions).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));

/** A policy of a team or of the organisation, from its instant on. */
function putInForce({ db, random, now, teams }: Month): void {
	const teamId = random.pick([...teams, null]);
	const basedOn = newestVersion(db, teamId)?.id ?? null;
	const patch = randomPatch(random);
	changePolicy(db, system, { id: random.uuid(), teamId, patch, reason: 'test', basedOn }, now);
}

function someDates({ random, now }: Month, { zone }: Viewer): { from: string; to: string } {
	const from = addDays(localDate(zone, now), random.between(-8, 8));
	return { from, to: addDays(from, random.between(0, 6)) };
}

function someAbsence({ db, random }: Month, { id }: Viewer): AbsenceRow | null {
	const rows = absencesOf(db, id);
	return rows.length === 0 ? null : random.pick(rows);
}

const someOfficer = (month: Month) => someHolder(month, 'welfare');
const someoneInWelfare = (month: Month) => someHolder(month, month.random.pick(['welfare', 'head_of_welfare']));
const someAdmin = (month: Month) => someHolder(month, 'admin');

function someHolder({ db, random }: Month, role: Role): Viewer {
	const ids = db.$client.prepare<[Role], string>(`select person_id from roles where role = ? and ended_at is null order by rowid`);
	const holder = findViewer(db, random.pick(ids.pluck().all(role)));
	if (!holder) throw new Error(`no ${role}`);
	return holder;
}

/** A wording in use; rarely one that was replaced, as somebody who was answering then sends it. */
function somePack({ db, random }: Month, instrument: InstrumentId): { id: string } | null {
	const rows = db.$client
		.prepare<[InstrumentId, number], { id: string }>(
			'select id from instrument_packs where instrument = ? and (retired_at is null or ?) order by recorded_at, rowid'
		)
		.all(instrument, random.chance(0.1) ? 1 : 0);
	return rows.length === 0 ? null : random.pick(rows);
}

function openAppointment({ db, random }: Month, person: string | null): string | null {
	const rows = db.$client
		.prepare<[string | null], { id: string }>(
			'select id from appointments where outcome is null and person_id = coalesce(?, person_id) order by recorded_at, id'
		)
		.all(person);
	return rows.length === 0 ? null : random.pick(rows).id;
}
