import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { acknowledge } from '#lib/server/alert-steps.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { disputes } from '#lib/server/db/schema/disputes.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { alertEvents, alerts, conversations } from '#lib/server/db/schema/records.ts';
import { acknowledgeDispute, disputeConversation, disputesFor, recordedConversations } from '#lib/server/disputes.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { createPerson, disablePerson } from '#lib/server/people.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { confirmRole, giveRole } from '#lib/server/roles.ts';
import { exclude } from '#lib/server/sharing.ts';
import { unopenedFor } from '#lib/server/unopened.ts';
import { findViewer, system, type Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const uuid = () => crypto.randomUUID();

/** Somebody records a conversation about the newest alert of a person; the conversation's id. */
function talked(by: Viewer, about: Viewer, at = monday + HOUR, served = [alertOf(db, about).id]): string {
	const id = uuid();
	recordConversation(db, by, { id, alertId: served[0]!, served, items: ['talk'], on: null }, at);
	return id;
}
/** Ines asked Mara for contact, and Mara noted at eleven that they talked. */
function recorded(): string {
	askFor(db, c.ines, c.mara, 'lead');
	return talked(c.mara, c.ines);
}
const say = (who: Viewer, conversationId: string, now = monday + 2 * HOUR) => disputeConversation(db, who, { conversationId }, now);
function refusalOf(act: () => void): Refusal['kind'] | 'taken' {
	try {
		act();
		return 'taken';
	} catch (refusal) {
		if (refusal instanceof Refusal) return refusal.kind;
		throw refusal;
	}
}
/** Makes somebody a head of welfare, which takes two. */
function head(who: Viewer): Viewer {
	const id = uuid();
	giveRole(db, c.ada, { id, personId: who.id, role: 'head_of_welfare', teamId: null }, monday);
	confirmRole(db, c.hale, id, monday);
	return c.again(who);
}

/** Somebody of the secondees' employer. */
function newcomer(): Viewer {
	const account = { employerId: c.lanternworks, zone: 'Europe/London', dayStart: '00:00', startDate: '2024-01-08' };
	const id = createPerson(db, system, { ...account, name: 'Lene Marr', email: 'lene@example.org' }, monday);
	db.update(people).set({ joinedAt: monday }).where(eq(people.id, id)).run();
	const viewer = findViewer(db, id);
	if (!viewer) throw new Error('nobody');
	return viewer;
}
function contactOf(who: Viewer): string {
	const theirs = and(eq(alerts.personId, who.id), eq(alerts.reason, 'contact'));
	return db.select().from(alerts).where(theirs).get()?.id ?? '';
}

describe('that didn’t happen', () => {
	it('is said once of a conversation with oneself, and stands beside it', () => {
		const conversationId = recorded();
		expect(recordedConversations(db, c.ines, monday + 2 * HOUR)).toEqual([
			{
				...{ id: conversationId, by: 'Mara Voss', when: 'today, 11:00', about: ['You asked for contact'], agreed: ['a talk'] },
				...{ mayDispute: true, told: ['Hale Brandt'], disputed: null }
			}
		]);
		for (const at of [monday + 2 * HOUR, monday + 3 * HOUR]) say(c.ines, conversationId, at);
		expect(recordedConversations(db, c.ines, monday + 3 * HOUR)[0]).toMatchObject({
			mayDispute: false,
			told: ['Hale Brandt'],
			disputed: { when: 'today, 12:00', acknowledged: null }
		});
	});

	it('is for the person alone: nobody else can say it, or see it in a list of theirs', () => {
		const conversationId = recorded();
		for (const who of [c.mara, c.tomas, c.hale, c.ada, c.edda]) {
			expect(refusalOf(() => say(who, conversationId))).toBe('not-found');
			expect(recordedConversations(db, who, monday + HOUR)).toEqual([]);
		}
		expect(refusalOf(() => say(c.ines, uuid()))).toBe('not-found');
	});

	it('can be said for 14 days; then the conversation leaves the list, unless it was said', () => {
		const [first, end] = [recorded(), monday + HOUR + 14 * DAY];
		expect(recordedConversations(db, c.ines, end - 1)).toHaveLength(1);
		expect(recordedConversations(db, c.ines, end)).toEqual([]);
		expect(refusalOf(() => say(c.ines, first, end))).toBe('conflict');
		say(c.ines, first, end - 1);
		expect(recordedConversations(db, c.ines, end + 90 * DAY)).toHaveLength(1);
	});

	it('changes neither the alert nor what was recorded', () => {
		const conversationId = recorded();
		const stored = () => [db.select().from(alerts).all(), db.select().from(alertEvents).all(), db.select().from(conversations).all()];
		const before = stored();
		say(c.ines, conversationId);
		expect(stored()).toEqual(before);
		expect(alertOf(db, c.ines).state).toBe('accepted');
	});

	it('shows Mara that it is marked, and Jonas, who sees the same prompt, nothing of it', () => {
		askFor(db, c.ines, c.mara, 'lead');
		const alertId = alertOf(db, c.ines).id;
		const conversationId = talked(c.mara, c.ines);
		db.update(alerts).set({ level: 1 }).where(eq(alerts.id, alertId)).run();
		const read = (who: Viewer) =>
			openPrompt(db, who, alertId, monday + 3 * HOUR).steps.find(({ words }) => /conversation/.test(words))?.words;
		say(c.ines, conversationId);
		expect(read(c.mara)).toBe('You recorded a conversation. Agreed: a talk. Ines Calder has marked it as not having happened.');
		expect(read(c.jonas)).toBe('Mara Voss recorded a conversation. Agreed: a talk.');
	});
});

describe('the head of welfare', () => {
	it('reads who, whose record and when, and nothing of what it was about', () => {
		const conversationId = recorded();
		say(c.ines, conversationId);
		expect(disputesFor(db, c.hale, monday + DAY)).toEqual([
			{ conversationId, person: 'Ines Calder', by: 'Mara Voss', recorded: 'yesterday, 11:00', said: 'yesterday, 12:00' }
		]);
		for (const who of [c.mara, c.jonas, c.edda, c.otto, c.ada, c.ines]) expect(disputesFor(db, who, monday + DAY)).toEqual([]);
	});

	it('acknowledges it, once, and Ines sees who and when', () => {
		const conversationId = recorded();
		expect(unopenedFor(db, c.hale, monday + HOUR)).toBe(0);
		say(c.ines, conversationId);
		expect(unopenedFor(db, c.hale, monday + DAY)).toBe(1);
		const note = (who: Viewer, at: number) => refusalOf(() => acknowledgeDispute(db, who, { conversationId }, at));
		for (const who of [c.mara, c.edda, c.ada, c.ines]) expect(note(who, monday + DAY)).toBe('not-found');
		expect([note(c.hale, monday + DAY), note(c.hale, monday + 2 * DAY)]).toEqual(['taken', 'taken']);
		expect([disputesFor(db, c.hale, monday + DAY), unopenedFor(db, c.hale, monday + DAY)]).toEqual([[], 0]);
		expect(recordedConversations(db, c.ines, monday + DAY)[0]?.disputed?.acknowledged).toBe('Hale Brandt, today, 10:00');
	});

	it('of the host hears of Kit’s lead, the one of Kit’s own employer of Kit’s officer', () => {
		const lanternHead = head(newcomer());
		exceed(db, c.kit, monday);
		const byLead = talked(c.mara, c.kit);
		askFor(db, c.kit, c.pia, 'welfare', monday + HOUR + MINUTE);
		const byOfficer = talked(c.pia, c.kit, monday + 2 * HOUR, [contactOf(c.kit)]);
		for (const each of [byLead, byOfficer]) say(c.kit, each, monday + 3 * HOUR);
		const ids = (who: Viewer) => disputesFor(db, who, monday + DAY).map((each) => each.conversationId);
		expect([ids(c.hale), ids(lanternHead)]).toEqual([[byLead], [byOfficer]]);
		expect(recordedConversations(db, c.kit, monday + DAY).map(({ told }) => told)).toEqual([['Lene Marr'], ['Hale Brandt']]);
	});

	it('who recorded it, or whom it is about, is no judge of it', () => {
		const pia = head(c.pia);
		shareConcern(db, c.kit, pia, monday);
		const conversationId = talked(pia, c.kit);
		say(c.kit, conversationId);
		expect(db.select().from(disputes).get()?.told).toBe('employer');
		expect([disputesFor(db, c.hale, monday + DAY), disputesFor(db, pia, monday + DAY)]).toEqual([[], []]);
		expect(recordedConversations(db, c.kit, monday + DAY)[0]?.told).toEqual([]);
	});

	it('hears of what a peer recorded, as of anything of the person’s own', () => {
		askFor(db, c.ines, c.rui, 'peer');
		say(c.ines, talked(c.rui, c.ines));
		expect(disputesFor(db, c.hale, monday + DAY)).toHaveLength(1);
	});

	it('who is passed over, disabled or the person hears nothing; it waits for one who may', () => {
		const conversationId = recorded();
		exclude(db, c.ines, { personId: c.hale.id }, monday);
		say(c.ines, conversationId);
		expect(disputesFor(db, c.hale, monday + DAY)).toEqual([]);
		expect(recordedConversations(db, c.ines, monday + DAY)[0]?.told).toEqual([]);
		expect(disputesFor(db, head(c.bea), monday + DAY)).toHaveLength(1);
		disablePerson(db, c.ada, c.bea.id, monday + DAY);
		expect(recordedConversations(db, c.ines, monday + DAY)[0]?.told).toEqual([]);
	});

	it('of what served several prompts of the lead line, the host’s hears', () => {
		exceed(db, c.ines, monday);
		acknowledge(db, c.mara, { id: uuid(), alertId: alertOf(db, c.ines).id }, monday + MINUTE);
		askFor(db, c.ines, c.mara, 'lead', monday + 2 * MINUTE);
		const open = db
			.select()
			.from(alerts)
			.where(and(eq(alerts.personId, c.ines.id)))
			.all();
		const served = open.map(({ id }) => id);
		say(c.ines, talked(c.mara, c.ines, monday + HOUR, served));
		expect(db.select().from(disputes).get()?.told).toBe('host');
	});
});
