import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, offer } from '#lib/server/alert-steps.ts';
import { goAway } from '#lib/server/away.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { deliveryChoices, messages } from '#lib/server/db/schema/delivery.ts';
import { exposures } from '#lib/server/db/schema/records.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { leaseMs, nextSendable, takeDue, type Batch } from '#lib/server/delivery/sending.ts';
import { giveBack, markFailed, markSent } from '#lib/server/delivery/sent.ts';
import { amend, voidEntry } from '#lib/server/exposure-corrections.ts';
import { isFailing, oldestWaitingSince } from '#lib/server/punctuality.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email']), () => {});
});

const queued = () => db.select().from(messages).all();
const everybody = () => [c.mara, c.jonas, c.edda];
const names = () => queued().map(({ recipientId }) => everybody().find(({ id }) => id === recipientId));
const chooses = (who: Viewer, choice: Partial<typeof deliveryChoices.$inferInsert>) =>
	db
		.insert(deliveryChoices)
		.values({ id: crypto.randomUUID(), personId: who.id, email: 'digest', chat: 'off', digestAt: '09:00', recordedAt: monday, ...choice })
		.run();
const only = (): Batch => {
	const batches = takeDue(db, monday + 30 * DAY);
	expect(batches).toHaveLength(1);
	return batches[0] as Batch;
};

describe('queueing', () => {
	it('an alert and the message to its first lead are stored together; exposure waits for the morning after a quarter of an hour', () => {
		exceed(db, c.ines, monday);
		expect(names()).toEqual([c.mara]);
		expect(queued()[0]).toMatchObject({ level: 0, channel: 'email', n: 1, urgent: false, state: 'waiting', dueAt: monday - HOUR + DAY });
	});

	it('somebody who wants everything at once gets exposure after a quarter of an hour', () => {
		chooses(c.mara, { email: 'at-once' });
		exceed(db, c.ines, monday);
		expect(queued()[0]?.dueAt).toBe((queued()[0]?.createdAt ?? 0) + 15 * MINUTE);
	});

	it('a request for contact goes at once, to whom it was addressed', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		expect(names()).toEqual([c.edda]);
		expect(queued()[0]).toMatchObject({ urgent: true, dueAt: queued()[0]?.createdAt });
	});

	it('nothing is queued for somebody who has turned the channel off, nor where no channel is set up', () => {
		chooses(c.mara, { email: 'off' });
		exceed(db, c.ines, monday);
		expect(queued()).toEqual([]);
		openOutbox(db, new Set(), () => {});
		askFor(db, c.tomas, c.edda, 'welfare');
		expect(queued()).toEqual([]);
	});

	it('where the insert of the message fails, neither the alert nor the session is stored', () => {
		db.$client.exec(`create trigger broken before insert on messages begin select raise(abort, 'broken'); end`);
		const before = db.$client.prepare('select count(*) from exposures').pluck().get();
		expect(() => exceed(db, c.ines, monday)).toThrow();
		expect(() => alertOf(db, c.ines)).toThrow('no alert');
		expect(db.$client.prepare('select count(*) from exposures').pluck().get()).toBe(before);
	});

	it('escalating asks the deputy, and the first lead no second time', () => {
		exceed(db, c.ines, monday);
		catchUp(db, c.ines.id, monday + 2 * DAY);
		expect(names()).toEqual([c.mara, c.jonas]);
	});

	it('asked again, whoever sees it gets another message', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		askFor(db, c.ines, c.edda, 'welfare', monday + HOUR);
		expect(queued().map(({ recipientId, n }) => [recipientId, n])).toEqual([
			[c.edda.id, 1],
			[c.edda.id, 2]
		]);
	});
});

describe('taking', () => {
	it('takes what is due, once, until the lease is over', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		expect(takeDue(db, monday - 1)).toEqual([]);
		const [batch] = takeDue(db, monday + MINUTE);
		expect(batch).toMatchObject({ channel: 'email', to: expect.stringContaining('@'), urgent: true });
		expect(takeDue(db, monday + MINUTE)).toEqual([]);
		expect(nextSendable(db)).toBe(monday + MINUTE + leaseMs);
		expect(takeDue(db, monday + MINUTE + leaseMs)).toMatchObject([{ letterId: batch?.letterId, ids: batch?.ids }]);
	});

	it('sends one letter to a recipient, however many are due', () => {
		exceed(db, c.ines, monday);
		exceed(db, c.tomas, monday);
		expect(only().ids).toHaveLength(2);
	});

	it('sent is sent', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		markSent(db, only(), monday + DAY);
		expect(queued()[0]).toMatchObject({ state: 'sent', endedAt: monday + DAY });
		expect(nextSendable(db)).toBeNull();
	});

	it.each<[string, () => void, string]>([
		[
			'somebody has it in hand',
			() => acknowledge(db, c.mara, { id: crypto.randomUUID(), alertId: alertOf(db, c.ines).id }, monday + MINUTE),
			'in-hand'
		],
		[
			'an offer was made',
			() => offer(db, c.mara, { id: crypto.randomUUID(), alertId: alertOf(db, c.ines).id, items: ['talk'], manner: null }, monday + MINUTE),
			'in-hand'
		],
		[
			'the recipient is away by now',
			() => goAway(db, c.mara, { id: crypto.randomUUID(), until: '2026-11-20', deputyId: null }, monday + MINUTE),
			'passed-over'
		]
	])('drops it where %s', (_, happens, problem) => {
		exceed(db, c.ines, monday);
		happens();
		expect(takeDue(db, monday + DAY).flatMap(({ ids }) => ids)).not.toContain(queued()[0]?.id);
		expect(queued()[0]).toMatchObject({ state: 'dropped', problem });
	});
});

describe('exposure that was corrected within the quarter of an hour', () => {
	const corrected = monday + 10 * MINUTE;
	const logged = () => {
		const row = db.select().from(exposures).where(eq(exposures.personId, c.ines.id)).get();
		if (!row) throw new Error('nothing logged');
		return { id: row.id, version: row.version, workTypeId: row.workTypeId };
	};
	const ends = (hours: number) =>
		amend(db, c.ines, { formId: crypto.randomUUID(), ...logged(), start: monday - 7 * HOUR, end: monday + (hours - 7) * HOUR }, corrected);
	/** How many letters go out if the outbox looks every five minutes for two hours. */
	const lettersFrom = (from: number) => {
		let letters = 0;
		for (let now = from; now <= from + 2 * HOUR; now += 5 * MINUTE)
			for (const batch of takeDue(db, now)) {
				markSent(db, batch, now);
				letters += batch.ids.length;
			}
		return letters;
	};

	beforeEach(() => {
		chooses(c.mara, { email: 'at-once' });
		exceed(db, c.ines, monday);
		expect(queued()).toMatchObject([{ state: 'waiting', dueAt: (queued()[0]?.createdAt ?? 0) + 15 * MINUTE }]);
		expect(takeDue(db, monday + 14 * MINUTE)).toEqual([]);
	});

	it.each<[string, () => void]>([
		['voided', () => voidEntry(db, c.ines, { ...logged(), reason: 'by-mistake' }, corrected)],
		['amended, and over no limit any more', () => void ends(5)]
	])('%s: nothing is ever sent of it', (_, happens) => {
		happens();
		expect(alertOf(db, c.ines)).toMatchObject({ state: 'corrected' });
		expect(lettersFrom(corrected)).toBe(0);
		expect(queued()).toMatchObject([{ state: 'dropped', problem: 'closed', attempts: 0 }]);
	});

	it('amended, and still over it: it is sent once, when it would have been', () => {
		ends(6.5);
		expect(alertOf(db, c.ines)).toMatchObject({ state: 'raised' });
		expect(takeDue(db, monday + 14 * MINUTE)).toEqual([]);
		expect(lettersFrom(corrected)).toBe(1);
		expect(queued()).toMatchObject([{ state: 'sent', attempts: 1, endedAt: monday + 15 * MINUTE }]);
	});

	it('voided and logged anew, over it as well: it is sent once, a quarter of an hour after that', () => {
		voidEntry(db, c.ines, { ...logged(), reason: 'by-mistake' }, corrected);
		exceed(db, c.ines, corrected + MINUTE);
		expect(takeDue(db, monday + 25 * MINUTE)).toEqual([]);
		expect(lettersFrom(monday + 25 * MINUTE)).toBe(1);
		expect(queued().map(({ state }) => state)).toEqual(['dropped', 'sent']);
	});
});

describe('the order and the hour', () => {
	it('what is urgent goes first, and with it whatever else is due to the same recipient', () => {
		chooses(c.mara, { email: 'at-once' });
		for (const who of [c.ines, c.tomas]) exceed(db, who, monday);
		exceed(db, c.sol, monday);
		askFor(db, c.wen, c.mara, 'lead', monday + HOUR);
		const batches = takeDue(db, monday + HOUR, 'email', 1);
		expect(batches).toMatchObject([{ urgent: true, ids: [expect.any(String), expect.any(String), expect.any(String)] }]);
	});

	it('nothing comes in quiet hours that were chosen later, or into which a next try falls', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		chooses(c.edda, { quietFrom: '10:30', quietTo: '12:00' });
		expect(takeDue(db, monday + 40 * MINUTE)).toEqual([]);
		expect(nextSendable(db)).toBe(monday + 2 * HOUR);
		expect(takeDue(db, monday + 2 * HOUR)).toHaveLength(1);
	});

	it('its day of trying begins with the first try, however long it waited', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		const threeDaysOn = monday + 3 * DAY;
		for (const batch of takeDue(db, threeDaysOn)) markFailed(db, batch, threeDaysOn, { code: 'ECONNECTION', forGood: false }, 0.5);
		expect(queued()[0]?.state).toBe('waiting');
	});

	it('what was taken and not begun can be taken at once', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		const batches = takeDue(db, monday + MINUTE);
		giveBack(db, batches);
		expect(queued()[0]?.attempts).toBe(0);
		expect(takeDue(db, monday + MINUTE).map(({ ids }) => ids)).toEqual(batches.map(({ ids }) => ids));
	});
});

describe('failing', () => {
	it('is tried again later and later, and is dead after a day', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		let now = monday + MINUTE;
		let tries = 0;
		const first = queued()[0]?.id ?? '';
		while (queued()[0]?.state === 'waiting') {
			// The administrator is told of it by another message, which fails as well.
			for (const batch of takeDue(db, now)) {
				markFailed(db, batch, now, { code: 'ECONNECTION', forGood: false }, 0.99);
				if (batch.ids.includes(first)) tries++;
			}
			if (queued()[0]?.state === 'waiting') now = nextSendable(db) ?? now;
		}
		expect(queued()[0]).toMatchObject({ state: 'dead', problem: 'ECONNECTION', attempts: tries });
		expect(tries).toBeGreaterThan(20);
		expect(now).toBeLessThan(monday + MINUTE + DAY);
	});

	it('after two hours in which nobody tried, its day begins anew: until then not', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		const fails = (at: number) => {
			for (const batch of takeDue(db, at)) markFailed(db, batch, at, { code: 'ECONNECTION', forGood: false }, 0);
			return queued()[0];
		};
		expect(fails(monday + MINUTE)).toMatchObject({ triedSince: monday + MINUTE });
		const later = monday + MINUTE + 2 * HOUR;
		expect(fails(later - 1)).toMatchObject({ triedSince: monday + MINUTE });
		const stoodStill = later - 1 + 60 * HOUR;
		expect(fails(stoodStill)).toMatchObject({ state: 'waiting', triedSince: stoodStill, attempts: 3 });
		for (let at = stoodStill; at < stoodStill + DAY; at += HOUR)
			expect(fails(at)).toMatchObject({ state: 'waiting', triedSince: stoodStill });
		expect(fails(stoodStill + DAY)).toMatchObject({ state: 'dead' });
	});

	it('put off by quiet hours after a try, it is no failure of that night, and its day begins with the next', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		chooses(c.edda, { quietFrom: '10:30', quietTo: '18:00' });
		for (const batch of takeDue(db, monday + 29 * MINUTE))
			markFailed(db, batch, monday + 29 * MINUTE, { code: 'ECONNECTION', forGood: false }, 0.9);
		expect(isFailing(db, 'email')).toBe(true);
		expect(takeDue(db, monday + 31 * MINUTE).filter(({ to }) => to.startsWith('edda'))).toEqual([]);
		expect(queued()[0]).toMatchObject({ state: 'waiting', problem: null, attempts: 0, dueAt: monday + 8 * HOUR });
		expect(oldestWaitingSince(db, monday + 7.5 * HOUR)).toBe(queued()[1]?.dueAt ?? null);
	});

	it('slower than its lease, it is somebody else’s by then: neither its failure nor giving it back frees their lease', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		const [slow] = takeDue(db, monday + MINUTE);
		const over = monday + MINUTE + leaseMs;
		const [other] = takeDue(db, over);
		expect(other?.ids).toEqual(slow?.ids);
		if (!slow || !other) throw new Error('nothing was taken');
		markFailed(db, slow, over + 1, { code: 'ETIMEDOUT', forGood: true }, 0);
		giveBack(db, [slow]);
		expect(queued()).toMatchObject([{ state: 'waiting', problem: null, leasedUntil: over + leaseMs, attempts: 2 }]);
		expect(takeDue(db, over + 2)).toEqual([]);
		markFailed(db, other, over + 3, { code: 'ETIMEDOUT', forGood: false }, 0);
		expect(queued()[0]).toMatchObject({ problem: 'ETIMEDOUT', leasedUntil: 0 });
	});

	it('slower than its lease, and taken by the other side all the same: sent is sent', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		const [slow] = takeDue(db, monday + MINUTE);
		takeDue(db, monday + MINUTE + leaseMs);
		if (slow) markSent(db, slow, monday + MINUTE + leaseMs + 1);
		expect(queued()[0]?.state).toBe('sent');
	});

	it('refused for good, it is dead at once', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		markFailed(db, only(), monday + MINUTE, { code: 'EENVELOPE-550', forGood: true }, 0);
		expect(queued()[0]?.state).toBe('dead');
	});
});
