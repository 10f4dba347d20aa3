import { formatInstant } from '../time.ts';
import type { FactRule, Switch } from './rule.ts';

export const concernShared: FactRule<'concern-shared', Switch> = {
	id: 'concern-shared',
	theme: 'contact',
	title: 'A concern that somebody shared',
	about: 'Somebody presses “share” for once.',
	defaults: { on: true },
	parameters: {},
	source: '(ours): nothing a person presses is swallowed, so nobody can switch it off',
	audience: 'alert',
	reason: 'concern',
	sentence: 'You shared a concern. They have been told.',
	when: 'fact',
	found: (_, fact) => (fact.type === 'share-concern' ? { period: formatInstant(fact.at) } : null)
};
