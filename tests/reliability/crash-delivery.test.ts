import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { crash } from './crashing.ts';

const rounds = process.env.BREAKWATER_LONG === '1' ? 200 : 30;

test(
	`killed ${rounds} times at random: what was acknowledged is there once, every prompt is there, every letter arrives`,
	{ timeout: rounds * 20_000 },
	async () => {
		const figures = await crash(rounds, randomUUID());
		expect(figures.kills).toBeGreaterThanOrEqual(rounds);
		expect(figures.stored).toBeGreaterThan(rounds);
		expect(figures.letters).toBeGreaterThan(rounds / 2);
		expect(figures.shown).toBeGreaterThan(rounds / 2);
		expect(figures.agreed).toBeGreaterThan(figures.letters / 10);
	}
);
