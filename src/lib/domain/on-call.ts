import type { Instant } from './time.ts';

/** Somebody on a team's on-call list. */
export interface Listed {
	id: string;
	/** When they were put on it. */
	since: Instant;
	/** Who has taken over from them, and since when. */
	handedTo: string | null;
	handedAt: Instant | null;
}

/**
 * Who of a list is on call: all but those who have handed over to somebody who is there, or who handed on to somebody who is. Where that one is
 * away, gone or off the list, whoever handed over is on call again: a list never ends up empty by it. In the order of the list.
 * @param isThere whether somebody of the list can be asked
 */
export function onCallAmong(list: readonly Listed[], isThere: (id: string) => boolean): string[] {
	const byId = new Map(list.map((entry) => [entry.id, entry]));
	/** Somebody put on the list again since is not the one it was handed to. */
	const takerOf = ({ handedTo, handedAt }: Listed) => {
		const taker = handedTo === null ? undefined : byId.get(handedTo);
		return taker && handedAt !== null && taker.since <= handedAt ? taker : undefined;
	};
	const isCovered = (entry: Listed): boolean => {
		const met = new Set<string>();
		for (let taker = takerOf(entry); taker && !met.has(taker.id); taker = takerOf(taker)) {
			met.add(taker.id);
			if (isThere(taker.id) && !takerOf(taker)) return true;
		}
		return false;
	};
	return list.filter((entry) => !isCovered(entry)).map(({ id }) => id);
}
