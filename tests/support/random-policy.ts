import type { PolicyPatch } from '#lib/domain/policy.ts';
import { policyFields } from '#lib/domain/policy-fields.ts';
import { withValue, type FieldValue } from '#lib/domain/policy-values.ts';
import type { Random } from '#lib/server/sample/random.ts';

/** Whole hours, half hours, both sides of the date line; the clocks change in March in two of them. */
export const zones = ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kolkata'];

const office: FieldValue = [['09:00', '17:00']];
const around: FieldValue = [['00:00', '24:00']];
const split: FieldValue = [
	['05:30', '10:00'],
	['13:00', '24:00']
];

/** Values of each field but the switches; limits low enough to be passed in a month of two teams. */
const values: Record<string, readonly FieldValue[]> = {
	breakLength: [5, 10, 20],
	'rules.break-due.minutes': [20, 50, 90],
	'rules.break-missed.minutes': [60, 90],
	'rules.day-action.minutes': [120, 240],
	'rules.day-limit.minutes': [180, 300],
	'rules.day-over.minutes': [120, 240, 360],
	'rules.week-action.minutes': [700, 1400],
	'rules.week-limit.minutes': [600, 1500],
	'rules.fortnight-limit.minutes': [900, 3000],
	'rules.month-limit.minutes': [1200, 6000],
	'rules.days-in-row.days': [1, 6],
	'rules.late-exposure.after': ['16:00', '01:30'],
	'rules.ramp.factor': [1.1, 1.5],
	'rules.ramp.minutes': [120, 600],
	'rules.timer-forgotten.minutes': [45, 120],
	'rules.nothing-logged.days': [0, 1, 3],
	'rules.session-overdue.graceDays': [0, 2, 7],
	'rules.routine-conversation.days': [1, 7, 28],
	newStarter: [
		[],
		[
			{ days: 28, factor: 0.5 },
			{ days: 56, factor: 0.75 }
		],
		[{ days: 1000, factor: 0.9 }]
	],
	'alerts.quietDays': [0, 2, 7],
	'alerts.acknowledgeMinutes': [10, 480],
	'alerts.offerMinutes': [60, 960],
	'alerts.responseMinutes': [120, 2400],
	'alerts.followUpDays': [0, 3, 28],
	'alerts.contactSoonMinutes': [30, 240],
	'alerts.contactTodayAcknowledgeMinutes': [5, 60],
	'alerts.contactTodayOfferMinutes': [20, 240],
	'calendar.zone': zones,
	'calendar.holidays': [[], ['2026-03-17'], ['2026-03-09', '2026-03-10', '2026-03-30']],
	...Object.fromEntries(
		['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [`calendar.hours.${day}`, [office, [], around, split]])
	)
};

/** A policy of which each field that there is may be set. @throws Error for a field of which no values are listed here */
export function randomPatch(random: Random): PolicyPatch {
	let patch: PolicyPatch = {};
	for (const { path, kind } of policyFields) {
		// Off is what two of the rules are from the start.
		const choices = kind === 'switch' ? [true, true, true, true, false] : values[path];
		if (choices === undefined) throw new Error(`Which values may ${path} have in a random month?`);
		if (random.chance(0.6)) patch = withValue(patch, path, random.pick(choices));
	}
	return patch;
}
