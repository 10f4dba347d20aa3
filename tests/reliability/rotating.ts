import { openDatabase } from '#lib/server/db/connection.ts';
import { watchForRotation } from '#lib/server/key-rotation.ts';

/** A process that stores one row after the other and tells of each once it is stored, while it looks out for a rotation of the keys. */

const [, , dataDir = '', from = '0'] = process.argv;
const db = openDatabase(dataDir, process.env.DATABASE_KEY ?? '', 'drizzle');
const insert = db.$client.prepare('insert into employers (id, name, created_at) values (?, ?, 0)');
watchForRotation(db, dataDir, process.env.DATABASE_KEY ?? '', console.log);

let next = Number(from);
setInterval(() => {
	insert.run(`row ${next}`, `Row ${next}`);
	db.keys.personKey(`person ${next}`);
	process.stdout.write(`stored ${next}\n`);
	next++;
}, 5);
