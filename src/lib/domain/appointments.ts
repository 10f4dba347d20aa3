import type { AppointmentKind } from './facts.ts';
import { addDays, type LocalDate } from './time.ts';

export const appointmentKinds: readonly AppointmentKind[] = ['counselling', 'assessment'];

/** How often each kind is offered, in days, and by whose practice: IWF offers counselling monthly and a full assessment yearly. */
export const intervalDays: Readonly<Record<AppointmentKind, number>> = { counselling: 28, assessment: 365 };

/** The date on which the next one is due after one on `date`. */
export function nextAppointment(kind: AppointmentKind, date: LocalDate): LocalDate {
	return addDays(date, intervalDays[kind]);
}
