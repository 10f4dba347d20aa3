import { dateOf, MS_PER_MINUTE, weekdayOfDay, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { isWorkingDay } from '#lib/domain/working-time.ts';
import { logDayTotal } from '../exposures.ts';
import { keys, partOf, type Habit, type Key } from './cast.ts';
import { randomFor, type Random } from './random.ts';
import { describeSitting, planAmended, planLogged, planTimed, planTwice, type Sitting } from './sessions.ts';
import { firstDayOf, idOf, isAway, moment, plan, viewerOf, workdayBack, type World } from './world.ts';

/** The day on which a story needs more hours than the limit, in working days back. */
export const heavyDays: Partial<Record<Key, number>> = { tomas: 1, noor: 9, sol: 4, bram: 3, pell: 15, gus: 20 };
/** Whose other days are ordinary, so that nothing gets in the way of what is told of them; for the last weeks, or always. */
const calmFor: Partial<Record<Key, number>> = { tomas: 40, noor: 45, sol: 40, bram: 70, pell: 50, gus: 55, ivo: 70 };

/** Plans the working days of everybody who moderates. */
export function planDays(world: World): void {
	for (const key of keys) {
		const { habit, night } = partOf[key];
		if (!habit) continue;
		for (let day = firstDayOf(world, key) + 1; day <= world.today; day++) {
			// A night that begins on Sunday is Monday's; on Friday evening the week is over.
			const works = night ? isWorkingDay(world.calendar, day + 1) : isWorkingDay(world.calendar, day);
			if (works && !isAway(world, key, day) && !(key === 'ines' && day === dayOff(world))) planDay(world, key, habit, day);
		}
	}
}

/** Where today is no working day Ines covers it, and had the last one off instead. */
export function dayOff(world: World): EpochDay | null {
	return isWorkingDay(world.calendar, world.today) ? null : workdayBack(world, 1);
}

function planDay(world: World, key: Key, habit: Habit, day: EpochDay): void {
	if (key === 'ines' && day === world.today) return;
	const random = randomFor(`day|${key}|${day - world.firstDay}`);
	const sittings = sittingsOf(
		world,
		habit,
		moment(day, habit.start + random.between(-12, 18)),
		minutesOf(world, key, habit, day, random),
		random
	);
	if (heavyDays[key] === workdaysSince(world, day)) planAsItGoes(world, key, habit, sittings, random);
	else if (random.chance(0.02)) planTotal(world, key, habit, day, sittings);
	else if (random.chance(habit.late))
		for (const [index, sitting] of sittings.entries()) planLogged(world, key, sitting, nextMorning(day, index));
	else planAsItGoes(world, key, habit, sittings, random);
	if (random.chance(0.3)) planOtherWork(world, key, sittings, random);
}

function minutesOf(world: World, key: Key, habit: Habit, day: EpochDay, random: Random): number {
	const back = workdaysSince(world, day);
	if (heavyDays[key] === back) return random.between(386, 396);
	const spread = habit.minutes + random.between(-40, 40);
	if (back >= (calmFor[key] ?? 0) && habit.minutes > 200 && random.chance(0.012)) return random.between(366, 400);
	const weeksAgo = Math.floor((world.today - weekdayOfDay(world.today) - (day - weekdayOfDay(day))) / 7);
	return weeksAgo === habit.heavyWeek ? Math.round(Math.min(352, spread * 1.38)) : Math.max(45, Math.min(318, spread));
}

function workdaysSince(world: World, day: EpochDay): number {
	let count = 0;
	for (let each = day; each < world.base; each++) if (isWorkingDay(world.calendar, each)) count++;
	return count;
}

const lunchFrom = 190;

/** Sittings of 38 to 62 minutes with breaks between them, one of them longer. */
function sittingsOf(world: World, habit: Habit, start: Instant, minutes: number, random: Random): Sitting[] {
	const sittings: Sitting[] = [];
	let lunch = false;
	for (let at = 0, left = minutes; left > 0;) {
		const length = left < 75 ? left : random.between(38, 62);
		sittings.push({
			start: start + at * MS_PER_MINUTE,
			end: start + (at + length) * MS_PER_MINUTE,
			what: describeSitting(world, random.pick(habit.work), random)
		});
		left -= length;
		at += length;
		if (!lunch && at > lunchFrom) {
			lunch = true;
			at += random.between(34, 55);
		} else at += random.chance(habit.misses) ? random.between(2, 7) : random.between(11, 24);
	}
	return sittings;
}

function nextMorning(day: EpochDay, index: number): Instant {
	return moment(day + 1, 8 * 60 + 40 + index);
}

/** A day remembered only as a sum. */
function planTotal(world: World, key: Key, habit: Habit, day: EpochDay, sittings: readonly Sitting[]): void {
	const minutes = Math.round(sittings.reduce((sum, { start, end }) => sum + end - start, 0) / MS_PER_MINUTE / 10) * 10;
	const at = nextMorning(day, 0);
	const workTypeId = world.workTypes.get(habit.work[0] ?? '') ?? null;
	plan(world, at, idOf(world, key), () =>
		logDayTotal(world.db, viewerOf(world, key), { id: world.ids.uuid(), date: dateOf(day), minutes, workTypeId, counts: true }, at)
	);
}

function planAsItGoes(world: World, key: Key, habit: Habit, sittings: readonly Sitting[], random: Random): void {
	for (const [index, sitting] of sittings.entries()) {
		const last = index === sittings.length - 1;
		if (random.chance(habit.timer)) planTimed(world, key, sitting, last && random.chance(0.02) ? random.between(90, 170) : 0);
		else planByHand(world, key, sitting, random);
	}
}

function planByHand(world: World, key: Key, sitting: Sitting, random: Random): void {
	const at = sitting.end + random.between(1, 9) * MS_PER_MINUTE;
	if (random.chance(0.012)) planTwice(world, key, sitting, at + 3 * MS_PER_MINUTE);
	const id = planLogged(world, key, sitting, at);
	if (!random.chance(0.03)) return;
	const shorter = { ...sitting, end: sitting.end - random.between(4, 12) * MS_PER_MINUTE };
	planAmended(world, key, id, shorter, at + random.between(5, 70) * MS_PER_MINUTE);
}

/** An hour without material at the end of the day. */
function planOtherWork(world: World, key: Key, sittings: readonly Sitting[], random: Random): void {
	const last = sittings.at(-1);
	if (!last) return;
	const start = last.end + 15 * MS_PER_MINUTE;
	const end = start + random.between(25, 60) * MS_PER_MINUTE;
	planLogged(world, key, { start, end, what: describeSitting(world, 'Non-exposure work', random) }, end + MS_PER_MINUTE);
}

/** Ines's own day up to now: a few sessions with breaks and, in working hours, a timer that has run for 41 minutes. */
export function planPresentDay(world: World): void {
	const random = randomFor('present day');
	const [opens, closes] = [moment(world.today, 7 * 60), moment(world.today, 18 * 60)];
	const work = partOf.ines.habit?.work ?? [];
	const running = world.now > opens + 41 * MS_PER_MINUTE && world.now < closes;
	let end = running ? world.now - (41 + 41) * MS_PER_MINUTE : Math.min(world.now - 20 * MS_PER_MINUTE, moment(world.today, 16 * 60 + 20));
	if (running) {
		const start = world.now - 41 * MS_PER_MINUTE;
		planTimed(world, 'ines', { start, end: world.now + MS_PER_MINUTE, what: describeSitting(world, 'Image and video assessment', random) });
	}
	const begins = moment(world.today, 8 * 60 + 50);
	for (const [length, pause] of [
		[18, 78],
		[55, 15],
		[54, 40],
		[46, 20]
	] as const) {
		const start = end - length * MS_PER_MINUTE;
		if (start < begins) return;
		planTimed(world, 'ines', { start, end, what: describeSitting(world, random.pick(work), random) });
		end = start - pause * MS_PER_MINUTE;
	}
}
