import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { CannotSend, type Letter } from '#lib/server/delivery/letter.ts';
import { startSender, type Sender } from '#lib/server/delivery/sender.ts';
import { leaseMs, takeDue } from '#lib/server/delivery/sending.ts';
import { oldestStuckSince } from '#lib/server/punctuality.ts';
import { askFor, DAY, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
let sender: Sender | undefined;
let letters: Letter[];
let now: number;
beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	[letters, now] = [[], monday];
});
afterEach(async () => {
	await sender?.stop();
	sender = undefined;
	vi.useRealTimers();
});

/** Takes every letter; where `held` is given, the first `most` only after it was let go. */
function start(held?: Promise<void>, most = Infinity): void {
	const email = async (letter: Letter) => {
		if (letters.push(letter) <= most) await held;
	};
	sender = startSender(db, { email }, () => now);
}
const pass = async (ms: number) => {
	now += ms;
	await vi.advanceTimersByTimeAsync(ms);
	// What is noted is noted in a turn of its own.
	for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
};
const states = () =>
	db
		.select()
		.from(messages)
		.all()
		.map(({ state }) => state);

describe('the sender', () => {
	it('sends what is queued while a letter is under way, as soon as that one has gone', async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		start(promise);
		askFor(db, c.ines, c.edda, 'welfare', now);
		await pass(10);
		askFor(db, c.tomas, c.mara, 'lead', now);
		await pass(10);
		expect(letters).toHaveLength(1);
		resolve();
		await pass(10);
		await pass(10);
		expect(letters).toHaveLength(2);
		expect(states()).toEqual(['sent', 'sent']);
		askFor(db, c.wen, c.mara, 'lead', now);
		await pass(10);
		expect(letters).toHaveLength(3);
	});

	it('stopped, waits for what is under way and gives the rest back', async () => {
		askedBefore();
		const { promise, resolve } = Promise.withResolvers<void>();
		start(promise);
		await pass(10);
		let stopped = false;
		const stopping = sender?.stop().then(() => (stopped = true));
		await pass(10);
		expect(stopped).toBe(false);
		resolve();
		await stopping;
		expect(letters).toHaveLength(1);
		expect(states().sort()).toEqual(['sent', 'waiting']);
		expect(
			db
				.select()
				.from(messages)
				.all()
				.every(({ leasedUntil }) => leasedUntil === 0)
		).toBe(true);
	});

	it('what was sent and could not be noted, for want of room, is noted later and not sent again', async () => {
		vi.spyOn(console, 'error').mockImplementation(() => {});
		askedBefore();
		db.$client.exec(`create trigger full before update on messages when new.state = 'sent' begin select raise(abort, 'full'); end`);
		start();
		await pass(10);
		expect(letters).toHaveLength(1);
		await pass(leaseMs + 30_000);
		expect(letters).toHaveLength(1);
		db.$client.exec('drop trigger full');
		await pass(60_000);
		await pass(60_000);
		expect(letters).toHaveLength(2);
		expect(states()).toEqual(['sent', 'sent']);
	});

	it('a letter that is not answered keeps another waiting for a moment, and is nobody else’s for as long as it takes', async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		start(promise, 1);
		askFor(db, c.ines, c.edda, 'welfare', now);
		await pass(10);
		askFor(db, c.tomas, c.mara, 'lead', now);
		await pass(9_000);
		expect(letters).toHaveLength(1);
		await pass(1_000);
		expect(letters).toHaveLength(2);
		expect(states()).toEqual(['waiting', 'sent']);
		for (const begun = now; now < begun + 15 * MINUTE; await pass(30_000)) expect(takeDue(db, now)).toEqual([]);
		expect(oldestStuckSince(db, now)).toBe(monday);
		resolve();
		await pass(10);
		expect(states()).toEqual(['sent', 'sent']);
		expect(letters).toHaveLength(2);
	});

	it.each([
		['stands still for an hour', HOUR],
		['has its clock put back by an hour', -HOUR]
	])('what is under way while the machine %s is not sent beside itself', async (_, ms) => {
		const { promise, resolve } = Promise.withResolvers<void>();
		start(promise, 1);
		askFor(db, c.ines, c.edda, 'welfare', now);
		await pass(10_100);
		now += ms;
		await pass(60_000);
		expect(letters).toHaveLength(1);
		resolve();
		await pass(10);
		expect(states()).toEqual(['sent']);
	});

	it('overtaken and then not taken, it is tried again after its pause', async () => {
		const { promise, reject } = Promise.withResolvers<void>();
		start(promise, 1);
		askFor(db, c.ines, c.edda, 'welfare', now);
		await pass(10_100);
		reject(new CannotSend('ETIMEDOUT', false));
		await pass(10);
		const [row] = db.select().from(messages).all();
		expect(row).toMatchObject({ state: 'waiting', problem: 'ETIMEDOUT', leasedUntil: 0 });
		await pass((row?.dueAt ?? 0) - now);
		expect(letters.filter(({ to }) => to === 'edda@example.org')).toHaveLength(2);
	});

	it('no more than four wait for an answer at once: what comes then waits, untried, until one has it', async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		start(promise);
		for (const who of [c.ines, c.tomas, c.wen, c.sol, c.rui]) {
			askFor(db, who, c.edda, 'welfare', now);
			await pass(10_100);
		}
		expect(letters).toHaveLength(4);
		expect(db.select().from(messages).all().at(-1)).toMatchObject({ attempts: 0, leasedUntil: 0 });
		resolve();
		await pass(30);
		await pass(30);
		expect(letters).toHaveLength(5);
		expect(new Set(states())).toEqual(new Set(['sent']));
	});

	it('a channel that is not set up any more does not lose what was queued for it', async () => {
		askedBefore();
		sender = startSender(db, {}, () => now);
		await pass(10);
		expect(states()).toContain('waiting');
		expect(db.select().from(messages).all()[0]?.problem).toBe('not-set-up');
	});
});

/** Two requests that were queued before it started. */
function askedBefore(): void {
	openOutbox(db, new Set(['email']), () => {});
	askFor(db, c.ines, c.edda, 'welfare', monday - HOUR);
	askFor(db, c.tomas, c.mara, 'lead', monday - HOUR);
}
