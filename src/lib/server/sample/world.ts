import type { Calendar } from '#lib/domain/calendar.ts';
import { addWorkingMinutes, isWorkingDay } from '#lib/domain/working-time.ts';
import { clockInstant, clockMinutes, personDays, type EpochDay, type Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { findViewer, type Viewer } from '../viewer.ts';
import { emptyAgenda, type Agenda } from './agenda.ts';
import { keys, partOf, zone, type Key, type TeamKey } from './cast.ts';
import { randomFor, type Random } from './random.ts';

/** The sample organisation while its days are being played. */
export interface World {
	db: Db;
	/** UTC ms up to which everything happens, and nothing after. */
	now: Instant;
	calendar: Calendar;
	/** The day of `now`, and the first of the 90 before it. */
	today: EpochDay;
	firstDay: EpochDay;
	/** From which working days are counted back: today, or tomorrow where today's work is done. */
	base: EpochDay;
	agenda: Agenda;
	ids: Random;
	/** Everybody's id, also of who joins later. */
	people: Map<Key, string>;
	teams: Record<TeamKey, string>;
	workTypes: Map<string, string>;
	partners: string[];
	/** Days on leave. */
	leave: Map<Key, Set<EpochDay>>;
	/** `person|reason` of alerts whose steps are told by a story, with the instant from which on. */
	told: Map<string, Instant>;
}

export const sampleDays = 90;
const workDone = 17 * 60 + 45;

/** The sample before anything happened in it: who there will be, and its days up to `now` (UTC ms). The same ids each time. */
export function emptyWorld(db: Db, now: Instant, calendar: Calendar): World {
	const today = personDays(zone, '00:00').of(now);
	const ids = randomFor('ids');
	return {
		...{ db, now, calendar, today, firstDay: today - sampleDays, base: now < moment(today, workDone) ? today : today + 1 },
		...{ agenda: emptyAgenda(), ids, people: new Map(keys.map((key) => [key, ids.uuid()])) },
		...{ teams: { harbour: '', quay: '', lantern: '' }, workTypes: new Map(), partners: [], leave: new Map(), told: new Map() }
	};
}

/** Id of somebody of the cast. @throws Error for nobody */
export function idOf(world: World, key: Key): string {
	const id = world.people.get(key);
	if (id === undefined) throw new Error('nobody of the sample organisation');
	return id;
}

/** Somebody of the cast as they are now. */
export function viewerOf(world: World, key: Key): Viewer {
	return viewerWithId(world, idOf(world, key));
}

/** Somebody as they are now. @throws Error for nobody */
export function viewerWithId(world: World, id: string): Viewer {
	const viewer = findViewer(world.db, id);
	if (!viewer) throw new Error('nobody of the sample organisation');
	return viewer;
}

/** Who of the cast has this id. @throws Error for nobody */
export function keyOf(world: World, id: string): Key {
	for (const [key, each] of world.people) if (each === id) return key;
	throw new Error('nobody of the sample organisation');
}

/** Plans something; what would lie after `now` never happens. */
export function plan(world: World, at: Instant, personId: string, run: (at: Instant) => void): void {
	if (at <= world.now) world.agenda.add({ at, personId, run });
}

/** Minutes after midnight of a day; more than 1440 lie in the next one. */
export function moment(day: EpochDay, minutes: number): Instant {
	return clockInstant(zone, day + Math.floor(minutes / 1440), minutes % 1440);
}

/** The k-th working day back. */
export function workdayBack(world: World, k: number): EpochDay {
	let day = world.base;
	for (let left = k; left > 0;) if (isWorkingDay(world.calendar, --day)) left--;
	return day;
}

/** That day at `HH:MM`. */
export function backAt(world: World, k: number, clock: string): Instant {
	return moment(workdayBack(world, k), clockMinutes(clock));
}

/** So many minutes of working time later. */
export function workingLater(world: World, at: Instant, minutes: number): Instant {
	return addWorkingMinutes(world.calendar, [], at, minutes);
}

/** Whether somebody is on leave that day. */
export function isAway(world: World, key: Key, day: EpochDay): boolean {
	return world.leave.get(key)?.has(day) ?? false;
}

/** First day of somebody's work in the sample. */
export function firstDayOf(world: World, key: Key): EpochDay {
	const { joinedDaysAgo } = partOf[key];
	return joinedDaysAgo === undefined ? world.firstDay : world.today - joinedDaysAgo;
}
