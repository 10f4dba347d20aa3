import { dateOf } from '#lib/domain/time.ts';
import { agreeFactor } from '../factors.ts';
import { backAt, idOf, plan, viewerOf, workdayBack, type World } from './world.ts';

/** Tess and her welfare officer have agreed on lower limits for four weeks; the first is over. */
export function planLowerLimits(world: World): void {
	const first = workdayBack(world, 5);
	const at = backAt(world, 5, '11:35');
	const personId = idOf(world, 'tess');
	const what = { id: world.ids.uuid(), personId, percent: 80, from: dateOf(first), to: dateOf(first + 27) };
	plan(world, at, personId, () => agreeFactor(world.db, viewerOf(world, 'edda'), what, at));
}
