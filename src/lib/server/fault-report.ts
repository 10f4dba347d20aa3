import { errorCode } from './db/faults.ts';

/** What can be told of a fault that nobody foresaw. */
interface FaultReport {
	/** Name of its class, or the type of what was thrown. */
	error: string;
	code: string;
	/** Where in the program, the innermost place first, each as `at …`. */
	stack: string[];
	cause?: FaultReport;
}

/** Class, code and stack of a fault and of what caused it: never its message, which can quote what somebody typed or what is stored. */
export function reportFault(thrown: unknown): FaultReport {
	if (!(thrown instanceof Error)) return { error: typeof thrown, code: 'unknown', stack: [] };
	// A message can have lines of its own, and look like a stack.
	const stack = (thrown.stack ?? '')
		.replace(thrown.message, '')
		.split('\n')
		.filter((line) => /^\s+at /.test(line));
	const report = { error: thrown.constructor.name, code: errorCode(thrown), stack: stack.map((line) => line.trim()) };
	return thrown.cause === undefined ? report : { ...report, cause: reportFault(thrown.cause) };
}

/** The same as lines for a terminal. */
export function faultLines(thrown: unknown): string {
	return `Something happened that Breakwater does not expect. What the fault says is left out, because it can quote what is stored.\n${linesOf(reportFault(thrown))}`;
}

function linesOf({ error, code, stack, cause }: FaultReport): string {
	const lines = [`${error} (code: ${code})`, ...stack.map((place) => `    ${place}`)].join('\n');
	return cause ? `${lines}\ncaused by ${linesOf(cause)}` : lines;
}
