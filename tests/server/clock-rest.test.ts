import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { absencesOf, comeBack } from '#lib/server/absences.ts';
import { acknowledge } from '#lib/server/alert-steps.ts';
import { dismissAlarm, raiseAlarm } from '#lib/server/alarms.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { goAway } from '#lib/server/away.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { believedNow } from '#lib/server/clock-rest.ts';
import { contactPage } from '#lib/server/contact.ts';
import type { Db } from '#lib/server/db/connection.ts';
import type { Letter } from '#lib/server/delivery/letter.ts';
import { startSender, type Sender } from '#lib/server/delivery/sender.ts';
import { planDeparture } from '#lib/server/departures.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { createPerson, setHomeTeam } from '#lib/server/people.ts';
import { changePolicy, newestVersion } from '#lib/server/policy-changes.ts';
import { compareWithReplay, type Difference } from '#lib/server/replay/compare.ts';
import { chooseSharing, sharingOf } from '#lib/server/sharing.ts';
import { startScheduler, type Scheduler } from '#lib/server/scheduler.ts';
import { withdrawRequest } from '#lib/server/support.ts';
import { startTimer } from '#lib/server/timers.ts';
import { findViewer } from '#lib/server/viewer.ts';
import { todayFor } from '#lib/server/today.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

let db: Db;
let c: Cast;
let scheduler: Scheduler;
let sender: Sender;
let letters: (Letter & { at: number })[];
let said: ReturnType<typeof vi.spyOn>;

beforeEach(async () => {
	vi.useFakeTimers({ now: monday, toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
	said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	letters = [];
	const email = (letter: Letter) => {
		letters.push({ ...letter, at: Date.now() });
		return Promise.resolve();
	};
	sender = startSender(db, { email });
	scheduler = startScheduler(db);
	exceed(db, c.tomas, monday);
	const work = db.$client.prepare<[], string>(`select id from work_types where counts = 'yes' limit 1`).pluck().get() ?? '';
	startTimer(db, c.wen, { id: id(), workTypeId: work }, monday);
	await pass(HOUR);
});
afterEach(async () => {
	scheduler.stop();
	await sender.stop();
	vi.useRealTimers();
	vi.restoreAllMocks();
});

const id = () => crypto.randomUUID();
/** What whoever asks for a page or sends a form is given as the time. */
const clock = () => believedNow(db);

async function pass(ms: number): Promise<void> {
	await vi.advanceTimersByTimeAsync(ms);
	// What is noted is noted in a turn of its own.
	for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

const jump = (ms: number) => void vi.setSystemTime(Date.now() + ms);
const evaluated = () => [
	db.$client.prepare('select * from clocks order by person_id').all(),
	db.$client.prepare(`select alert_id, at, event, level from alert_events where event <> 'seen' order by id`).all(),
	db.$client.prepare('select person_id, key, at from findings order by rowid').all()
];
const seenAt = () => db.$client.prepare<[], number>(`select at from alert_events where event = 'seen'`).pluck().all();
const escalations = () => db.$client.prepare<[], number>(`select count(*) from alert_events where event = 'escalated'`).pluck().get();

function openPages(): void {
	const now = clock();
	promptsFor(db, c.mara, now);
	openPrompt(db, c.mara, alertOf(db, c.tomas).id, now);
	for (const who of [c.tomas, c.wen, c.ines]) {
		contactPage(db, who, now);
		todayFor(db, who, now);
	}
}

const datesOf = (who: { id: string }) => absencesOf(db, who.id).map(({ from, to }) => [from, to]);

function expectToAgreeWithReplay(): void {
	const differences: Difference[] = [];
	compareWithReplay(db, (difference) => differences.push(difference));
	expect(differences).toEqual([]);
}

describe('while a clock that jumped ahead by a month is not believed', () => {
	test('no page evaluates anything, from the very first, and a look has the time that is believed', () => {
		const before = evaluated();
		jump(30 * DAY);
		openPages();
		expect(scheduler.isResting()).toBe(true);
		expect(evaluated()).toEqual(before);
		expect(seenAt()).toEqual([monday + HOUR]);
	});

	test('what somebody shares is taken back, a move and leaving count at once: all that decides who sees what', async () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [c.edda.id] }, clock());
		await pass(MINUTE);
		jump(30 * DAY);
		chooseSharing(db, c.ines, { prompt: [], trends: [] }, clock());
		expect(sharingOf(db, c.ines).officers.filter(({ prompt, trends }) => prompt || trends)).toEqual([]);
		setHomeTeam(db, c.ada, { personId: c.ines.id, teamId: c.quay }, clock());
		expect(c.again(c.ines).homeTeam?.id).toBe(c.quay);
		planDeparture(db, c.ada, { id: id(), personId: c.wen.id, from: '2026-11-09' }, clock());
		expect(findViewer(db, c.wen.id)).toBeNull();
		jump(-30 * DAY);
		await pass(MINUTE);
		expectToAgreeWithReplay();
	});

	test('officers who are named one by one meanwhile are facts at the time that is believed', async () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, clock());
		await pass(MINUTE);
		jump(30 * DAY);
		chooseSharing(db, c.ines, { prompt: [c.edda.id, c.otto.id], trends: [] }, clock());
		jump(-30 * DAY);
		await pass(MINUTE);
		chooseSharing(db, c.ines, { prompt: [c.otto.id], trends: [] }, clock());
		await pass(MINUTE);
		recordCheckIn(db, c.ines, { id: id(), instrument: 'pulse', answers: [4, 4, 1, 0] }, clock());
		expectToAgreeWithReplay();
	});

	test('today is the day that is believed: for being away and back, for leaving, and for an account made meanwhile', async () => {
		goAway(db, c.jonas, { id: id(), until: '2026-11-12', deputyId: null }, clock());
		await pass(MINUTE);
		jump(30 * DAY);
		goAway(db, c.mara, { id: id(), until: '2026-11-10', deputyId: null }, clock());
		expect(datesOf(c.mara)).toEqual([['2026-11-09', '2026-11-10']]);
		comeBack(db, c.jonas, clock());
		expect(datesOf(c.jonas)).toEqual([]);
		planDeparture(db, c.ada, { id: id(), personId: c.wen.id, from: '2026-11-20' }, clock());
		expect(findViewer(db, c.wen.id)).not.toBeNull();
		const account = {
			name: 'Ida Holm',
			email: 'ida@example.org',
			employerId: c.ownEmployer,
			zone: 'Europe/London',
			dayStart: '00:00',
			startDate: '2026-11-09'
		};
		const personId = createPerson(db, c.ada, account, clock());
		jump(-30 * DAY);
		setHomeTeam(db, c.ada, { personId, teamId: c.quay }, clock());
		expect(c.again({ id: personId }).homeTeam?.id).toBe(c.quay);
		expectToAgreeWithReplay();
	});

	test('nothing with a typed or counted time is taken, and the sentence says that it may be sent again and that contact works', async () => {
		await pass(MINUTE);
		jump(30 * DAY);
		const before = evaluated();
		const refused = refusalOf(() => exceed(db, c.ines, clock(), 1));
		expect(refused.kind).toBe('conflict');
		expect(refused.message).toContain('in an hour at the latest');
		expect(refused.message).toContain('Asking for contact');
		const { id: basedOn = null, patch = {} } = newestVersion(db, null) ?? {};
		const version = { id: id(), teamId: null, patch: { ...patch, breakLength: 12 }, reason: 'longer', basedOn };
		expect(refusalOf(() => changePolicy(db, c.ada, version, clock())).message).toBe(refused.message);
		expect(evaluated()).toEqual(before);
		jump(-30 * DAY);
		exceed(db, c.ines, clock(), 1);
		changePolicy(db, c.ada, version, clock());
		expectToAgreeWithReplay();
	});

	test('somebody who asks for contact is heard at once; put right, the request has its time and is passed on by it', async () => {
		jump(30 * DAY);
		await pass(MINUTE);
		askFor(db, c.tomas, c.edda, 'welfare', clock(), 'soon');
		await pass(2_000);
		expect(letters.filter(({ to }) => to === 'edda@example.org')).toMatchObject([{ urgent: true }]);
		expect(promptsFor(db, c.edda, clock()).map(({ reason, level }) => [reason, level])).toEqual([[expect.any(String), 0]]);
		expect(alertOf(db, c.tomas)).toMatchObject({ reason: 'contact', level: 0, raisedAt: monday + HOUR + MINUTE });
		jump(-30 * DAY);
		await pass(MINUTE);
		exceed(db, c.tomas, clock(), 1);
		await pass(3 * HOUR);
		expect(alertOf(db, c.tomas)).toMatchObject({ reason: 'contact', level: 0 });
		await pass(2 * HOUR);
		expect(alertOf(db, c.tomas)).toMatchObject({ reason: 'contact', level: 1 });
		expectToAgreeWithReplay();
	});

	test('steps of a prompt are taken as well, and nothing runs ahead of them', async () => {
		jump(30 * DAY);
		await pass(MINUTE);
		acknowledge(db, c.mara, { id: id(), alertId: alertOf(db, c.tomas).id }, clock());
		expect(alertOf(db, c.tomas)).toMatchObject({ state: 'acknowledged', level: 0, enteredAt: monday + HOUR + MINUTE });
		askFor(db, c.ines, c.edda, 'welfare', clock());
		withdrawRequest(db, c.ines, { id: id(), alertId: alertOf(db, c.ines).id }, clock());
		expect(alertOf(db, c.ines)).toMatchObject({ reason: 'contact', state: 'closed' });
		expectToAgreeWithReplay();
	});
});

test.each([
	['while Breakwater runs', () => undefined],
	[
		'before it starts',
		() => {
			scheduler.stop();
			scheduler = startScheduler(db);
		}
	]
])('a clock that was put back by days %s and is right again has not jumped', async (_, starts) => {
	jump(-3 * DAY);
	starts();
	await pass(MINUTE);
	jump(3 * DAY);
	await pass(MINUTE);
	expect(scheduler.isResting()).toBe(false);
	expect(clock()).toBe(Date.now());
	askFor(db, c.bea, c.edda, 'welfare', clock());
	exceed(db, c.ines, clock(), 1);
	expectToAgreeWithReplay();
	jump(2 * DAY);
	expect(scheduler.isResting()).toBe(true);
});

test('where the clock was right all along, everything is evaluated once after an hour, and what was asked meanwhile with it', async () => {
	jump(3 * DAY);
	await pass(MINUTE);
	askFor(db, c.bea, c.edda, 'welfare', clock());
	openPages();
	await pass(58 * MINUTE);
	expect(escalations()).toBe(0);
	await pass(2 * MINUTE);
	expect(scheduler.isResting()).toBe(false);
	expect(escalations()).toBeGreaterThan(0);
	const after = evaluated();
	openPages();
	expect(evaluated()).toEqual(after);
	exceed(db, c.ines, clock(), 1);
	expectToAgreeWithReplay();
	expect(said).toHaveBeenCalledTimes(1);
});

test('an administrator who puts the alarm of the clock away says that it is right: it goes on at once', async () => {
	jump(3 * DAY);
	await pass(MINUTE);
	raiseAlarm(db, 'clock', clock());
	const alarmId = db.$client.prepare<[], string>(`select id from alarms where kind = 'clock'`).pluck().get() ?? '';
	expect(scheduler.isResting()).toBe(true);
	dismissAlarm(db, c.ada, alarmId, clock());
	expect(scheduler.isResting()).toBe(false);
	exceed(db, c.ines, clock(), 1);
	await pass(3_000);
	expect(escalations()).toBeGreaterThan(0);
	expectToAgreeWithReplay();
});

test('put right in two steps it is believed after the second; by a step of some minutes it stays as it was', async () => {
	jump(30 * DAY);
	await pass(MINUTE);
	jump(-20 * DAY);
	expect(scheduler.isResting()).toBe(true);
	jump(-10 * DAY + 5 * MINUTE);
	expect(scheduler.isResting()).toBe(false);
	jump(25 * HOUR);
	expect(scheduler.isResting()).toBe(false);
});
