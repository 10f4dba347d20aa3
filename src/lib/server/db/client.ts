import { openDatabase, type Db } from './connection.ts';

let current: Db | undefined;

/** Opens the one database of the web server; called once, from `init`. @throws CannotOpen */
export function openClient(dataDir: string, databaseKey: string, migrations: string): Db {
	current ??= openDatabase(dataDir, databaseKey, migrations);
	return current;
}

/** The one database of the web server. @throws Error before {@link openClient} */
export function client(): Db {
	if (!current) throw new Error('the database is not open yet');
	return current;
}
