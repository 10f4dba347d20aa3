import { beforeEach, describe, expect, it } from 'vitest';
import { openAlarms } from '#lib/server/alarms.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { deliveryChoices, messages } from '#lib/server/db/schema/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { takeDue } from '#lib/server/delivery/sending.ts';
import { markSent } from '#lib/server/delivery/sent.ts';
import { acknowledgeDispute, disputeConversation } from '#lib/server/disputes.ts';
import { disablePerson } from '#lib/server/people.ts';
import { confirmRole, giveRole } from '#lib/server/roles.ts';
import { chooseHowTold } from '#lib/server/told.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { startWatcher } from '#lib/server/watcher.ts';
import { alertOf, askFor, DAY, HOUR, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email', 'webhook']), () => {});
});

/** Mara notes that she talked with somebody, who says an hour later that it didn't happen; the conversation's id. */
function disputed(who: Viewer, by: Viewer, kind: 'lead' | 'welfare', at = monday + 2 * HOUR): string {
	askFor(db, who, by, kind);
	const id = crypto.randomUUID();
	const alertId = alertOf(db, who).id;
	recordConversation(db, by, { id, alertId, served: [alertId], items: ['talk'], on: null }, at - HOUR);
	disputeConversation(db, who, { conversationId: id }, at);
	return id;
}
const about = (conversationId: string) =>
	db
		.select()
		.from(messages)
		.all()
		.filter(({ disputeId }) => disputeId === conversationId);
const inClear = () => JSON.stringify(takeDue(db, monday + 3 * DAY));

describe('a conversation that didn’t happen', () => {
	it('is a message to the head of welfare, with the digest of the next morning, and without a name', () => {
		const id = disputed(c.ines, c.mara, 'lead');
		expect(about(id)).toMatchObject([
			{ recipientId: c.hale.id, channel: 'email', urgent: false, state: 'waiting', alertId: null, dueAt: monday - HOUR + DAY }
		]);
		disputeConversation(db, c.ines, { conversationId: id }, monday + 3 * HOUR);
		expect(about(id)).toHaveLength(1);
		const sent = inClear();
		expect(sent).toContain('hale@example.org');
		expect(sent).not.toMatch(/Ines|Mara|didn/);
	});

	it('comes at once to a head who wants that, and not to one who takes no e-mail', () => {
		const choice = { id: 'now', personId: c.hale.id, email: 'at-once', chat: 'off', digestAt: '09:00', recordedAt: 0 } as const;
		db.insert(deliveryChoices).values(choice).run();
		const id = disputed(c.ines, c.mara, 'lead');
		expect(about(id)).toMatchObject([{ dueAt: monday + 2 * HOUR }]);
		const told = { formId: crypto.randomUUID(), digestAt: '09:00', quietFrom: null, quietTo: null, chat: null, chatName: null };
		chooseHowTold(db, c.hale, { ...told, email: 'off' }, monday + 2 * HOUR);
		expect(inClear()).toBe('[]');
		// Wanted after all: it was not acknowledged meanwhile.
		chooseHowTold(db, c.hale, { ...told, formId: crypto.randomUUID(), email: 'digest' }, monday + 3 * DAY);
		expect(about(id)).toMatchObject([{ state: 'waiting', problem: null }]);
	});

	it('is dropped once a head of welfare has acknowledged it', () => {
		const id = disputed(c.ines, c.mara, 'lead');
		acknowledgeDispute(db, c.hale, { conversationId: id }, monday + 3 * HOUR);
		expect(inClear()).toBe('[]');
		expect(about(id)).toMatchObject([{ state: 'dropped', problem: 'in-hand' }]);
	});

	it('is sent once, and again to nobody but a second head who comes later', () => {
		const id = disputed(c.ines, c.mara, 'lead');
		for (const batch of takeDue(db, monday + DAY)) markSent(db, batch, monday + DAY);
		const role = crypto.randomUUID();
		giveRole(db, c.ada, { id: role, personId: c.edda.id, role: 'head_of_welfare', teamId: null }, monday + DAY);
		confirmRole(db, c.hale, role, monday + DAY);
		expect(about(id).map(({ recipientId, state }) => [recipientId, state])).toEqual([
			[c.hale.id, 'sent'],
			[c.edda.id, 'waiting']
		]);
	});

	it('with no head of welfare who may be told: an alarm to the administrators, which ends when there is one', () => {
		const watcher = startWatcher(
			db,
			() => false,
			() => monday + 4 * HOUR
		);
		const titles = () => openAlarms(db, c.ada, monday + 4 * HOUR).map(({ title }) => title);
		disputed(c.ines, c.mara, 'lead');
		watcher.look();
		expect(titles()).not.toContain('No head of welfare can be told of something');
		disablePerson(db, c.ada, c.hale.id, monday + 3 * HOUR);
		watcher.look();
		expect(titles()).toContain('No head of welfare can be told of something');
		expect(JSON.stringify(openAlarms(db, c.ada, monday + 4 * HOUR))).not.toMatch(/Ines|Mara/);
		db.$client.exec('update people set disabled_at = null');
		watcher.look();
		expect(titles()).not.toContain('No head of welfare can be told of something');
		watcher.stop();
	});
});
