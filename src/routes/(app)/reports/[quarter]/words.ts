/** How a figure of the report is said. The shapes are those of `lib/domain/report.ts`. */
import type { FigureKind } from '#lib/domain/report.ts';

const numbers = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });

export function figureWords(kind: FigureKind, figure: number): string {
	if (kind === 'share') return figure === 0 ? 'fewer than half' : figure === 50 ? 'half or more' : 'three quarters or more';
	if (kind === 'wait') return figure === 0 ? 'within minutes' : `about ${numbers.format(figure / 60)} h`;
	if (figure === 0) return 'hardly any';
	return `about ${numbers.format(figure)}${kind === 'hours' ? ' h' : ''}`;
}

export const peopleWords = (people: number | null) => (people === null ? '' : `about ${numbers.format(people)}`);
