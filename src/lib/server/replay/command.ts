import type { Writable } from 'node:stream';
import { formatOutput } from '#lib/domain/output.ts';
import { defaultPolicy } from '#lib/domain/policy.ts';
import { replay } from '#lib/domain/replay.ts';
import { help, taskOf, type Task } from './arguments.ts';
import { givenFacts, readPolicy } from './given.ts';
import { newSpool, type Spool } from './spool.ts';
import { Unusable } from './unusable.ts';

export interface Surroundings {
	args: readonly string[];
	env: Record<string, string | undefined>;
	/** Folder of the database's migrations: they say of which version it has to be. */
	migrations: string;
	out: Writable;
	error: Writable;
}

/**
 * `npm run -s replay`. Prints nothing before everything was gone through and found right; says what is wrong in one line.
 * @returns the exit status: 0; 1 where the database differs or something got in the way; 2 for what was given and cannot be
 * @throws Error where the fault is ours
 */
export async function replayCommand(around: Surroundings): Promise<0 | 1 | 2> {
	const spool = newSpool();
	try {
		const summary = await run(taskOf(around.args), around, spool);
		await print(spool, around.out);
		if (summary === null) return 0;
		around.error.write(`${summary.sentence}\n`);
		return summary.differ ? 1 : 0;
	} catch (error) {
		if (!(error instanceof Unusable)) throw error;
		around.error.write(`${error.message}\n`);
		return error.status;
	} finally {
		spool.close();
	}
}

async function run(task: Task, { env, migrations }: Surroundings, spool: Spool): Promise<{ sentence: string; differ: boolean } | null> {
	switch (task.do) {
		case 'help':
			spool.add(help.trimEnd());
			return null;
		case 'print-policy':
			spool.add(JSON.stringify(defaultPolicy, null, 2));
			return null;
		case 'replay':
			replayGiven(task, spool);
			return null;
		case 'database': {
			// Nothing else needs a database, or the driver of one.
			const { compareDatabase } = await import('./database.ts');
			return compareDatabase(env, migrations, (difference) => spool.add(JSON.stringify(difference)));
		}
	}
}

function replayGiven({ facts: file, policy, until }: Task & { do: 'replay' }, spool: Spool): void {
	const patch = policy === null ? {} : readPolicy(policy);
	const given = givenFacts(file);
	try {
		for (const output of replay(given.facts, patch, until)) spool.add(JSON.stringify(formatOutput(output)));
	} catch (error) {
		throw given.said(error);
	} finally {
		given.close();
	}
}

/** Each piece waits until the one before has left. Whoever closes the other end has seen enough. */
async function print(spool: Spool, out: Writable): Promise<void> {
	for (const chunk of spool.chunks()) {
		const error = await new Promise<Error | null | undefined>((resolve) => void out.write(chunk, resolve));
		if (!error) continue;
		const code = 'code' in error ? String(error.code) : error.message;
		if (code === 'EPIPE') return;
		throw new Unusable(`Standard output cannot be written (${code}).`, 1);
	}
}
