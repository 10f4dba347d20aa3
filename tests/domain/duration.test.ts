import { expect, test } from 'vitest';
import { durationWords } from '#lib/domain/duration.ts';

test.each([
	[0, '0 min'],
	[-3, '0 min'],
	[0.99, '0 min'],
	[59.9, '59 min'],
	[60, '1 h'],
	[66, '1 h 06'],
	[168, '2 h 48'],
	[1500, '25 h']
])('%s minutes are "%s"', (minutes, words) => {
	expect(durationWords(minutes)).toBe(words);
});
