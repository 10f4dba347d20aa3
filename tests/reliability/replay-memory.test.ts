import { spawnSync } from 'node:child_process';
import { createWriteStream, closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/app.ts';
import { manyFacts } from '../support/many-facts.ts';

const program = fileURLToPath(new URL('../../src/cli/replay.ts', import.meta.url));

/** Facts of 1,000 people, and the heap in MB in which their state has room, but not the facts themselves. */
const runs: readonly (readonly [number, number])[] = [process.env.BREAKWATER_LONG ? [1_000_000, 256] : [100_000, 64]];

function* lines(count: number): Generator<string> {
	for (const line of manyFacts(count, 1000)) yield `${line}\n`;
}

test.each(runs)('replay goes through %i facts in a heap of %i MB', async (count, heap) => {
	const folder = temporaryFolder('many');
	const [facts, printed] = [join(folder, 'facts.jsonl'), join(folder, 'printed.jsonl')];
	await pipeline(Readable.from(lines(count)), createWriteStream(facts));
	const out = openSync(printed, 'w');
	const { status, stderr } = spawnSync(process.execPath, [`--max-old-space-size=${heap}`, program, '--facts', facts], {
		stdio: ['ignore', out, 'pipe'],
		encoding: 'utf8'
	});
	closeSync(out);
	expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
	// More than the four megabytes that are kept in memory before they go to a file.
	expect(statSync(printed).size).toBeGreaterThan(count > 500_000 ? 16_000_000 : 1_000_000);
});
