import { MS_PER_MINUTE, weekdayOfDay, type Instant } from '#lib/domain/time.ts';
import { madeIn } from '#lib/domain/weekly-list.ts';
import { tickLine } from '../list-steps.ts';
import type { ListChange } from '../list-ticks.ts';
import { listsFor } from '../weekly-lists.ts';
import type { Key, TeamKey } from './cast.ts';
import { randomFor } from './random.ts';
import { idOf, isAway, plan, viewerOf, type World } from './world.ts';

/** Who goes through a team's list; the second where the first is away. */
const readers: Record<TeamKey, readonly [Key, Key]> = { harbour: ['mara', 'jonas'], quay: ['nell', 'sander'], lantern: ['yara', 'jonas'] };

const usual: readonly ListChange[][] = [['rota'], ['rota'], ['break-cover'], ['rota', 'break-cover'], ['other-work'], ['nothing']];

/** The weekly lists: an hour or so after each is made a lead ticks what changes, line by line; of the newest a part is left to do. */
export function planLists(world: World): void {
	const first = world.firstDay - weekdayOfDay(world.firstDay);
	const newest = world.today - weekdayOfDay(world.today);
	for (let monday = first + 7; monday <= newest; monday += 7) {
		const made = madeIn(world.calendar, monday);
		if (made === null) continue;
		for (const team of Object.keys(readers) as TeamKey[]) planTicks(world, team, made, monday === newest ? 0.4 : 0.95);
	}
}

function planTicks(world: World, team: TeamKey, made: Instant, share: number): void {
	const random = randomFor(`list|${team}|${made}`);
	const [lead, deputy] = readers[team];
	const by = isAway(world, lead, Math.floor(made / 86_400_000)) ? deputy : lead;
	const at = made + random.between(25, 150) * MS_PER_MINUTE;
	plan(world, at, idOf(world, by), () => {
		const viewer = viewerOf(world, by);
		for (const { teamId, week, lines } of listsFor(world.db, viewer, null, at).lists) {
			if (teamId !== world.teams[team]) continue;
			for (const [nth, { personId, shown }] of lines.entries()) {
				const [ticks, changes] = [random.chance(share), random.pick(usual)];
				const then = at + (nth + 1) * MS_PER_MINUTE;
				if (ticks && then <= world.now) tickLine(world.db, viewer, { id: world.ids.uuid(), teamId, week, personId, changes, shown }, then);
			}
		}
	});
}
