import { formatInstant } from '../time.ts';
import type { FactRule, Switch } from './rule.ts';

export const contactRequested: FactRule<'contact-requested', Switch> = {
	id: 'contact-requested',
	theme: 'contact',
	title: 'A request for contact',
	about: 'Somebody presses “contact”. Turned off, nobody would be told: please leave it on.',
	defaults: { on: true },
	parameters: {},
	source: '(ours): whoever asks for a person gets one',
	audience: 'alert',
	reason: 'contact',
	sentence: 'You asked to talk to somebody. They have been told.',
	when: 'fact',
	found: (_, fact) => (fact.type === 'contact-request' ? { period: formatInstant(fact.at) } : null)
};
