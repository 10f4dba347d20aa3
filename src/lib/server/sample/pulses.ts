import { isoWeekOfDay, weekdayOfDay, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { isWorkingDay } from '#lib/domain/working-time.ts';
import { recordCheckIn } from '../check-ins.ts';
import { keys, partOf, type Key } from './cast.ts';
import { randomFor, type Random } from './random.ts';
import { firstDayOf, idOf, isAway, moment, plan, viewerOf, type World } from './world.ts';

/** Weekly pulses: most answer, some skip, some do nothing. Nobody answers twice in a week that a story tells. */
export function planPulses(world: World, toldWeeks: ReadonlySet<string>): void {
	for (const key of keys) {
		const { habit } = partOf[key];
		if (!habit) continue;
		const random = randomFor(`pulse|${key}`);
		const usual = [random.between(0, 2), random.between(0, 2), random.between(0, 1), random.between(0, 2)];
		const first = firstDayOf(world, key) + 1;
		for (let monday = first - weekdayOfDay(first); monday <= world.today; monday += 7) {
			const answers = pulse(usual, (monday - first) / 7, random);
			const day = monday + random.between(0, 3);
			const skips = random.next();
			if (skips > 0.88 || day < first || !mayAnswer(world, key, day, toldWeeks)) continue;
			const at = moment(day, habit.start + random.between(30, 380));
			planPulse(world, key, skips > 0.78 ? 'skipped' : answers, at);
		}
	}
}

/** How a week is told apart: `key|2026-W40`. */
export function weekKey(key: Key, day: EpochDay): string {
	return `${key}|${isoWeekOfDay(day)}`;
}

function mayAnswer(world: World, key: Key, day: EpochDay, toldWeeks: ReadonlySet<string>): boolean {
	// Ines's check-in of this week is due.
	if (key === 'ines' && isoWeekOfDay(day) === isoWeekOfDay(world.today)) return false;
	return isWorkingDay(world.calendar, day) && !isAway(world, key, day) && !toldWeeks.has(weekKey(key, day));
}

/** Around what is usual for them, with a slow up and down; never at the worst, which stories tell. */
function pulse(usual: readonly number[], week: number, random: Random): number[] {
	const drift = Math.sin((week + random.next()) / 2) * 0.8;
	return usual.map((each) => Math.max(0, Math.min(3, Math.round(each + drift + random.next() * 1.6 - 0.8))));
}

/** @returns the id of the check-in */
export function planPulse(world: World, key: Key, answers: readonly number[] | 'skipped', at: Instant): string {
	const id = world.ids.uuid();
	plan(world, at, idOf(world, key), () => recordCheckIn(world.db, viewerOf(world, key), { id, instrument: 'pulse', answers }, at));
	return id;
}
