import type { Criterion } from './concern.ts';
import type { Reason } from './facts.ts';
import type { RuleId } from './rules/list.ts';
import { formatInstant, type Instant } from './time.ts';

/** Who learns of a finding: the person alone, the lead's Monday list, a supervisor; `private`: a concern that stays with the person. */
export type Audience = 'notice' | 'review' | 'alert' | 'private';

/** A rule fired for a person at an instant. */
export interface FindingEvent {
	kind: 'finding';
	at: Instant;
	person: string;
	rule: RuleId;
	/** Date, ISO week, instant or id: see the rule. */
	period: string;
	/** Minutes (at most three decimals) or a count of days; absent for rules about neither. */
	value?: number;
	criterion?: Criterion;
	shared?: boolean;
	audience: Audience;
}

export type AlertEventName = 'raised' | 'evidence' | 'renewed' | 'quieted' | 'unanswered' | 'escalated' | 'corrected' | 'closed';

/** The finding behind an alert event. */
export interface Evidence {
	rule: RuleId;
	period: string;
}

/** Something happened to the alert of a person and reason. */
export interface AlertEvent {
	kind: 'alert';
	at: Instant;
	person: string;
	reason: Reason;
	event: AlertEventName;
	level: number;
	/** The finding that raised, renewed, was quieted or is evidence; for `corrected` all that no longer hold (they may fire again). */
	causes?: Evidence[];
}

export type Output = FindingEvent | AlertEvent;

/** Order of output at one instant: person, then rule or event name; what is equal keeps the order in which it happened. */
export function compareOutputs(a: Output, b: Output): number {
	if (a.at !== b.at) return a.at - b.at;
	if (a.person !== b.person) return a.person < b.person ? -1 : 1;
	const nameA = a.kind === 'finding' ? a.rule : a.event;
	const nameB = b.kind === 'finding' ? b.rule : b.event;
	if (nameA === nameB) return 0;
	return nameA < nameB ? -1 : 1;
}

/** The JSON object that replay prints for an output, keys in the documented order. */
export function formatOutput(output: Output): Record<string, string | number | boolean> {
	const { person } = output;
	const at = formatInstant(output.at);
	if (output.kind === 'alert') {
		return { at, person, reason: output.reason, event: output.event, level: output.level };
	}
	const printed: Record<string, string | number | boolean> = { at, person, rule: output.rule, period: output.period };
	if (output.value !== undefined) printed['value'] = output.value;
	if (output.criterion !== undefined) printed['criterion'] = output.criterion;
	if (output.shared !== undefined) printed['shared'] = output.shared;
	return printed;
}
