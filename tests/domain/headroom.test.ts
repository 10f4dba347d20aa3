import { expect, it, test } from 'vitest';
import { applyFact } from '../../src/lib/domain/engine.ts';
import { headroom } from '../../src/lib/domain/headroom.ts';
import { newPersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies, defaultPolicy } from '../../src/lib/domain/policy.ts';
import { at, fact, total, type Line } from './story.ts';

/** Wen in London after these facts. */
function wen(lines: Line[], startDate = '2020-01-01') {
	const state = newPersonState({ id: 'wen', zone: 'Europe/London', startDate }, at('2026-03-02T00:00Z'));
	for (const line of lines) applyFact(state, defaultPolicy, fact(line));
	return state;
}
const on = (date: string, minutes: number) => total('wen', date, minutes, `${date}T18:00:00Z`);
const roomOf = (lines: Line[], now: string, policy = defaultPolicy, startDate?: string) => headroom(wen(lines, startDate), policy, at(now));

test.each([
	[239, 'room'],
	[240, 'nearly'],
	[299, 'nearly'],
	[300, 'none'],
	[301, 'none']
])('at %d minutes today: %s', (minutes, room) => {
	expect(roomOf([on('2026-03-03', minutes)], '2026-03-03T19:00Z')).toEqual({ today: room, week: 'room' });
});

test.each([
	[1399, 'room'],
	[1400, 'nearly'],
	[1499, 'nearly'],
	[1500, 'none']
])('at %d minutes in seven days: %s', (minutes, room) => {
	const days = [on('2026-03-02', 700), on('2026-03-03', minutes - 700)];
	expect(roomOf(days, '2026-03-08T19:00Z')).toEqual({ today: 'room', week: room });
	expect(roomOf(days, '2026-03-09T19:00Z').week).toBe('room');
});

test.each([
	[119, 'room'],
	[120, 'nearly'],
	[150, 'none']
])('of a new starter at %d minutes: %s', (minutes, room) => {
	expect(roomOf([on('2026-03-03', minutes)], '2026-03-03T19:00Z', defaultPolicy, '2026-03-01').today).toBe(room);
});

it('sees nothing of a running timer', () => {
	const timer: Line = { at: '2026-03-03T09:00:00Z', type: 'timer-start', id: 't', person: 'wen' };
	expect(roomOf([timer], '2026-03-03T18:00Z').today).toBe('room');
});

it('leaves out what is switched off', () => {
	const lines = [on('2026-03-03', 900), on('2026-03-04', 900)];
	const off = (...rules: string[]) => combinePolicies({ rules: Object.fromEntries(rules.map((rule) => [rule, { on: false }])) });
	expect(roomOf(lines, '2026-03-04T19:00Z', off('day-limit', 'week-limit'))).toEqual({ today: 'nearly', week: 'nearly' });
	const none = off('day-limit', 'week-limit', 'day-action', 'week-action');
	expect(roomOf(lines, '2026-03-04T19:00Z', none)).toEqual({ today: 'room', week: 'room' });
});
