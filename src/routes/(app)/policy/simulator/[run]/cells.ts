/** How a figure of a simulation is said. */
import type { ShownCell } from '#lib/domain/simulation-cells.ts';
import type { LoadRow, ShownLoad } from '#lib/domain/simulation-load.ts';
import type { SimulatedRule } from '#lib/domain/simulation-result.ts';

/** Not why: there may be ten people behind it, whom the figure would tell of together with another one. */
const leftOut = 'left out';

const counts = new Intl.NumberFormat('en-GB');

export function cellWords(cell: ShownCell): string {
	if (cell === 'few') return leftOut;
	return cell === 'off' ? 'off' : `about ${counts.format(cell.count)}`;
}

export function peopleWords(cell: ShownCell): string {
	return typeof cell === 'string' ? '' : `${cell.people} people or more`;
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
export function loadWords(load: ShownLoad): string {
	if (load === 'off') return 'off';
	return load === 'few' ? leftOut : `about ${load.mean}`;
}
