import { refreshAll } from '$app/navigation';

/** After a change was told: several that come together are one look. */
const soonMs = 200;
const leastBetweenMs = 1_000;
const retryMs = 500;
/** So long after the last key a form is in hand; and so long one that was sent may be under way. */
const typingMs = 600_000;
const sendingMs = 15_000;
/** The server's clock may have been put back: what it says of earlier than that is no sign that the page is newer. */
const mostBehindMs = 5_000;

interface InHand {
	/** By the browser's clock. */
	until: number;
	/** What it was sent with, where it was. */
	sentId: string | null;
}
/** Forms into which something was typed or ticked, or that were sent. */
const inHand = new Map<HTMLFormElement, InHand>();
let timer: ReturnType<typeof setTimeout> | undefined;
let lookedAt = 0;
/** When a field was stepped into last. */
let restingSince = Date.now();
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
	// Sent while the answer was on its way: sent twice, it must stay the same form.
	for (const [form, { sentId }] of inHand) if (sentId !== null) idField(form)?.setAttribute('value', sentId);
}

/** Where the line is down the page looks again once it stands. */
async function isServerThere(): Promise<boolean> {
	if (source?.readyState === EventSource.OPEN) return true;
	return source === undefined || (await fetch(source.url, { method: 'HEAD' }).catch(() => null))?.status === 200;
}

/** A field in which somebody rests keeps what was typed into its form; untouched, it is in hand for as long as typing would be. */
function isInHand(): boolean {
	const field = document.activeElement?.matches('form[method="POST" i] :is(input, select, textarea)') ? document.activeElement : null;
	for (const [form, { until, sentId }] of inHand) {
		const rests = sentId === null && form.contains(field);
		if (!form.isConnected || (Date.now() > until && !rests)) inHand.delete(form);
	}
	return inHand.size > 0 || (field !== null && Date.now() <= restingSince + typingMs);
}

/** The field that makes a form one form: `formId`, else `id`. */
function idField(form: HTMLFormElement): HTMLInputElement | null {
	return (
		form.querySelector<HTMLInputElement>('input[type="hidden"][name="formId"]') ?? form.querySelector('input[type="hidden"][name="id"]')
	);
}

/** The forms that were in hand are done with: another page is shown, or the server has answered. */
export function letGo(): void {
	inHand.clear();
}

/**
 * Looks again whenever the server says that something changed, whenever the page comes into sight, and once after the line broke. A
 * page out of sight holds no line: browsers have few to spare. Returns how to stop.
 */
export function watch(address: string, loadedAt: () => number): () => void {
	let again: ReturnType<typeof setTimeout> | undefined;
	let tries = 0;
	const unmark = markLooks();

	function open(): void {
		clearTimeout(again);
		source?.close();
		const opened = (source = new EventSource(address));
		opened.addEventListener('open', () => {
			tries = 0;
			// Between loading the page and this, something may have changed.
			lookAgain();
		});
		opened.addEventListener('changed', ({ data }: MessageEvent<string>) => {
			const behind = loadedAt() - Number(data);
			if (behind <= 0 || behind > mostBehindMs) lookAgain();
		});
		opened.addEventListener('enough', () => opened.close());
		opened.addEventListener('error', () => {
			// Otherwise the browser comes back by itself.
			if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, Math.min(60_000, 2_000 * 2 ** tries++));
		});
	}
	function sight(): void {
		clearTimeout(again);
		source?.close();
		if (document.visibilityState === 'visible') open();
	}
	const noted = new AbortController();
	const { signal } = noted;
	document.addEventListener('visibilitychange', sight, { signal });
	document.addEventListener('focusin', () => (restingSince = Date.now()), { signal });
	document.addEventListener('input', ({ target }) => note(target, false), { signal });
	document.addEventListener('submit', ({ target }) => note(target, true), { signal });
	document.addEventListener('reset', ({ target }) => target instanceof HTMLFormElement && inHand.delete(target), { signal });
	sight();
	return () => {
		noted.abort();
		unmark();
		clearTimeout(again);
		source?.close();
	};
}

function note(target: EventTarget | null, sent: boolean): void {
	const form = target instanceof Element ? target.closest('form') : null;
	if (form?.method !== 'post') return;
	inHand.set(form, { until: Date.now() + (sent ? sendingMs : typingMs), sentId: sent ? (idField(form)?.value ?? null) : null });
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
