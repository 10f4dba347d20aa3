import type { Reason } from '#lib/domain/facts.ts';
import { MS_PER_MINUTE, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { isWorkingDay } from '#lib/domain/working-time.ts';
import { shareConcern } from '../check-in-results.ts';
import { askForContact, type NewContact } from '../contact.ts';
import type { SupportItem } from '../db/schema/records.ts';
import type { AlertRow } from '../recipients.ts';
import { giveRole } from '../roles.ts';
import { exclude } from '../sharing.ts';
import { withdrawRequest } from '../support.ts';
import type { Viewer } from '../viewer.ts';
import type { Key } from './cast.ts';
import { heavyDays } from './days.ts';
import { planPulse, weekKey } from './pulses.ts';
import { describeSitting, planAmended, planLogged } from './sessions.ts';
import { randomFor } from './random.ts';
import { answer, askAgain, makeOffer, openAlert, see, takeOn } from './steps.ts';
import { backAt, idOf, moment, plan, viewerOf, workdayBack, type World } from './world.ts';

/**
 * What happened to single people, so that every state of an alert is there to look at. Times are given in working days back from
 * today, so that clocks that count working time stand the same on any day.
 */
export function planStories(world: World): void {
	tellInes(world);
	tellExposures(world);
	tellSessions(world);
	tellConcerns(world);
	tellContacts(world);
	for (const [key, back] of slips) tellCorrection(world, key, back);
	tellRest(world);
}

/** From here on the steps of this person's alerts for a reason are told, not left to chance. */
function tell(world: World, key: Key, reason: Reason, from: Instant): void {
	world.told.set(`${idOf(world, key)}|${reason}`, from);
}

type Step = (world: World, by: Viewer, alert: AlertRow, at: Instant) => void;

function step(world: World, about: Key, reason: Reason, by: Key, at: Instant, act: Step): void {
	const personId = idOf(world, about);
	plan(world, at, personId, () => act(world, viewerOf(world, by), openAlert(world, personId, reason), at));
}

function offering(...items: SupportItem[]): Step {
	return (world, by, alert, at) => makeOffer(world, by, alert, items, at);
}

const accepting: Step = (world, _by, alert, at) => answer(world, alert, 'accepted', at);
const notNow: Step = (world, _by, alert, at) => answer(world, alert, 'not-now', at);

function ask(world: World, key: Key, to: Key, toKind: NewContact['toKind'], when: NewContact['when'], at: Instant): void {
	const id = world.ids.uuid();
	plan(world, at, idOf(world, key), () => askForContact(world.db, viewerOf(world, key), { id, toId: idOf(world, to), toKind, when }, at));
}

/** Asked Mara for a word, and finds her offer on opening Today. */
function tellInes(world: World): void {
	tell(world, 'ines', 'contact', backAt(world, 2, '15:00'));
	ask(world, 'ines', 'mara', 'lead', 'soon', backAt(world, 2, '15:10'));
	step(world, 'ines', 'contact', 'mara', backAt(world, 2, '15:38'), see);
	step(world, 'ines', 'contact', 'mara', backAt(world, 2, '15:41'), takeOn);
	step(world, 'ines', 'contact', 'mara', backAt(world, 1, '10:20'), offering('talk'));
}

/** Exposure over a limit: raised, passed on, declined, accepted, followed up, unanswered. Their heavy days are in days.ts. */
function tellExposures(world: World): void {
	tell(world, 'tomas', 'exposure', backAt(world, 1, '07:00'));
	tell(world, 'bram', 'exposure', backAt(world, 3, '07:00'));
	tell(world, 'sol', 'exposure', backAt(world, 4, '07:00'));
	step(world, 'sol', 'exposure', 'nell', backAt(world, 3, '09:40'), takeOn);
	step(world, 'sol', 'exposure', 'nell', backAt(world, 3, '11:15'), offering('rota', 'non-exposure'));
	step(world, 'sol', 'exposure', 'nell', backAt(world, 2, '13:05'), notNow);
	tell(world, 'noor', 'exposure', backAt(world, 9, '07:00'));
	step(world, 'noor', 'exposure', 'mara', backAt(world, 8, '09:25'), takeOn);
	step(world, 'noor', 'exposure', 'mara', backAt(world, 8, '10:10'), offering('rota', 'time-off-screen'));
	step(world, 'noor', 'exposure', 'mara', backAt(world, 8, '12:40'), accepting);
	tell(world, 'pell', 'exposure', backAt(world, 15, '07:00'));
	step(world, 'pell', 'exposure', 'mara', backAt(world, 14, '09:50'), takeOn);
	step(world, 'pell', 'exposure', 'mara', backAt(world, 14, '15:30'), offering('talk', 'non-exposure'));
	step(world, 'pell', 'exposure', 'mara', backAt(world, 13, '10:05'), accepting);
	step(world, 'pell', 'exposure', 'mara', backAt(world, 1, '14:15'), askAgain);
	tell(world, 'gus', 'exposure', backAt(world, 20, '07:00'));
	step(world, 'gus', 'exposure', 'yara', backAt(world, 19, '13:00'), takeOn);
	// Without an answer for five working days; then a day has passed.
	step(world, 'gus', 'exposure', 'yara', backAt(world, 17, '15:00'), offering('talk'));
}

/** Wen's is taken on; Lio's waited for both officers, one of them away, and came to the head of welfare. */
function tellSessions(world: World): void {
	tell(world, 'lio', 'session', moment(workdayBack(world, 4), 0));
	tell(world, 'wen', 'session', moment(workdayBack(world, 1), 0));
	step(world, 'wen', 'session', 'edda', backAt(world, 1, '10:55'), see);
	step(world, 'wen', 'session', 'edda', backAt(world, 1, '11:00'), takeOn);
}

/** One shared as it arose, one that stayed private, one shared afterwards. */
function tellConcerns(world: World): void {
	for (const { key, back, clock, answers } of toldPulses) {
		const id = planPulse(world, key, answers, backAt(world, back, clock));
		if (key === 'lio') planShared(world, key, id, backAt(world, back, '15:05'));
	}
	tell(world, 'bea', 'concern', backAt(world, 1, '07:00'));
}

const toldPulses: readonly { key: Key; back: number; clock: string; answers: readonly number[] }[] = [
	{ key: 'bea', back: 1, clock: '16:20', answers: [4, 4, 3, 2] },
	{ key: 'wen', back: 33, clock: '11:40', answers: [4, 3, 4, 1] },
	{ key: 'kit', back: 24, clock: '15:10', answers: [3, 4, 4, 3] },
	{ key: 'tomas', back: 21, clock: '10:35', answers: [4, 4, 2, 1] },
	{ key: 'lio', back: 16, clock: '14:55', answers: [4, 4, 1, 4] }
];

/** Weeks whose check-in is told here. */
export function toldWeeks(world: World): Set<string> {
	return new Set(toldPulses.map(({ key, back }) => weekKey(key, workdayBack(world, back))));
}

/** Weeks in which somebody has to be at work for what is told here. */
export function neededWeeks(world: World): Set<string> {
	const days: (readonly [Key, number])[] = [
		...toldPulses.map(({ key, back }) => [key, back] as const),
		...contacts.map(([key, , , , back]) => [key, back] as const),
		...slips,
		...(Object.entries(heavyDays) as [Key, number][])
	];
	return new Set(days.map(([key, back]) => weekKey(key, workdayBack(world, back))));
}

function planShared(world: World, key: Key, checkInId: string, at: Instant): void {
	const id = world.ids.uuid();
	plan(world, at, idOf(world, key), () => shareConcern(world.db, viewerOf(world, key), { id, checkInId, officerId: idOf(world, 'edda') }, at));
}

const contacts: readonly (readonly [Key, Key, NewContact['toKind'], NewContact['when'], number, string])[] = [
	['rui', 'edda', 'welfare', 'soon', 52, '11:20'],
	['juno', 'nell', 'lead', 'soon', 47, '10:05'],
	['tess', 'rui', 'peer', 'soon', 44, '14:30'],
	['sol', 'otto', 'welfare', 'today', 40, '10:45'],
	['faye', 'yara', 'lead', 'soon', 36, '15:10'],
	['pell', 'mara', 'lead', 'today', 27, '13:20'],
	['kit', 'pia', 'welfare', 'soon', 19, '09:50'],
	['ivo', 'jonas', 'lead', 'soon', 12, '16:10'],
	['cleo', 'lio', 'peer', 'soon', 6, '11:25']
];

function tellContacts(world: World): void {
	for (const [key, to, kind, when, back, clock] of contacts) ask(world, key, to, kind, when, backAt(world, back, clock));
	tellWithdrawn(world);
	tellToday(world);
	tellPeer(world);
}

/** Asked a peer, and thought better of it. */
function tellWithdrawn(world: World): void {
	const personId = idOf(world, 'noor');
	tell(world, 'noor', 'contact', backAt(world, 13, '10:00'));
	ask(world, 'noor', 'rui', 'peer', 'soon', backAt(world, 13, '10:15'));
	const at = backAt(world, 13, '11:20');
	plan(world, at, personId, () => {
		withdrawRequest(world.db, viewerOf(world, 'noor'), { id: world.ids.uuid(), alertId: openAlert(world, personId, 'contact').id }, at);
	});
}

function isLive({ calendar, today, now }: World): boolean {
	return isWorkingDay(calendar, today) && now >= moment(today, 10 * 60) && now <= moment(today, 17 * 60);
}

/** Bea asks Rui, her peer supporter, when it suits. */
function tellPeer(world: World): void {
	const at = isLive(world) ? world.now - 50 * MS_PER_MINUTE : backAt(world, 1, '16:40');
	tell(world, 'bea', 'contact', at);
	ask(world, 'bea', 'rui', 'peer', 'soon', at);
}

/** Tess asks Edda for today: a few minutes ago in working hours, else on the last working day. */
function tellToday(world: World): void {
	const live = isLive(world);
	const at = live ? world.now - 26 * MS_PER_MINUTE : backAt(world, 1, '15:20');
	tell(world, 'tess', 'contact', at);
	ask(world, 'tess', 'edda', 'welfare', 'today', at);
	step(world, 'tess', 'contact', 'edda', at + 9 * MS_PER_MINUTE, see);
	if (live) return;
	step(world, 'tess', 'contact', 'edda', at + 11 * MS_PER_MINUTE, takeOn);
	step(world, 'tess', 'contact', 'edda', at + 34 * MS_PER_MINUTE, offering('talk', 'time-off-screen'));
}

const slips: readonly (readonly [Key, number])[] = [['ivo', 10], ['bram', 31]];

/** A slip: typed an end hours too late, which passed a limit, and put right 35 minutes later. */
function tellCorrection(world: World, key: Key, back: number): void {
	const random = randomFor(`slip|${key}`);
	const day: EpochDay = workdayBack(world, back);
	const what = describeSitting(world, 'Report triage', random);
	const start = moment(day, 8 * 60 + 2);
	const typed = { start, end: moment(day, 14 * 60 + 45), what };
	const at = moment(day, 14 * 60 + 50);
	tell(world, key, 'exposure', at);
	const id = planLogged(world, key, typed, at);
	planAmended(world, key, id, { ...typed, end: moment(day, 8 * 60 + 45) }, at + 35 * MS_PER_MINUTE);
}

/** Somebody left out by a person, and a role that waits for a second one to confirm it. */
function tellRest(world: World): void {
	const left = backAt(world, 30, '12:10');
	plan(world, left, idOf(world, 'tess'), () => exclude(world.db, viewerOf(world, 'tess'), { personId: idOf(world, 'jonas') }, left));
	const proposed = backAt(world, 2, '09:30');
	const role = { id: world.ids.uuid(), personId: idOf(world, 'faye'), role: 'lead', teamId: world.teams.lantern } as const;
	plan(world, proposed, idOf(world, 'ada'), () => giveRole(world.db, viewerOf(world, 'ada'), role, proposed));
}
