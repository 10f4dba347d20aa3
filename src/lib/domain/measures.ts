import type { Calendar } from './calendar.ts';
import { setSum, type DaySums } from './day-sums.ts';
import { addTo, coveredMs, firstStartingFrom, removeFrom, type Union } from './exposure.ts';
import type { Absence, FactorPeriod, PersonState, Session } from './person-state.ts';
import type { Policy } from './policy.ts';
import { epochDay, MS_PER_MINUTE, personDays, type EpochDay, type Instant, type PersonDays } from './time.ts';
import { dayRanges, type DayRange } from './working-time.ts';

/** What is derived from a person's state and kept up with it, so that a new session costs the same whatever the history. */
export interface Measures {
	days: PersonDays;
	startDay: EpochDay;
	/** U0: the current ended sessions. */
	union: Union;
	/** Day totals per date, in ms. */
	totals: Map<EpochDay, number>;
	/** minutes(d) over U0, in ms. */
	dayMs: DaySums;
	factors: { factor: number; from: EpochDay; to: EpochDay }[];
	/** Ascending by `from`. Replaced, never changed in place: its identity tells whether `alertDue` still stands. */
	absences: DayRange[];
	/** When the first clock of the open alerts runs out, until one is changed; stands for this calendar and these absences. */
	alertDue: { calendar: Calendar; absences: readonly DayRange[]; at: Instant | null } | null;
	/** The next due instant under a policy, until something happens. */
	nextDue: { policy: Policy; at: Instant | null } | null;
}

const measuresOfStates = new WeakMap<PersonState, Measures>();

/** The measures of a state; made at the first call, kept up by the functions of this file. */
export function measuresOf(state: PersonState): Measures {
	let measures = measuresOfStates.get(state);
	if (measures === undefined) measuresOfStates.set(state, (measures = measure(state)));
	return measures;
}

function measure(state: PersonState): Measures {
	const measures: Measures = {
		days: personDays(state.zone, state.dayStart),
		startDay: epochDay(state.startDate),
		union: { starts: [], ends: [] },
		totals: new Map(),
		dayMs: new Map(),
		factors: state.factors.map(readFactor),
		absences: readAbsences(state.absences),
		alertDue: null,
		nextDue: null
	};
	for (const { start, end } of state.sessions) addTo(measures.union, start, end);
	reckonAll(measures);
	for (const { date, minutes } of state.dayTotals) addTotal(measures, epochDay(date), minutes);
	return measures;
}

function readFactor({ factor, from, to }: FactorPeriod): Measures['factors'][number] {
	return { factor, from: epochDay(from), to: to === null ? Infinity : epochDay(to) };
}

function readAbsences(absences: readonly Absence[]): DayRange[] {
	return dayRanges(absences).sort((a, b) => a.from - b.from);
}

/** After the zone, dayStart or start date changed: all dates are read anew. */
export function remeasure(state: PersonState): void {
	measuresOfStates.delete(state);
}

/** Puts a limit factor into the state. */
export function insertFactor(state: PersonState, factor: FactorPeriod): void {
	const measures = measuresOf(state);
	state.factors.push(factor);
	measures.factors.push(readFactor(factor));
}

/** Makes these the person's limit factors, in place of those in the state. */
export function replaceFactors(state: PersonState, factors: readonly FactorPeriod[]): void {
	const measures = measuresOf(state);
	state.factors = factors.map(({ factor, from, to }) => ({ factor, from, to }));
	measures.factors = state.factors.map(readFactor);
}

/** Puts an absence into the state. */
export function insertAbsence(state: PersonState, absence: Absence): void {
	const measures = measuresOf(state);
	state.absences.push(absence);
	measures.absences = readAbsences(state.absences);
}

/** Makes these the person's absences, in place of those in the state. */
export function replaceAbsences(state: PersonState, absences: readonly Absence[]): void {
	const measures = measuresOf(state);
	state.absences = absences.map(({ from, to }) => ({ from, to }));
	measures.absences = readAbsences(state.absences);
}

function addTotal(measures: Measures, day: EpochDay, minutes: number): void {
	measures.totals.set(day, (measures.totals.get(day) ?? 0) + minutes * MS_PER_MINUTE);
	reckon(measures, { from: day, to: day });
}

/** The first and last date of a non-empty interval. */
export function datesOf(measures: Measures, interval: { start: number; end: number }): DayRange {
	return { from: measures.days.of(interval.start), to: measures.days.of(interval.end - 1) };
}

/** After the union or the totals changed on these dates. */
function reckon({ days, union, totals, dayMs }: Measures, dates: DayRange): void {
	for (let day = dates.from; day <= dates.to; day++) {
		setSum(dayMs, day, coveredMs(union, days.start(day), days.start(day + 1)) + (totals.get(day) ?? 0));
	}
}

/** Every date of the union, once. */
function reckonAll(measures: Measures): void {
	const { starts, ends } = measures.union;
	let reckoned = -Infinity;
	for (const [index, start] of starts.entries()) {
		const { from, to } = datesOf(measures, { start, end: ends[index] as number });
		reckon(measures, { from: Math.max(from, reckoned + 1), to });
		reckoned = to;
	}
}

/** Puts a session into the state; returns the dates it touches. */
export function insertSession(state: PersonState, session: Session): DayRange {
	const measures = measuresOf(state);
	const index = firstStartingFrom(state.sessions, session.start + 1);
	if (index === state.sessions.length) state.sessions.push(session);
	else state.sessions.splice(index, 0, session);
	addTo(measures.union, session.start, session.end);
	const dates = datesOf(measures, session);
	reckon(measures, dates);
	return dates;
}

/** Takes a session out of the state; returns the dates it touched. */
export function removeSession(state: PersonState, session: Session): DayRange {
	const measures = measuresOf(state);
	state.sessions.splice(state.sessions.lastIndexOf(session), 1);
	removeFrom(measures.union, state.sessions, session.start, session.end);
	const dates = datesOf(measures, session);
	reckon(measures, dates);
	return dates;
}

/** Puts a day total into the state; returns its date. */
export function insertDayTotal(state: PersonState, total: PersonState['dayTotals'][number]): DayRange {
	const measures = measuresOf(state);
	state.dayTotals.push(total);
	const day = epochDay(total.date);
	addTotal(measures, day, total.minutes);
	return { from: day, to: day };
}

/** Takes a day total out of the state; returns its date. */
export function removeDayTotal(state: PersonState, total: PersonState['dayTotals'][number]): DayRange {
	const measures = measuresOf(state);
	state.dayTotals.splice(state.dayTotals.lastIndexOf(total), 1);
	const day = epochDay(total.date);
	addTotal(measures, day, -total.minutes);
	return { from: day, to: day };
}
