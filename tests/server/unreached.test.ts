import { beforeEach, describe, expect, it } from 'vitest';
import { alarmWords } from '#lib/server/alarm-words.ts';
import { openAlarms, raiseAlarm } from '#lib/server/alarms.ts';
import { acknowledge } from '#lib/server/alert-steps.ts';
import type { Db } from '#lib/server/db/connection.ts';
import type { Channel } from '#lib/server/db/schema/delivery.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { paceBy, reachedBy } from '#lib/server/delivery/choices.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { takeDue } from '#lib/server/delivery/sending.ts';
import { overview } from '#lib/server/overview.ts';
import { disablePerson } from '#lib/server/people.ts';
import { chooseHowTold, toldOf, type NewChoice } from '#lib/server/told.ts';
import { unreached } from '#lib/server/unreached.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { startWatcher } from '#lib/server/watcher.ts';
import { defaultDelivery } from '#lib/domain/delivery.ts';
import { alertOf, askFor, DAY, exceed, exclude, HOUR, monday, shareConcern } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const setUp = (...channels: Channel[]) => openOutbox(db, new Set(channels), () => {});
const choice = { email: 'digest', digestAt: '09:00', quietFrom: null, quietTo: null, chat: null, chatName: null } as const;
const chooses = (who: Viewer, what: Partial<NewChoice>, now = monday) =>
	chooseHowTold(db, who, { ...choice, formId: crypto.randomUUID(), ...what }, now);
const names = () => unreached(db).map(({ name }) => name);
const queued = () => db.select().from(messages).all();

describe('by which channel somebody is told', () => {
	const both = ['email', 'webhook'] as const;
	it.each([
		['as they chose where all is set up', { email: 'digest', chat: 'off', chatName: null }, both, 'digest', 'off'],
		['as they chose, by both', { email: 'digest', chat: 'at-once', chatName: 'mara' }, both, 'digest', 'at-once'],
		['neither, where they chose so', { email: 'off', chat: 'off', chatName: 'mara' }, ['email'], 'off', 'off'],
		['e-mail instead of a chat that is gone', { email: 'off', chat: 'at-once', chatName: 'mara' }, ['email'], 'digest', 'at-once'],
		['not instead of a chat that is there', { email: 'off', chat: 'at-once', chatName: 'mara' }, both, 'off', 'at-once'],
		[
			'e-mail at their own pace where they want both',
			{ email: 'at-once', chat: 'digest', chatName: 'mara' },
			['email'],
			'at-once',
			'digest'
		],
		[
			'the chat instead of e-mail, where they have a name',
			{ email: 'at-once', chat: 'off', chatName: 'mara' },
			['webhook'],
			'at-once',
			'digest'
		],
		['no chat without a name', { email: 'digest', chat: 'off', chatName: null }, ['webhook'], 'digest', 'off']
	] as const)('%s', (_, how, channels, email, chat) => {
		const open = new Set(channels);
		const told = { ...defaultDelivery, ...how };
		expect([paceBy('email', told, open), paceBy('webhook', told, open)]).toEqual([email, chat]);
		const paces = { email, webhook: chat };
		expect(reachedBy(told, open)).toEqual(channels.filter((channel) => paces[channel] !== 'off'));
	});
});

describe('where the chat alone is set up', () => {
	beforeEach(() => setUp('webhook'));

	it('whoever never gave a name there is told by nothing, and administrators see who', () => {
		askFor(db, c.ines, c.mara, 'lead');
		raiseAlarm(db, 'scheduler', monday);
		expect(queued()).toEqual([]);
		const shown = overview(db, c.ada, monday);
		expect(shown).toMatchObject({ sends: true, emails: false });
		expect(shown.unreached).toContainEqual({ id: c.mara.id, name: c.mara.name });
		expect(names()).toEqual(expect.arrayContaining([c.mara, c.edda, c.rui, c.hale, c.ada].map(({ name }) => name)));
		for (const { name } of [c.ines, c.tomas]) expect(names()).not.toContain(name);
		expect(overview(db, c.hale, monday).unreached).toEqual([]);
		expect(toldOf(db, c.mara, monday)?.reached).toEqual({ email: false, chat: false });
	});

	it('with a name there they are reached, at once by what is urgent, once a day by the rest', () => {
		askFor(db, c.ines, c.mara, 'lead');
		chooses(c.mara, { chat: 'off', chatName: 'mara.voss' });
		expect(names()).not.toContain(c.mara.name);
		expect(toldOf(db, c.mara, monday)).toMatchObject({ chat: 'off', reached: { email: false, chat: true } });
		expect(queued()).toMatchObject([{ channel: 'webhook', recipientId: c.mara.id, dueAt: monday }]);
		expect(takeDue(db, monday, 'webhook')).toMatchObject([{ to: 'mara.voss', urgent: true }]);
		exceed(db, c.tomas, monday);
		expect(queued()[1]).toMatchObject({ channel: 'webhook', dueAt: monday + 23 * HOUR });
	});

	it('nobody who is disabled is named', () => {
		disablePerson(db, c.ada, c.jonas.id, monday);
		expect(names()).not.toContain(c.jonas.name);
	});
});

describe('where the chat that they chose is gone', () => {
	beforeEach(() => {
		setUp('email', 'webhook');
		chooses(c.mara, { email: 'off', chat: 'at-once', chatName: 'mara.voss' });
		setUp('email');
	});

	it('e-mail stands in for it: at once for what is urgent, once a day for the rest', () => {
		exceed(db, c.tomas, monday);
		askFor(db, c.ines, c.mara, 'lead');
		expect(queued().map(({ channel, dueAt }) => [channel, dueAt])).toEqual([
			['email', monday + 23 * HOUR],
			['email', monday]
		]);
		expect(takeDue(db, monday)).toMatchObject([{ to: 'mara@example.org', urgent: true }]);
		expect(names()).toEqual([]);
		expect(toldOf(db, c.mara, monday)).toMatchObject({ email: 'off', reached: { email: true, chat: false } });
	});

	it('until it is back', () => {
		exceed(db, c.tomas, monday);
		setUp('email', 'webhook');
		askFor(db, c.ines, c.mara, 'lead');
		expect(queued().map(({ channel }) => channel)).toEqual(['email', 'webhook']);
		expect(takeDue(db, monday + DAY)).toEqual([]);
		expect(queued()[0]).toMatchObject({ state: 'dropped', problem: 'not-wanted' });
	});
});

describe('an urgent prompt of which nobody is told', () => {
	/** What a watcher that looks at `at` leaves open. */
	const alarms = (at = monday) => {
		startWatcher(
			db,
			() => true,
			() => at,
			() => 0
		).stop();
		return openAlarms(db, c.ada, at).map(({ title }) => title);
	};
	const { title } = alarmWords.unreachable;

	it('raises an alarm, which ends when one of them can be reached', () => {
		setUp('webhook');
		expect(alarms()).not.toContain(title);
		askFor(db, c.ines, c.mara, 'lead');
		expect(alarms()).toContain(title);
		chooses(c.mara, { chat: 'at-once', chatName: 'mara.voss' });
		expect(alarms()).not.toContain(title);
	});

	it('is a concern that somebody shares as well', () => {
		setUp('webhook');
		shareConcern(db, c.ines, c.edda, monday);
		expect(alarms()).toContain(title);
	});

	it('raises none where one of those who see it is told', () => {
		setUp('email');
		chooses(c.mara, { email: 'off' });
		chooses(c.jonas, { email: 'off' });
		askFor(db, c.ines, c.rui, 'peer');
		expect(alarms()).not.toContain(title);
		chooses(c.rui, { email: 'off' });
		expect(alarms()).toContain(title);
	});

	it('raises none where somebody has it in hand, nor for what is not urgent', () => {
		setUp('webhook');
		exceed(db, c.tomas, monday);
		expect(alarms()).not.toContain(title);
		askFor(db, c.ines, c.mara, 'lead');
		acknowledge(db, c.mara, { id: crypto.randomUUID(), alertId: alertOf(db, c.ines).id }, monday + HOUR);
		expect(alarms(monday + HOUR)).not.toContain(title);
	});

	it('raises none where nothing is set up, nor where nobody is left who could see it: that is a broken chain', () => {
		setUp();
		askFor(db, c.ines, c.rui, 'peer');
		expect(alarms()).not.toContain(title);
		setUp('webhook');
		expect(alarms()).toContain(title);
		exclude(db, c.ines, c.rui);
		expect(alarms()).not.toContain(title);
		expect(alarms()).toContain(alarmWords.chain.title);
	});
});
