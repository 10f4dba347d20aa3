import type { Alert } from './alert.ts';
import type { AppointmentKind, Reason } from './facts.ts';
import type { EpochDay, Instant, LocalDate } from './time.ts';

/** A current ended session: [start, end). */
export interface Session {
	id: string;
	start: Instant;
	end: Instant;
}

/** Exposure known only as a sum; 1–960 minutes. */
export interface DayTotal {
	id: string;
	date: LocalDate;
	minutes: number;
}

/** A limit factor agreed for dates, both included; `to` null: until further notice. */
export interface FactorPeriod {
	factor: number;
	from: LocalDate;
	to: LocalDate | null;
}

/** Dates away, both included. */
export interface Absence {
	from: LocalDate;
	to: LocalDate;
}

export interface OpenAppointment {
	id: string;
	kind: AppointmentKind;
	due: LocalDate;
}

/**
 * Everything the rules know about one person: plain data (structuredClone copies it), so that the server can fill it from
 * tables. The engine alone changes it after its first call with it; fill it before.
 *
 * What the server must load is defined in history.ts: everything here, except that `sessions` and `dayTotals` may begin at
 * `historyFrom`.
 */
export interface PersonState {
	id: string;
	/** IANA zone. */
	zone: string;
	/** `HH:MM`. */
	dayStart: string;
	/** First date of exposure work, anywhere. */
	startDate: LocalDate;
	/** Home team; null: the organisation's policy alone. */
	team: string | null;
	/** The instant of the person's first fact. */
	firstFactAt: Instant;
	/** Everything due up to and including this instant has been evaluated. */
	advancedTo: Instant;
	/** Sessions and day totals are complete from this date on; null: altogether. */
	historyFrom: LocalDate | null;
	/** Current ended sessions, ascending by start (then in order of recording). */
	sessions: Session[];
	/** The running timer. */
	timer: { id: string; start: Instant } | null;
	dayTotals: DayTotal[];
	factors: FactorPeriod[];
	absences: Absence[];
	/** Appointments neither attended nor declined, in order of recording. */
	appointments: OpenAppointment[];
	/** Answered check-ins that criteria still look at: the last pulse's answers, the last up to four WHO-5 scores (oldest first). */
	lastPulse: number[] | null;
	indexScores: number[];
	/** The person has named someone whom a concern may prompt. */
	prompt: boolean;
	/** Findings that have fired and may not fire again: `rule|period`. */
	fired: Set<string>;
	/** The open alert per reason. */
	alerts: Partial<Record<Reason, Alert>>;
	/** When the last exposure alert was closed by a person; null before any, and after one that corrected itself. */
	exposureClosedAt: Instant | null;
	lastConversationAt: Instant | null;
	lastRoutineClosedAt: Instant | null;
	/** The last contact request: a second one at the same instant is invalid. */
	lastContactAt: Instant | null;
}

/** What a `person` fact says first about somebody. */
export interface NewPerson {
	id: string;
	zone: string;
	dayStart?: string | undefined;
	startDate: LocalDate;
}

/** The state of a person whose first fact is recorded at `at`. */
export function newPersonState(person: NewPerson, at: Instant): PersonState {
	return {
		id: person.id,
		zone: person.zone,
		dayStart: person.dayStart ?? '00:00',
		startDate: person.startDate,
		team: null,
		firstFactAt: at,
		advancedTo: at,
		historyFrom: null,
		sessions: [],
		timer: null,
		dayTotals: [],
		factors: [],
		absences: [],
		appointments: [],
		lastPulse: null,
		indexScores: [],
		prompt: false,
		fired: new Set(),
		alerts: {},
		exposureClosedAt: null,
		lastConversationAt: null,
		lastRoutineClosedAt: null,
		lastContactAt: null
	};
}

/** The key under which a finding is remembered in `fired`. */
export function firedKey(rule: string, period: string): string {
	return `${rule}|${period}`;
}

/** Whether `day` lies in one of the person's absences. */
export function isAbsent(absences: readonly { from: EpochDay; to: EpochDay }[], day: EpochDay): boolean {
	for (const absence of absences) if (absence.from <= day && day <= absence.to) return true;
	return false;
}
