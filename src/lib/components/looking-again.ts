import { refreshAll } from '$app/navigation';
import { followHands, isInHand, keepSentIds, whatIsInHand } from './in-hand.ts';

/** After a change was told: several that come together are one look. */
const soonMs = 200;
const leastBetweenMs = 1_000;
const retryMs = 500;
/** A page that had to make room for newer ones comes back after that long. */
const crowdedMs = 60_000;
/** A page that is signed out and cannot go asks so often whether somebody has signed in again. */
const askAgainMs = 5_000;
/** The server's clock may have been put back: what it says of earlier than that is no sign that the page is newer. */
const mostBehindMs = 5_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let lookedAt = 0;
/** The line on which the server says that something changed. */
let source: EventSource | undefined;
/** How many looks are under way. */
let looking = 0;

/**
 * Loads what the page shows once more, soon: not while somebody fills in a form of it or sends one, because what they see and typed must
 * not change under their hands, and not while nobody can see it.
 */
export function lookAgain(): void {
	timer ??= setTimeout(() => void look(), Math.max(soonMs, lookedAt + leastBetweenMs - Date.now()));
}

async function look(): Promise<void> {
	timer = undefined;
	if (document.visibilityState === 'hidden') return;
	if (isInHand()) return void (timer = setTimeout(() => void look(), retryMs));
	lookedAt = Date.now();
	// Kit shows an error page in place of what it could not load.
	if (!(await isServerThere())) return;
	looking++;
	// Where the server goes just then, the page looks again once the line stands.
	await refreshAll()
		.catch(() => undefined)
		.finally(() => looking--);
	// Sent while the answer was on its way.
	keepSentIds();
}

/** Where the line is down the page looks again once it stands. */
async function isServerThere(): Promise<boolean> {
	return source === undefined || source.readyState === EventSource.OPEN || (await isSignedIn(source.url)) === true;
}

/** Whether this browser is signed in, as the server says to whom it would open the line; null where it says nothing. Asking is not using it. */
async function isSignedIn(address: string): Promise<boolean | null> {
	const answer = await fetch(address, { method: 'HEAD', headers: { accept: 'text/event-stream' } }).catch(() => null);
	return answer?.status === 200 ? true : answer?.status === 204 ? false : null;
}

/**
 * Looks again whenever the server says that something changed, whenever the page comes into sight, and once after the line broke. A
 * page out of sight holds no line: browsers have few to spare. Once the sign-in has ended the page goes, because what it shows is no longer
 * for whoever stands before it; where something was typed it stays, `tellSignedOut` says so, and it follows again once the same person has signed in again.
 * Returns how to stop.
 */
export function watch(address: string, loadedAt: () => number, tellSignedOut: (signedOut: boolean) => void): () => void {
	let again: ReturnType<typeof setTimeout> | undefined;
	let tries = 0;
	let reader: string | undefined;
	const unmark = markLooks();

	function open(): void {
		clearTimeout(again);
		source?.close();
		const opened = (source = new EventSource(address));
		const next = (ms: number, step: () => void) => {
			opened.close();
			if (source === opened) again = setTimeout(step, ms);
		};
		opened.addEventListener('open', () => {
			tries = 0;
			tellSignedOut(false);
			// Between loading the page and this, something may have changed.
			lookAgain();
		});
		opened.addEventListener('whose', ({ data }: MessageEvent<string>) => {
			reader ??= data;
			// Somebody else has signed in at this desk: nothing of it is theirs.
			if (reader !== data) leave();
		});
		opened.addEventListener('changed', ({ data }: MessageEvent<string>) => {
			const behind = loadedAt() - Number(data);
			if (behind <= 0 || behind > mostBehindMs) lookAgain();
		});
		opened.addEventListener('enough', () => next(crowdedMs, open));
		opened.addEventListener('signed-out', () => next(0, () => void findOut(opened)));
		opened.addEventListener('error', () => {
			// Otherwise the browser comes back by itself.
			if (opened.readyState === EventSource.CLOSED) next(0, () => void findOut(opened));
		});
	}
	/** The line was closed for good: because nobody is signed in any more, or for a reason that passes. */
	async function findOut(closed: EventSource): Promise<void> {
		const signedIn = await isSignedIn(address);
		// Out of sight, or on another line by now.
		if (source !== closed) return;
		if (signedIn !== false) return void (again = setTimeout(open, Math.min(60_000, 2_000 * 2 ** tries++)));
		const what = whatIsInHand();
		if (what === null) return leave();
		tellSignedOut(what === 'typed');
		again = setTimeout(() => void findOut(closed), askAgainMs);
	}
	function close(): void {
		clearTimeout(again);
		source?.close();
		source = undefined;
	}
	function sight(): void {
		close();
		if (document.visibilityState === 'visible') open();
	}
	const noted = new AbortController();
	document.addEventListener('visibilitychange', sight, { signal: noted.signal });
	followHands(noted.signal);
	sight();
	return () => {
		noted.abort();
		unmark();
		close();
	};
}

/** Loads the page anew, for whoever is signed in. Without the fragment: with it, the browser would only scroll. */
function leave(): void {
	location.replace(location.pathname + location.search);
}

/**
 * Marks what is loaded by a look, so that it does not pass for somebody using the sign-in. Kit loads by whatever stands in `window.fetch`
 * (but not while developing: there it does pass for that).
 */
function markLooks(): () => void {
	const before = window.fetch;
	const marking: typeof fetch = (input, init) => {
		if (looking === 0 || typeof input !== 'string' || !input.includes('__data.json')) return before(input, init);
		return before(input, { ...init, headers: { 'x-looks-again': '1' } });
	};
	window.fetch = marking;
	return () => {
		if (window.fetch === marking) window.fetch = before;
	};
}
