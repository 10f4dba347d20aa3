import { timingSafeEqual } from 'node:crypto';
import { newToken, tokenHash } from './token.ts';

/** The token of the first-run page: in memory alone, a new one with each start until there is an organisation. */
let current: string | undefined;

/** Makes the token of this start. */
export function openSetup(): string {
	return (current ??= newToken());
}

/** Whether it is the token of this start, compared in constant time. */
export function opensSetup(token: string): boolean {
	if (current === undefined) return false;
	return timingSafeEqual(Buffer.from(tokenHash(token)), Buffer.from(tokenHash(current)));
}

/** After set-up the token opens nothing. */
export function closeSetup(): void {
	current = undefined;
}
