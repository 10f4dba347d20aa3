import type { Instant } from '#lib/domain/time.ts';

/** What one cell of the archive holds. In JSON a list is a list, and details stay an object. */
export type Cell = string | number | boolean | null | readonly (string | number)[] | Readonly<Record<string, unknown>>;
export type Row = Readonly<Record<string, Cell>>;

/** `2026-11-23T09:12:00.000Z`. */
export function instantCell(at: Instant | null): string | null {
	return at === null ? null : new Date(at).toISOString();
}

/** What a spreadsheet would take for a formula, whatever blank stands before it; in the wide forms of East Asian keyboards as well. */
const formula = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/** One line of RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvLine(cells: readonly Cell[]): string {
	return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
	if (cell === null) return '';
	if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
	const text = typeof cell === 'string' ? cell : Array.isArray(cell) ? cell.join('; ') : JSON.stringify(cell);
	return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
