import { and, eq, isNull } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { comeBack, enterAbsence } from '#lib/server/absences.ts';
import { acknowledge, followUp, offer } from '#lib/server/alert-steps.ts';
import { goAway } from '#lib/server/away.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { askForContact } from '#lib/server/contact.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { people, roles } from '#lib/server/db/schema/people.ts';
import { alertEvents, alerts } from '#lib/server/db/schema/records.ts';
import { openOutbox, queueForNewcomers } from '#lib/server/delivery/outbox.ts';
import { nextSendable, takeDue } from '#lib/server/delivery/sending.ts';
import { markSent } from '#lib/server/delivery/sent.ts';
import { addOnCall, removeOnCall } from '#lib/server/on-call.ts';
import { disablePerson, enablePerson, setHomeTeam } from '#lib/server/people.ts';
import { recipientsOf, routeOf } from '#lib/server/recipients.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { confirmRole, endRole, giveRole } from '#lib/server/roles.ts';
import { moveLead } from '#lib/server/lead-order.ts';
import { chooseSharing, exclude, includeAgain } from '#lib/server/sharing.ts';
import { awayOn } from '#lib/server/supervisors.ts';
import { answerOffer } from '#lib/server/support.ts';
import { chooseHowTold } from '#lib/server/told.ts';
import { findViewer, type Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email']), () => {});
});

const id = () => crypto.randomUUID();
const later = monday + HOUR;
const roleOf = (who: Viewer, role: 'lead' | 'welfare') =>
	db
		.select()
		.from(roles)
		.where(and(eq(roles.personId, who.id), eq(roles.role, role), isNull(roles.endedAt)))
		.get()?.id ?? '';

/** Who has a message about the newest alert about somebody that was sent, or waits. */
function told(about: Viewer): string[] {
	const rows = db
		.select({ name: people.name, state: messages.state })
		.from(messages)
		.innerJoin(people, eq(people.id, messages.recipientId));
	const theirs = rows.where(eq(messages.alertId, alertOf(db, about).id)).all();
	return theirs
		.filter(({ state }) => state === 'sent' || state === 'waiting')
		.map(({ name }) => name)
		.sort();
}

/** Whoever sees it now, and was not told, would never hear of it. */
function expectAllTold(about: Viewer, now: number): void {
	const seeing = recipientsOf(db, alertOf(db, about), now).map(({ name }) => name);
	expect(seeing).not.toEqual([]);
	expect(told(about)).toEqual(expect.arrayContaining(seeing));
}

/** Lets the outbox work until nothing waits any more. */
function sendAll(from: number): number {
	let now = from;
	for (let next = nextSendable(db); next !== null; next = nextSendable(db)) {
		now = Math.max(now, next);
		for (const batch of takeDue(db, now)) markSent(db, batch, now);
	}
	return now;
}

const goes = (who: Viewer, deputyId: string | null = null, now = later) =>
	goAway(db, who, { id: id(), until: '2026-11-20', deputyId }, now);

describe('whoever comes to see an open alert by something else than its events gets its message:', () => {
	it.each<[string, Viewer | (() => Viewer), () => void]>([
		['the deputy, once the lead is away', () => c.jonas, () => goes(c.mara)],
		['the deputy whom they name', () => c.jonas, () => goes(c.mara, c.jonas.id)],
		['the next lead, once the first is disabled', () => c.jonas, () => disablePerson(db, c.ada, c.mara.id, later)],
		['the next lead, once the role of the first ended', () => c.jonas, () => endRole(db, c.ada, roleOf(c.mara, 'lead'), later)],
		[
			'who is first in order by now',
			() => c.jonas,
			() => moveLead(db, c.ada, { formId: id(), id: roleOf(c.jonas, 'lead'), direction: 'up' }, later)
		],
		['who is left after "not this person"', () => c.jonas, () => exclude(db, c.ines, { personId: c.mara.id }, later)],
		['the lead of the new home team', () => c.nell, () => setHomeTeam(db, c.ada, { personId: c.ines.id, teamId: c.quay }, later)]
	])('%s', (_, who, happens) => {
		exceed(db, c.ines, monday);
		expect(told(c.ines)).toEqual(['Mara Voss']);
		happens();
		expect(told(c.ines)).toContain((typeof who === 'function' ? who() : who).name);
		expectAllTold(c.ines, later);
	});

	it('a lead who is made one while there is none', () => {
		for (const who of [c.mara, c.jonas]) endRole(db, c.ada, roleOf(who, 'lead'), monday - HOUR);
		exceed(db, c.ines, monday);
		expect(told(c.ines)).toEqual([]);
		const role = id();
		giveRole(db, c.ada, { id: role, personId: c.bea.id, role: 'lead', teamId: c.harbour }, later);
		expect(told(c.ines)).toEqual([]);
		confirmRole(db, c.hale, role, later);
		expect(told(c.ines)).toEqual(['Bea Lund']);
	});

	it('everybody who was away or disabled, when they are there again', () => {
		goes(c.mara, null, monday - HOUR);
		disablePerson(db, c.ada, c.jonas.id, monday - HOUR);
		exceed(db, c.ines, monday);
		expect(told(c.ines)).toEqual([]);
		enablePerson(db, c.ada, c.jonas.id, later);
		expect(told(c.ines)).toEqual(['Jonas Pike']);
		comeBack(db, c.mara, later);
		expect(told(c.ines)).toEqual(['Jonas Pike', 'Mara Voss']);
	});

	it('an officer who is named while the concern is open, and one whose exclusion is taken back', () => {
		shareConcern(db, c.ines, c.edda, monday);
		chooseSharing(db, c.ines, { prompt: [c.otto.id], trends: [] }, later);
		expect(told(c.ines)).toEqual(['Edda Quill', 'Otto Lind']);
		askFor(db, c.tomas, c.edda, 'welfare', monday);
		exclude(db, c.tomas, { personId: c.edda.id }, later);
		expectAllTold(c.tomas, later);
		sendAll(later);
		includeAgain(db, c.tomas, { personId: c.edda.id }, later + HOUR);
		expectAllTold(c.tomas, later + HOUR);
	});

	it('who is put on the on-call list of a request for today, and who is left when they are taken off', () => {
		addOnCall(db, c.ada, { id: id(), teamId: c.harbour, personId: c.jonas.id }, monday - HOUR);
		askForContact(db, c.ines, { id: id(), toId: c.mara.id, toKind: 'lead', when: 'today' }, monday);
		catchUp(db, c.ines.id, monday + 2 * HOUR);
		const call = id();
		addOnCall(db, c.ada, { id: call, teamId: c.harbour, personId: c.nell.id }, monday + 2 * HOUR);
		expect(told(c.ines)).toContain('Nell Oram');
		removeOnCall(db, c.ada, call, monday + 3 * HOUR);
		expectAllTold(c.ines, monday + 3 * HOUR);
	});

	it('who turns e-mail on', () => {
		const choice = { digestAt: '09:00', quietFrom: null, quietTo: null, chat: null, chatName: null };
		chooseHowTold(db, c.mara, { formId: id(), email: 'off', ...choice }, monday - HOUR);
		exceed(db, c.ines, monday);
		expect(told(c.ines)).toEqual([]);
		chooseHowTold(db, c.mara, { formId: id(), email: 'at-once', ...choice }, later);
		expect(told(c.ines)).toEqual(['Mara Voss']);
	});
});

it('whatever happens: of every open alert that nobody who is there has in hand, everybody who sees it was told, or will be', () => {
	const supervisors = ['mara', 'jonas', 'edda', 'otto', 'hale', 'rui', 'nell'] as const;
	const asking = ['ines', 'tomas', 'kit'] as const;
	const step = fc.record({
		what: fc.constantFrom(
			...['away', 'back', 'disable', 'enable', 'exclude', 'include', 'lead', 'welfare', 'peer', 'exceed', 'wait', 'send'],
			...['acknowledge', 'offer', 'accept', 'decline', 'talk', 'follow-up']
		),
		who: fc.constantFrom(...supervisors),
		about: fc.constantFrom(...asking),
		hours: fc.integer({ min: 0, max: 30 })
	});
	fc.assert(
		fc.property(fc.array(step, { minLength: 3, maxLength: 20 }), (steps) => {
			db = memoryDb();
			c = cast(db, monday - 2 * DAY);
			openOutbox(db, new Set(['email']), () => {});
			let now = monday;
			for (const { what, who, about, hours } of steps) {
				now += hours * HOUR;
				for (const each of asking) catchUp(db, c[each].id, now);
				queueForNewcomers(db, now);
				take(what, c[who], c[about], now);
				expectEverybodyTold(now);
			}
		}),
		{ numRuns: 40 }
	);
});

/** A step that is refused (somebody is away already, or is no supervisor of theirs) is none. */
function take(what: string, who: Viewer, about: Viewer, now: number): void {
	const steps: Record<string, () => void> = {
		away: () => goAway(db, who, { id: id(), until: new Date(now + 2 * DAY).toISOString().slice(0, 10), deputyId: null }, now),
		back: () => comeBack(db, who, now),
		disable: () => disablePerson(db, c.ada, who.id, now),
		enable: () => enablePerson(db, c.ada, who.id, now),
		exclude: () => exclude(db, about, { personId: who.id }, now),
		include: () => includeAgain(db, about, { personId: who.id }, now),
		lead: () => askFor(db, about, c.mara, 'lead', now),
		welfare: () => askFor(db, about, c.edda, 'welfare', now),
		peer: () => askFor(db, about, c.rui, 'peer', now),
		exceed: () => exceed(db, about, now),
		send: () => takeDue(db, now).forEach((batch) => markSent(db, batch, now))
	};
	tryTo(() => steps[what]?.());
	for (const alert of openAlerts().filter(({ personId }) => personId === about.id)) tryTo(() => stepOn(what, alert.id, who, about, now));
}

function stepOn(what: string, alertId: string, who: Viewer, about: Viewer, now: number): void {
	const form = { id: id(), alertId };
	const steps: Record<string, () => void> = {
		acknowledge: () => acknowledge(db, who, form, now),
		offer: () => offer(db, who, { ...form, items: ['talk'], manner: null }, now),
		accept: () => answerOffer(db, about, { ...form, answer: 'accepted' }, now),
		decline: () => answerOffer(db, about, { ...form, answer: 'declined' }, now),
		talk: () => recordConversation(db, who, { ...form, served: [alertId], items: [], on: null }, now),
		'follow-up': () => followUp(db, who, form, now)
	};
	steps[what]?.();
}

function tryTo(step: () => void): void {
	try {
		step();
	} catch (refusal) {
		if (!(refusal instanceof Refusal)) throw refusal;
	}
}

const openAlerts = () => db.select().from(alerts).where(isNull(alerts.closedAt)).all();

const takingOn = ['acknowledged', 'offered', 'conversation', 'followed-up'];

/** Who took the newest step of an alert since somebody was last asked for one, and whether they alone still see to it. */
function holderOf(alert: ReturnType<typeof openAlerts>[number], now: number): { n: number; holder: string | null; holds: boolean } {
	const events = db.select().from(alertEvents).where(eq(alertEvents.alertId, alert.id)).orderBy(alertEvents.id).all();
	const begins = events.filter(({ event }) => ['raised', 'renewed', 'unanswered', ...takingOn].includes(event));
	const newest = begins.at(-1);
	if (!newest || !takingOn.includes(newest.event)) return { n: begins.length, holder: null, holds: false };
	const viewer = newest.actorId === null ? null : findViewer(db, newest.actorId);
	const asked = recipientsOf(db, alert, now).some((recipient) => recipient.id === newest.actorId);
	const opens = viewer !== null && !awayOn(db, now).has(viewer.id) && routeOf(db, viewer, alert.id, now) !== null;
	const escalated = events.some(({ id, event }) => id > newest.id && event === 'escalated');
	return { n: begins.length, holder: newest.actorId, holds: (asked || opens) && !escalated };
}

function expectEverybodyTold(now: number): void {
	for (const alert of openAlerts()) {
		const { n, holder, holds } = holderOf(alert, now);
		if (holds) continue;
		const rows = db.select().from(messages).where(eq(messages.alertId, alert.id)).all();
		const reached = rows
			.filter((row) => row.n === n && (row.state === 'sent' || row.state === 'waiting'))
			.map(({ recipientId }) => recipientId);
		for (const { id: seeing } of recipientsOf(db, alert, now)) if (seeing !== holder) expect(reached).toContain(seeing);
	}
}

describe('an absence that begins by its date alone', () => {
	const thursday = { from: '2026-11-12', to: '2026-11-20', sure: null };

	it('is met when the message is due', () => {
		enterAbsence(db, c.mara, { id: id(), personId: c.mara.id, from: '2026-11-10', to: '2026-11-20', sure: null }, monday - HOUR);
		exceed(db, c.ines, monday);
		expect(told(c.ines)).toEqual(['Mara Voss']);
		sendAll(monday);
		expect(told(c.ines)).toEqual(['Jonas Pike']);
	});

	it('is met by the look that is had every hour, where the message was sent before', () => {
		enterAbsence(db, c.mara, { id: id(), personId: c.mara.id, ...thursday }, monday - HOUR);
		exceed(db, c.ines, monday);
		sendAll(monday);
		expect(told(c.ines)).toEqual(['Mara Voss']);
		queueForNewcomers(db, monday + 3 * DAY);
		expect(told(c.ines)).toEqual(['Jonas Pike', 'Mara Voss']);
	});

	it('and whoever was passed over gets theirs when they are back', () => {
		askFor(db, c.ines, c.edda, 'welfare', monday);
		goes(c.edda, null, monday + MINUTE);
		sendAll(monday + MINUTE);
		expect(told(c.ines)).not.toContain('Edda Quill');
		comeBack(db, c.edda, later);
		expect(told(c.ines)).toContain('Edda Quill');
	});
});

it('nobody is told twice of one asking, however often somebody looks', () => {
	exceed(db, c.ines, monday);
	const once = db.select().from(messages).all();
	for (const hours of [1, 2, 3]) queueForNewcomers(db, monday + hours * HOUR);
	goes(c.mara);
	comeBack(db, c.mara, later + MINUTE);
	queueForNewcomers(db, later + HOUR);
	expect(
		db
			.select()
			.from(messages)
			.all()
			.map(({ recipientId }) => recipientId)
			.sort()
	).toEqual([...once.map(({ recipientId }) => recipientId), c.jonas.id].sort());
});
