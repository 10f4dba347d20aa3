/** Why something was not done: the whole vocabulary, mapped to HTTP in one place (`hooks.server.ts`). */
export type RefusalKind = 'invalid' | 'not-found' | 'not-allowed' | 'conflict' | 'too-often' | 'full';

export const refusalStatus: Record<RefusalKind, number> = {
	invalid: 400,
	'not-found': 404,
	'not-allowed': 403,
	conflict: 409,
	'too-often': 429,
	full: 507
};

/** Thrown by verbs and queries. `message` is a plain sentence for the person; `fields` says what to do beside each field. */
export class Refusal extends Error {
	readonly kind: RefusalKind;
	readonly fields: Readonly<Record<string, string>>;

	constructor(kind: RefusalKind, message: string, fields: Readonly<Record<string, string>> = {}) {
		super(message);
		this.name = 'Refusal';
		this.kind = kind;
		this.fields = fields;
	}
}

/** Bad input: one sentence beside one field. */
export function invalid(field: string, sentence: string): Refusal {
	return new Refusal('invalid', sentence, { [field]: sentence });
}

/** The same answer for what does not exist and for what is not the viewer's to see. */
export function notFound(): Refusal {
	return new Refusal('not-found', 'There is nothing here, or it is not for you to see.');
}

export const diskFull =
	'The disk of this Breakwater is full, so nothing could be saved. What you typed is still here. Please tell your administrator; once there is room, send it again.';

/** The program cannot start: one clear line for whoever started it, and exit status 1. */
export class CannotOpen extends Error {
	/** `busy`: it may open in a moment. `key`: it is not under any of the keys that were tried. */
	readonly why: 'busy' | 'key' | 'other';

	constructor(message: string, why: CannotOpen['why'] = 'other') {
		super(message);
		this.why = why;
	}
}
