import { MS_PER_MINUTE, type EpochDay } from '#lib/domain/time.ts';
import { giveRole } from '../roles.ts';
import { exclude } from '../sharing.ts';
import { agreedDays, tellAgreed } from './agreed.ts';
import { contacts, tellConcerns, tellContacts, toldPulses } from './asked.ts';
import type { Key } from './cast.ts';
import { heavyDays } from './days.ts';
import { weekKey } from './pulses.ts';
import { randomFor } from './random.ts';
import { describeSitting, planAmended, planLogged } from './sessions.ts';
import { askAgain, see, takeOn } from './steps.ts';
import { accepting, ask, notNow, offering, step, tell } from './telling.ts';
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
	tellAgreed(world);
	tellRest(world);
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

/** Weeks in which somebody has to be at work for what is told here. */
export function neededWeeks(world: World): Set<string> {
	const days: (readonly [Key, number])[] = [
		...toldPulses.map(({ key, back }) => [key, back] as const),
		...contacts.map(([key, , , , back]) => [key, back] as const),
		...slips,
		...agreedDays,
		...(Object.entries(heavyDays) as [Key, number][])
	];
	return new Set(days.map(([key, back]) => weekKey(key, workdayBack(world, back))));
}

const slips: readonly (readonly [Key, number])[] = [
	['ivo', 10],
	['bram', 31]
];

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
