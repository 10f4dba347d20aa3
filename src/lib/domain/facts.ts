import type { Criterion } from './concern.ts';
import type { Instant, LocalDate } from './time.ts';
import type { InstrumentId } from './instruments/instrument.ts';
import type { PolicyPatch } from './policy.ts';

/** What happened, as recorded: the only input of the rules beside the policy. Field names are those of replay.md. */
export type Fact =
	| PersonFact
	| MemberFact
	| PolicyFact
	| FactorFact
	| SessionFact
	| TimerStartFact
	| TimerStopFact
	| TimerDropFact
	| DayTotalFact
	| DayTotalCorrectedFact
	| AmendFact
	| VoidFact
	| CheckInFact
	| ConcernForgottenFact
	| SharingFact
	| ShareConcernFact
	| ContactRequestFact
	| AbsenceFact
	| AbsencesCorrectedFact
	| FactorsCorrectedFact
	| ConversationFact
	| AppointmentFact
	| AppointmentClosedFact
	| AppointmentDropFact
	| StepFact
	| ResponseFact;

/** What only the server records: no line of `replay` can say it, and a replay of what is stored knows it. */
export type ServerFact =
	TimerDropFact | DayTotalCorrectedFact | AbsencesCorrectedFact | FactorsCorrectedFact | AppointmentDropFact | ConcernForgottenFact;

export const reasons = ['exposure', 'contact', 'concern', 'session', 'routine'] as const;
export type Reason = (typeof reasons)[number];

export type Violent = 'yes' | 'no' | 'undisclosed';
export type AppointmentKind = 'counselling' | 'assessment';
export type Answer = 'accepted' | 'declined' | 'not-now';

/** Steps that take nothing but the alert's person and reason. */
export const plainSteps = ['acknowledge', 'offer', 'follow-up', 'close', 'withdraw'] as const;
export type PlainStep = (typeof plainSteps)[number];

interface Recorded {
	/** When the fact was recorded. */
	at: Instant;
}
interface AboutPerson extends Recorded {
	person: string;
}

export interface PersonFact extends AboutPerson {
	type: 'person';
	/** IANA zone. */
	zone: string;
	/** First date of exposure work, anywhere. */
	startDate: LocalDate;
	/** `HH:MM`, default `00:00`. */
	dayStart?: string;
}
export interface MemberFact extends AboutPerson {
	type: 'member';
	team: string;
}
export interface PolicyFact extends Recorded {
	type: 'policy';
	/** Without one: the organisation's. */
	team?: string;
	policy: PolicyPatch;
}
export interface FactorFact extends AboutPerson {
	type: 'factor';
	/** 0 < factor ≤ 1. */
	factor: number;
	from: LocalDate;
	to?: LocalDate;
}
export interface SessionFact extends AboutPerson {
	type: 'session';
	id: string;
	start: Instant;
	end: Instant;
	violent?: Violent;
}
export interface TimerStartFact extends AboutPerson {
	type: 'timer-start';
	id: string;
}
export interface TimerStopFact extends Recorded {
	type: 'timer-stop';
	id: string;
	end?: Instant;
	violent?: Violent;
}
/** A running timer turns out to have been no exposure, so it never becomes a session. Of the server alone: a line of `replay` cannot say it. */
export interface TimerDropFact extends Recorded {
	type: 'timer-drop';
	id: string;
}
export interface DayTotalFact extends AboutPerson {
	type: 'day-total';
	id: string;
	date: LocalDate;
	/** 1–960. */
	minutes: number;
}
/** A day total has this date and these minutes from now on; one fact, so that no alert closes on the way from the old to the new. Of the server alone. */
export interface DayTotalCorrectedFact extends Recorded, Pick<DayTotalFact, 'id' | 'date' | 'minutes'> {
	type: 'day-total-corrected';
}
export interface AmendFact extends Recorded {
	type: 'amend';
	id: string;
	start: Instant;
	end: Instant;
}
export interface VoidFact extends Recorded {
	type: 'void';
	id: string;
}
export interface CheckInFact extends AboutPerson {
	type: 'check-in';
	instrument: InstrumentId;
	/** Exactly one of `answers` and `skipped` is there. */
	answers?: number[];
	skipped?: true;
	/**
	 * What was found when it was answered, where the answers before it, which decided with it, are gone: their time was over. Of the server alone.
	 */
	found?: Criterion | null;
}
/** A concern that prompted somebody, of which the answers are gone. That there was a prompt is kept longer. Of the server alone. */
export interface ConcernForgottenFact extends AboutPerson {
	type: 'concern-forgotten';
}
export interface SharingFact extends AboutPerson {
	type: 'sharing';
	prompt: boolean;
}
export interface ShareConcernFact extends AboutPerson {
	type: 'share-concern';
}
export interface ContactRequestFact extends AboutPerson {
	type: 'contact-request';
	when: 'today' | 'soon';
}
export interface AbsenceFact extends AboutPerson {
	type: 'absence';
	from: LocalDate;
	to: LocalDate;
}
/**
 * A person's absences are exactly these from now on: one was moved, shortened or taken back, also for dates that have passed. One fact, so
 * that no clock runs out on the way from the old dates to the new ones. Of the server alone: a line of `replay` cannot say it.
 */
export interface AbsencesCorrectedFact extends AboutPerson {
	type: 'absences-corrected';
	absences: { from: LocalDate; to: LocalDate }[];
}
/** The same of limit factors: exactly these are agreed from now on, because one ended early or was taken back. Of the server alone. */
export interface FactorsCorrectedFact extends AboutPerson {
	type: 'factors-corrected';
	factors: { factor: number; from: LocalDate; to: LocalDate | null }[];
}
export interface ConversationFact extends AboutPerson {
	type: 'conversation';
	/** The open alerts that it served; default none. */
	reasons?: Reason[];
}
export interface AppointmentFact extends AboutPerson {
	type: 'appointment';
	id: string;
	kind: AppointmentKind;
	due: LocalDate;
}
export interface AppointmentClosedFact extends Recorded {
	type: 'appointment-attended' | 'appointment-declined';
	id: string;
}
/** An open appointment is planned no longer: moved to another one, or entered by mistake. Of the server alone: a line of `replay` cannot say it. */
export interface AppointmentDropFact extends Recorded {
	type: 'appointment-drop';
	id: string;
}
export interface StepFact extends AboutPerson {
	type: PlainStep;
	reason: Reason;
}
export interface ResponseFact extends AboutPerson {
	type: 'response';
	reason: Reason;
	answer: Answer;
}
