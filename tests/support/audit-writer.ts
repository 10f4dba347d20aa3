import { audit } from '#lib/server/audit.ts';
import { openDatabase } from '#lib/server/db/connection.ts';

/** A process of its own that writes so many audit entries, each in a transaction of its own. */
const [dataDir = '', migrations = '', times = '0'] = process.argv.slice(2);
const db = openDatabase(dataDir, '', migrations);
for (let n = 0; n < Number(times); n++) audit(db, { id: `writer-${process.pid}` }, { action: 'sign-in.in', detail: { n } }, Date.now());
db.$client.close();
db.keys.close();
