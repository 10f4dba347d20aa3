import type { Writable } from 'node:stream';
import type { Instant } from '#lib/domain/time.ts';
import { errorCode } from './db/connection.ts';
import { goingNow, shownGoing, type Going } from './retention-due.ts';
import { CannotOpen } from './refusal.ts';
import { readFrom } from './replay/open-to-read.ts';
import { durationFields, retentionInForce, type Durations } from './retention.ts';
import { readSettings } from './settings.ts';

export interface Surroundings {
	args: readonly string[];
	env: Record<string, string | undefined>;
	/** Folder of the database's migrations: they say of which version it has to be. */
	migrations: string;
	out: Writable;
	error: Writable;
	now: Instant;
}

const options = durationFields.map(({ name, unit, least, most }) => `  --${name}=N  ${unit} (${least} to ${most})`);
const help = `npm run -s records -- --dry-run

Says how much of each class the next daily run would take away: numbers, never names, and rounded down to tens. Nothing is changed; a server may be running.
With other times than those in force:
${options.join('\n')}
`;

const labels: Record<keyof Going, string> = {
	records: 'people who left long enough ago',
	answers: 'check-ins',
	words: 'private words',
	access: 'entries of who has looked',
	shortLived: 'links and messages that are over',
	held: 'people kept by a legal hold'
};

/**
 * `npm run -s records -- --dry-run`. The run itself is the server's alone.
 * @returns the exit status: 0; 1 where the database cannot be read; 2 for what was given and cannot be
 */
export function recordsCommand({ args, env, migrations, out, error, now }: Surroundings): 0 | 1 | 2 {
	if (args.includes('--help')) return (out.write(help), 0);
	const given = timesIn(args);
	if (given === null) return (error.write(help), 2);
	try {
		const { DATA_DIR, DATABASE_KEY } = readSettings(env);
		const going = readFrom(DATA_DIR, DATABASE_KEY, migrations, (db) =>
			shownGoing(goingNow(db, { ...retentionInForce(db), ...given }, now))
		);
		for (const [name, label] of Object.entries(labels))
			out.write(`${String(going[name as keyof Going] ?? 'under 10').padStart(8)}  ${label}\n`);
		return 0;
	} catch (fault) {
		error.write(`${fault instanceof CannotOpen ? fault.message : `The database cannot be read (${errorCode(fault)}).`}\n`);
		return 1;
	}
}

/** Null where something else was given than `--dry-run` and times that can be. */
function timesIn(args: readonly string[]): Partial<Durations> | null {
	if (!args.includes('--dry-run')) return null;
	const times: Partial<Durations> = {};
	for (const arg of args.filter((each) => each !== '--dry-run')) {
		const [, name, digits] = /^--(\w+)=(\d{1,3})$/.exec(arg) ?? [];
		const field = durationFields.find((each) => each.name === name);
		const value = Number(digits);
		if (!field || value < field.least || value > field.most) return null;
		times[field.name] = value;
	}
	return times;
}
