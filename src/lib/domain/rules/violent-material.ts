import { isoWeekOfDay } from '../time.ts';
import type { FactRule, Switch } from './rule.ts';

export const violentMaterial: FactRule<'violent-material', Switch> = {
	id: 'violent-material',
	theme: 'contact',
	title: 'A session marked as violent',
	about:
		'Somebody says of a session that the material was violent: they are offered a check-in and a word with a peer, once a week at most.',
	defaults: { on: true },
	parameters: {},
	source: 'Mitchell 2023: violent material goes with harm, hours hardly do',
	audience: 'notice',
	reason: null,
	sentence: 'Violent material weighs more. A short check-in or a word with a peer might help, if you like.',
	when: 'fact',
	found: ({ state, measures }, fact) => {
		if ((fact.type !== 'session' && fact.type !== 'timer-stop') || fact.violent !== 'yes') return null;
		const start = fact.type === 'session' ? fact.start : state.timer?.start;
		return start === undefined ? null : { period: isoWeekOfDay(measures.days.of(start)) };
	}
};
