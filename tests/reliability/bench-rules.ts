import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/app.ts';
import { workingDays } from '../support/working-days.ts';
import { benchHistory } from './bench-history.ts';
import { benchScheduler } from './bench-scheduler.ts';
import { benchSimulator } from './bench-simulator.ts';

/**
 * `npm run bench:rules`: how fast the rules are. One new session for people with short and with long histories; the replay command, as it
 * is called, on 1,000 people and 90 days; requests beside a simulation; the start of the scheduler over 100,000 people. Not a test: it prints figures.
 */

const people = Number(process.env['BENCH_REPLAY_PEOPLE'] ?? 1000);
const days = Number(process.env['BENCH_REPLAY_DAYS'] ?? 90);
const runs = Number(process.env['BENCH_REPLAY_RUNS'] ?? 5);
const program = fileURLToPath(new URL('../../src/cli/replay.ts', import.meta.url));
/** Makes a process say at its end how much processor time it used. */
const saying = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write(String((user+system)/1e6))})`;

console.log(`${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)} at the start (other programs make everything slower).`);
benchHistory();
await benchReplay();
await benchSimulator();
await benchScheduler();

/** The command in a process of its own: starting, reading, checking, evaluating, writing. */
async function benchReplay(): Promise<void> {
	const folder = temporaryFolder('bench-replay');
	const [facts, none] = [join(folder, 'facts.jsonl'), join(folder, 'none.jsonl')];
	const count = write(facts, workingDays(people, days));
	writeFileSync(none, '');
	console.log(`npm run -s replay: ${count} facts of ${people} people and ${days} days`);
	const [starts, all]: [Took[], Took[]] = [[], []];
	for (let run = 0; run < runs; run++) {
		starts.push(await replay(none, join(folder, 'printed')));
		all.push(await replay(facts, join(folder, 'printed')));
	}
	const [start, took] = [middle(starts.map(({ seconds }) => seconds)), middle(all.map(({ seconds }) => seconds))];
	const rate = (seconds: number) => Math.round(count / seconds).toLocaleString('en');
	console.log(`  ${rate(took)} facts a second (median of ${all.map(({ seconds }) => rate(seconds)).join(', ')}; to reach: 50,000)`);
	console.log(`  ${rate(took - start)} without the ${start.toFixed(2)} s in which it starts`);
	const processor = middle(all.map(({ processor }) => processor));
	console.log(`  ${rate(processor)} per second of processor time (what counts where other programs keep the machine busy)`);
}

interface Took {
	seconds: number;
	/** Seconds of processor time. */
	processor: number;
}

/** Runs the command; its output goes to a file. @throws Error where it does not end well */
function replay(facts: string, printed: string): Promise<Took> {
	const out = openSync(printed, 'w');
	const from = performance.now();
	const command = spawn(process.execPath, ['--import', saying, program, '--facts', facts], { stdio: ['ignore', out, 'pipe'] });
	let said = '';
	command.stderr?.on('data', (chunk) => (said += String(chunk)));
	return new Promise((resolve, reject) => {
		command.on('close', (status) => {
			closeSync(out);
			if (status === 0) resolve({ seconds: (performance.now() - from) / 1000, processor: Number(said) });
			else reject(new Error(`the command ended with ${status}: ${said}`));
		});
	});
}

/** Writes lines; returns how many. */
function write(file: string, lines: Iterable<string>): number {
	const handle = openSync(file, 'w');
	let count = 0;
	let held: string[] = [];
	for (const line of lines) {
		count++;
		if (held.push(`${line}\n`) < 10_000) continue;
		writeSync(handle, held.join(''));
		held = [];
	}
	writeSync(handle, held.join(''));
	closeSync(handle);
	return count;
}

function middle(numbers: readonly number[]): number {
	return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}
