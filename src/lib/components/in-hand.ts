/** So long after the last key a form is in hand; and so long one that was sent may be under way. */
const typingMs = 600_000;
const sendingMs = 15_000;

interface InHand {
	/** By the browser's clock. */
	until: number;
	/** What it was sent with, where it was. */
	sentId: string | null;
}
/** Forms into which something was typed or ticked, or that were sent. */
const inHand = new Map<HTMLFormElement, InHand>();
/** When a field was stepped into last. */
let restingSince = Date.now();

/** Follows what is typed, ticked and sent on the page, until `signal`. */
export function followHands(signal: AbortSignal): void {
	document.addEventListener('focusin', () => (restingSince = Date.now()), { signal });
	document.addEventListener('input', ({ target }) => note(target, false), { signal });
	document.addEventListener('submit', ({ target }) => note(target, true), { signal });
	document.addEventListener('reset', ({ target }) => target instanceof HTMLFormElement && inHand.delete(target), { signal });
}

function note(target: EventTarget | null, sent: boolean): void {
	const form = target instanceof Element ? target.closest('form') : null;
	if (form?.method !== 'post') return;
	inHand.set(form, { until: Date.now() + (sent ? sendingMs : typingMs), sentId: sent ? (idField(form)?.value ?? '') : null });
}

/**
 * Whether somebody is at work on a form. A field in which they rest keeps what was typed into its form; untouched, it is in hand for
 * as long as typing would be.
 */
export function isInHand(): boolean {
	forgetGone();
	const field = document.activeElement?.matches('form[method="POST" i] :is(input, select, textarea)') ? document.activeElement : null;
	for (const [form, { until }] of inHand) if (Date.now() <= until || form.contains(field)) return true;
	return field !== null && Date.now() <= restingSince + typingMs;
}

/** What another page would lose, however long it has stood there: something typed; or a form that is under way, whose answer decides. */
export function whatIsInHand(): 'typed' | 'sent' | null {
	forgetGone();
	const forms = [...inHand.values()];
	if (forms.some(({ sentId }) => sentId !== null)) return 'sent';
	return forms.length > 0 ? 'typed' : null;
}

function forgetGone(): void {
	for (const [form, { until, sentId }] of inHand) if (!form.isConnected || (sentId !== null && Date.now() > until)) inHand.delete(form);
}

/** A form under way that is sent twice must stay the same form, also where the page was loaded anew meanwhile. */
export function keepSentIds(): void {
	for (const [form, { sentId }] of inHand) if (sentId) idField(form)?.setAttribute('value', sentId);
}

/** The field that makes a form one form: `formId`, else `id`. */
function idField(form: HTMLFormElement): HTMLInputElement | null {
	return (
		form.querySelector<HTMLInputElement>('input[type="hidden"][name="formId"]') ?? form.querySelector('input[type="hidden"][name="id"]')
	);
}

/** The forms that were in hand are done with: another page is shown, or the server has taken them. */
export function letGo(): void {
	inHand.clear();
}

/** The server has answered, but not taken it: what was typed still stands there. */
export function handBack(): void {
	for (const form of inHand.keys()) inHand.set(form, { until: 0, sentId: null });
}
