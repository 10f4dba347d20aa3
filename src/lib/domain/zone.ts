/**
 * Offsets of a time zone, remembered as the spans between its transitions: asking Temporal for each of some ten thousand
 * instants would cost more than the rules themselves. Results are those of Temporal's "compatible" disambiguation.
 */

const MS_PER_DAY = 86_400_000;
const MOST_ZONES = 1_000;
const MOST_SPANS = 4_096;

interface Span {
	from: number;
	to: number;
	offset: number;
}

const spansOfZones = new Map<string, Span[]>();

/** Whether `zone` is a named IANA zone that this runtime knows; fixed offsets such as `+01:00` are not. */
export function isZone(zone: string): boolean {
	if (!/^[A-Za-z]/.test(zone)) return false;
	if (spansOfZones.has(zone)) return true;
	try {
		new Temporal.ZonedDateTime(0n, zone);
		return true;
	} catch {
		return false;
	}
}

/** The zone's offset from UTC in ms at `instant` (UTC ms). Throws RangeError for an unknown zone. */
export function offsetAt(zone: string, instant: number): number {
	let spans = spansOfZones.get(zone);
	if (spans === undefined) {
		if (spansOfZones.size >= MOST_ZONES) spansOfZones.clear();
		spansOfZones.set(zone, (spans = []));
	}
	let low = 0;
	let high = spans.length - 1;
	while (low <= high) {
		const middle = (low + high) >> 1;
		const span = spans[middle] as Span;
		if (instant < span.from) high = middle - 1;
		else if (instant >= span.to) low = middle + 1;
		else return span.offset;
	}
	if (spans.length >= MOST_SPANS) spans.length = low = 0;
	const found = spanAround(zone, instant);
	spans.splice(low, 0, found);
	return found.offset;
}

function spanAround(zone: string, instant: number): Span {
	// One ms on, because `previous` leaves out a transition at the very instant.
	const after = Temporal.Instant.fromEpochMilliseconds(instant + 1).toZonedDateTimeISO(zone);
	const here = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
	return {
		from: after.getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
		to: here.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
		offset: here.offsetNanoseconds / 1e6
	};
}

/** Every instant at which the zone's clocks show `local` (clock reading as if it were UTC ms): none, one or two, ascending. */
export function instantsAt(zone: string, local: number): number[] {
	const earlier = local - offsetAt(zone, local - MS_PER_DAY);
	const later = local - offsetAt(zone, local + MS_PER_DAY);
	const shows = (instant: number) => instant + offsetAt(zone, instant) === local;
	if (earlier === later) return shows(earlier) ? [earlier] : [];
	return [earlier, later].filter(shows).sort((a, b) => a - b);
}

/** The instant of a clock reading, "compatible": of a doubled one the first, a skipped one moves later by the gap. */
export function instantAt(zone: string, local: number): number {
	const before = offsetAt(zone, local - MS_PER_DAY);
	if (before === offsetAt(zone, local + MS_PER_DAY)) return local - before;
	return instantsAt(zone, local)[0] ?? local - before;
}
