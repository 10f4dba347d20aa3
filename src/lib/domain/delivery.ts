import type { Reason } from './facts.ts';
import { clockInstant, clockMinutes, MS_PER_DAY, MS_PER_MINUTE, type EpochDay, type Instant } from './time.ts';
import { offsetAt } from './zone.ts';

/** When what is not urgent goes out by a channel: at once, once a day, or not at all; off is off for what is urgent too. */
export const paces = ['at-once', 'digest', 'off'] as const;
export type Pace = (typeof paces)[number];

/** How somebody wants to be told. Clock times are `HH:MM` in their own zone. */
export interface DeliveryChoice {
	email: Pace;
	chat: Pace;
	/** Their name in the organisation's chat; there where `chat` is not off. */
	chatName: string | null;
	digestAt: string;
	/** Null: no quiet hours. `from` may be after `to`: then they go over midnight. */
	quiet: { from: string; to: string } | null;
}

/** Until somebody chooses: once a day in the morning, what is urgent at once (ours). */
export const defaultDelivery: DeliveryChoice = { email: 'digest', chat: 'off', chatName: null, digestAt: '09:00', quiet: null };

/** So that a slip can be corrected before anybody hears of it (domain.md §3). */
export const exposureWaitMs = 15 * MS_PER_MINUTE;

/** What the person themself said comes at once; hours and clocks can wait for a digest. */
export function isUrgent(reason: Reason): boolean {
	return reason === 'contact' || reason === 'concern';
}

export interface Asked {
	reason: Reason;
	/** When the event was recorded (UTC ms). */
	at: Instant;
	/** Whether the recipient is on the on-call list by which they are asked. */
	onCall: boolean;
}

/**
 * The first instant (UTC ms) at which a message may be sent by a channel that is wanted at `pace`: exposure waits a quarter of an hour, what is not urgent waits for the digest
 * unless it is wanted at once, and all of it for the end of quiet hours, but for a request for contact to somebody on call.
 */
export function sendableAt({ reason, at, onCall }: Asked, pace: Exclude<Pace, 'off'>, choice: DeliveryChoice, zone: string): Instant {
	const ready = reason === 'exposure' ? at + exposureWaitMs : at;
	const wanted = isUrgent(reason) || pace === 'at-once' ? ready : nextClock(zone, choice.digestAt, ready);
	return undisturbed({ reason, at: wanted, onCall }, choice, zone);
}

/** `at`, or where it lies in quiet hours their end (UTC ms): a request for contact to somebody on call passes them. */
export function undisturbed({ reason, at, onCall }: Asked, choice: DeliveryChoice, zone: string): Instant {
	return reason === 'contact' && onCall ? at : afterQuiet(at, choice, zone);
}

const minutesADay = MS_PER_DAY / MS_PER_MINUTE;

function afterQuiet(at: Instant, { quiet }: DeliveryChoice, zone: string): Instant {
	if (!quiet || quiet.from === quiet.to) return at;
	const [from, to] = [clockMinutes(quiet.from), clockMinutes(quiet.to)];
	const clock = localMinutes(zone, at);
	const isQuiet = from < to ? from <= clock && clock < to : clock >= from || clock < to;
	if (!isQuiet) return at;
	// Where the clocks show their end twice, and the first is over, it is the second; where they change before it, it is what they show.
	const end = (Math.floor(at / MS_PER_MINUTE) + ((to - clock + minutesADay) % minutesADay)) * MS_PER_MINUTE;
	return localMinutes(zone, end) === to ? end : nextClock(zone, quiet.to, at);
}

/** The first instant at or after `at` at which the clocks of `zone` show `clock`. */
export function nextClock(zone: string, clock: string, at: Instant): Instant {
	const today = localDay(zone, at);
	for (let day = today; ; day++) {
		const instant = clockInstant(zone, day, clockMinutes(clock));
		if (instant >= at) return instant;
		if (day > today + 3) throw new Error(`no ${clock} in ${zone}`);
	}
}

function localDay(zone: string, at: Instant): EpochDay {
	return Math.floor((at + offsetAt(zone, at)) / MS_PER_DAY);
}

function localMinutes(zone: string, at: Instant): number {
	const local = at + offsetAt(zone, at);
	return Math.floor((local - localDay(zone, at) * MS_PER_DAY) / MS_PER_MINUTE);
}

const firstPauseMs = 30_000;
const longestPauseMs = 3_600_000;
/** How long a message is tried. */
export const triedForMs = 24 * 3_600_000;

/**
 * How long to wait (ms) after the `attempts`-th failure: anything between nothing and a bound that doubles with each, up to an hour ("full
 * jitter", so that many messages do not come back together).
 * @param random in [0, 1)
 */
export function pauseAfter(attempts: number, random: number): number {
	return Math.floor(random * Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts, 20)));
}
