import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { CannotOpen } from '#lib/server/refusal.ts';

/** A second server that starts again and again while another one rotates the keys: it makes a person key, tells of it and ends. */

const [, , dataDir = '', from = '0'] = process.argv;

for (let next = Number(from); ; next++) {
	const db = open();
	if (db) {
		process.stdout.write(`joined ${next} ${db.keys.personKey(`person ${next}`).toString('hex')}\n`);
		db.$client.close();
		db.keys.close();
	}
	// Long enough that the other one has the database to itself now and then.
	await sleep(100 + Math.random() * 200);
}

function open(): Db | null {
	try {
		return openDatabase(dataDir, '', 'drizzle');
	} catch (error) {
		const isBusy = error instanceof CannotOpen && error.why === 'busy';
		process.stdout.write(`${isBusy ? 'waited' : `refused: ${String(error)}`}\n`);
		return null;
	}
}
