import { and, eq, isNull } from 'drizzle-orm';
import { highestLevel } from '#lib/domain/alert.ts';
import type { RecipientKind } from '#lib/domain/lines.ts';
import type { Instant } from '#lib/domain/time.ts';
import { catchUpEach } from './catching-up.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { alerts, contactRequests } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { momentWords } from './moments.ts';
import { policyFor } from './policies.ts';
import { readersOf, type Readable } from './readers.ts';
import { possibleRecipients } from './recipients.ts';
import { invalid, Refusal } from './refusal.ts';
import { rosterFor } from './supervisors.ts';
import type { Viewer } from './viewer.ts';

export const contactKinds = ['lead', 'welfare', 'peer'] as const satisfies readonly RecipientKind[];
/** As which of theirs somebody is asked: escalation never widens it. */
export type ContactKind = RecipientKind;

export interface ContactChoice {
	id: string;
	name: string;
	kind: ContactKind;
	/** When they are next there, in words; null where nobody can say. */
	nextThere: string | null;
	/** Who is on call and of the same kind, so that "today" can be asked; nobody: it cannot. */
	onCall: string[];
}

export interface NewContact {
	/** The form's id, which becomes the request's. */
	id: string;
	toId: string;
	toKind: ContactKind;
	when: 'soon' | 'today';
}

/** Whom the viewer can ask for contact, as what, and when each is next there. Nobody without a home team. */
export function contactChoices(db: Db, viewer: Viewer, now: Instant): ContactChoice[] {
	if (!viewer.homeTeam) return [];
	const calls = onCallByKind(db, viewer, now);
	return possibleRecipients(db, viewer.id, now).map(({ id, name, kind, nextThere }) => ({
		id,
		name,
		kind,
		nextThere: nextThere === null ? null : nextThere <= now ? 'there now' : `next there ${momentWords(viewer.zone, nextThere, now)}`,
		onCall: calls[kind]
	}));
}

/** Names of who is on call for the home team and there today, by kind: not the viewer, nobody they excluded. */
function onCallByKind(db: Db, viewer: Viewer, now: Instant): Record<ContactKind, string[]> {
	const roster = rosterFor(db, [viewer.id], now);
	const { supervisors, standing } = roster.about(viewer.id);
	const reachable = (id: string) => id !== viewer.id && !standing.excluded.has(id) && !standing.gone.has(id) && !standing.away.has(id);
	const names = (kind: ContactKind) => supervisors.onCall[kind].filter(reachable).map((id) => roster.name(id));
	return { lead: names('lead'), welfare: names('welfare'), peer: names('peer') };
}

/**
 * Asks somebody for contact. A further request always renews the prompt; the same form sent twice asks once.
 * @throws Refusal `invalid` where the recipient is not one of the viewer's, or "today" has nobody on call of their kind;
 * `conflict` where the form's id stands for another request
 */
export function askForContact(db: Db, viewer: Viewer, what: NewContact, now: Instant): void {
	const { id, toId, toKind, when } = what;
	const person = viewer.id;
	withTx(db, () => {
		const earlier = db.select().from(contactRequests).where(eq(contactRequests.id, id)).get();
		if (earlier && earlier.personId === person && earlier.toId === toId && earlier.toKind === toKind && earlier.when === when) return;
		if (earlier)
			throw new Refusal('conflict', 'This form was sent before, with another choice. Please load the page again; nothing new was sent.');
		const chosen = contactChoices(db, viewer, now).find((choice) => choice.id === toId && choice.kind === toKind);
		if (!chosen) throw invalid('to', 'Please choose somebody from the list.');
		if (when === 'today' && chosen.onCall.length === 0) {
			throw invalid(
				'when',
				`Nobody else is on call who could stand in for ${chosen.name} today. Ask for when it suits, or call one of the numbers in “I need help now”.`
			);
		}
		recordFact(db, now, {
			personId: person,
			actorId: person,
			fact: (at) => ({ type: 'contact-request', at, person, when }),
			write: (at) => void db.insert(contactRequests).values({ id, personId: person, toId, toKind, when, recordedAt: at }).run()
		});
	});
}

/** What the screen says before anything is sent. */
export interface ContactPage {
	/** `first`: names of everybody who sees a request to them at once. An open one that was passed on keeps its level when it is renewed. */
	choices: (ContactChoice & { first: Record<NewContact['when'], string[]> })[];
	/** Working hours, and minutes of clock time, until somebody has to have answered. */
	soonHours: number;
	todayMinutes: number;
	/** Whom an open request went to: asking again renews it. */
	open: string | null;
	/** Whether the open one was passed on. */
	passedOn: boolean;
	/** Whether a request without an answer is passed on; not where that has happened to the open one as often as it can. */
	goesOn: boolean;
}

/**
 * Whom the viewer may ask, who would see it, and by when somebody answers. What came due meanwhile is made up for first, so that it says who would
 * see it at `now` (UTC ms).
 */
export function contactPage(db: Db, viewer: Viewer, now: Instant): ContactPage {
	catchUpEach(db, [viewer.id], now);
	const { contactSoonMinutes, contactTodayAcknowledgeMinutes } = policyFor(db, viewer.homeTeam?.id ?? null).policy.alerts;
	const open = openRequest(db, viewer);
	const alert: Readable = open?.alert ?? { ...unasked, raisedAt: now };
	const readers = readersOf(db, viewer.id, open ? [open.alert] : [], now);
	const first = ({ id: toId, kind: toKind }: ContactChoice) => ({
		soon: readers({ ...alert, toId, toKind }),
		today: readers({ ...alert, toId, toKind, today: true })
	});
	return {
		choices: contactChoices(db, viewer, now).map((choice) => ({ ...choice, first: first(choice) })),
		soonHours: Math.round(contactSoonMinutes / 6) / 10,
		todayMinutes: contactTodayAcknowledgeMinutes,
		open: open?.name ?? null,
		passedOn: alert.level > 0,
		goesOn: alert.level < highestLevel('contact')
	};
}

const unasked = { id: '', reason: 'contact', level: 0, today: false, toId: null, toKind: null, closedAt: null } as const;

function openRequest(db: Db, viewer: Viewer) {
	return db
		.select({ name: people.name, alert: alerts })
		.from(alerts)
		.innerJoin(people, eq(people.id, alerts.toId))
		.where(and(eq(alerts.personId, viewer.id), eq(alerts.reason, 'contact'), isNull(alerts.closedAt)))
		.get();
}
