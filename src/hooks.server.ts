import { randomBytes } from 'node:crypto';
import { resolve as resolvePath } from 'node:path';
import { dev } from '$app/env';
import * as settings from '$app/env/private';
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit/hooks';
import { startAuditExport } from '#lib/server/audit-export.ts';
import { whoCalls } from '#lib/server/auth/cookie.ts';
import { isSameOrigin, knowsHost } from '#lib/server/auth/doors.ts';
import { holdForm } from '#lib/server/auth/held-forms.ts';
import { openSetup } from '#lib/server/auth/setup-link.ts';
import { believedNow } from '#lib/server/clock-rest.ts';
import { client, openClient } from '#lib/server/db/client.ts';
import { isFull } from '#lib/server/db/tx.ts';
import { startDelivery } from '#lib/server/delivery/delivery.ts';
import { reportFault } from '#lib/server/fault-report.ts';
import { watchForRotation } from '#lib/server/key-rotation.ts';
import { closeStreams } from '#lib/server/live.ts';
import { startKeeper } from '#lib/server/keeper.ts';
import { findOrganisation } from '#lib/server/organisation.ts';
import { looks } from '#lib/server/preferences.ts';
import { diskFull, Refusal, refusalStatus } from '#lib/server/refusal.ts';
import { startScheduler } from '#lib/server/scheduler.ts';
import { startWatcher } from '#lib/server/watcher.ts';

/** Opens the database, once, before the first request. Throws CannotOpen, with one line, for whoever starts the server. */
export const init: ServerInit = () => {
	const db = openClient(settings.DATA_DIR, settings.DATABASE_KEY, resolvePath('drizzle'));
	if (!findOrganisation(db)) {
		console.log(`This Breakwater is empty. To set it up, open ${origin()}/setup/${openSetup()}`);
	}
	const endRotating = watchForRotation(db, settings.DATA_DIR, settings.DATABASE_KEY, console.log);
	const scheduler = startScheduler(db);
	const keeper = startKeeper(db, scheduler.isResting);
	const delivery = startDelivery(db, { ...settings, origin: origin() });
	const watcher = startWatcher(db, scheduler.isResting);
	const { DATA_DIR: dataDir, AUDIT_WEBHOOK_URL: url, AUDIT_WEBHOOK_SECRET: secret, WEBHOOK_ALLOW_PRIVATE: allowPrivate } = settings;
	const auditExport = startAuditExport(db, { dataDir, webhook: url === '' ? null : { url, secret, allowPrivate } });
	(process as NodeJS.EventEmitter).once('breakwater:closing', () => closeStreams(db));
	(process as NodeJS.EventEmitter).once('sveltekit:shutdown', (_reason: unknown, waitFor?: (ending: Promise<void>) => void) => {
		endRotating();
		watcher.stop();
		scheduler.stop();
		keeper.stop();
		const ending = Promise.all([delivery.stop(), auditExport.stop()]).then(() => {
			db.$client.close();
			db.keys.close();
		});
		waitFor?.(ending);
	});
};

function origin(): string {
	return settings.ORIGIN.replace(/\/$/, '') || `http://localhost:${settings.PORT}`;
}

function isLook(text: string | undefined): text is Look {
	return looks.some((look) => look === text);
}

const always: Record<string, string> = {
	'cache-control': 'no-store',
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'same-origin',
	'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'x-frame-options': 'DENY'
};

/** One function and not Kit's `sequence`: each of its steps costs every request a context of its own. */
export const handle: Handle = async ({ event, resolve }) => {
	const response = refusedAtTheDoor(event) ?? (await answer(event, resolve));
	for (const [name, value] of Object.entries(always)) response.headers.set(name, value);
	if (settings.ORIGIN.startsWith('https:')) response.headers.set('strict-transport-security', 'max-age=31536000');
	return response;
};

/** Before anything else is looked at: who is asked, and whether one of our own pages asks. */
function refusedAtTheDoor(event: RequestEvent): Response | null {
	event.locals.now = believedNow(client());
	event.locals.viewer = null;
	event.locals.byItself = isByItself(event);
	const look = event.cookies.get('look');
	event.locals.look = isLook(look) ? look : 'auto';
	if (event.isSubRequest) return null;
	const { headers: sent } = event.request;
	// Vite serves on a port of its own.
	const addresses = dev ? { ...settings, PORT: 0 } : settings;
	if (!isWatch(event) && !knowsHost(sent.get('host'), addresses))
		return plain(421, 'This Breakwater does not answer to that name. See ORIGIN and ALLOWED_HOSTS.');
	if (!isReading(event.request) && !isSameOrigin(sent, addresses))
		return plain(403, 'This was not sent from a page of this Breakwater, so nothing was done.');
	return null;
}

/** Whether an open page looks again rather than somebody doing something: its stream of events, and what it loads as it is told of news. */
function isByItself({ isDataRequest, request, route }: RequestEvent): boolean {
	return route.id === '/(app)/live' || (isDataRequest && isReading(request) && request.headers.has('x-looks-again'));
}

async function answer(event: RequestEvent, resolve: Parameters<Handle>[0]['resolve']): Promise<Response> {
	const reading = await whoCalls(event);
	event.locals.viewer = reading.viewer;
	// Nobody is there to be sent anywhere; this keeps the browser from asking again.
	if (!reading.viewer && event.request.headers.get('accept') === 'text/event-stream') return new Response(null, { status: 204 });
	if (!reading.viewer && isPrivate(event)) await sendToSignIn(event, reading.expired);
	if (asksForHeadersAlone(event)) return new Response(null, { status: 405, headers: { allow: 'GET, POST' } });
	return resolve(event, { transformPageChunk: ({ html }) => html.replace('%look%', event.locals.look) });
}

/** Kit would load the page for it: that notes a look at somebody's record, or opens a copy, where nothing is shown. The stream of events answers itself. */
function asksForHeadersAlone(event: RequestEvent): boolean {
	return event.request.method === 'HEAD' && isPrivate(event) && event.route.id !== '/(app)/live';
}

/**
 * Watchers ask by whatever address they have, often a bare one: these answers say no more than that it runs, or need a token, so a page that made
 * a name point here (DNS rebinding) has nothing of them.
 */
function isWatch({ route, request }: RequestEvent): boolean {
	return isReading(request) && route.id !== null && ['/(public)/healthz', '/(public)/readyz', '/(public)/metrics'].includes(route.id);
}

function plain(status: number, sentence: string): Response {
	return new Response(`${sentence}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/** Everything but the public pages. A path that leads nowhere is nobody's secret: it is a plain 404. */
function isPrivate({ route }: RequestEvent): boolean {
	return route.id !== null && !route.id.startsWith('/(public)');
}

/** `redirect` thrown from here reaches forms sent by script and data requests as well: Kit turns it into their JSON. */
async function sendToSignIn(event: RequestEvent, expired: string | null): Promise<never> {
	const ended: Record<string, string> = expired === null ? {} : { ended: '' };
	if (isReading(event.request)) redirect(303, signInPage({ to: event.url.pathname + event.url.search, ...ended }));
	if (!isForm(event.request)) error(401, 'Please sign in again.');
	const held = expired === null ? null : await heldOver(event, expired);
	redirect(303, signInPage(held === null ? { to: event.url.pathname, lost: '' } : { held }));
}

function signInPage(query: Record<string, string>): string {
	return `/sign-in?${new URLSearchParams(query)}`;
}

function isReading({ method }: Request): boolean {
	return method === 'GET' || method === 'HEAD';
}

const mostBytes = 64 * 1024;

/** Keeps what was typed for the person whose sign-in ended. Null where it is too large to keep. */
async function heldOver(event: RequestEvent, personId: string): Promise<string | null> {
	const length = Number(event.request.headers.get('content-length') ?? Infinity);
	if (length > mostBytes) return null;
	const data = await event.request.formData().catch(() => null);
	if (!data) return null;
	const fields = [...data].filter((field): field is [string, string] => typeof field[1] === 'string');
	return holdForm(client(), personId, { path: event.url.pathname + event.url.search, fields }, event.locals.now);
}

function isForm(request: Request): boolean {
	return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(request.headers.get('content-type') ?? '');
}

export const handleError: HandleServerError = (caught) => {
	if (caught.kind === 'framework')
		return { message: caught.error.status === 404 ? 'There is nothing here, or it is not for you to see.' : caught.error.message };
	if (caught.kind !== 'unknown') return;
	if (caught.error instanceof Refusal) return { status: refusalStatus[caught.error.kind], message: caught.error.message };
	if (isFull(caught.error)) return { status: 507, message: diskFull };
	const id = randomBytes(6).toString('hex');
	console.error(JSON.stringify({ at: new Date().toISOString(), id, route: caught.event.route.id, ...reportFault(caught.error) }));
	const message = `It was not you, and nothing you saved before is lost. If it happens again, tell your administrator this number, so that they can find it in the log: ${id}.`;
	return { status: 500, message, id };
};
