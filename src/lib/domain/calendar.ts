import type { LocalDate } from './time.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** `[from, to]` as `HH:MM`; `to` may be `24:00`. */
export type Period = [string, string];

/** A team's working hours. */
export interface Calendar {
	/** IANA zone. */
	zone: string;
	holidays: LocalDate[];
	/** Per weekday ascending periods without overlap. */
	hours: Record<Weekday, Period[]>;
}
