import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PolicyLayers } from '#lib/domain/policy-shown.ts';
import type { SimulationResult } from '#lib/domain/simulation-result.ts';
import { MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { errorCode, type Db } from '../db/connection.ts';
import type { PolicyInForce, Proposal } from './simulate.ts';
import type { WorkerNews, WorkerTask } from './worker.ts';

export type Progress =
	| { state: 'waiting' }
	/** From 0 to 1. */
	| { state: 'running'; share: number }
	| { state: 'stopped' }
	| { state: 'failed' }
	| { state: 'done'; result: SimulationResult };

/** A simulation that somebody asked for. It is held in memory alone, and forgotten an hour after it was asked for. */
export interface Run {
	readonly id: string;
	/** The form that it was asked for with. */
	readonly formId: string;
	readonly authorId: string;
	readonly startedAt: Instant;
	readonly proposal: Proposal;
	/** What the proposal would replace, as it was then. */
	readonly present: PolicyLayers;
	/** All policies then: what the proposal is compared with, however long it waits. */
	readonly inForce: readonly PolicyInForce[];
	progress: Progress;
	/** Tells the worker to end. */
	stop: Int32Array<SharedArrayBuffer>;
}

const keptMs = 60 * MS_PER_MINUTE;
/** The longest that a worker may take to end by itself, once told to. */
const patienceMs = 5_000;
const mostMegabytes = 768;
/** So much that it is seldom tidied up: the threads that do it have the server's own priority. */
const youngMegabytes = 48;
/** The server is started in the folder of the program, whose sources a build has beside it. */
const workerFile = () => resolve('src/lib/server/simulation/worker.ts');

const byDb = new WeakMap<Db, Map<string, Run>>();

/** All runs that are still known, by id, in the order in which they were asked for. */
export function runsOf(db: Db, now: Instant): Map<string, Run> {
	let runs = byDb.get(db);
	if (!runs) byDb.set(db, (runs = new Map()));
	for (const run of runs.values()) if (now - run.startedAt >= keptMs && !isGoingOn(run)) runs.delete(run.id);
	return runs;
}

/** Whether a run waits for its turn, or is under way. */
export const isGoingOn = ({ progress }: Pick<Run, 'progress'>) => progress.state === 'waiting' || progress.state === 'running';

/** Puts a run at the end of the queue; one at a time has a processor, because the server needs the others. */
export function addRun(db: Db, run: Omit<Run, 'progress' | 'stop'>): void {
	runsOf(db, run.startedAt).set(run.id, {
		...run,
		progress: { state: 'waiting' },
		stop: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
	});
	startNext(db, run.startedAt);
}

/** Ends a run that is going on; of any other nothing changes. The queue goes on once the worker has ended. */
export function stopRun(run: Run): void {
	if (!isGoingOn(run)) return;
	run.progress = { state: 'stopped' };
	Atomics.store(run.stop, 0, 1);
}

/** Databases whose worker has not ended yet. */
const busy = new WeakSet<Db>();

function startNext(db: Db, now: Instant): void {
	if (busy.has(db)) return;
	const next = [...runsOf(db, now).values()].find(({ progress }) => progress.state === 'waiting');
	if (!next) return;
	busy.add(db);
	next.progress = { state: 'running', share: 0 };
	void work(db, next).then((progress) => {
		busy.delete(db);
		if (isGoingOn(next)) next.progress = progress;
		startNext(db, now);
	});
}

/** @returns how it ended; never throws */
function work(db: Db, run: Run): Promise<Progress> {
	const workerData: WorkerTask = {
		...{ file: db.$client.name, fileKey: db.keys.fileKey, proposal: run.proposal, inForce: run.inForce },
		stop: run.stop.buffer
	};
	const worker = new Worker(workerFile(), {
		...{ workerData, env: {}, execArgv: [], name: 'simulation' },
		resourceLimits: { maxOldGenerationSizeMb: mostMegabytes, maxYoungGenerationSizeMb: youngMegabytes }
	});
	worker.unref();
	return new Promise((ended) => {
		let progress: Progress = { state: 'failed' };
		const impatient = setInterval(() => void (overdue(run) && worker.terminate()), 500).unref();
		worker.on('message', (news: WorkerNews) => {
			if ('share' in news) {
				if (run.progress.state === 'running') run.progress = { state: 'running', share: news.share };
			} else progress = news.result === null ? { state: 'stopped' } : { state: 'done', result: news.result };
		});
		// Without its message, which can quote what is stored.
		worker.on('error', (fault) => console.error(`A simulation could not be finished (${errorCode(fault)}).`));
		worker.on('exit', () => {
			clearInterval(impatient);
			ended(progress);
		});
	});
}

const toldToStop = new WeakMap<Run, number>();

function overdue(run: Run): boolean {
	if (Atomics.load(run.stop, 0) === 0) return false;
	const told = toldToStop.get(run) ?? performance.now();
	toldToStop.set(run, told);
	return performance.now() - told > patienceMs;
}
