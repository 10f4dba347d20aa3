import type Database from 'better-sqlite3';

/** Whether something is being read at this moment: the driver asks nothing else then. */
export function isReading(client: Database.Database): boolean {
	try {
		client.pragma('busy_timeout');
		return false;
	} catch (error) {
		if (error instanceof TypeError) return true;
		throw error;
	}
}
