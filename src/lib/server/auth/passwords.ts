import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';
import { promisify } from 'node:util';
import { isCommonPassword, plainLetters } from './common-passwords.ts';
import { invalid } from '../refusal.ts';

const derive = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>;

/** OWASP's first choice of argon2id parameters: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const tagBytes = 32;

const shortest = 12;
const longest = 200;

/** What a password must not hold. */
export interface PasswordOwner {
	name: string;
	email: string;
	organisation: string;
}

/** Hashes a password with argon2id to a PHC string. */
export async function hashPassword(password: string): Promise<string> {
	const salt = randomBytes(saltBytes);
	return phc(cost, salt, await tagOf(password, salt, cost, tagBytes));
}

/** Whether `password` is the one that `hash` was made of. A malformed hash is nobody's. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
	const parsed = parse(hash);
	if (!parsed) return false;
	return timingSafeEqual(parsed.tag, await tagOf(password, parsed.salt, parsed.cost, parsed.tag.length));
}

/** Whether a hash was made with lower parameters than today's: hash again at the next sign-in. */
export function needsRehash(hash: string): boolean {
	const made = parse(hash)?.cost;
	return !made || made.memory < cost.memory || made.passes < cost.passes;
}

/** A hash that no password fits, with today's cost: checked where there is no account, so that the work is equal. */
export const dummyHash = phc(cost, Buffer.alloc(saltBytes), Buffer.alloc(tagBytes));

/**
 * Refuses a password that is too short, too long, common, or made of the person's or the organisation's name.
 * Nothing else is asked of it: any characters, pasted or typed.
 * @throws Refusal `invalid`, beside the field `password`
 */
export function checkPassword(password: string, owner: PasswordOwner): void {
	const length = [...password].length;
	if (length < shortest) {
		throw invalid('password', `Please make it a little longer: at least ${shortest} characters. Three or four words you like work well.`);
	}
	if (length > longest) throw invalid('password', `Please keep the password to ${longest} characters.`);
	if (!password.isWellFormed()) throw invalid('password', 'This holds a character that is broken. Please type it once more.');
	if (isCommonPassword(password)) {
		throw invalid(
			'password',
			'This one is easy to guess: it is on the list of common passwords. Please choose another, such as three or four words that only you would put together.'
		);
	}
	if (holdsName(password, owner)) {
		throw invalid(
			'password',
			'Please choose one without your name, your e-mail address or the name of your organisation: those are tried first.'
		);
	}
}

const shortestName = 4;

function holdsName(password: string, { name, email, organisation }: PasswordOwner): boolean {
	const names = [name, ...name.split(/[\s.'’-]+/u), email, email.split('@')[0] ?? '', organisation];
	const inside = plainLetters(password);
	return names.map(plainLetters).some((part) => [...part].length >= shortestName && inside.includes(part));
}

type Cost = typeof cost;

function tagOf(password: string, nonce: Buffer, { memory, passes, parallelism }: Cost, tagLength: number): Promise<Buffer> {
	// NFKC, so that the same keys give the same password on every system (NIST SP 800-63B).
	return derive('argon2id', { message: password.normalize('NFKC'), nonce, memory, passes, parallelism, tagLength });
}

function phc({ memory, passes, parallelism }: Cost, salt: Buffer, tag: Buffer): string {
	return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

function base64(bytes: Buffer): string {
	return bytes.toString('base64').replaceAll('=', '');
}

function parse(hash: string): { cost: Cost; salt: Buffer; tag: Buffer } | null {
	const found = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(hash);
	if (!found) return null;
	const [, memory, passes, parallelism, salt = '', tag = ''] = found;
	return {
		cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
		salt: Buffer.from(salt, 'base64'),
		tag: Buffer.from(tag, 'base64')
	};
}
