import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, followUp } from '#lib/server/alert-steps.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { leaseMs, takeDue } from '#lib/server/delivery/sending.ts';
import { giveBack, markFailed } from '#lib/server/delivery/sent.ts';
import { disablePerson } from '#lib/server/people.ts';
import { chooseHowTold, type NewChoice } from '#lib/server/told.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
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
const to = (who: Viewer) => db.select().from(messages).where(eq(messages.recipientId, who.id)).orderBy(messages.createdAt).all();
const asks = (about: Viewer, minutes: number) => askFor(db, about, c.edda, 'welfare', monday + minutes * MINUTE);
/** What is taken at so many minutes after ten: each letter's id and how many messages are in it. */
const taken = (minutes: number) => takeDue(db, monday + minutes * MINUTE).map(({ letterId, ids }) => ({ letterId, ids }));
const chooses = (who: Viewer, what: Partial<NewChoice>, now: number) =>
	chooseHowTold(
		db,
		who,
		{ formId: id(), email: 'digest', chat: null, chatName: null, digestAt: '09:00', quietFrom: null, quietTo: null, ...what },
		now
	);

describe('a letter that is tried again is the same letter', () => {
	it('taken over from a process that is gone: nothing is added to it, and what is new goes out beside it', () => {
		asks(c.ines, 0);
		asks(c.tomas, 0);
		const [first] = taken(1);
		expect(first?.ids).toHaveLength(2);
		asks(c.wen, 2);
		const again = taken(1 + leaseMs / MINUTE);
		expect(again).toHaveLength(2);
		expect(again).toContainEqual(first);
		expect(again.map(({ ids }) => ids.length).sort()).toEqual([1, 2]);
	});

	it('what is left of it keeps its name', () => {
		asks(c.ines, 0);
		asks(c.tomas, 0);
		const [first] = taken(1);
		acknowledge(db, c.edda, { id: id(), alertId: alertOf(db, c.ines).id }, monday + 2 * MINUTE);
		expect(taken(10)).toEqual([{ letterId: first?.letterId, ids: [first?.ids[1]] }]);
	});

	it('not taken by the other side', () => {
		asks(c.ines, 0);
		const [batch] = takeDue(db, monday);
		if (batch) markFailed(db, batch, monday, { code: 'webhook-timeout', forGood: false }, 0);
		expect(takeDue(db, monday + MINUTE)).toContainEqual(expect.objectContaining({ letterId: batch?.letterId, ids: batch?.ids }));
	});

	it('taken and not begun, it was no letter yet; begun before, it was', () => {
		asks(c.ines, 0);
		giveBack(db, takeDue(db, monday));
		asks(c.tomas, 1);
		const [first] = taken(2);
		expect(first?.ids).toHaveLength(2);
		giveBack(db, takeDue(db, monday + 2 * MINUTE + leaseMs));
		expect(taken(20)).toEqual([first]);
	});

	it('put off into other hours it is another one: whoever knows the first would take it for a copy', () => {
		addOnCall(db, c.ada, { id: id(), teamId: c.harbour, personId: c.edda.id }, monday - DAY);
		asks(c.ines, 0);
		chooses(c.edda, { quietFrom: '11:00', quietTo: '15:00' }, monday);
		shareConcern(db, c.tomas, c.edda, monday + MINUTE);
		const [first] = taken(30);
		expect(first?.ids).toHaveLength(2);
		expect(taken(61)).toEqual([{ letterId: first?.letterId, ids: [first?.ids[0]] }]);
		const after = taken(5 * 60);
		expect(after).toHaveLength(2);
		expect(after.find(({ letterId }) => letterId !== first?.letterId)?.ids).toEqual([first?.ids[1]]);
	});
});

describe('a message that was handed on and can wait', () => {
	/** Edda had the request of Ines in hand, and is gone once there was a talk: what is left goes to Otto with his digest. */
	function handedOn(): void {
		asks(c.ines, 0);
		const form = () => ({ id: id(), alertId: alertOf(db, c.ines).id });
		acknowledge(db, c.edda, form(), monday + MINUTE);
		recordConversation(db, c.edda, { ...form(), served: [alertOf(db, c.ines).id], items: [], on: null }, monday + 2 * MINUTE);
		followUp(db, c.edda, form(), monday + 3 * MINUTE);
		disablePerson(db, c.ada, c.edda.id, monday + HOUR);
		expect(to(c.otto)).toMatchObject([{ urgent: false, dueAt: monday - HOUR + DAY }]);
	}

	it('keeps waiting for the digest where he only changes its hour, and comes at once where he wants that', () => {
		handedOn();
		chooses(c.otto, { digestAt: '16:00' }, monday + 2 * HOUR);
		expect(to(c.otto)).toMatchObject([{ dueAt: monday + 6 * HOUR }]);
		chooses(c.otto, { email: 'at-once' }, monday + 3 * HOUR);
		expect(to(c.otto)).toMatchObject([{ dueAt: monday + HOUR }]);
	});

	it('does not pass his quiet hours while he is on call: only a request does', () => {
		addOnCall(db, c.ada, { id: id(), teamId: c.harbour, personId: c.otto.id }, monday - DAY);
		handedOn();
		chooses(c.otto, { email: 'at-once', quietFrom: '11:30', quietTo: '14:00' }, monday + HOUR);
		expect(taken(120)).toEqual([]);
		expect(taken(240)).toHaveLength(1);
	});
});
