import type { AlertEventName } from './output.ts';
import type { Instant } from './time.ts';

/** One step of a prompt, in its order. */
export interface Step {
	/** Anything else than the names here moves nothing. */
	event: AlertEventName | 'seen' | 'acknowledged' | 'offered' | 'answered' | 'conversation' | 'followed-up' | 'withdrawn';
	at: Instant;
}

/** From when on a supervisor was waited for, and when they acknowledged and offered; null: not. */
export interface Wait {
	from: Instant;
	acknowledged: Instant | null;
	offered: Instant | null;
}

/**
 * The waits of one prompt. It begins with its coming up, and anew with each renewal once the one before was acknowledged; who asks twice
 * before anybody has answered waits since the first time. An offer, or a conversation, acknowledges too.
 */
export function waitsOf(steps: readonly Step[]): Wait[] {
	const waits: Wait[] = [];
	for (const { event, at } of steps) {
		const last = waits.at(-1);
		if (event === 'raised' || (event === 'renewed' && last?.acknowledged !== null))
			waits.push({ from: at, acknowledged: null, offered: null });
		if (last === undefined) continue;
		const offers = event === 'offered' || event === 'conversation';
		if (event === 'acknowledged' || offers) last.acknowledged ??= at;
		if (offers) last.offered ??= at;
	}
	return waits;
}
