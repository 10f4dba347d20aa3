import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alarmWords } from '#lib/server/alarm-words.ts';
import { dismissAlarm, endAlarm, openAlarms, raiseAlarm } from '#lib/server/alarms.ts';
import { readClock, writeClock } from '#lib/server/clocks.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { alarmKinds, alarms } from '#lib/server/db/schema/alarms.ts';
import { deliveryChoices, messages } from '#lib/server/db/schema/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { takeDue, type Batch } from '#lib/server/delivery/sending.ts';
import { markFailed, markSent } from '#lib/server/delivery/sent.ts';
import { mayReadMetrics, metrics } from '#lib/server/metrics.ts';
import { endRole, giveRole } from '#lib/server/roles.ts';
import { exclude as excludeInPrivacy, includeAgain } from '#lib/server/sharing.ts';
import { chooseHowTold } from '#lib/server/told.ts';
import { startWatcher, type Watcher } from '#lib/server/watcher.ts';
import { askFor, DAY, exceed, exclude, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
let now: number;
let passed: number;
let watcher: Watcher | undefined;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email', 'webhook']), () => {});
	[now, passed] = [monday, 0];
});
afterEach(() => {
	watcher?.stop();
	watcher = undefined;
	vi.restoreAllMocks();
});

const titles = (viewer = c.ada) => openAlarms(db, viewer, now).map(({ title }) => title);
const title = (kind: keyof typeof alarmWords) => alarmWords[kind].title;
const about = (kind: (typeof alarmKinds)[number]) =>
	db
		.select()
		.from(alarms)
		.all()
		.filter((alarm) => alarm.kind === kind);
const open = () =>
	about('chain')
		.concat(...alarmKinds.filter((kind) => kind !== 'chain').map(about))
		.filter(({ endedAt }) => endedAt === null);

const watch = (rests = () => false) =>
	(watcher = startWatcher(
		db,
		rests,
		() => now,
		() => passed
	));
/** Time passes, and the wall clock shows it; then the watcher looks. */
function later(ms: number, wall = ms): void {
	now += wall;
	passed += ms;
	watcher?.look();
}

describe('an alarm', () => {
	it('is open once, with when it began, when it was last seen and how often', () => {
		raiseAlarm(db, 'email', monday);
		raiseAlarm(db, 'email', monday + MINUTE);
		expect(about('email')).toMatchObject([{ since: monday, lastSeenAt: monday + MINUTE, count: 2, endedAt: null }]);
		endAlarm(db, 'email', monday + HOUR);
		endAlarm(db, 'email', monday + 2 * HOUR);
		raiseAlarm(db, 'email', monday + 3 * HOUR);
		expect(about('email').map(({ endedAt }) => endedAt)).toEqual([monday + HOUR, null]);
	});

	it('is shown to administrators and to nobody else', () => {
		raiseAlarm(db, 'chain', monday);
		expect(titles()).toEqual([title('chain')]);
		for (const other of [c.hale, c.mara, c.edda, c.ines]) expect(titles(other)).toEqual([]);
	});

	it('has words for every kind, which name nobody', () => {
		for (const kind of alarmKinds) raiseAlarm(db, kind, monday);
		const shown = openAlarms(db, c.ada, monday);
		expect(shown).toHaveLength(alarmKinds.length);
		expect(JSON.stringify(shown)).not.toMatch(/Ines|Mara|Harbour/);
	});

	it('put away is gone from the screen; what happened once has ended by it', () => {
		raiseAlarm(db, 'clock', monday);
		const [alarm] = openAlarms(db, c.ada, monday);
		expect(() => dismissAlarm(db, c.hale, alarm?.id ?? '', monday)).toThrow('Only an administrator');
		expect(() => dismissAlarm(db, c.ada, 'nothing', monday)).toThrow('nothing here');
		dismissAlarm(db, c.ada, alarm?.id ?? '', monday + MINUTE);
		dismissAlarm(db, c.ada, alarm?.id ?? '', monday + HOUR);
		expect(titles()).toEqual([]);
		expect(about('clock')).toMatchObject([{ dismissedAt: monday + MINUTE, dismissedBy: c.ada.id, endedAt: monday + MINUTE }]);
	});

	it('put away while it goes on comes back after a day', () => {
		raiseAlarm(db, 'stuck', monday);
		dismissAlarm(db, c.ada, openAlarms(db, c.ada, monday)[0]?.id ?? '', monday);
		raiseAlarm(db, 'stuck', monday + DAY - 1);
		expect(titles()).toEqual([]);
		raiseAlarm(db, 'stuck', monday + DAY);
		expect(titles()).toEqual([title('stuck')]);
		expect(about('stuck')).toHaveLength(2);
	});
});

describe('the message about it', () => {
	const queued = () => db.select().from(messages).all();
	const all = (at: number): Batch[] => [...takeDue(db, at, 'email'), ...takeDue(db, at, 'webhook')];
	const adaTakesBoth = (quiet: object = {}) =>
		db
			.insert(deliveryChoices)
			.values({
				id: crypto.randomUUID(),
				personId: c.ada.id,
				email: 'digest',
				chat: 'digest',
				chatName: 'ada',
				digestAt: '09:00',
				recordedAt: monday,
				...quiet
			})
			.run();

	it('goes at once to every administrator, once, by every channel they take', () => {
		adaTakesBoth();
		raiseAlarm(db, 'stuck', monday);
		raiseAlarm(db, 'stuck', monday + MINUTE);
		expect(queued().map(({ recipientId, channel, dueAt, alertId }) => [recipientId, channel, dueAt, alertId])).toEqual([
			[c.ada.id, 'email', monday, null],
			[c.ada.id, 'webhook', monday, null]
		]);
		const batches = all(monday);
		expect(batches).toMatchObject([
			{ to: 'ada@example.org', urgent: true },
			{ to: 'ada', urgent: true }
		]);
		for (const batch of batches) markSent(db, batch, monday);
		expect(all(monday + HOUR)).toEqual([]);
	});

	describe('open already, it goes to whoever can only now be told, once', () => {
		const told = () => queued().map(({ recipientId, channel }) => `${recipientId === c.ada.id ? 'ada' : 'hale'} ${channel}`);
		const choose = (email: 'digest' | 'off') =>
			chooseHowTold(
				db,
				c.ada,
				{ formId: crypto.randomUUID(), email, chat: null, chatName: null, digestAt: '09:00', quietFrom: null, quietTo: null },
				now
			);

		it('an administrator who is made one', () => {
			raiseAlarm(db, 'stuck', monday);
			const role = { id: crypto.randomUUID(), personId: c.hale.id, role: 'admin' as const, teamId: null };
			giveRole(db, c.ada, role, monday + HOUR);
			expect(told()).toEqual(['ada email', 'hale email']);
			for (const batch of all(monday + HOUR)) markSent(db, batch, monday + HOUR);
			endRole(db, c.ada, role.id, monday + 2 * HOUR);
			expect(told()).toHaveLength(2);
		});

		it('who turns e-mail on', () => {
			choose('off');
			raiseAlarm(db, 'stuck', monday);
			expect(told()).toEqual([]);
			choose('digest');
			expect(told()).toEqual(['ada email']);
		});

		it('by a channel that is set up when Breakwater starts again; not one that has ended or was put away', () => {
			adaTakesBoth();
			openOutbox(db, new Set(['email']), () => {});
			for (const kind of ['clock', 'undelivered', 'trail'] as const) raiseAlarm(db, kind, monday);
			endAlarm(db, 'trail', monday);
			dismissAlarm(db, c.ada, about('undelivered')[0]?.id ?? '', monday);
			expect(told()).toEqual(['ada email', 'ada email', 'ada email']);
			openOutbox(db, new Set(['email', 'webhook']), () => {});
			watch();
			later(MINUTE);
			expect(told().filter((each) => each === 'ada webhook')).toHaveLength(1);
		});
	});

	it('waits for the end of quiet hours', () => {
		adaTakesBoth({ quietFrom: '09:00', quietTo: '12:00' });
		raiseAlarm(db, 'stuck', monday);
		expect(queued().map(({ dueAt }) => dueAt)).toEqual([monday + 2 * HOUR, monday + 2 * HOUR]);
	});

	it.each<[string, (id: string) => void, string]>([
		['it has ended', () => endAlarm(db, 'email', monday + MINUTE), 'closed'],
		['it was put away', (id) => dismissAlarm(db, c.ada, id, monday + MINUTE), 'in-hand'],
		[
			'whom it would go to is no administrator any more',
			() => db.$client.exec(`update roles set ended_at = 1 where role = 'admin'`),
			'passed-over'
		]
	])('is dropped where %s', (_, happens, problem) => {
		raiseAlarm(db, 'email', monday);
		happens(about('email')[0]?.id ?? '');
		expect(all(monday + HOUR)).toEqual([]);
		expect(queued()).toMatchObject([{ state: 'dropped', problem }]);
	});
});

describe('sending', () => {
	const fail = (forGood: boolean, at = now) => {
		for (const batch of takeDue(db, at, 'email')) markFailed(db, batch, at, { code: 'ECONNECTION', forGood }, 0.5);
	};

	it('raises an alarm at the first error, which ends when nothing waits for its next try', () => {
		watch();
		askFor(db, c.ines, c.mara, 'lead', now);
		later(MINUTE);
		fail(false);
		expect(titles()).toEqual([title('email')]);
		later(30_000);
		expect(titles()).toEqual([title('email')]);
		later(HOUR);
		for (const batch of takeDue(db, now, 'email')) markSent(db, batch, now);
		later(30_000);
		expect(open()).toEqual([]);
		expect(watcher?.isReady()).toBe(true);
	});

	it('raises an alarm that stays when the last message was given up, until a letter goes out', () => {
		watch();
		askFor(db, c.ines, c.mara, 'lead', now);
		for (const end = now + 2 * DAY; now < end; later(30 * MINUTE)) fail(false);
		const last = db.$client.prepare(`update messages set state = 'dead', ended_at = ? where state = 'waiting'`);
		last.run(now);
		later(MINUTE);
		expect(titles()).toContain(title('email'));
		askFor(db, c.ines, c.mara, 'lead', now);
		for (const batch of takeDue(db, now, 'email')) markSent(db, batch, now + 1);
		later(MINUTE);
		expect(titles()).not.toContain(title('email'));
	});

	it('raises another one for a message that was given up', () => {
		watch();
		askFor(db, c.ines, c.mara, 'lead', now);
		fail(true, now + 1);
		later(MINUTE);
		expect(titles()).toEqual([title('undelivered')]);
		later(DAY);
		expect(titles()).toContain(title('undelivered'));
	});

	it.each([
		['nobody sends', () => {}],
		['the server takes nothing', () => fail(false)]
	])('a message stuck for over a quarter of an hour, because %s', (_, happens) => {
		watch();
		askFor(db, c.ines, c.mara, 'lead', now);
		later(1);
		happens();
		later(15 * MINUTE - 2);
		expect(titles()).not.toContain(title('stuck'));
		expect(watcher?.isReady()).toBe(true);
		later(MINUTE);
		expect(titles()).toContain(title('stuck'));
		expect(watcher?.isReady()).toBe(false);
	});
});

describe('the watcher', () => {
	const due = (who: { id: string }, at: number | null) => {
		const clock = readClock(db, who.id);
		writeClock(db, who.id, { ...clock, nextDueAt: at }, clock);
	};
	/** Nothing is due but what a test says, and nothing is sent. */
	beforeEach(() => {
		db.$client.exec('update clocks set next_due_at = null');
		openOutbox(db, new Set(), () => {});
	});

	it('says that the scheduler is late after two minutes, seen twice; it ends by itself', () => {
		watch();
		due(c.ines, now);
		later(2 * MINUTE);
		expect(watcher?.isReady()).toBe(true);
		later(30_000);
		expect(watcher?.isReady()).toBe(false);
		expect(titles()).toEqual([]);
		later(30_000);
		expect(titles()).toEqual([title('scheduler')]);
		due(c.ines, now + DAY);
		later(30_000);
		expect([titles(), watcher?.isReady()]).toEqual([[], true]);
	});

	it('does not say so of what is made up for after a start, nor while the scheduler rests', () => {
		due(c.ines, now - 3 * DAY);
		watch();
		due(c.ines, now + 2 * DAY);
		later(30_000);
		expect(titles()).toEqual([]);
		watcher?.stop();
		watch(() => true);
		due(c.ines, now - DAY);
		later(30_000);
		later(30_000);
		expect(titles()).toEqual([]);
	});

	it.each([
		['ahead by an hour', 30_000, 30_000 + HOUR, true],
		['back by an hour', 30_000, 30_000 - HOUR, true],
		['ahead by ten minutes', 30_000, 30_000 + 10 * MINUTE, true],
		['by the seconds that time servers correct', 30_000, 33_000, false],
		['not at all over a long pause', 3 * HOUR, 3 * HOUR, false]
	])('sees a clock that jumped: %s', (_, ms, wall, expected) => {
		watch();
		later(ms, wall);
		expect(titles()).toEqual(expected ? [title('clock')] : []);
		later(30_000);
		expect(about('clock').map(({ count }) => count)).toEqual(expected ? [1] : []);
	});

	it('sees a clock that was put back while nothing ran', () => {
		watch();
		watcher?.stop();
		now -= 2 * HOUR;
		watch();
		expect(titles()).toEqual([title('clock')]);
	});

	it('sees a chain that broke with an event, with a change of who is asked, and with time alone within the hour', () => {
		watch();
		askFor(db, c.ines, c.rui, 'peer', now);
		later(30_000);
		expect(titles()).toEqual([]);
		// Straight into the table, as if a date had come.
		exclude(db, c.ines, c.rui);
		later(59 * MINUTE);
		expect(titles()).toEqual([]);
		later(MINUTE);
		expect(titles()).toEqual([title('chain')]);
		expect(watcher?.isReady()).toBe(true);
		includeAgain(db, c.ines, { personId: c.rui.id }, now);
		later(1000);
		expect(titles()).toEqual([]);
		excludeInPrivacy(db, c.ines, { personId: c.rui.id }, now);
		later(1000);
		expect(titles()).toEqual([title('chain')]);
		db.$client.exec('delete from exclusions');
		later(30_000);
		expect(titles()).toEqual([]);
		exclude(db, c.tomas, c.rui);
		for (const other of [c.mara, c.jonas]) exclude(db, c.tomas, other);
		exceed(db, c.tomas, now);
		later(30_000);
		expect(titles()).toEqual([title('chain')]);
	});

	it('is not ready where nothing can be written, says so once, and is again when it can', () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => {});
		watch();
		expect(watcher?.isReady()).toBe(true);
		db.$client.pragma('query_only = 1');
		later(30_000);
		later(5_000);
		expect(watcher?.isReady()).toBe(false);
		expect(said).toHaveBeenCalledTimes(1);
		db.$client.pragma('query_only = 0');
		later(5_000);
		expect(watcher?.isReady()).toBe(true);
	});
});

describe('the figures', () => {
	it('are read with the token alone, and not at all without one set', () => {
		const token = 'correct horse battery';
		expect(mayReadMetrics(`Bearer ${token}`, token)).toBe(true);
		for (const [sent, set] of [
			[null, token],
			['', token],
			[token, token],
			[`Bearer ${token}x`, token],
			['Bearer ', ''],
			[null, '']
		] as const)
			expect(mayReadMetrics(sent, set)).toBe(false);
	});

	it('count messages, late clocks and open alarms, and name nobody', () => {
		db.$client.exec('update clocks set next_due_at = null');
		askFor(db, c.ines, c.mara, 'lead', now);
		raiseAlarm(db, 'stuck', now);
		const text = metrics(db, 12, now + 90_000);
		const lines = text.split('\n');
		expect(lines).toContain('breakwater_messages{state="waiting",channel="email"} 2');
		expect(lines).toContain('breakwater_messages{state="dead",channel="webhook"} 0');
		expect(lines).toContain('breakwater_alarm_open{kind="stuck"} 1');
		expect(lines).toContain('breakwater_alarm_open{kind="clock"} 0');
		expect(lines).toContain('breakwater_oldest_message_seconds 90');
		expect(lines).toContain('breakwater_event_loop_delay_p99_seconds 0.012');
		for (const line of lines.filter((each) => each !== ''))
			expect(line).toMatch(/^# (HELP|TYPE) \w+ .+$|^\w+(\{(\w+="\w+",?)+\})? [\d.e+-]+$/);
		expect(text).not.toMatch(/Ines|Mara|Ada|@|[0-9a-f]{8}-[0-9a-f]{4}/);
	});
});
