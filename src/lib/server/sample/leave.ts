import { dateOf, weekdayOfDay, type EpochDay } from '#lib/domain/time.ts';
import { enterAbsence } from '../absences.ts';
import { goAway } from '../away.ts';
import { keys, partOf, type Key } from './cast.ts';
import { weekKey } from './pulses.ts';
import { randomFor } from './random.ts';
import { backAt, firstDayOf, idOf, moment, plan, viewerOf, workdayBack, type World } from './world.ts';

/** Weeks away, in weeks ago, and who stands in. */
const away: readonly { key: Key; weeksAgo: number; deputy?: Key }[] = [
	{ key: 'mara', weeksAgo: 6, deputy: 'jonas' },
	{ key: 'jonas', weeksAgo: 10 },
	{ key: 'nell', weeksAgo: 4, deputy: 'sander' },
	{ key: 'edda', weeksAgo: 8, deputy: 'otto' },
	{ key: 'yara', weeksAgo: 11, deputy: 'jonas' },
	{ key: 'hale', weeksAgo: 5 }
];
/** Whom stories need at work, and nobody of them in the last three weeks. */
const there: readonly Key[] = [
	'ines',
	'tess',
	'tomas',
	'bea',
	'wen',
	'noor',
	'sol',
	'juno',
	'bram',
	'kit',
	'faye',
	'rui',
	'pell',
	'gus',
	'lio',
	'ivo'
];

/** Plans leave: a week for most, two for some; Otto is away now. Recorded on its first morning. */
export function planLeave(world: World, needed: ReadonlySet<string>): void {
	const monday = world.today - weekdayOfDay(world.today);
	for (const { key, weeksAgo, deputy } of away) goOnLeave(world, key, monday - 7 * weeksAgo, 7, deputy);
	for (const key of keys) {
		if (!partOf[key].habit || partOf[key].joinedDaysAgo !== undefined) continue;
		const random = randomFor(`leave|${key}`);
		const first = firstOfLeave(world, key, needed, () => monday - 7 * random.between(there.includes(key) ? 4 : 1, 11));
		if (first !== null) goOnLeave(world, key, first, random.chance(0.2) && !needed.has(weekKey(key, first + 7)) ? 14 : 7);
	}
	goOnLeave(world, 'cleo', workdayBack(world, 2), 9);
	goOnLeave(world, 'otto', workdayBack(world, 1), 5, 'edda');
	for (const coming of toCome) planComing(world, coming);
}

/** Leave that is entered already: in how many weeks from Monday on, for how many days, and by whom where it was a lead. */
const toCome: readonly { key: Key; inWeeks: number; days: number; by?: Key }[] = [
	{ key: 'ines', inWeeks: 2, days: 5 },
	{ key: 'bea', inWeeks: 1, days: 2, by: 'mara' },
	{ key: 'tomas', inWeeks: 4, days: 12 },
	{ key: 'mara', inWeeks: 5, days: 5 },
	{ key: 'sol', inWeeks: 3, days: 4, by: 'nell' }
];

function planComing(world: World, { key, inWeeks, days, by = key }: (typeof toCome)[number]): void {
	const from = world.today - weekdayOfDay(world.today) + 7 * inWeeks;
	const at = backAt(world, 3, '15:05');
	const personId = idOf(world, key);
	const what = { id: world.ids.uuid(), personId, from: dateOf(from), to: dateOf(from + days - 1), sure: null };
	plan(world, at, personId, () => enterAbsence(world.db, viewerOf(world, by), what, at));
}

/** A week that no story needs; nothing where chance does not find one soon. */
function firstOfLeave(world: World, key: Key, needed: ReadonlySet<string>, propose: () => EpochDay): EpochDay | null {
	for (let tries = 0; tries < 8; tries++) {
		const first = propose();
		if (first > firstDayOf(world, key) && !needed.has(weekKey(key, first))) return first;
	}
	return null;
}

function goOnLeave(world: World, key: Key, first: EpochDay, days: number, deputy?: Key): void {
	if (first <= firstDayOf(world, key)) return;
	const leave = world.leave.get(key) ?? new Set();
	for (let day = first; day < first + days; day++) leave.add(day);
	world.leave.set(key, leave);
	// After the person-day has begun, also where it begins at noon.
	const at = moment(first, partOf[key].night ? 13 * 60 : 7 * 60 + 50);
	const id = world.ids.uuid();
	plan(world, at, idOf(world, key), () => {
		goAway(
			world.db,
			viewerOf(world, key),
			{ id, until: dateOf(first + days - 1), deputyId: deputy === undefined ? null : idOf(world, deputy) },
			at
		);
	});
}
