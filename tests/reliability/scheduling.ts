import { openDatabase } from '#lib/server/db/connection.ts';
import { startScheduler } from '#lib/server/scheduler.ts';
import { breakDueAt } from '../support/crowd.ts';

/**
 * `node tests/reliability/scheduling.ts DATA_DIR`: what a server does to a database where nobody is signed in. A line `PERSON DUE` on
 * standard input starts a timer whose break is due then (UTC ms), and is answered when it is stored. Ends cleanly at SIGTERM.
 */
const db = openDatabase(process.argv[2] ?? '', '', 'drizzle');
const scheduler = startScheduler(db);
process.on('SIGTERM', () => {
	scheduler.stop();
	db.$client.close();
	db.keys.close();
	process.exit(0);
});
console.log('ready');
for await (const line of process.stdin) {
	const [personId = '', due] = String(line).trim().split(' ');
	breakDueAt(db, personId, Number(due));
	console.log('stored');
}
