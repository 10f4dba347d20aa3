import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { acknowledge, close, followUp, offer } from '#lib/server/alert-steps.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { alertEvents, alerts, exposures } from '#lib/server/db/schema/records.ts';
import type { Letter } from '#lib/server/delivery/letter.ts';
import { startSender, type Sender } from '#lib/server/delivery/sender.ts';
import { compareWithReplay, type Difference } from '#lib/server/replay/compare.ts';
import { startScheduler, type Scheduler } from '#lib/server/scheduler.ts';
import { answerOffer, withdrawRequest } from '#lib/server/support.ts';
import { chooseHowTold } from '#lib/server/told.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

let db: Db;
let c: Cast;
let scheduler: Scheduler;
let sender: Sender;
let letters: (Letter & { at: number })[];
beforeEach(() => {
	vi.useFakeTimers({ now: monday, toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	letters = [];
	const email = (letter: Letter) => {
		letters.push({ ...letter, at: Date.now() });
		return Promise.resolve();
	};
	sender = startSender(db, { email });
	scheduler = startScheduler(db);
});
afterEach(async () => {
	scheduler.stop();
	await sender.stop();
	vi.useRealTimers();
});

async function pass(ms: number): Promise<void> {
	await vi.advanceTimersByTimeAsync(ms);
	// What is noted is noted in a turn of its own.
	for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

/** Five minutes after whatever was recorded last, the clock shows an hour less. */
async function putBack(ms = HOUR): Promise<void> {
	await pass(5 * MINUTE);
	vi.setSystemTime(Date.now() - ms);
}

const lettersTo = (who: keyof typeof addresses) =>
	letters.filter(({ to }) => to === addresses[who]).map(({ at, urgent }) => ({ at, urgent }));
const addresses = { mara: 'mara@example.org', edda: 'edda@example.org', otto: 'otto@example.org' };
const id = () => crypto.randomUUID();
const step = () => ({ id: id(), alertId: alertOf(db, c.ines).id });
const contacts = (who: Viewer) =>
	db
		.select()
		.from(alerts)
		.all()
		.filter(({ personId, reason }) => personId === who.id && reason === 'contact');

function expectToAgreeWithReplay(): void {
	const differences: Difference[] = [];
	compareWithReplay(db, (difference) => differences.push(difference));
	expect(differences).toEqual([]);
}

function expectNothingSentTwice(): void {
	const rows = db.select().from(messages).all();
	expect(rows.filter(({ state }) => state === 'waiting')).toEqual([]);
	expect(letters.filter(({ urgent }) => urgent)).toHaveLength(rows.filter(({ urgent, state }) => urgent && state === 'sent').length);
}

describe('in the hour that comes once more after the clock was put back', () => {
	test('whoever has just logged a session can ask for contact: one letter, at once', async () => {
		await pass(HOUR);
		exceed(db, c.ines, Date.now(), 1);
		await putBack();
		const asked = Date.now();
		askFor(db, c.ines, c.edda, 'welfare', asked, 'soon');
		await pass(2_000);
		expect(lettersTo('edda')).toEqual([{ at: expect.toSatisfy((at: number) => asked <= at && at < asked + 1_000), urgent: true }]);
		expect(contacts(c.ines)).toMatchObject([{ state: 'raised', level: 0 }]);
		expectToAgreeWithReplay();
		await pass(2 * HOUR);
		expect(lettersTo('edda')).toHaveLength(1);
		expect(contacts(c.ines)).toHaveLength(1);
		expectNothingSentTwice();
		expectToAgreeWithReplay();
	});

	test('a request is renewed, and each asking has its letter; a concern is shared', async () => {
		await pass(HOUR);
		askFor(db, c.ines, c.edda, 'welfare', Date.now());
		exceed(db, c.tomas, Date.now(), 1);
		await putBack();
		askFor(db, c.ines, c.edda, 'welfare', Date.now());
		shareConcern(db, c.tomas, c.otto, Date.now());
		await pass(2_000);
		expect(lettersTo('edda')).toHaveLength(2);
		expect(lettersTo('otto')).toHaveLength(1);
		await pass(2 * HOUR);
		expect([lettersTo('edda'), lettersTo('otto')].map((each) => each.length)).toEqual([2, 1]);
		expectNothingSentTwice();
		expectToAgreeWithReplay();
	});

	test('quiet hours go by the clock as it is, and so does what is chosen anew', async () => {
		const choose = (quietFrom: string | null, quietTo: string | null) =>
			chooseHowTold(
				db,
				c.edda,
				{ formId: id(), email: 'digest', digestAt: '09:00', quietFrom, quietTo, chat: null, chatName: null },
				Date.now()
			);
		choose('11:00', '13:00');
		await pass(HOUR);
		for (const who of [c.ines, c.tomas]) exceed(db, who, Date.now(), 1);
		await putBack();
		askFor(db, c.ines, c.edda, 'welfare', Date.now());
		await pass(2_000);
		expect(lettersTo('edda')).toHaveLength(1);
		choose('10:00', '13:00');
		askFor(db, c.tomas, c.edda, 'welfare', Date.now());
		await pass(2_000);
		expect(lettersTo('edda')).toHaveLength(1);
		choose(null, null);
		await pass(2_000);
		expect(lettersTo('edda')).toHaveLength(2);
	});

	test('a prompt is taken on, offered, answered, spoken about, followed up and closed', async () => {
		await pass(HOUR);
		askFor(db, c.ines, c.mara, 'lead', Date.now());
		await putBack();
		acknowledge(db, c.mara, step(), Date.now());
		offer(db, c.mara, { ...step(), items: ['talk'], manner: null }, Date.now());
		answerOffer(db, c.ines, { ...step(), answer: 'accepted' }, Date.now());
		const { alertId } = step();
		recordConversation(db, c.mara, { id: id(), alertId, served: [alertId], items: ['talk'], on: null }, Date.now());
		followUp(db, c.mara, step(), Date.now());
		close(db, c.mara, step(), Date.now());
		const events = db
			.select()
			.from(alertEvents)
			.all()
			.filter((event) => event.alertId === alertId);
		expect(events.map(({ event }) => event)).toEqual([
			'raised',
			'acknowledged',
			'offered',
			'answered',
			'conversation',
			'followed-up',
			'closed'
		]);
		expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted((a, b) => a - b));
		await pass(2 * HOUR);
		expect(lettersTo('mara').filter(({ urgent }) => urgent)).toHaveLength(1);
		expectNothingSentTwice();
		expectToAgreeWithReplay();
	});

	test('a request that was taken on needs no letter any more, and one can be withdrawn', async () => {
		await pass(HOUR);
		exceed(db, c.wen, Date.now());
		const exposure = alertOf(db, c.wen);
		askFor(db, c.ines, c.mara, 'lead', Date.now());
		await putBack();
		acknowledge(db, c.mara, { id: id(), alertId: exposure.id }, Date.now());
		withdrawRequest(db, c.ines, step(), Date.now());
		await pass(DAY);
		const first = db
			.select()
			.from(messages)
			.all()
			.filter(({ alertId, level, n }) => alertId === exposure.id && level === 0 && n === 1);
		expect(first.map(({ state, problem }) => [state, problem])).toEqual([['dropped', 'in-hand']]);
		expect(contacts(c.ines)).toMatchObject([{ state: 'closed' }]);
		expectToAgreeWithReplay();
	});

	test('what would get a wrong time waits, and the sentence says for how long, and that contact works', async () => {
		await pass(HOUR);
		exceed(db, c.ines, Date.now(), 1);
		await putBack();
		const refused = refusalOf(() => exceed(db, c.ines, Date.now(), 1));
		expect(refused.kind).toBe('conflict');
		expect(refused.message).toContain('send it again in 50 minutes');
		expect(refused.message).toContain('Asking for contact');
		await pass(49 * MINUTE);
		expect(refusalOf(() => exceed(db, c.ines, Date.now(), 1)).message).toContain('send it again in a minute');
		await pass(MINUTE);
		exceed(db, c.ines, Date.now(), 1);
		expect(db.select().from(exposures).all()).toHaveLength(2);
		expectToAgreeWithReplay();
	});
});

test('up to two hours; put back by more, no word is taken either, and the sentence does not promise that contact works', async () => {
	await pass(HOUR);
	exceed(db, c.ines, Date.now(), 1);
	exceed(db, c.tomas, Date.now(), 1);
	await putBack(2 * HOUR + 5 * MINUTE);
	askFor(db, c.ines, c.edda, 'welfare', Date.now());
	vi.setSystemTime(Date.now() - 1);
	const refused = refusalOf(() => askFor(db, c.tomas, c.edda, 'welfare', Date.now()));
	expect(refused.message).toContain('say it to them directly');
	expect(refused.message).not.toContain('Asking for contact');
	expect(contacts(c.tomas)).toEqual([]);
});
