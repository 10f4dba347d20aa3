import { beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { compareWithReplay, type Agreement, type Difference } from '#lib/server/replay/compare.ts';
import { storedFacts } from '#lib/server/stored-facts.ts';
import { memoryDb } from '../support/database.ts';
import { liveRandomMonth } from '../support/random-month.ts';

const seeds = (process.env.MONTHS ?? 'gannet,petrel,fulmar').split(',');

function compare(db: Db): Agreement & { different: Difference[] } {
	const different: Difference[] = [];
	return { ...compareWithReplay(db, (difference) => different.push(difference)), different };
}

describe('A random month of two teams', () => {
	const done = new Map<string, number>();
	const types = new Set<string>();

	test.each(seeds)('leaves the same behind as a replay of its facts (%s)', (seed) => {
		const db = memoryDb();
		for (const [name, times] of liveRandomMonth(db, seed)) done.set(name, (done.get(name) ?? 0) + times);
		const { different, findings, alertEvents } = compare(db);
		expect(different).toEqual([]);
		expect(Math.min(findings, alertEvents)).toBeGreaterThan(50);
		for (const { type } of storedFacts(db)) types.add(type);
	}, 300_000);

	test('held everything that can happen', () => {
		console.log(Object.fromEntries(done), [...types].sort());
	});
});
