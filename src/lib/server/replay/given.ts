import { closeSync, openSync, readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { parseFact } from '#lib/domain/facts-parse.ts';
import type { Fact } from '#lib/domain/facts.ts';
import { InvalidFact } from '#lib/domain/invalid-fact.ts';
import { checkCombined, combinePolicies, parsePolicyPatch, type PolicyPatch } from '#lib/domain/policy.ts';
import { BadLine, linesOf } from './lines.ts';
import { oneLine, Unusable } from './unusable.ts';

/** The organisation's policy out of a JSON file. @throws Unusable with one line that names the key's path */
export function readPolicy(file: string): PolicyPatch {
	const json = jsonOf(readWhole(file), () => `The policy ${oneLine(file)} is not JSON`);
	const parsed = parsePolicyPatch(json);
	if (!parsed.ok) throw new Unusable(policyProblem(file, parsed));
	const problem = checkCombined(combinePolicies(parsed.patch));
	if (problem !== null) throw new Unusable(policyProblem(file, problem));
	return parsed.patch;
}

function policyProblem(file: string, { path, message }: { path: string; message: string }): string {
	return `The policy ${oneLine(file)}${path === '' ? '' : `, ${JSON.stringify(path)}`}: ${message}`;
}

function readWhole(file: string): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(pathOf(file)));
	} catch (error) {
		if (error instanceof TypeError && !('path' in error)) throw new Unusable(`The policy ${oneLine(file)} is not UTF-8 text.`);
		throw cannotRead(file, error);
	}
}

/** The facts of a file (`-`: of standard input), to be gone through once. */
export interface GivenFacts {
	facts: Generator<Fact, void, void>;
	/** What to say of an error that came up in going through them. Gives back what is none of ours. */
	said(error: unknown): unknown;
	close(): void;
}

/** @throws Unusable where the file cannot be opened */
export function givenFacts(file: string): GivenFacts {
	const handle = open(file);
	let line = 0;
	const place = () => `${file === '-' ? 'Standard input' : oneLine(file)}, line ${line}`;
	const problem = (field: string, message: string) =>
		new Unusable(`${place()}${field === '' ? '' : `, field ${JSON.stringify(field)}`}: ${oneLine(message)}`);
	function* facts(): Generator<Fact, void, void> {
		for (const text of linesOf(handle)) {
			line++;
			if (!text.startsWith('{') && /^[ \t\r]*$/.test(text)) continue;
			const parsed = parseFact(jsonOf(text, () => `${place()}: This is not JSON`));
			if (!parsed.ok) throw problem(parsed.field, parsed.message);
			yield parsed.fact;
		}
	}
	return {
		facts: facts(),
		said(error) {
			// The rules look at each fact before they ask for the next: it is the line read last.
			if (error instanceof InvalidFact) return problem(error.field, error.message);
			if (error instanceof BadLine)
				return new Unusable(`${file === '-' ? 'Standard input' : oneLine(file)}, line ${line + 1}: ${error.message}`);
			return isReading(error) ? cannotRead(file, error) : error;
		},
		close() {
			if (handle !== 0) closeSync(handle);
		}
	};
}

function open(file: string): number {
	if (file === '-') return 0;
	try {
		return openSync(pathOf(file), 'r');
	} catch (error) {
		throw cannotRead(file, error);
	}
}

/** npm runs a script in the package's folder, whatever folder it was called from. */
function pathOf(file: string): string {
	const from = process.env['npm_lifecycle_event'] === 'replay' ? process.env['INIT_CWD'] : undefined;
	return isAbsolute(file) || from === undefined ? file : resolve(from, file);
}

function jsonOf(text: string, otherwise: () => string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// The parser's own message would repeat a piece of the text.
		throw new Unusable(`${otherwise()}.`);
	}
}

const isReading = (error: unknown) => error instanceof Error && 'syscall' in error && error.syscall === 'read';

const causes: Record<string, string> = {
	ENOENT: 'there is no such file',
	EISDIR: 'it is a folder',
	EACCES: 'this user may not read it'
};

function cannotRead(file: string, error: unknown): unknown {
	const code = error instanceof Error && 'code' in error ? String(error.code) : null;
	return code === null ? error : new Unusable(`${oneLine(file)} cannot be read: ${causes[code] ?? code}.`);
}
