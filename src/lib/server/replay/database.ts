import { CannotOpen } from '../refusal.ts';
import { readSettings } from '../settings.ts';
import { compareWithReplay, type Difference } from './compare.ts';
import { readFrom } from './open-to-read.ts';
import { Unusable } from './unusable.ts';

/**
 * Compares the database of DATA_DIR with a replay of the facts in it. `tell` is given each difference.
 * @returns in a sentence how much agrees, and whether anything does not
 * @throws Unusable (status 1) where it cannot be read, or its facts cannot be replayed
 */
export function compareDatabase(
	env: Record<string, string | undefined>,
	migrations: string,
	tell: (difference: Difference) => void
): { sentence: string; differ: boolean } {
	try {
		const { DATA_DIR, DATABASE_KEY } = readSettings(env);
		return readFrom(DATA_DIR, DATABASE_KEY, migrations, (db) => compared(compareWithReplay(db, tell)));
	} catch (error) {
		const known = error instanceof CannotOpen || (error instanceof Error && error.message.startsWith('The setting'));
		throw known ? new Unusable(error.message, 1) : error;
	}
}

function compared({ findings, alertEvents, differences }: ReturnType<typeof compareWithReplay>): { sentence: string; differ: boolean } {
	const agreement = `${counted(findings, 'finding')} and ${counted(alertEvents, 'alert event')} agree`;
	if (differences === 0) return { sentence: `${agreement}.`, differ: false };
	return { sentence: `${agreement}; ${counted(differences, 'other')} ${differences === 1 ? 'does' : 'do'} not.`, differ: true };
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
