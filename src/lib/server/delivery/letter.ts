import type { Channel } from '../db/schema/delivery.ts';

/** What goes out. `id` is the same each time it is tried: whoever receives it can tell a second copy. */
export interface Letter {
	id: string;
	/** Address or chat name. */
	to: string;
	/** Whether it says "today". */
	urgent: boolean;
	/** An admin's own, to see whether anything arrives. */
	test?: true;
}

/** A way out of the house. Rejects with {@link CannotSend} where the other side did not take the letter. */
export type Post = (letter: Letter) => Promise<void>;
export type Posts = Partial<Record<Channel, Post>>;

/** The other side did not take a letter. */
export class CannotSend extends Error {
	/** A short code: nothing of what the other side answered. */
	readonly code: string;
	/** Whether trying again is of no use. */
	readonly forGood: boolean;
	constructor(code: string, forGood: boolean) {
		super(code);
		this.code = code;
		this.forGood = forGood;
	}
}
