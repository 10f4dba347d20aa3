import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { Output } from '#lib/domain/output.ts';
import type { Instant } from '#lib/domain/time.ts';
import { appointmentOfficers } from './appointment-officers.ts';
import { errorCode, type Db } from './db/connection.ts';
import { homeTeams, roles } from './db/schema/people.ts';
import { alerts } from './db/schema/records.ts';
import { isAnybodyPresent, present, tellPages } from './live.ts';
import { readerIds } from './readers.ts';
import type { Role } from './viewer.ts';

/**
 * Whose open pages look again after something was written. A page is told only of what its viewer may see: that it looks again just
 * then would otherwise tell them that something happened. All of this may be called in a transaction, and counts once that is over;
 * where it is undone, pages look again in vain.
 */
interface Changes {
	people: Set<string>;
	/** People whose leads see the difference. */
	led: Set<string>;
	/** People whose appointments changed. */
	cared: Set<string>;
	alerts: Set<string>;
	supervisors: boolean;
	admins: boolean;
	everybody: boolean;
	/** The last instant of what was written (UTC ms). */
	at: Instant;
}

const noted = new WeakMap<Db, Changes>();

function note(db: Db, change: (changes: Changes) => void): void {
	if (!isAnybodyPresent(db)) return;
	let changes = noted.get(db);
	if (!changes) {
		const none = () => new Set<string>();
		const first: Changes = {
			people: none(),
			led: none(),
			cared: none(),
			alerts: none(),
			supervisors: false,
			admins: false,
			everybody: false,
			at: 0
		};
		noted.set(db, (changes = first));
		// Transactions are synchronous: by then it is over.
		setImmediate(() => {
			noted.delete(db);
			tell(db, first);
		});
	}
	change(changes);
}

/** The person's own pages. */
export function tellPerson(db: Db, personId: string): void {
	note(db, ({ people }) => void people.add(personId));
}

/** Those who lead the person's home team: their headroom or a line of a list has changed. */
export function tellLeads(db: Db, personId: string): void {
	note(db, ({ led }) => void led.add(personId));
}

/** Those who see and plan the person's appointments. */
export function tellOfficers(db: Db, personId: string, at: Instant): void {
	note(db, (changes) => {
		changes.cared.add(personId);
		changes.at = Math.max(changes.at, at);
	});
}

/** Everybody who supervises: whose turn it is may have changed, and nobody is named by that. */
export function tellSupervisors(db: Db): void {
	note(db, (changes) => void (changes.supervisors = true));
}

/** Every administrator: something is wrong with Breakwater itself, or right again. */
export function tellAdmins(db: Db): void {
	note(db, (changes) => void (changes.admins = true));
}

/** Every open page: such as after a new policy, which everybody can read. */
export function tellEverybody(db: Db): void {
	note(db, (changes) => void (changes.everybody = true));
}

/**
 * The person whom an alert is about, and everybody who can open it after this.
 * @param at the instant of what is about to be written
 * @param leaves it may go from those who could open it until now: they are told as well
 */
export function tellAlert(db: Db, alertId: string, at: Instant, leaves: boolean): void {
	note(db, (changes) => {
		changes.at = Math.max(changes.at, at);
		if (leaves) for (const id of readersOfAlerts(db, [alertId], at)) changes.people.add(id);
		changes.alerts.add(alertId);
	});
}

/** What followed for a person, beside the events of alerts: their own page, and the list of their leads. */
export function tellOutputs(db: Db, personId: string, outputs: readonly Output[]): void {
	if (outputs.length > 0) tellPerson(db, personId);
	if (outputs.some((output) => output.kind === 'finding' && output.audience === 'review')) tellLeads(db, personId);
}

function tell(db: Db, changes: Changes): void {
	if (!db.$client.open || !isAnybodyPresent(db)) return;
	try {
		tellPages(db, concerned(db, changes));
	} catch (fault) {
		console.error(`Open pages could not be told of a change (${errorCode(fault)}); they show it when they are loaded again.`);
	}
}

function concerned(db: Db, changes: Changes): Iterable<string> {
	const there = present(db);
	if (changes.everybody) return there;
	const ids = new Set(changes.people);
	for (const id of [...leadsOf(db, [...changes.led]), ...readersOfAlerts(db, [...changes.alerts], changes.at)]) ids.add(id);
	for (const personId of changes.cared) for (const { id } of appointmentOfficers(db, personId, changes.at)) ids.add(id);
	if (changes.supervisors) for (const id of holdersAmong(db, there, ['lead', 'welfare', 'peer', 'head_of_welfare'])) ids.add(id);
	if (changes.admins) for (const id of holdersAmong(db, there, ['admin'])) ids.add(id);
	return ids;
}

/** The persons themselves, and who can open these alerts. */
function readersOfAlerts(db: Db, ids: string[], at: Instant): string[] {
	if (ids.length === 0) return [];
	const rows = db.select().from(alerts).where(inArray(alerts.id, ids)).all();
	return [...rows.map(({ personId }) => personId), ...readerIds(db, rows, at)];
}

const inForce = and(isNull(roles.endedAt), isNotNull(roles.confirmedAt));

function leadsOf(db: Db, personIds: string[]): string[] {
	if (personIds.length === 0) return [];
	return db
		.selectDistinct({ id: roles.personId })
		.from(roles)
		.innerJoin(homeTeams, and(eq(homeTeams.teamId, roles.teamId), isNull(homeTeams.endedAt)))
		.where(and(eq(roles.role, 'lead'), inForce, inArray(homeTeams.personId, personIds)))
		.all()
		.map(({ id }) => id);
}

function holdersAmong(db: Db, there: ReadonlySet<string>, held: Role[]): string[] {
	const rows = db
		.selectDistinct({ id: roles.personId })
		.from(roles)
		.where(and(inArray(roles.role, held), inForce))
		.all();
	return rows.map(({ id }) => id).filter((id) => there.has(id));
}
