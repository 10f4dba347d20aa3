import type { Db } from './db/connection.ts';
import { watchForWriters } from './db/writers.ts';

/** Whose page it is, and for how long it may be told anything. */
export interface OpenPage {
	personId: string;
	/** Whether the sign-in that it was opened with is still in force; asking does not count as using it. */
	isSignedIn: () => boolean;
}

interface Stream extends OpenPage {
	/** Takes no more than one message that nobody has read yet: they all say the same. */
	say: (message: Uint8Array) => void;
	end: (message?: Uint8Array) => void;
}

interface Desk {
	/** By person, the oldest first. */
	streams: Map<string, Set<Stream>>;
	timers: NodeJS.Timeout[];
	closed: boolean;
}

const mostPerPerson = 10;
/** Proxies cut lines on which nothing is said for a minute; and so long an ended sign-in is found out at the latest. */
const beatMs = 15_000;
const glanceMs = 1_000;
/** Pages whose line broke come back in so many ms: not all at once after a restart. */
const comeBackMs = { least: 1_000, spread: 3_000 };

const encoder = new TextEncoder();
const beat = encoder.encode(':\n\n');
/** The page finds out whether somebody has signed in again, and else shows nothing of what it stood for. */
const signedOut = encoder.encode('event: signed-out\ndata: \n\n');
/** There are newer pages: this one comes back later, so that they do not push one another out all the time. */
const enough = encoder.encode('event: enough\ndata: \n\n');
const changed = () => encoder.encode(`event: changed\ndata: ${Date.now()}\n\n`);
/** Names the reader to themselves: a page must not go on for somebody else who signs in at the same desk. */
const hello = (personId: string) =>
	encoder.encode(`retry: ${Math.round(comeBackMs.least + Math.random() * comeBackMs.spread)}\nevent: whose\ndata: ${personId}\n\n`);

const desks = new WeakMap<Db, Desk>();

function deskOf(db: Db): Desk {
	let desk = desks.get(db);
	if (!desk) desks.set(db, (desk = { streams: new Map(), timers: [], closed: false }));
	return desk;
}

/**
 * A stream of server-sent events for one open page: "something that you may see has changed", and nothing about what. The page loads
 * again by the ways that decide what its viewer may see. It ends with the sign-in, with the server ({@link closeStreams}), when its
 * reader goes, and where somebody has more than ten: then the oldest.
 */
export function openStream(db: Db, page: OpenPage): ReadableStream<Uint8Array> {
	const desk = deskOf(db);
	let stream: Stream | undefined;
	let unread: Uint8Array | null = null;
	return new ReadableStream<Uint8Array>({
		start(controller) {
			controller.enqueue(hello(page.personId));
			if (desk.closed) return controller.close();
			const own: Stream = {
				...page,
				say(message) {
					if ((controller.desiredSize ?? 0) > 0) controller.enqueue(message);
					else if (message !== beat) unread = message;
				},
				end(message) {
					leave(desk, own);
					if (message) controller.enqueue(message);
					controller.close();
				}
			};
			enter(db, desk, (stream = own));
		},
		pull(controller) {
			if (unread) controller.enqueue(unread);
			unread = null;
		},
		cancel() {
			if (stream) leave(desk, stream);
		}
	});
}

function enter(db: Db, desk: Desk, stream: Stream): void {
	const own = desk.streams.get(stream.personId) ?? new Set();
	desk.streams.set(stream.personId, own.add(stream));
	const [oldest] = own;
	if (own.size > mostPerPerson) oldest?.end(enough);
	if (desk.timers.length === 0) desk.timers = startTimers(db, desk);
}

function leave(desk: Desk, stream: Stream): void {
	const own = desk.streams.get(stream.personId);
	own?.delete(stream);
	if (own?.size === 0) desk.streams.delete(stream.personId);
	if (desk.streams.size > 0) return;
	for (const timer of desk.timers.splice(0)) clearInterval(timer);
}

/** One of each for all streams, while there are any. */
function startTimers(db: Db, desk: Desk): NodeJS.Timeout[] {
	const othersWrote = watchForWriters(db);
	return [
		setInterval(() => sayTo(desk, desk.streams.keys(), beat), beatMs).unref(),
		// What another process has written, and about whom, nobody here was told.
		setInterval(() => othersWrote() && sayTo(desk, desk.streams.keys(), changed()), glanceMs).unref()
	];
}

function sayTo(desk: Desk, personIds: Iterable<string>, message: Uint8Array): void {
	for (const id of [...personIds]) {
		for (const stream of [...(desk.streams.get(id) ?? [])]) {
			if (stream.isSignedIn()) stream.say(message);
			else stream.end(signedOut);
		}
	}
}

/** Tells the open pages of these people that something changed. Call it after the commit. */
export function tellPages(db: Db, personIds: Iterable<string>): void {
	sayTo(deskOf(db), personIds, changed());
}

/** Who has a page open. */
export function present(db: Db): ReadonlySet<string> {
	return new Set(desks.get(db)?.streams.keys());
}

/** Whether anybody has a page open: else there is nobody to be told. */
export function isAnybodyPresent(db: Db): boolean {
	return (desks.get(db)?.streams.size ?? 0) > 0;
}

/** Ends all streams, and lets nobody in any more: the server stops. Browsers come back by themselves. */
export function closeStreams(db: Db): void {
	const desk = deskOf(db);
	desk.closed = true;
	for (const own of [...desk.streams.values()]) for (const stream of [...own]) stream.end();
}
