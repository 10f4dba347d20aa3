import { describe, expect, it, test } from 'vitest';
import { applyFact } from '../../src/lib/domain/engine.ts';
import { newPersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies, defaultPolicy } from '../../src/lib/domain/policy.ts';
import { headroom, todayFigures } from '../../src/lib/domain/today.ts';
import { at, fact, session, total, type Line } from './story.ts';

/** Wen in London after these facts. */
function wen(lines: Line[], startDate = '2020-01-01') {
	const state = newPersonState({ id: 'wen', zone: 'Europe/London', startDate }, at('2026-03-02T00:00Z'));
	for (const line of lines) applyFact(state, defaultPolicy, fact(line));
	return state;
}
const monday = session('wen', '2026-03-02T09:00:00Z', '2026-03-02T10:00:00Z');
const before = session('wen', '2026-03-03T09:00:00Z', '2026-03-03T09:20:00Z');
const timer: Line = { at: '2026-03-03T09:25:00Z', type: 'timer-start', id: 't', person: 'wen' };

describe("Wen's own screen", () => {
	it('says how long today, when the next break is, and how the week stands', () => {
		expect(todayFigures(wen([monday, before, timer]), defaultPolicy, at('2026-03-03T09:35Z'))).toEqual({
			date: '2026-03-03',
			today: { minutes: 30, actionMinutes: 240, limitMinutes: 300 },
			week: { minutes: 90, actionMinutes: 1400, limitMinutes: 1500 },
			timerRunning: true,
			stretch: { since: at('2026-03-03T09:00Z'), minutes: 30 },
			breakDueAt: at('2026-03-03T09:55Z'),
			days: [60, 30, 0, 0, 0, 0, 0].map((minutes, index) => ({ date: `2026-03-0${index + 2}`, minutes }))
		});
	});

	it('has no stretch after a break, and one while a pause is short', () => {
		const figures = (now: string) => todayFigures(wen([before]), defaultPolicy, at(now));
		expect(figures('2026-03-03T09:29:59Z').stretch).toEqual({ since: at('2026-03-03T09:00Z'), minutes: 20 });
		expect(figures('2026-03-03T09:30Z').stretch).toBeNull();
		expect(figures('2026-03-03T09:25Z').breakDueAt).toBeNull();
	});

	it('lowers the thresholds, not the minutes, for a new starter', () => {
		const { today, week } = todayFigures(wen([before], '2026-03-01'), defaultPolicy, at('2026-03-03T10:00Z'));
		expect(today).toEqual({ minutes: 20, actionMinutes: 120, limitMinutes: 150 });
		expect(week).toEqual({ minutes: 20, actionMinutes: 700, limitMinutes: 750 });
	});

	it('shows no threshold that is switched off', () => {
		const off = combinePolicies({ rules: { 'day-limit': { on: false }, 'break-due': { on: false } } });
		const figures = todayFigures(wen([before, timer]), off, at('2026-03-03T09:35Z'));
		expect(figures.today.limitMinutes).toBeNull();
		expect(figures.breakDueAt).toBeNull();
	});
});

describe('headroom', () => {
	test.each([
		[239, 'room'],
		[240, 'nearly'],
		[299, 'nearly'],
		[300, 'none'],
		[301, 'none']
	])('at %d minutes today: %s', (minutes, room) => {
		const state = wen([total('wen', '2026-03-03', minutes, '2026-03-03T18:00:00Z')]);
		expect(headroom(state, defaultPolicy, at('2026-03-03T19:00Z'))).toEqual({ today: room, week: 'room' });
	});

	it('sees nothing of a running timer', () => {
		expect(headroom(wen([{ ...timer, at: '2026-03-03T09:00:00Z' }]), defaultPolicy, at('2026-03-03T18:00Z')).today).toBe('room');
	});

	it('counts the seven days up to today', () => {
		const days = ['02', '03', '04', '05'].map((day) => total('wen', `2026-03-${day}`, 375, `2026-03-${day}T18:00:00Z`));
		expect(headroom(wen(days), defaultPolicy, at('2026-03-08T19:00Z'))).toEqual({ today: 'room', week: 'none' });
		expect(headroom(wen(days), defaultPolicy, at('2026-03-09T19:00Z')).week).toBe('room');
		const rulesOff = combinePolicies({ rules: { 'week-limit': { on: false }, 'week-action': { on: false } } });
		expect(headroom(wen(days), rulesOff, at('2026-03-08T19:00Z')).week).toBe('room');
	});
});
