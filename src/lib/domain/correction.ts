import { correctAlert } from './alert-events.ts';
import { dateValue } from './evaluation.ts';
import type { Evidence, Output } from './output.ts';
import { dateRules } from './rules/list.ts';
import type { Moment } from './rules/rule.ts';
import { epochDay, mondayOf } from './time.ts';

/** Whether a finding of a date rule still holds under the policy, factors and zone now in force. */
function stillHolds(moment: Moment, { rule: id, period }: Evidence): boolean {
	const rule = dateRules.find((each) => each.id === id);
	if (rule === undefined) return true;
	if (rule.period === 'date') return dateValue(moment, rule, epochDay(period)) !== null;
	const monday = mondayOf(period);
	for (let day = monday; day <= Math.min(monday + 6, moment.today); day++) {
		if (dateValue(moment, rule, day) !== null) return true;
	}
	return false;
}

/** After an entry was amended, corrected or voided: an exposure alert that nobody has acted on closes itself when none of its findings holds any more. */
export function correct(moment: Moment, out: Output[]): void {
	const alert = moment.state.alerts.exposure;
	if (alert === undefined || (alert.state !== 'raised' && alert.state !== 'acknowledged')) return;
	if (!alert.evidence.some((evidence) => stillHolds(moment, evidence))) correctAlert(moment, alert, out);
}
