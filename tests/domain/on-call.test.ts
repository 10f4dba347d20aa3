import { expect, it } from 'vitest';
import { onCallAmong, type Listed } from '#lib/domain/on-call.ts';

/** `Mara>Jonas` has handed over to Jonas; put on the list before that, those with a plus as it happened, those with a star afterwards. */
const list = (...entries: string[]): Listed[] =>
	entries.map((entry) => {
		const [name = '', to] = entry.split('>');
		const since = { '*': 20, '+': 10 }[name.at(-1) ?? ''] ?? 0;
		return { id: name.replace(/[*+]/, ''), since, handedTo: to ?? null, handedAt: to ? 10 : null };
	});

it.each<[string, Listed[], string[], string]>([
	['nobody has handed over: everybody', list('Mara', 'Jonas', 'Nell'), [], 'Mara Jonas Nell'],
	['Mara handed over to Jonas', list('Mara>Jonas', 'Jonas', 'Nell'), [], 'Jonas Nell'],
	['… who handed on to Nell', list('Mara>Jonas', 'Jonas>Nell', 'Nell'), [], 'Nell'],
	['… who is away: Mara and Jonas again', list('Mara>Jonas', 'Jonas>Nell', 'Nell'), ['Nell'], 'Mara Jonas Nell'],
	['handed on by somebody who is away by now', list('Mara>Jonas', 'Jonas>Nell', 'Nell'), ['Jonas'], 'Nell'],
	['Jonas is away: Mara again', list('Mara>Jonas', 'Jonas'), ['Jonas'], 'Mara Jonas'],
	['Jonas was taken off the list: Mara again', list('Mara>Jonas', 'Nell'), [], 'Mara Nell'],
	['Jonas was put on the list again since: Mara stays on call', list('Mara>Jonas', 'Jonas*'), [], 'Mara Jonas'],
	['Jonas was put on the list at that very instant: he has taken over', list('Mara>Jonas', 'Jonas+'), [], 'Jonas'],
	['two who handed over to each other: both', list('Mara>Jonas', 'Jonas>Mara'), [], 'Mara Jonas'],
	['and whoever handed over to one of them', list('Nell>Mara', 'Mara>Jonas', 'Jonas>Mara'), [], 'Nell Mara Jonas'],
	['an empty list', [], [], '']
])('%s', (_, entries, away, expected) => {
	expect(onCallAmong(entries, (id) => !away.includes(id)).join(' ')).toBe(expected);
});
