import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aroundAChange, dateAt, dayBegins, dayStarts, later, MINUTE, minutesWithin, type Span } from './oracle.ts';
import { only, runs, told, type Line } from './story.ts';

const limits = { 'day-limit': 100, 'day-over': 150, 'week-limit': 400, 'fortnight-limit': 700 } as const;
type Limit = keyof typeof limits;
const names = Object.keys(limits) as Limit[];
const lengths: Record<Limit, number> = { 'day-limit': 1, 'day-over': 1, 'week-limit': 7, 'fortnight-limit': 14 };

/** What Bea records `gap` minutes after the thing before: `ago` minutes after it ended, or so many days after its date. */
interface Entry {
	kind: 'session' | 'day-total' | 'amend' | 'void';
	gap: number;
	ago: number;
	length: number;
	pick: number;
}
const entries = fc.array(
	fc.record<Entry>({
		kind: fc.constantFrom('session', 'session', 'day-total', 'amend', 'amend', 'void'),
		gap: fc.oneof(fc.nat(300), fc.nat(3 * 1440)),
		ago: fc.oneof(fc.nat(600), fc.nat(40 * 1440)),
		length: fc.integer({ min: 1, max: 400 }),
		pick: fc.nat(1000)
	}),
	{ minLength: 1, maxLength: 14 }
);

interface Current {
	spans: Map<string, Span>;
	totals: Map<string, { date: string; minutes: number }>;
}

function isoWeek(date: string): string {
	const day = Temporal.PlainDate.from(date);
	return `${day.yearOfWeek}-W${String(day.weekOfYear).padStart(2, '0')}`;
}

/** The rules of minutes once more, with everything counted anew for each entry. */
class Model {
	readonly current: Current = { spans: new Map(), totals: new Map() };
	readonly out: string[] = [];
	readonly lines: Line[] = [];
	readonly fired = new Set<string>();
	/** Minutes per date since the last entry. */
	readonly counted = new Map<string, number>();
	evidence: { rule: Limit; period: string }[] | null = null;
	readonly zone: string;
	readonly dayStart: string;

	constructor(zone: string, dayStart: string) {
		this.zone = zone;
		this.dayStart = dayStart;
	}

	dateOf(instant: number): string {
		return dateAt(this.zone, this.dayStart, instant);
	}

	minutes(date: string): number {
		const known = this.counted.get(date);
		if (known !== undefined) return known;
		const counted = this.count(date);
		this.counted.set(date, counted);
		return counted;
	}

	count(date: string): number {
		const from = dayBegins(this.zone, this.dayStart, date);
		const to = dayBegins(this.zone, this.dayStart, later(date, 1));
		const near = [...this.current.spans.values()].filter(({ start, end }) => start < to && from < end);
		const totals = [...this.current.totals.values()].filter((each) => each.date === date);
		return (near.length === 0 ? 0 : minutesWithin(near, from, to)) + totals.reduce((sum, { minutes }) => sum + minutes, 0);
	}

	value(rule: Limit, date: string): number {
		let sum = 0;
		for (let back = 0; back < lengths[rule]; back++) sum += this.minutes(later(date, -back));
		return sum;
	}

	evaluate(now: number, touched: string[]): void {
		this.counted.clear();
		const today = this.dateOf(now);
		const sorted = [...touched].sort();
		let date = sorted[0] as string;
		if (date < later(today, -28)) date = later(today, -28);
		const last = (sorted.at(-1) as string) > today ? (sorted.at(-1) as string) : today;
		for (; date <= last; date = later(date, 1)) {
			for (const rule of names) {
				const value = this.value(rule, date);
				const period = lengths[rule] === 1 ? date : isoWeek(date);
				if (value <= limits[rule] || this.fired.has(`${rule}|${period}`)) continue;
				this.fired.add(`${rule}|${period}`);
				this.out.push(`${now} ${rule} ${period} ${value}`);
				if (rule === 'day-limit') continue;
				this.out.push(`${now} exposure ${this.evidence === null ? 'raised' : 'evidence'}`);
				(this.evidence ??= []).push({ rule, period });
			}
		}
	}

	correct(now: number): void {
		if (this.evidence === null) return;
		const today = this.dateOf(now);
		const holds = ({ rule, period }: { rule: Limit; period: string }) => {
			if (lengths[rule] === 1) return this.value(rule, period) > limits[rule];
			for (let date = later(today, -100); date <= today; date = later(date, 1)) {
				if (isoWeek(date) === period && this.value(rule, date) > limits[rule]) return true;
			}
			return false;
		};
		if (this.evidence.some(holds)) return;
		for (const { rule, period } of this.evidence) this.fired.delete(`${rule}|${period}`);
		this.evidence = null;
		this.out.push(`${now} exposure corrected`);
	}

	take(entry: Entry, now: number, id: string): void {
		const { spans, totals } = this.current;
		const end = now - entry.ago * MINUTE;
		const span = { start: end - entry.length * MINUTE, end };
		const dates = (each: Span) => [this.dateOf(each.start), this.dateOf(each.end - 1)];
		const written = { start: new Date(span.start).toISOString(), end: new Date(span.end).toISOString() };
		const at = new Date(now).toISOString();
		if (entry.kind === 'session') {
			spans.set(id, span);
			this.lines.push({ at, type: 'session', id, person: 'bea', ...written });
			this.evaluate(now, dates(span));
		} else if (entry.kind === 'day-total') {
			const date = this.dateOf(end);
			totals.set(id, { date, minutes: entry.length });
			this.lines.push({ at, type: 'day-total', id, person: 'bea', date, minutes: entry.length });
			this.evaluate(now, [date]);
		} else if (entry.kind === 'amend') {
			const known = [...spans.keys()][entry.pick % Math.max(1, spans.size)];
			if (known === undefined) return;
			const before = spans.get(known) as Span;
			spans.set(known, span);
			this.lines.push({ at, type: 'amend', id: known, ...written });
			this.evaluate(now, [...dates(before), ...dates(span)]);
			this.correct(now);
		} else {
			const all = [...spans.keys(), ...totals.keys()];
			const gone = all[entry.pick % Math.max(1, all.length)];
			if (gone === undefined) return;
			const before = spans.get(gone);
			const touched = before === undefined ? [totals.get(gone)?.date as string] : dates(before);
			spans.delete(gone);
			totals.delete(gone);
			this.lines.push({ at, type: 'void', id: gone });
			this.evaluate(now, touched);
			this.correct(now);
		}
	}
}

describe('random amendments, voids and late logging', () => {
	it('come to what counting everything anew comes to', () => {
		fc.assert(
			fc.property(aroundAChange, fc.constantFrom(...dayStarts), entries, ({ zone, instant }, dayStart, all) => {
				const model = new Model(zone, dayStart);
				let now = instant;
				all.forEach((entry, index) => {
					now += entry.gap * MINUTE;
					model.take(entry, now, `i${index}`);
				});
				const bea: Line = { at: new Date(instant).toISOString(), type: 'person', person: 'bea', zone, dayStart, startDate: '1980-01-01' };
				const rules = Object.fromEntries(names.map((rule) => [rule, { minutes: limits[rule] }]));
				const found = told([bea, ...model.lines], only(rules))
					.filter((line) => !line.includes('escalated'))
					.map((line) => {
						const [when, ...rest] = line.split(' ');
						// An alert's level is the business of other properties.
						return [Date.parse(when as string), ...(rest[0] === 'exposure' ? rest.slice(0, 2) : rest)].join(' ');
					});
				expect([...found].sort()).toEqual([...model.out].sort());
			}),
			runs(100)
		);
	});
});
