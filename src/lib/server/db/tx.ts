import { AsyncLocalStorage } from 'node:async_hooks';
import { lt } from 'drizzle-orm';
import { diskFull, Refusal } from '../refusal.ts';
import { errorCode, type Db } from './connection.ts';
import { submissions } from './schema/people.ts';

/** A function body that a transaction takes: it must not return a Promise, because an async body would not be rolled back. */
type Synchronous<T> = T extends PromiseLike<unknown> ? never : T;

/**
 * Runs `fn` in one immediate transaction: all of it is stored, or nothing. Inside another transaction it is a part of that one,
 * and undone alone where it throws and somebody catches that.
 * @throws Refusal `full` where the disk (or the database's size limit) has no room; anything `fn` throws otherwise.
 */
export function withTx<T>(db: Db, fn: () => Synchronous<T>): T {
	let run = runners.get(db) as Runner | undefined;
	if (!run) runners.set(db, (run = db.$client.transaction((body: () => unknown) => body()).immediate));
	try {
		return run(fn) as T;
	} catch (error) {
		throw isFull(error) ? new Refusal('full', diskFull) : error;
	}
}

type Runner = (body: () => unknown) => unknown;
/** The driver makes four functions for each transaction that it is given: one is enough for all. */
const runners = new WeakMap<Db, Runner>();

interface Job {
	/** Does the work, in a part of its own, and keeps how it went. */
	run: () => void;
	/** Tells whoever waits how it went. */
	answer: () => void;
	fail: (error: unknown) => void;
}

const waiting = new WeakMap<Db, Job[]>();
const done = new WeakMap<Db, number>();

/** How many pieces of work {@link grouped} has written or refused in this process: what it grows by tells how much people are sending. */
export function groupedSoFar(db: Db): number {
	return done.get(db) ?? 0;
}

/** Turns of the event loop that a group waits at most while each brings further work. */
const mostTurns = 4;

/**
 * As {@link withTx}, together with what else arrives at this moment: the work of several requests is run one after the other in
 * one transaction, each as a part that is undone alone where it throws, and written to disk once. The Promise settles after that
 * and never before: whoever got an answer has it on disk. `fn` runs in the asynchronous context of its caller.
 * @throws Refusal `full`, everybody of the group, where there was no room; anything `fn` throws, only its own caller
 */
export function grouped<T>(db: Db, fn: () => Synchronous<T>): Promise<T> {
	const { promise, resolve, reject } = Promise.withResolvers<T>();
	const inContext = AsyncLocalStorage.bind(fn);
	const job: Job = {
		run() {
			try {
				const result = withTx(db, inContext);
				this.answer = () => resolve(result);
			} catch (error) {
				this.fail(error);
			}
		},
		answer() {},
		fail(error) {
			this.answer = () => reject(error);
		}
	};
	const others = waiting.get(db);
	if (others) others.push(job);
	else gather(db, [job]);
	return promise;
}

/** No timer: somebody alone waits for one empty turn of the event loop, which is microseconds. */
function gather(db: Db, jobs: Job[]): void {
	waiting.set(db, jobs);
	let turns = 0;
	let seen = 0;
	setImmediate(function turn() {
		if (jobs.length > seen && ++turns < mostTurns) {
			seen = jobs.length;
			return void setImmediate(turn);
		}
		waiting.delete(db);
		runTogether(db, jobs);
		done.set(db, groupedSoFar(db) + jobs.length);
		for (const job of jobs) job.answer();
	});
}

function runTogether(db: Db, jobs: readonly Job[]): void {
	try {
		withTx(db, () => {
			for (const job of jobs) {
				job.run();
				// SQLite gives a whole transaction up where the disk is full: what the others wrote is gone as well.
				if (!db.$client.inTransaction) throw new Refusal('full', diskFull);
			}
		});
	} catch (error) {
		for (const job of jobs) job.fail(error);
	}
}

/** Whether SQLite had no room to write. */
export function isFull(error: unknown): boolean {
	const code = errorCode(error);
	return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE' || code === 'ENOSPC' || code.startsWith('SQLITE_IOERR_SHMSIZE');
}

const keepSubmissionsMs = 7 * 86_400_000;

/**
 * Takes the id of a form made beforehand. True for the first time, false where the same form was already taken: a verb then
 * returns without writing. Call it inside the verb's transaction.
 * @param id a UUID out of the form
 */
export function firstTime(db: Db, id: string, personId: string | null, now: number): boolean {
	return db.insert(submissions).values({ id, personId, recordedAt: now }).onConflictDoNothing().run().changes > 0;
}

/** Forgets form ids older than a week; returns how many. */
export function forgetSubmissions(db: Db, now: number): number {
	return db
		.delete(submissions)
		.where(lt(submissions.recordedAt, now - keepSubmissionsMs))
		.run().changes;
}
