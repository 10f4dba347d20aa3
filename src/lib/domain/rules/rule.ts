import type { Criterion } from '../concern.ts';
import type { Fact, Reason } from '../facts.ts';
import type { Measures } from '../measures.ts';
import type { PersonState } from '../person-state.ts';
import type { Policy } from '../policy.ts';
import type { Stretch } from '../stretch.ts';
import type { EpochDay, Instant } from '../time.ts';

/** Whose rules, when: what a condition may look at. */
export interface Moment {
	state: PersonState;
	measures: Measures;
	policy: Policy;
	now: Instant;
	/** The person-day of `now`. */
	today: EpochDay;
}

export interface Switch {
	on: boolean;
}
export interface Minutes extends Switch {
	minutes: number;
}
export interface Days extends Switch {
	days: number;
}

/** What a policy's screen puts together, in its order. */
export type Theme = 'breaks' | 'hours' | 'logging' | 'contact' | 'appointments';

export type ParameterKind = 'minutes' | 'days' | 'factor' | 'clock';

/** A parameter as a person sets and reads it. */
export interface Parameter {
	kind: ParameterKind;
	label: string;
	/** Of days: the least that makes sense; 0 unless told. */
	least?: number;
	/** The value, given in words such as `5 h`, within a sentence. */
	says: (value: string) => string;
}

interface Described<Id extends string, Parameters> {
	id: Id;
	theme: Theme;
	title: string;
	/** What it does, in a plain sentence. */
	about: string;
	defaults: Parameters;
	/** Everything in `defaults` but the switch. */
	parameters: { [Name in Exclude<keyof Parameters, 'on'>]: Parameter };
	/** Where the default numbers come from; "(ours)" where nothing published says so. */
	source: string;
	audience: 'notice' | 'review' | 'alert';
	/** The alert it raises; null for notices and reviews. */
	reason: Reason | null;
	/** What the person reads. */
	sentence: string;
}

/** Looks at U0, after a fact about exposure, for every date that the fact touched. */
export interface DateRule<Id extends string = string, Parameters = Switch> extends Described<Id, Parameters> {
	when: 'touched-date';
	period: 'date' | 'week';
	/** Of the value: of time, or of days in a row. */
	unit: 'ms' | 'days';
	/** How many days of exposure it sums, the one that it is about last; 1 where it counts days in a row, however many. */
	length: number;
	/** The value for `day` in `unit`, or null where the condition doesn't hold. */
	value(moment: Moment, parameters: Parameters, day: EpochDay): number | null;
}

/** How far a condition on U is from holding, on the supposition that exposure goes on. */
export interface Reached {
	/** An instant is written out only where the rule fires. */
	period: string | Instant;
	/** The measure now. */
	ms: number;
	/** Until the condition holds: 0 where it does; Infinity where more exposure wouldn't make it. */
	missing: number;
}

/** Looks at U for the date of now: after a fact about exposure and while a timer runs. */
export interface TodayRule<Id extends string = string, Parameters = Switch> extends Described<Id, Parameters> {
	when: 'today';
	/** How many days of exposure it looks at, today's last. */
	length: number;
	reached(moment: Moment, parameters: Parameters): Reached;
}

/** Looks at a stretch of U: the running timer's, or (unless `timerOnly`) those overlapping the date of now. */
export interface StretchRule<Id extends string = string, Parameters = Switch> extends Described<Id, Parameters> {
	when: 'stretch';
	timerOnly: boolean;
	reached(stretch: Stretch, parameters: Parameters): Reached;
}

/** Looks at the running timer itself. */
export interface TimerRule<Id extends string = string, Parameters = Switch> extends Described<Id, Parameters> {
	when: 'timer';
	reached(timer: { id: string; start: Instant }, now: Instant, parameters: Parameters): Reached;
}

/** Looks at the start of each person-day. */
export interface DayStartRule<Id extends string = string, Parameters = Switch> extends Described<Id, Parameters> {
	when: 'day-start';
	/** Whether it rests on a day of absence. */
	restsWhenAbsent: boolean;
	/** How many days of exposure it looks at, the last with any being the last; 0 for none. */
	length: number;
	/** What holds at the start of `day`. */
	found(moment: Moment, parameters: Parameters, day: EpochDay): { period: string; value: number }[];
	/** The first day at whose start it could hold; may be too early, never too late; null: none as things are. */
	earliest(moment: Moment, parameters: Parameters): EpochDay | null;
}

export interface FactFinding {
	period: string;
	criterion?: Criterion;
	shared?: boolean;
}

/** Looks at one fact about the person, before the fact has changed the state. */
export interface FactRule<Id extends string = string, Parameters = Switch> extends Described<Id, Parameters> {
	when: 'fact';
	found(moment: Moment, fact: Fact): FactFinding | null;
}
