import { criterionMet } from '../concern.ts';
import { formatInstant } from '../time.ts';
import type { FactRule, Switch } from './rule.ts';

export const concern: FactRule<'concern', Switch> = {
	id: 'concern',
	theme: 'contact',
	title: 'A check-in that suggests a conversation might help',
	about: 'The answers meet a published cut-off, or of the pulse our own.',
	defaults: { on: true },
	parameters: {},
	source: 'cut-offs of WHO-5, PHQ-4 and ProQOL 5; of the pulse (ours)',
	// Only where the person has named somebody whom it may prompt; else it stays with the person.
	audience: 'alert',
	reason: 'concern',
	sentence: 'A conversation might help. You decide with whom.',
	when: 'fact',
	found: ({ state }, fact) => {
		if (fact.type === 'concern-forgotten') return { period: formatInstant(fact.at), shared: true };
		if (fact.type !== 'check-in' || fact.answers === undefined) return null;
		const criterion = fact.found === undefined ? criterionMet(fact.instrument, fact.answers, state) : fact.found;
		return criterion === null ? null : { period: formatInstant(fact.at), criterion, shared: state.prompt };
	}
};
