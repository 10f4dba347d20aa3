/** How a figure of a simulation is said. */
import type { ShownCell } from '#lib/domain/simulation-cells.ts';
import type { LoadRow, ShownLoad } from '#lib/domain/simulation-load.ts';
import type { SimulatedRule } from '#lib/domain/simulation-result.ts';

/** Not why: there may be ten people behind it, whom the figure would tell of together with another one. */
const leftOut = 'left out';

const counts = new Intl.NumberFormat('en-GB');

/** A figure in words, or why there is none. */
export interface Figure {
	words: string;
	isShown: boolean;
	/** What stands below it. */
	note: string | null;
}

const without = (why: 'few' | 'off'): Figure => ({ words: why === 'few' ? leftOut : 'off', isShown: false, note: null });

/** How often, and of how many people. */
export function cellFigure(cell: ShownCell): Figure {
	if (typeof cell === 'string') return without(cell);
	return { words: `about ${counts.format(cell.count)}`, isShown: true, note: `${cell.people} people or more` };
}

/** What changes, where both figures may be shown. */
export function changeWords({ present, proposed }: Pick<SimulatedRule, 'present' | 'proposed'>): string {
	if (typeof present === 'string' || typeof proposed === 'string') return '–';
	const more = proposed.count - present.count;
	if (more === 0) return 'about the same';
	return more > 0 ? `${more} more` : `${-more} fewer`;
}

export const audiences = [
	{ id: 'notice', heading: 'Notices', about: 'Shown to the person alone.' },
	{ id: 'review', heading: 'Reviews', about: 'On the lead’s weekly list.' },
	{ id: 'alert', heading: 'Alerts', about: 'A lead, or for an appointment a welfare officer, is asked to offer support.' }
] as const;

export const loads: Record<LoadRow['about'], string> = {
	exposure: 'Limits passed',
	routine: 'Routine conversations',
	together: 'Together'
};

/** One lead's prompts a week. */
export function loadFigure(load: ShownLoad): Figure {
	if (typeof load === 'string') return without(load);
	return { words: `about ${load.mean}`, isShown: true, note: load.busiest === null ? null : `the busiest lead: about ${load.busiest}` };
}
