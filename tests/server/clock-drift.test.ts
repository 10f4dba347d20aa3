import { expect, it } from 'vitest';
import { watchDrift } from '#lib/server/clock-drift.ts';

it('a program that is busy for long sees no jump of the clock: both clocks are read at the same moment', async () => {
	const drift = watchDrift(
		() => Date.now(),
		() => performance.now()
	);
	const timer = new Promise((resolve) => setTimeout(resolve, 5));
	const until = performance.now() + 1500;
	while (performance.now() < until);
	await timer;
	expect(Math.abs(drift())).toBeLessThan(100);
});

it('a clock that is set, and a machine that stood still, are a drift: once, and by as much', () => {
	let [wall, passed] = [1_000_000, 500];
	const drift = watchDrift(
		() => wall,
		() => passed
	);
	[wall, passed] = [wall + 60_000, passed + 60_000];
	expect(drift()).toBe(0);
	wall += 3_600_000;
	expect(drift()).toBe(3_600_000);
	expect(drift()).toBe(0);
	wall -= 7_200_000;
	expect(drift()).toBe(-7_200_000);
});
