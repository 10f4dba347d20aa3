import { parseArgs } from 'node:util';
import { parseInstant } from '#lib/domain/rfc3339.ts';
import type { Instant } from '#lib/domain/time.ts';
import { oneLine, Unusable } from './unusable.ts';

/** What `npm run -s replay` was asked to do. */
export type Task =
	| { do: 'help' }
	| { do: 'print-policy' }
	| { do: 'database' }
	| { do: 'replay'; facts: string; policy: string | null; until: Instant | undefined };

export const help = `npm run -s replay -- --facts FILE [--policy FILE] [--until INSTANT]
npm run -s replay -- --print-policy
npm run -s replay -- --database

Prints every finding and alert event that the facts give rise to, one JSON object a line.

  --facts FILE      facts as JSON Lines, ordered by "at"; - reads standard input
  --policy FILE     the organisation's policy at the start, as JSON; what it leaves out has the default
  --until INSTANT   where the replay ends, such as 2026-06-10T00:00:00Z; by default at the last fact
  --print-policy    prints the complete default policy
  --database        replays the facts stored in the database of DATA_DIR (which is only read, and may be in use), and
                    prints every finding or alert event that differs from what is stored, with "only": "replay" or "stored"
  --help            prints this

Exit status: 0; 1 where --database found a difference or something got in the way; 2 for flags, facts or a policy that
cannot be: standard error then names the line and field, and nothing was printed to standard output.
`;

const options = {
	facts: { type: 'string' },
	policy: { type: 'string' },
	until: { type: 'string' },
	'print-policy': { type: 'boolean' },
	database: { type: 'boolean' },
	help: { type: 'boolean', short: 'h' }
} as const;

/** @throws Unusable with one line for flags that are unknown, incomplete, given twice or do not go together */
export function taskOf(args: readonly string[]): Task {
	const { values, tokens } = parsed(args);
	const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
	const twice = given.find((name, index) => given.indexOf(name) !== index);
	if (twice !== undefined) throw new Unusable(`--${twice} was given twice.`);
	for (const [name, value] of Object.entries(values)) if (value === '') throw new Unusable(`--${name} was given without a value.`);
	if (values.help) return { do: 'help' };
	for (const alone of ['print-policy', 'database'] as const) {
		if (!values[alone]) continue;
		if (given.length > 1) throw new Unusable(`--${alone} goes with no other flag.`);
		return { do: alone };
	}
	const { facts, policy, until } = values;
	if (facts === undefined) throw new Unusable('Say where the facts are: --facts FILE, or --facts - for standard input (--help says more).');
	return { do: 'replay', facts, policy: policy ?? null, until: until === undefined ? undefined : instantOf(until) };
}

function parsed(args: readonly string[]) {
	try {
		return parseArgs({ args: [...args], options, tokens: true });
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		const [sentence = ''] = error.message.split(/\n|(?<=\.) /);
		throw new Unusable(`${oneLine(sentence).replace(/\.$/, '')} (--help says more).`);
	}
}

function instantOf(text: string): Instant {
	const instant = parseInstant(text);
	if (instant !== null) return instant;
	throw new Unusable('--until takes an instant such as 2026-03-02T09:00:00Z, with at most three fraction digits.');
}
