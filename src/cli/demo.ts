import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { CannotOpen } from '#lib/server/refusal.ts';
import { loadSample } from '#lib/server/sample/load.ts';
import { readSettings } from '#lib/server/settings.ts';
import { endUnexpectedly } from './unexpected.ts';

/** `npm run demo`: a data folder of its own with the sample organisation, who to sign in as, and the server. */

type SignIn = Awaited<ReturnType<typeof loadSample>>['signIn'];

const migrations = 'drizzle';

try {
	const { DATA_DIR, DATABASE_KEY } = readSettings(process.env);
	await prepare(DATA_DIR, DATABASE_KEY);
	printSignIns(DATA_DIR);
} catch (error) {
	if (!(error instanceof CannotOpen || (error instanceof Error && error.message.startsWith('The setting')))) endUnexpectedly(error);
	console.error(error.message);
	process.exit(1);
}
await import('./serve.ts');

async function prepare(dataDir: string, key: string): Promise<void> {
	if (existsSync(join(dataDir, 'breakwater.db'))) return load(dataDir, key);
	// Made beside it and renamed when complete, so that an interrupted start leaves no half sample behind.
	const making = `${resolve(dataDir)}.making`;
	rmSync(making, { recursive: true, force: true });
	await load(making, key);
	if (existsSync(dataDir) && readdirSync(dataDir).length === 0) rmdirSync(dataDir);
	if (existsSync(dataDir)) {
		throw new CannotOpen(
			`The folder ${dataDir} holds other things. Set DATA_DIR to a folder that is empty or not there yet. Nothing in it was changed.`
		);
	}
	renameSync(making, dataDir);
}

/** Loads the sample where the database has no organisation yet. */
async function load(dataDir: string, key: string): Promise<void> {
	const db = openDatabase(dataDir, key, migrations);
	try {
		if (hasOrganisation(db)) return;
		console.log('Breakwater: making the sample organisation, 90 days of it.');
		const { signIn } = await loadSample(db, Date.now());
		writeFileSync(signInFile(dataDir), JSON.stringify(signIn, null, '\t'), { mode: 0o600 });
	} finally {
		db.$client.close();
		db.keys.close();
	}
}

function hasOrganisation(db: Db): boolean {
	return db.select({ id: organisation.id }).from(organisation).get() !== undefined;
}

function printSignIns(dataDir: string): void {
	if (!existsSync(signInFile(dataDir))) {
		console.log(`The organisation in ${dataDir} is not the sample: it is served as it is.`);
		return;
	}
	const people = JSON.parse(readFileSync(signInFile(dataDir), 'utf8')) as SignIn;
	const wide = (pick: (person: SignIn[number]) => string) => Math.max(...people.map((person) => pick(person).length));
	const [email, password] = [wide((person) => person.email), wide((person) => person.password)];
	console.log('All of these people are made up. Sign in as:');
	for (const person of people) console.log(`  ${person.email.padEnd(email)}  ${person.password.padEnd(password)}  ${person.as}`);
}

function signInFile(dataDir: string): string {
	return join(dataDir, 'sample-sign-ins.json');
}
