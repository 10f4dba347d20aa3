import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { crash } from './crashing.ts';

/** `npm run test:crash -- --rounds 1000`: kills the built server so many times. `--seed` repeats who did what, and when it was killed. */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' }, seed: { type: 'string' } } });
const seed = values.seed ?? randomUUID();
const from = performance.now();
console.log(`seed ${seed}`);
const { kills, stored, again, agreed, letters, twice, shown, copies } = await crash(Number(values.rounds), seed, console.log);
console.log(
	`\n${kills} kills in ${((performance.now() - from) / 1000).toFixed(0)} s: all of ${stored} acknowledged forms are there once (${again} were answered only after a restart), ${agreed} findings and alert events agree with a replay, ${letters} e-mails arrived, ${twice} of them twice (at most one for each kill), the chat showed ${shown} posts, none of them twice (${copies} copies dropped by their id).`
);
process.exit(0);
