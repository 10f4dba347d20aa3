import { and, eq, isNull } from 'drizzle-orm';
import { clockInstant, isoWeekOfDay } from '#lib/domain/time.ts';
import { madeIn, newestList } from '#lib/domain/weekly-list.ts';
import { enterAbsence } from '#lib/server/absences.ts';
import { noteReading } from '#lib/server/access-log.ts';
import { askAbout } from '#lib/server/access-questions.ts';
import { invite } from '#lib/server/accounts.ts';
import { raiseAlarm } from '#lib/server/alarms.ts';
import { acknowledge, offer } from '#lib/server/alert-steps.ts';
import { planAppointment } from '#lib/server/appointments.ts';
import { holdForm } from '#lib/server/auth/held-forms.ts';
import { signIn } from '#lib/server/auth/session.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { askForContact } from '#lib/server/contact.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { accessEntries } from '#lib/server/db/schema/access.ts';
import { alarms } from '#lib/server/db/schema/alarms.ts';
import { erasureRequests } from '#lib/server/db/schema/erasure.ts';
import { workTypes } from '#lib/server/db/schema/organisation.ts';
import { people, roles } from '#lib/server/db/schema/people.ts';
import { plannedItems, plans } from '#lib/server/db/schema/plans.ts';
import { alerts, conversations } from '#lib/server/db/schema/records.ts';
import { askDisclosure, confirmDisclosure } from '#lib/server/disclosures.ts';
import { disputeConversation } from '#lib/server/disputes.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { agreeFactor } from '#lib/server/factors.ts';
import { placeHold } from '#lib/server/holds.ts';
import { tickLine } from '#lib/server/list-steps.ts';
import { shownAs } from '#lib/server/list-ticks.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { addPartner, retirePartner } from '#lib/server/partners.ts';
import { allOptionalFields } from '#lib/server/organisation.ts';
import { policyFor } from '#lib/server/policies.ts';
import { createPerson, disablePerson, setHomeTeam } from '#lib/server/people.ts';
import { writeWords } from '#lib/server/private-words.ts';
import { endRole, giveRole } from '#lib/server/roles.ts';
import { chooseSharing, exclude } from '#lib/server/sharing.ts';
import { answerOffer } from '#lib/server/support.ts';
import { createTeam } from '#lib/server/teams.ts';
import { startTimer } from '#lib/server/timers.ts';
import { todayFor } from '#lib/server/today.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { requireLine } from '#lib/server/weekly-lists.ts';
import { addWorkType, retireWorkType } from '#lib/server/work-types.ts';
import { plantRelations } from './access-relations.ts';
import { kinds, type Kind } from './access-table.ts';
import { DAY, MINUTE } from './alerting.ts';
import { cast, type Cast } from './cast.ts';
import { deadMessage } from './dead-message.ts';
import { setFields } from './exposure.ts';
import { addReports } from './some-reports.ts';
import { addMadeUp } from './wording.ts';

/** Words that stand nowhere else: who reads one of them has read that fact. */
export const marks = {
	work: 'Zephyrine review',
	partner: 'Quillhaven bureau',
	held: 'Heldover marginalia',
	words: 'Umberlight jotting'
} as const;

export type Ids = ReturnType<typeof plantFacts>;
type Reason = (typeof alerts.$inferSelect)['reason'];

/**
 * What the access test looks at, recorded shortly before `now` (UTC ms): Ines has one of everything that a moderator can have, Tomas
 * asked the peer, after he had declined what the welfare officer offered, Wen asked the welfare officer, and what Bea asked for and shared was left unanswered for two weeks.
 */
export function plantFacts(db: Db, now: number) {
	const c = cast(db, now - 20 * DAY);
	endRole(db, system, roleOf(db, c.rui, 'moderator'), now - 20 * DAY);
	const work = plantWork(db, now);
	const packs = {
		asked: addMadeUp(db, c.ada, 'phq4', now - 19 * DAY),
		spare: addMadeUp(db, c.ada, 'phq4', now - 19 * DAY, { language: 'de' })
	};
	const line = plantLine(db, c, work.workTypeId, now);
	const ines = plantInes(db, c, work, now);
	plantBea(db, c, now);
	const ask = (who: Viewer, to: Viewer, toKind: 'peer' | 'welfare', minutes = 25) =>
		askForContact(db, who, { id: crypto.randomUUID(), toId: to.id, toKind, when: 'soon' }, now - minutes * MINUTE);
	ask(c.tomas, c.edda, 'welfare', 28);
	const declined = () => ({ id: crypto.randomUUID(), alertId: alertOf(db, c.tomas, 'contact') });
	offer(db, c.edda, { ...declined(), items: ['counselling'], manner: null }, now - 27 * MINUTE);
	answerOffer(db, c.tomas, { ...declined(), answer: 'declined' }, now - 26 * MINUTE);
	ask(c.tomas, c.rui, 'peer');
	ask(c.wen, c.edda, 'welfare');
	retireWorkType(db, system, work.workTypeId, now - 2 * MINUTE);
	retirePartner(db, system, work.partnerId, now - 2 * MINUTE);
	const care = plantCare(db, c, now);
	const accounts = plantAccounts(db, c, now);
	const agreements = plantAgreements(db, c, now);
	const looks = plantLooks(db, c, now);
	const { ari, lior, kitAppointment, ...relations } = plantRelations(db, c, alertOf(db, c.bea, 'contact'), now);
	addReports(db, c.hale, now);
	const records = plantRecords(db, c, accounts, now);
	// All that time has made due: the server finds nothing to do, and what is stored changes by requests alone.
	for (const { id } of db.select({ id: people.id }).from(people).all()) catchUp(db, id, now);
	return {
		...{ cast: c, line, packs, ...work, ...ines, ...care, ...accounts, ...agreements, ...looks, ...records, ari, lior, kitAppointment },
		openWorkType:
			db
				.select({ id: workTypes.id })
				.from(workTypes)
				.where(and(isNull(workTypes.retiredAt), eq(workTypes.counts, 'yes')))
				.get()?.id ?? '',
		message: deadMessage(db, { alertId: alertOf(db, c.ines, 'contact'), recipientId: c.jonas.id }, now - 10 * MINUTE),
		nameOf: (kind: Kind) =>
			kind === 'nobody' ? 'Nobody' : nameOfPerson(db, personOf({ cast: c, ari, lior, disabled: accounts.disabled }, kind)),
		alerts: {
			...relations,
			inesExposure: alertOf(db, c.ines, 'exposure'),
			inesConcern: alertOf(db, c.ines, 'concern'),
			inesContact: alertOf(db, c.ines, 'contact'),
			tomasToPeer: alertOf(db, c.tomas, 'contact'),
			wenToWelfare: alertOf(db, c.wen, 'contact'),
			beaContact: alertOf(db, c.bea, 'contact'),
			beaConcern: alertOf(db, c.bea, 'concern')
		}
	};
}

/** A work type and a partner that only Ines has used, retired since: nobody else is offered them. */
function plantWork(db: Db, now: number) {
	const [workTypeId, partnerId] = [crypto.randomUUID(), crypto.randomUUID()];
	addWorkType(db, system, { id: workTypeId, name: marks.work, counts: 'yes' }, now);
	addPartner(db, system, { id: partnerId, name: marks.partner }, now);
	return { workTypeId, partnerId };
}

/** Five hours and a half of Wen's, on the Friday before the week in which the newest list was made; Jonas has ticked what changes. */
function plantLine(db: Db, { harbour, wen, jonas }: Cast, workTypeId: string, now: number) {
	const monday = newestList((each) => madeIn(policyFor(db, harbour).policy.calendar, each), now);
	const at = (clock: number) => clockInstant('Europe/London', monday - 3, clock);
	logSession(db, wen, { id: crypto.randomUUID(), start: at(8 * 60), end: at(13 * 60 + 30), workTypeId }, at(14 * 60));
	const named = { teamId: harbour, week: isoWeekOfDay(monday), personId: wen.id };
	const line = { ...named, shown: shownAs(requireLine(db, jonas, named, now)) };
	tickLine(db, jonas, { id: crypto.randomUUID(), ...line, changes: ['other-work'] }, now);
	tickLine(db, jonas, { id: crypto.randomUUID(), ...line, changes: ['rota'] }, now);
	return line;
}

/** Ines entered leave, Mara leave of Tomas's; Edda planned two appointments with Ines, and agreed on lower limits with her. */
function plantCare(db: Db, { ines, tomas, mara, edda }: Cast, now: number) {
	const [absence, enteredAbsence] = [crypto.randomUUID(), crypto.randomUUID()];
	const [appointment, ownAppointment] = [crypto.randomUUID(), crypto.randomUUID()];
	const inDays = (days: number) => new Date(now + days * DAY).toISOString().slice(0, 10);
	const dates = { from: inDays(20), to: inDays(25), sure: null };
	enterAbsence(db, ines, { id: absence, personId: ines.id, ...dates }, now - 4 * MINUTE);
	enterAbsence(db, mara, { id: enteredAbsence, personId: tomas.id, ...dates }, now - 4 * MINUTE);
	planAppointment(db, edda, { id: appointment, personId: ines.id, kind: 'counselling', due: inDays(5) }, now - 3 * MINUTE);
	planAppointment(db, edda, { id: ownAppointment, personId: ines.id, kind: 'counselling', due: inDays(30) }, now - 2 * MINUTE);
	const factor = crypto.randomUUID();
	agreeFactor(db, edda, { id: factor, personId: ines.id, percent: 50, from: inDays(60), to: inDays(70) }, now - MINUTE);
	return { absence, enteredAbsence, appointment, ownAppointment, factor };
}

/**
 * Quinn's record is held by Ada; Ada has asked for three copies of it, one of which Hale has confirmed, and for two of Ines's by her consent. The one who was invited and the one who is disabled
 * want to be erased.
 */
function plantRecords(db: Db, { ada, hale, ines }: Cast, { spare, invited, disabled }: ReturnType<typeof plantAccounts>, now: number) {
	const [hold, toConfirm, toEnd, opened] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
	const until = new Date(now + 30 * DAY).toISOString().slice(0, 10);
	placeHold(db, ada, { id: hold, personId: spare, kind: 'claim', until }, now - 3 * MINUTE);
	for (const id of [toConfirm, toEnd, opened])
		askDisclosure(db, ada, { id, personId: spare, reason: 'lawyer', answers: 'none' }, now - 3 * MINUTE);
	confirmDisclosure(db, hale, { id: opened }, now - 2 * MINUTE);
	const [toAgree, toDecline] = [crypto.randomUUID(), crypto.randomUUID()];
	for (const id of [toAgree, toDecline])
		askDisclosure(db, ada, { id, personId: ines.id, reason: 'lawyer', answers: 'consent' }, now - 3 * MINUTE);
	const wish = (personId: string) => {
		const id = crypto.randomUUID();
		db.insert(erasureRequests)
			.values({ id, personId, askedAt: now - 2 * MINUTE })
			.run();
		return id;
	};
	return {
		hold,
		disclosures: { toConfirm, toEnd, opened, toAgree, toDecline },
		wishes: { carriedOut: wish(invited), declined: wish(disabled) }
	};
}

/** Hale has looked at Ines's hours, and Edda at Tomas's; he asks why. */
function plantLooks(db: Db, { ines, tomas, hale, edda }: Cast, now: number) {
	const look = (who: Viewer, at: Viewer) => {
		noteReading(db, who, { kind: 'hours', why: { purpose: 'review' } }, [at.id], now - DAY);
		return db.select({ id: accessEntries.id }).from(accessEntries).where(eq(accessEntries.personId, at.id)).get()?.id ?? '';
	};
	const [looked, asked] = [look(hale, ines), look(edda, tomas)];
	askAbout(db, tomas, { entryId: asked }, now - 2 * MINUTE);
	return { looked, asked };
}

/** Mara has proposed a plan to Ines, and has noted a talk with her; Bea says that one with her didn't happen. */
function plantAgreements(db: Db, { ines, bea, mara }: Cast, now: number) {
	const [plan, conversation, disputed] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
	const pair = { personId: ines.id, supervisorId: mara.id, alertId: alertOf(db, ines, 'contact') };
	db.insert(plans)
		.values({ id: plan, ...pair, proposedBy: mara.id, proposedAt: now - 3 * MINUTE })
		.run();
	db.insert(plannedItems)
		.values({ planId: plan, item: 'rota', from: new Date(now).toISOString().slice(0, 10) })
		.run();
	const talk = { reasons: ['contact'], items: [], recordedAt: now - 3 * MINUTE, recordedBy: mara.id };
	db.insert(conversations)
		.values([
			{ id: conversation, personId: ines.id, ...talk },
			{ id: disputed, personId: bea.id, ...talk }
		])
		.run();
	disputeConversation(db, bea, { conversationId: disputed }, now - 2 * MINUTE);
	return { plan, conversation, disputed };
}

/** Over the limit of a day yesterday, a heavy check-in shared with Edda, a request to Mara that she has answered with an offer. */
function plantInes(db: Db, c: Cast, { workTypeId, partnerId }: { workTypeId: string; partnerId: string }, now: number) {
	const { ines, mara, edda, jonas } = c;
	const [session, total, timer, checkIn] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
	chooseSharing(db, ines, { prompt: [edda.id], trends: [edda.id] }, now - 2 * DAY);
	exclude(db, ines, { personId: jonas.id }, now - 2 * DAY);
	const yesterday = Temporal.Instant.fromEpochMilliseconds(now - 41 * MINUTE)
		.toZonedDateTimeISO('Europe/London')
		.subtract({ days: 1 });
	const at = (hour: number, minute: number) => yesterday.with({ hour, minute, second: 0, millisecond: 0 }).epochMilliseconds;
	const [start, end] = [at(8, 7), at(15, 41)];
	const details = { context: 'first-seen', violent: 'yes', aftermath: 9, partnerId } as const;
	logSession(db, ines, { ...details, material: ['live'], id: session, start, end, workTypeId }, now - 40 * MINUTE);
	const dayBefore = yesterday.subtract({ days: 1 }).toPlainDate().toString();
	logDayTotal(db, ines, { id: total, date: dayBefore, minutes: 47, workTypeId }, now - 39 * MINUTE);
	recordCheckIn(db, ines, { id: checkIn, instrument: 'pulse', answers: [4, 4, 3, 2] }, now - 30 * MINUTE);
	askForContact(db, ines, { id: crypto.randomUUID(), toId: mara.id, toKind: 'lead', when: 'soon' }, now - 29 * MINUTE);
	const alertId = alertOf(db, ines, 'contact');
	acknowledge(db, mara, { id: crypto.randomUUID(), alertId }, now - 12 * MINUTE);
	offer(db, mara, { id: crypto.randomUUID(), alertId, items: ['talk'], manner: null }, now - 11 * MINUTE);
	startTimer(db, ines, { id: timer, workTypeId }, now - 5 * MINUTE);
	catchUp(db, ines.id, now);
	// Violent material is noticed under the id of its session.
	const notice = todayFor(db, ines, now).notices.find(({ rule }) => rule === 'violent-material');
	if (!notice) throw new Error('no notice');
	const held = holdForm(db, ines.id, { path: '/today/log', fields: [['note', marks.held]] }, now) ?? '';
	const words = crypto.randomUUID();
	setFields(db, [...allOptionalFields]);
	writeWords(db, ines, { id: words, text: marks.words }, now - MINUTE);
	return { words, session, total, timer, checkIn, notice: notice.id, held, start, end };
}

/** Asked Mara and shared a concern with Edda two weeks ago; nobody has answered. */
function plantBea(db: Db, { bea, mara, edda }: Cast, now: number): void {
	const then = now - 15 * DAY;
	chooseSharing(db, bea, { prompt: [edda.id], trends: [] }, then);
	recordCheckIn(db, bea, { id: crypto.randomUUID(), instrument: 'pulse', answers: [4, 4, 4, 4] }, then + MINUTE);
	askForContact(db, bea, { id: crypto.randomUUID(), toId: mara.id, toKind: 'lead', when: 'soon' }, then + 2 * MINUTE);
	catchUp(db, bea.id, now);
}

/** A team and accounts that the administrator may change without changing what the others see. */
function plantAccounts(db: Db, c: Cast, now: number) {
	const then = now - DAY;
	const zone = 'Europe/London';
	const account = (name: string) =>
		createPerson(
			db,
			system,
			{
				name,
				email: `${name.toLowerCase().replace(' ', '.')}@example.org`,
				employerId: c.ownEmployer,
				zone,
				dayStart: '00:00',
				startDate: '2024-01-08'
			},
			then
		);
	const team = crypto.randomUUID();
	createTeam(db, system, { id: team, name: 'Breakwater Spare', zone }, then);
	const give = (actor: Viewer | typeof system, personId: string, role: 'moderator' | 'lead' | 'peer', teamId: string) => {
		const id = crypto.randomUUID();
		giveRole(db, actor, { id, personId, role, teamId }, then);
		return id;
	};
	const [spare, invited, disabled] = [account('Quinn Holt'), account('Uma Stroud'), account('Ivo Garland')];
	for (const personId of [spare, disabled]) setHomeTeam(db, system, { personId, teamId: c.harbour }, then);
	const [spareRole, otherSpareRole] = [give(system, spare, 'moderator', c.harbour), give(system, spare, 'peer', c.quay)];
	give(system, disabled, 'moderator', c.harbour);
	disablePerson(db, c.ada, disabled, then);
	const call = crypto.randomUUID();
	addOnCall(db, system, { id: call, teamId: c.quay, personId: c.nell.id }, then);
	return {
		...{ team, spare, spareRole, otherSpareRole, invited, disabled, call, alarm: plantAlarm(db, now) },
		leadRole: roleOf(db, c.nell, 'lead'),
		proposals: { confirmed: give(c.ada, spare, 'lead', team), refused: give(c.ada, spare, 'lead', c.quay) },
		invitation: invite(db, c.ada, invited, then)
	};
}

/** The clock jumped: it stays until it is put away. */
function plantAlarm(db: Db, now: number): string {
	raiseAlarm(db, 'clock', now);
	return db.select({ id: alarms.id }).from(alarms).get()?.id ?? '';
}

function roleOf(db: Db, { id }: Viewer, role: 'moderator' | 'lead'): string {
	const row = db
		.select({ id: roles.id })
		.from(roles)
		.where(and(eq(roles.personId, id), eq(roles.role, role), isNull(roles.endedAt)))
		.get();
	if (!row) throw new Error('no such role');
	return row.id;
}

function alertOf(db: Db, { id }: Viewer, reason: Reason): string {
	const row = db
		.select({ id: alerts.id })
		.from(alerts)
		.where(and(eq(alerts.personId, id), eq(alerts.reason, reason), isNull(alerts.closedAt)))
		.get();
	if (!row) throw new Error(`no open ${reason} alert`);
	return row.id;
}

/** Who stands for each kind: their id. */
export function personOf(
	{ cast: c, ari, lior, disabled }: Pick<Ids, 'cast' | 'ari' | 'lior' | 'disabled'>,
	kind: Exclude<Kind, 'nobody'>
): string {
	return {
		moderator: c.ines.id,
		colleague: c.tomas.id,
		elsewhere: c.sol.id,
		lead: c.mara.id,
		otherLead: c.nell.id,
		welfare: c.edda.id,
		otherWelfare: c.otto.id,
		peer: c.rui.id,
		head: c.hale.id,
		admin: c.ada.id,
		deputy: c.jonas.id,
		formerLead: lior,
		formerMember: ari,
		secondee: c.kit.id,
		secondeeOfficer: c.pia.id,
		disabled
	}[kind];
}

function nameOfPerson(db: Db, id: string): string {
	return db.select({ name: people.name }).from(people).where(eq(people.id, id)).get()?.name ?? '';
}

const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };

/** A sign-in of a person, as the cookie their browser sends. */
export async function cookieOf(db: Db, personId: string, now: number): Promise<string> {
	return `breakwater=${(await signIn(db, personId, now, limits)).id}`;
}

/** A sign-in for each kind of person; nobody has none. */
export async function cookies(db: Db, ids: Ids, now: number): Promise<Record<Kind, string | undefined>> {
	const made = kinds.map(async (kind) => [kind, kind === 'nobody' ? undefined : await cookieOf(db, personOf(ids, kind), now)] as const);
	return Object.fromEntries(await Promise.all(made)) as Record<Kind, string | undefined>;
}
