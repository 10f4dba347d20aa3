import type { Db } from './connection.ts';
import { isReading } from './reading-now.ts';

/**
 * Copies the log of changes (WAL) back into the file and cuts it to nothing: what was deleted stands in it as it was until then. Waits for nobody.
 * @returns false, with nothing harmed, where somebody reads at this moment: then it is tried again later
 */
export function emptyLog({ $client: client }: Db): boolean {
	if (client.memory) return true;
	if (isReading(client)) return false;
	const patience = Number(client.pragma('busy_timeout', { simple: true }));
	client.pragma('busy_timeout = 0');
	try {
		return client.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;
	} finally {
		client.pragma(`busy_timeout = ${patience}`);
	}
}
