import { MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { isWorkingDay } from '#lib/domain/working-time.ts';
import { shareConcern } from '../check-in-results.ts';
import type { NewContact } from '../contact.ts';
import { withdrawRequest } from '../support.ts';
import type { Key } from './cast.ts';
import { planPulse, weekKey } from './pulses.ts';
import { see, takeOn } from './steps.ts';
import { ask, offering, step, tell } from './telling.ts';
import { backAt, idOf, moment, plan, viewerOf, workdayBack, type World } from './world.ts';

/** One shared as it arose, one that stayed private, one shared afterwards. */
export function tellConcerns(world: World): void {
	for (const { key, back, clock, answers } of toldPulses) {
		const id = planPulse(world, key, answers, backAt(world, back, clock));
		if (key === 'lio') planShared(world, key, id, backAt(world, back, '15:05'));
	}
	tell(world, 'bea', 'concern', backAt(world, 1, '07:00'));
}

export const toldPulses: readonly { key: Key; back: number; clock: string; answers: readonly number[] }[] = [
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

function planShared(world: World, key: Key, checkInId: string, at: Instant): void {
	const id = world.ids.uuid();
	plan(world, at, idOf(world, key), () =>
		shareConcern(world.db, viewerOf(world, key), { id, checkInId, officerId: idOf(world, 'edda') }, at)
	);
}

export const contacts: readonly (readonly [Key, Key, NewContact['toKind'], NewContact['when'], number, string])[] = [
	['rui', 'edda', 'welfare', 'soon', 52, '11:20'],
	['juno', 'nell', 'lead', 'soon', 47, '10:05'],
	['tess', 'rui', 'peer', 'soon', 44, '14:30'],
	['sol', 'otto', 'welfare', 'today', 46, '10:45'],
	['faye', 'yara', 'lead', 'soon', 36, '15:10'],
	['pell', 'mara', 'lead', 'today', 22, '13:20'],
	['kit', 'pia', 'welfare', 'soon', 19, '09:50'],
	['ivo', 'jonas', 'lead', 'soon', 12, '16:10'],
	['cleo', 'lio', 'peer', 'soon', 6, '11:25']
];

/** Plans who asks whom for contact, over the months of the sample. */
export function tellContacts(world: World): void {
	for (const [key, to, kind, when, back, clock] of contacts) ask(world, key, to, kind, when, backAt(world, back, clock));
	tellWithdrawn(world);
	tellToday(world);
	tellPeer(world);
}

/** Asked a peer, and thought better of it. */
function tellWithdrawn(world: World): void {
	tell(world, 'noor', 'contact', backAt(world, 13, '10:00'));
	ask(world, 'noor', 'rui', 'peer', 'soon', backAt(world, 13, '10:15'));
	step(world, 'noor', 'contact', 'noor', backAt(world, 13, '11:20'), (_world, noor, { id: alertId }, at) => {
		withdrawRequest(world.db, noor, { id: world.ids.uuid(), alertId }, at);
	});
}

function isLive({ calendar, today, now }: World): boolean {
	return isWorkingDay(calendar, today) && now >= moment(today, 10 * 60) && now <= moment(today, 17 * 60 + 45);
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
