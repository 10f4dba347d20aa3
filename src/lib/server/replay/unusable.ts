/** The command cannot do what it was asked to: one line for standard error, and its exit status (2: what was given cannot be used). */
export class Unusable extends Error {
	readonly status: 1 | 2;

	constructor(message: string, status: 1 | 2 = 2) {
		super(message);
		this.status = status;
	}
}

/** Text out of somebody's file in one line, without control characters. */
export function oneLine(text: string): string {
	return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
