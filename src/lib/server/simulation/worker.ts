import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { SimulationResult } from '#lib/domain/simulation-result.ts';
import type { Db } from '../db/connection.ts';
import type { PolicyInForce, Proposal } from './simulate.ts';

/** Runs one simulation in a thread of its own, with a connection of its own that can only read. */

export interface WorkerTask {
	/** The database file and its key; nothing else of the keys comes here. */
	file: string;
	fileKey: Uint8Array;
	proposal: Proposal;
	/** What it is compared with. */
	inForce: readonly PolicyInForce[];
	/** One Int32: anything but 0 ends the simulation. */
	stop: SharedArrayBuffer;
}

export type WorkerNews = { share: number } | { result: SimulationResult | null };

/** The least that there is: whoever asks for a page comes first. */
const nice = 19;
const newsEveryMs = 100;

const { file, fileKey, proposal, inForce, stop } = workerData as WorkerTask;
const say = (news: WorkerNews) => parentPort?.postMessage(news);

// On Linux this is about the calling thread; elsewhere it would slow down the server itself.
if (process.platform === 'linux') setPriority(nice);
// Loading the rules is work too, and comes after that.
const { simulate } = await import('./simulate.ts');

const db = open();
try {
	const stopped = new Int32Array(stop);
	let said = 0;
	const result = simulate(db, proposal, inForce, (share) => {
		if (performance.now() - said >= newsEveryMs) {
			said = performance.now();
			say({ share });
		}
		return Atomics.load(stopped, 0) === 0;
	});
	say({ result });
} finally {
	db.$client.close();
}

/**
 * A bare connection: whatever would need a person's key fails, because the simulator opens nothing that is sealed. Without the ORM, which takes
 * longer to load than a simulation takes.
 */
function open(): Db {
	const client = new Database(file, { readonly: true });
	client.pragma(`cipher = 'sqlcipher'`);
	client.pragma(`key = "x'${Buffer.from(fileKey).toString('hex')}'"`);
	for (const setting of ['busy_timeout = 5000', 'trusted_schema = OFF', 'temp_store = MEMORY', 'query_only = ON']) client.pragma(setting);
	return { $client: client } as unknown as Db;
}
