import type { AppointmentKind } from '#lib/domain/facts.ts';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import type { AppointmentRow } from './appointments.ts';
import { dateWords, localDate } from './local-time.ts';
import { shortDay } from './prompt-words.ts';

export const kindWords: Record<AppointmentKind, string> = { counselling: 'Counselling', assessment: 'Psychological assessment' };

/** `due today`, `due Thursday 3 December`, `was due Monday 2 November`. */
export function dueOf({ due }: Pick<AppointmentRow, 'due'>, today: LocalDate): string {
	const near = due === today ? 'today' : dateWords(due, today);
	return due < today ? `was due ${near}` : `due ${near}`;
}

const outcomes: Record<NonNullable<AppointmentRow['outcome']>, string> = {
	attended: 'Attended',
	declined: 'Declined',
	moved: 'Moved to another date',
	withdrawn: 'Taken off, entered by mistake'
};

/** `Attended, recorded 17 November by Edda Quill`. @param by name of who recorded it, or `you`; null is left out */
export function outcomeWords(
	{ outcome, outcomeAt }: Pick<AppointmentRow, 'outcome' | 'outcomeAt'>,
	zone: string,
	now: Instant,
	by: string | null = null
): string {
	if (outcome === null || outcomeAt === null) return '';
	const recorded = `recorded ${shortDay(localDate(zone, outcomeAt), localDate(zone, now))}`;
	return `${outcomes[outcome]}, ${recorded}${by === null ? '' : ` by ${by}`}`;
}
