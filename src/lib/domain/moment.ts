import { measuresOf } from './measures.ts';
import type { PersonState } from './person-state.ts';
import type { Policy } from './policy.ts';
import type { Moment } from './rules/rule.ts';
import type { Instant } from './time.ts';

/** What conditions look at for a person, with the policy of their home team, at `now`. */
export function momentOf(state: PersonState, policy: Policy, now: Instant): Moment {
	const measures = measuresOf(state);
	return { state, measures, policy, now, today: measures.days.of(now) };
}
