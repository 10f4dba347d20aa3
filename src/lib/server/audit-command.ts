import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { exportedHeads, headsFile } from './audit-heads.ts';
import { verifyTrail } from './audit-verify.ts';
import { findOrganisation } from './organisation.ts';
import { CannotOpen } from './refusal.ts';
import { readFrom } from './replay/open-to-read.ts';
import { readSettings } from './settings.ts';

const usage =
	'Usage: npm run -s audit:verify [-- --heads FILE]: proves the audit trail in DATA_DIR; FILE holds exported heads that were kept elsewhere.';

/**
 * Proves the audit trail of DATA_DIR, which is only read: a server may be running on it. It is compared with the heads beside it, or with those in a
 * file that was kept elsewhere: who can change the one folder can change both.
 * @returns one line, and whether the trail holds
 */
export function auditCommand(
	args: readonly string[],
	env: Record<string, string | undefined>,
	migrations: string
): { sentence: string; holds: boolean } {
	try {
		const { values } = parseArgs({ args: [...args], options: { heads: { type: 'string' }, help: { type: 'boolean' } } });
		if (values.help) return { sentence: usage, holds: true };
		return verify(readSettings(env), values.heads, migrations);
	} catch (fault) {
		if (fault instanceof CannotOpen || (fault instanceof Error && fault.message.startsWith('The setting')))
			return { sentence: fault.message, holds: false };
		if (fault instanceof Error && 'code' in fault && String(fault.code).startsWith('ERR_PARSE_ARGS'))
			return { sentence: usage, holds: false };
		throw fault;
	}
}

function verify(
	{ DATA_DIR, DATABASE_KEY }: ReturnType<typeof readSettings>,
	elsewhere: string | undefined,
	migrations: string
): { sentence: string; holds: boolean } {
	const file = elsewhere ?? headsFile(DATA_DIR);
	return readFrom(DATA_DIR, DATABASE_KEY, migrations, (db) => {
		// First the heads, then the trail as it is at one moment: all that was exported until then is in it.
		const exported = exportedHeads(file);
		db.$client.exec('begin');
		const { last, heads, broken } = verifyTrail(db, exported);
		if (broken) return { sentence: `The audit trail does not hold. ${broken.words}`, holds: false };
		if (last.seq === 0 && findOrganisation(db))
			return {
				sentence: 'The audit trail does not hold. It is empty, and it begins with the day on which Breakwater was set up.',
				holds: false
			};
		const entries = counted(last.seq, 'entry', 'entries');
		if (heads > 0 || last.seq === 0)
			return {
				sentence: `The audit trail holds: ${entries}; ${counted(heads, 'exported head agrees', 'exported heads agree')}.`,
				holds: true
			};
		const why = existsSync(file) ? `holds no exported head` : 'is not there';
		return { sentence: `${entries} hold, but whether the end was cut off cannot be told: ${file} ${why}.`, holds: false };
	});
}

const counted = (count: number, one: string, more: string) => `${count.toLocaleString('en')} ${count === 1 ? one : more}`;
