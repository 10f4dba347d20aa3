import type { Instant } from './time.ts';

interface Timed {
	id: string;
	start: Instant;
	end: Instant;
}

/**
 * What each session adds to time that counts once, in ms: where two overlap, the time is that of the one that began first (of two that began
 * together, the longer one's). Together they are as long as their union.
 */
export function attributedMs(sessions: readonly Timed[]): Map<string, number> {
	const inOrder = [...sessions].sort((a, b) => a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : 1));
	let reached = -Infinity;
	return new Map(
		inOrder.map(({ id, start, end }) => {
			const ms = Math.max(0, end - Math.max(start, reached));
			reached = Math.max(reached, end);
			return [id, ms];
		})
	);
}
