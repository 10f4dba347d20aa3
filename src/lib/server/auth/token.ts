import { createHash, randomBytes } from 'node:crypto';

/** A new secret for a link: 256 random bits. */
export function newToken(): string {
	return randomBytes(32).toString('base64url');
}

/** SHA-256 of a token in hexadecimal: all that is ever stored of one. */
export function tokenHash(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}
