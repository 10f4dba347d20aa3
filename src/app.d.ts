import type { Viewer } from '#lib/server/viewer.ts';

declare global {
	namespace App {
		interface Error {
			message: string;
			/** For telling the administrator which line of the log it is. */
			id?: string;
		}
		interface Locals {
			/** Who is signed in; null for nobody. */
			viewer: Viewer | null;
			/** The instant of this request, UTC ms: the clock is read once. */
			now: number;
			/** An open page looks again, and nobody did anything: it does not count as using a sign-in. */
			byItself: boolean;
			/** Chosen appearance, out of a cookie. */
			look: Look;
		}
	}
	type Look = 'auto' | 'light' | 'dark' | 'grey' | 'grey-dark';
}

export {};
