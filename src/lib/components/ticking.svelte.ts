import { lookAgain } from './looking-again.ts';

const tickMs = 10_000;
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * How long ago the server's figures were made, ticking on in the browser; and asks for fresh ones when one of `moments` comes.
 * `now` and `moments`: UTC ms by the server's clock.
 */
export function ticking(now: () => number, moments: () => readonly (number | null)[]): { readonly passedMs: number } {
	let passedMs = $state(0);
	let madeAt = 0;

	$effect(() => {
		const made = now();
		madeAt = Date.now();
		passedMs = 0;
		const tick = setInterval(() => (passedMs = Math.max(0, Date.now() - madeAt)), tickMs);
		const next = Math.min(...moments().flatMap((moment) => (moment !== null && moment > made ? [moment - made] : [])));
		// A second later, so that the server's clock has surely passed it.
		const due = next < longestTimeoutMs ? setTimeout(lookAgain, next + 1_000) : undefined;
		return () => {
			clearInterval(tick);
			clearTimeout(due);
		};
	});

	return {
		get passedMs() {
			return passedMs;
		}
	};
}
