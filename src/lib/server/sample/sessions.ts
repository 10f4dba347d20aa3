import { MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { amend, voidEntry } from '../exposure-corrections.ts';
import { exposureOf } from '../exposure-rows.ts';
import type { Details, WorkChoice } from '../exposure-work.ts';
import { logSession } from '../exposures.ts';
import { startTimer, stopTimer } from '../timers.ts';
import type { Key } from './cast.ts';
import type { Random } from './random.ts';
import { idOf, plan, viewerOf, type World } from './world.ts';

/** A stretch of work at the desk, as it really was. */
export interface Sitting {
	start: Instant;
	end: Instant;
	what: WorkChoice & Details;
}

const askedWork = [
	'Safeguarding referral',
	'Hosting trace and takedown',
	'Age verification with documents',
	'Giving or taking part in training'
];

/** What a session was about: believable, and nothing of any case. */
export function describeSitting(world: World, work: string, random: Random): WorkChoice & Details {
	const workTypeId = world.workTypes.get(work) ?? null;
	const choice = { workTypeId, counts: askedWork.includes(work) ? random.chance(0.8) : null };
	if (work === 'Non-exposure work') return choice;
	const violent = random.next();
	return {
		...choice,
		material: random.chance(0.75) ? [random.pick(['image', 'image', 'video', 'text'] as const)] : ['image', 'video'],
		context: random.pick(['known', 'known', 'first-seen', 'mixed'] as const),
		filters: [random.pick(['greyscale', 'thumbnails', 'blur', 'muted', 'none'] as const)],
		violent: violent < 0.03 ? 'yes' : violent < 0.85 ? 'no' : violent < 0.9 ? 'undisclosed' : null,
		aftermath: random.chance(0.5) ? Math.min(10, Math.floor(random.next() * random.next() * 9)) : null,
		partnerId: random.chance(0.45) ? random.pick(world.partners) : null
	};
}

/** With the timer: started, and stopped when it was over, or hours later with the true end where it was forgotten. */
export function planTimed(world: World, key: Key, { start, end, what }: Sitting, forgottenMinutes = 0): void {
	const [id, personId] = [world.ids.uuid(), idOf(world, key)];
	plan(world, start, personId, () =>
		startTimer(world.db, viewerOf(world, key), { id, workTypeId: what.workTypeId, counts: what.counts ?? null }, start)
	);
	const stopped = end + forgottenMinutes * MS_PER_MINUTE;
	const trueEnd = forgottenMinutes > 0 ? { end } : {};
	plan(world, stopped, personId, () =>
		stopTimer(world.db, viewerOf(world, key), { formId: world.ids.uuid(), id, ...what, ...trueEnd }, stopped)
	);
}

/** By hand, at `at`. Returns the id of the session. */
export function planLogged(world: World, key: Key, { start, end, what }: Sitting, at: Instant): string {
	const id = world.ids.uuid();
	plan(world, at, idOf(world, key), () => logSession(world.db, viewerOf(world, key), { id, start, end, ...what }, at));
	return id;
}

/** Corrects a session's times. */
export function planAmended(world: World, key: Key, id: string, { start, end, what }: Sitting, at: Instant): void {
	plan(world, at, idOf(world, key), () => {
		const version = exposureOf(world.db, idOf(world, key), id)?.version ?? 1;
		amend(world.db, viewerOf(world, key), { formId: world.ids.uuid(), id, version, start, end, ...what }, at);
	});
}

/** Logged a second time, noticed, and taken out of the count. */
export function planTwice(world: World, key: Key, sitting: Sitting, at: Instant): void {
	const id = planLogged(world, key, sitting, at);
	const noticed = at + 12 * MS_PER_MINUTE;
	plan(world, noticed, idOf(world, key), () => voidEntry(world.db, viewerOf(world, key), { id, version: 1, reason: 'twice' }, noticed));
}
