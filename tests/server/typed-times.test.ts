import { describe, expect, test } from 'vitest';
import { checkSpan, clockInstantOf, sessionTimes, whichOf } from '#lib/server/typed-times.ts';
import { refusalOf } from '../support/exposure.ts';

const at = (text: string) => Date.parse(text);
const london = 'Europe/London';
// London's clocks go back on 25 October 2026 at 02:00 and went forward on 29 March 2026 at 01:00.
const typed = (date: string, start: string, end: string, more = {}) => ({ date, start, end, ...more });

describe('times as typed', () => {
	test('are those of the person’s zone', () => {
		expect(sessionTimes('Asia/Tokyo', typed('2026-11-16', '09:00', '10:30'))).toEqual({
			start: at('2026-11-16T00:00:00Z'),
			end: at('2026-11-16T01:30:00Z')
		});
	});

	test('an end before the start is the next day’s', () => {
		expect(sessionTimes(london, typed('2026-11-16', '22:30', '01:15'))).toEqual({
			start: at('2026-11-16T22:30:00Z'),
			end: at('2026-11-17T01:15:00Z')
		});
	});

	test('a skipped time says what it became', () => {
		const { fields } = refusalOf(() => sessionTimes(london, typed('2026-03-29', '01:30', '03:00')));
		expect(fields).toEqual({ start: expect.stringContaining('01:30 was skipped and became 02:30') });
		expect(refusalOf(() => sessionTimes(london, typed('2026-03-29', '00:30', '01:15'))).fields).toHaveProperty('end');
		expect(refusalOf(() => sessionTimes(london, typed('2026-03-28', '23:30', '01:15'))).fields).toHaveProperty('end');
	});

	test('a doubled start asks which, and takes either answer', () => {
		const night = typed('2026-10-25', '01:30', '03:00');
		expect(refusalOf(() => sessionTimes(london, night)).fields).toEqual({
			start: expect.stringContaining('came twice'),
			startWhich: '01:30'
		});
		expect(sessionTimes(london, { ...night, startWhich: 'first' }).start).toBe(at('2026-10-25T00:30:00Z'));
		expect(sessionTimes(london, { ...night, startWhich: 'second' }).start).toBe(at('2026-10-25T01:30:00Z'));
	});

	test('a doubled end asks which, on the day of the start or the next one', () => {
		for (const night of [typed('2026-10-25', '00:30', '01:45'), typed('2026-10-24', '23:30', '01:45')]) {
			expect(refusalOf(() => sessionTimes(london, night)).fields).toHaveProperty('endWhich');
			expect(sessionTimes(london, { ...night, endWhich: 'first' }).end).toBe(at('2026-10-25T00:45:00Z'));
			expect(sessionTimes(london, { ...night, endWhich: 'second' }).end).toBe(at('2026-10-25T01:45:00Z'));
		}
	});

	test('from the first 01:50 to the second 01:10 is twenty minutes of the same night', () => {
		const night = typed('2026-10-25', '01:50', '01:10', { startWhich: 'first', endWhich: 'second' });
		expect(sessionTimes(london, night)).toEqual({ start: at('2026-10-25T00:50:00Z'), end: at('2026-10-25T01:10:00Z') });
	});

	test('an answer to a question that was not asked changes nothing', () => {
		expect(sessionTimes(london, typed('2026-11-16', '09:00', '10:00', { startWhich: 'second', endWhich: 'first' })).start).toBe(
			at('2026-11-16T09:00:00Z')
		);
	});

	test('an entry’s own time left as shown keeps its seconds, and which of two it was', () => {
		const kept = { start: at('2026-10-25T01:30:20Z'), end: at('2026-10-25T03:00:40Z') };
		expect(sessionTimes(london, typed('2026-10-25', '01:30', '03:00'), kept)).toEqual(kept);
		expect(whichOf(london, kept.start)).toBe('second');
		expect(whichOf(london, kept.end)).toBeNull();
		expect(sessionTimes(london, typed('2026-10-25', '01:30', '03:00', { startWhich: 'first' }), kept).start).toBe(
			at('2026-10-25T00:30:00Z')
		);
	});

	test('a single clock time is resolved alike', () => {
		expect(clockInstantOf(london, '2026-10-25', '01:30', 'second', 'end')).toBe(at('2026-10-25T01:30:00Z'));
		expect(refusalOf(() => clockInstantOf(london, '2026-03-29', '01:30', null, 'end')).fields).toHaveProperty('end');
	});
});

test('an end taken as the next day’s that makes it too long says both', () => {
	const refusal = refusalOf(() => checkSpan(london, at('2026-11-15T10:00:00Z'), at('2026-11-16T09:00:00Z'), at('2026-11-16T12:00:00Z')));
	expect(refusal.fields.end).toContain('23 h');
	expect(refusal.fields.end).toContain('next day');
});
