import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { deliveryChoices, messages } from '#lib/server/db/schema/delivery.ts';
import { deliveriesFor, sendAgain, sendAllAgain, sendTest } from '#lib/server/deliveries.ts';
import { openPosts } from '#lib/server/delivery/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { CannotSend, type Letter, type Posts } from '#lib/server/delivery/letter.ts';
import { nextSendable, takeDue } from '#lib/server/delivery/sending.ts';
import { markFailed } from '#lib/server/delivery/sent.ts';
import { chooseHowTold, toldOf, type NewChoice } from '#lib/server/told.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { deadMessage } from '../support/dead-message.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email']), () => {});
});

const id = () => crypto.randomUUID();
const stored = () => db.select().from(messages).all();
const dead = (recipient: Viewer, at: number) => deadMessage(db, { alertId: alertOf(db, c.ines).id, recipientId: recipient.id }, at);

describe('deliveries', () => {
	it('show an administrator how many, to whom and what went wrong, and nothing of what about', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		dead(c.jonas, monday);
		const shown = deliveriesFor(db, c.ada, monday + HOUR);
		expect(shown).toMatchObject({
			...{ sample: false, channels: { email: true, webhook: false }, address: 'ada@example.org' },
			counts: [{ channel: 'email', waiting: 1, late: 1, sent: 0, dropped: 0, dead: 1 }],
			dead: [{ recipient: 'Jonas Pike', channel: 'email', code: 'EENVELOPE-550', when: 'today, 10:00' }]
		});
		expect(JSON.stringify(shown)).not.toMatch(/Ines|contact/);
		expect(JSON.stringify(shown)).not.toContain(alertOf(db, c.ines).id);
		expect(deliveriesFor(db, c.ada, monday + 8 * DAY).counts[0]).toMatchObject({ waiting: 1, dead: 0 });
	});

	it('are for administrators alone', async () => {
		for (const who of [c.hale, c.mara, c.ines]) {
			expect(() => deliveriesFor(db, who, monday)).toThrow('Only an administrator');
			expect(() => sendAgain(db, who, id(), monday)).toThrow('Only an administrator');
			expect(() => sendAllAgain(db, who, monday)).toThrow('Only an administrator');
			await expect(sendTest(db, who, { formId: id(), channel: 'email', to: '' }, monday)).rejects.toThrow('Only an administrator');
		}
	});

	it('sent again, a dead message has another day', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		for (const batch of takeDue(db, monday)) markFailed(db, batch, monday, { code: 'EENVELOPE-550', forGood: true }, 0);
		const [first, second] = [stored()[0]?.id ?? '', dead(c.mara, monday + MINUTE)];
		sendAgain(db, c.ada, first, monday + DAY);
		sendAgain(db, c.ada, first, monday + DAY + 1);
		expect(stored().find((row) => row.id === first)).toMatchObject({
			state: 'waiting',
			dueAt: monday + DAY,
			triedSince: monday + DAY,
			attempts: 0
		});
		expect(takeDue(db, monday + DAY)).toContainEqual(expect.objectContaining({ ids: [first], to: 'edda@example.org' }));
		sendAllAgain(db, c.ada, monday + DAY);
		expect(stored().find((row) => row.id === second)?.state).toBe('waiting');
		expect(() => sendAgain(db, c.ada, id(), monday)).toThrow('nothing here');
	});

	it('a test goes to the administrator’s own address, once, and says why where it is not taken', async () => {
		const letters: Letter[] = [];
		let fault: CannotSend | null = null;
		const posts: Posts = {
			email: (letter) => {
				letters.push(letter);
				return fault ? Promise.reject(fault) : Promise.resolve();
			}
		};
		const sender = openPosts(db, posts);
		const formId = id();
		for (let time = 0; time < 2; time++) await sendTest(db, c.ada, { formId, channel: 'email', to: 'somebody@else.example' }, monday);
		expect(letters).toMatchObject([{ to: 'ada@example.org', test: true, urgent: false }]);
		fault = new CannotSend('EAUTH-535', false);
		await expect(sendTest(db, c.ada, { formId: id(), channel: 'email', to: '' }, monday)).rejects.toThrow('(EAUTH-535)');
		await expect(sendTest(db, c.ada, { formId: id(), channel: 'webhook', to: 'ada' }, monday)).rejects.toThrow('not set up');
		await sender.stop();
	});
});

describe('how somebody is told', () => {
	const choice: NewChoice = { formId: '', email: 'digest', digestAt: '09:00', quietFrom: null, quietTo: null, chat: null, chatName: null };
	const chooses = (who: Viewer, what: Partial<NewChoice>, now = monday + HOUR) =>
		chooseHowTold(db, who, { ...choice, formId: id(), ...what }, now);

	it('is theirs to choose where they supervise or administer, and each choice is kept', () => {
		expect(toldOf(db, c.mara, monday)).toMatchObject({
			email: 'digest',
			digestAt: '09:00',
			quiet: null,
			address: 'mara@example.org',
			supervises: true
		});
		expect(toldOf(db, c.ada, monday)).toMatchObject({ supervises: false });
		expect(toldOf(db, c.ines, monday)).toBeNull();
		expect(() => chooses(c.ines, { email: 'off' })).toThrow('nothing here');
		chooses(c.mara, { email: 'at-once', quietFrom: '22:00', quietTo: '07:00' });
		chooses(c.mara, { email: 'at-once', quietFrom: '22:00', quietTo: '07:00' });
		chooses(c.mara, { email: 'off' });
		expect(toldOf(db, c.mara, monday)).toMatchObject({ email: 'off', quiet: null });
		expect(db.select().from(deliveryChoices).all()).toHaveLength(2);
	});

	it('quiet hours have a beginning and an end', () => {
		expect(() => chooses(c.mara, { quietFrom: '22:00' })).toThrow('until when');
		expect(() => chooses(c.mara, { quietTo: '07:00' })).toThrow('from when');
		expect(() => chooses(c.mara, { quietFrom: '07:00', quietTo: '07:00' })).toThrow('none');
	});

	it('counts for what waits already: sooner, later, or not at all', () => {
		exceed(db, c.ines, monday);
		const queuedAt = stored()[0]?.createdAt ?? 0;
		chooses(c.mara, { email: 'at-once' });
		expect(nextSendable(db)).toBe(queuedAt + 15 * MINUTE);
		chooses(c.mara, { email: 'digest', digestAt: '17:00' });
		expect(nextSendable(db)).toBe(monday + 7 * HOUR);
		chooses(c.mara, { email: 'off' });
		expect(takeDue(db, monday + DAY)).toEqual([]);
		expect(stored()[0]).toMatchObject({ state: 'dropped', problem: 'not-wanted' });
	});

	it('the chat has a pace of its own', () => {
		openOutbox(db, new Set(['email', 'webhook']), () => {});
		expect(() => chooses(c.mara, { chat: 'at-once' })).toThrow('your name in the chat');
		expect(() => chooses(c.mara, { chat: 'digest' })).toThrow('your name in the chat');
		chooses(c.mara, { email: 'off', chat: 'at-once', chatName: 'mara.voss' });
		exceed(db, c.ines, monday);
		const queuedAt = stored()[0]?.createdAt ?? 0;
		expect(stored()).toMatchObject([{ channel: 'webhook', dueAt: queuedAt + 15 * MINUTE }]);
		chooses(c.mara, { email: 'at-once', chat: 'digest', digestAt: '17:00', chatName: 'mara.voss' });
		expect(stored().map(({ channel, dueAt }) => [channel, dueAt])).toEqual([
			['webhook', monday + 7 * HOUR],
			['email', monday + HOUR + 15 * MINUTE]
		]);
		chooses(c.mara, { email: 'at-once', chat: 'off', chatName: 'mara.voss' });
		expect(takeDue(db, monday + DAY, 'webhook')).toEqual([]);
		expect(stored()[0]).toMatchObject({ state: 'dropped', problem: 'not-wanted' });
	});

	it('a name in the chat and nothing else said of it: once a day there', () => {
		openOutbox(db, new Set(['email', 'webhook']), () => {});
		chooses(c.mara, { chatName: 'mara.voss' });
		expect(toldOf(db, c.mara, monday)).toMatchObject({ chat: 'digest', chatName: 'mara.voss' });
		chooses(c.mara, { chat: 'off' });
		expect(toldOf(db, c.mara, monday)).toMatchObject({ chat: 'off', chatName: null });
	});

	it('a chat name is kept while no chat is set up', () => {
		openOutbox(db, new Set(['email', 'webhook']), () => {});
		chooses(c.mara, { chat: 'at-once', chatName: 'mara.voss' });
		openOutbox(db, new Set(['email']), () => {});
		chooses(c.mara, { email: 'at-once', chat: 'off', chatName: null });
		expect(toldOf(db, c.mara, monday)).toMatchObject({ chat: 'at-once', chatName: 'mara.voss', channels: { email: true, chat: false } });
	});
});
