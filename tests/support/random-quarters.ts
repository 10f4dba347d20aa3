import { scales } from '#lib/domain/report-bands.ts';
import type { Counts, Scale } from '#lib/domain/report.ts';
import type { Adds } from '#lib/domain/suppression.ts';

/** Numbers from 0 to 1 that a seed gives (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

export const works = ['images', 'urls', 'reports', 'quality', 'court'] as const;
export const partners = ['north', 'west', 'abroad'] as const;
export const randomNames = {
	work: new Map(works.map((id) => [id, id])),
	partners: new Map(partners.map((id) => [id, id]))
};

/** What a small organisation did in consecutive quarters, in which people join and leave. */
export function randomQuarters(seed: number, quarters = 4): Counts[] {
	const random = seeded(seed);
	const size = 4 + Math.floor(random() * 42);
	let people = Array.from({ length: size }, (_, at) => `p${at}`);
	let joined = size;
	// How common each kind of work, partner and band is differs from organisation to organisation.
	const habit = Object.fromEntries([...works, ...partners, 'answers', 'limits', 'missed'].map((key) => [key, random() ** 2]));
	return Array.from({ length: quarters }, () => {
		const counts = quarterOf(people, habit, random);
		people = people.filter(() => random() > 0.06);
		for (let more = Math.floor(random() * 4); more > 0; more--) people.push(`p${joined++}`);
		return counts;
	});
}

function quarterOf(people: readonly string[], habit: Readonly<Record<string, number>>, random: () => number): Counts {
	const whole = (most: number) => Math.floor(random() * most);
	const some = (key: string) => people.filter(() => random() < (habit[key] ?? 0.5));
	const times = (who: readonly string[], most: number): Adds => new Map(who.map((person) => [person, [1 + whole(most)]]));
	const [work, partner] = exposure(people, habit, random);
	const answered = people.filter(() => random() < 0.4 + (habit['answers'] ?? 0));
	const outcomes = () => {
		const due = some('answers');
		const part = (from: number, to: number) => times(due.slice(Math.floor(due.length * from), Math.floor(due.length * to)), 3);
		return { attended: part(0, 0.7), declined: part(0.6, 0.8), open: part(0.75, 1) };
	};
	const acknowledged = new Map(some('answers').map((person) => [person, Array.from({ length: 1 + whole(3) }, () => whole(900))]));
	return {
		people: new Set(people),
		...{ work, partners: partner, logged: new Set([...work.values()].flatMap((row) => [...row.keys()])), answered: new Set(answered) },
		limits: new Map([
			['day-limit', times(some('limits'), 6)],
			['day-over', times(some('missed'), 2)]
		]),
		breaks: { kept: times(people, 60), missed: times(some('missed'), 5) },
		appointments: { counselling: outcomes(), assessment: outcomes() },
		waits: { acknowledged, offered: new Map([...acknowledged].filter(() => random() < 0.8)) },
		bands: new Map(
			(['pulse', 'who5', 'proqol5-burnout', 'proqol5-trauma'] as const).map((scale) => [scale, bandsOf(scale, answered, random)])
		)
	};
}

/** Each entry has one kind of work and one partner: both tables have the same total. */
function exposure(people: readonly string[], habit: Readonly<Record<string, number>>, random: () => number) {
	const [work, partner] = [new Map<string, Map<string, number[]>>(), new Map<string, Map<string, number[]>>()];
	const chosen = <T extends string>(from: readonly T[]) => from.find((key) => random() < (habit[key] ?? 0)) ?? '';
	const put = (table: Map<string, Map<string, number[]>>, key: string, person: string, minutes: number) => {
		const row = table.get(key) ?? new Map<string, number[]>();
		const [entries = 0, sum = 0] = row.get(person) ?? [];
		table.set(key, row.set(person, [entries + 1, sum + minutes]));
	};
	for (const person of people) {
		for (let entries = Math.floor(random() * 12); entries > 0; entries--) {
			const minutes = 5 + Math.floor(random() ** 3 * 2000);
			put(work, chosen(works), person, minutes);
			put(partner, chosen(partners), person, minutes);
		}
	}
	return [work, partner] as const;
}

function bandsOf(scale: Scale, answered: readonly string[], random: () => number): Map<string, Set<string>> {
	const [bands, lean] = [new Map<string, Set<string>>(), random() * 3];
	for (const person of answered) {
		const keys = scales[scale].bands;
		const [key] = keys[Math.min(keys.length - 1, Math.floor(random() ** lean * keys.length))] ?? [''];
		bands.set(key, (bands.get(key) ?? new Set()).add(person));
	}
	return bands;
}

/**
 * Consecutive quarters in which everybody does exactly the same again, but for one person who joins, or leaves, from each to the next, or nobody:
 * what is nearest to telling what that one person adds.
 */
export function steadyQuarters(seed: number, quarters = 4): Counts[] {
	const [base] = randomQuarters(seed, 1) as [Counts];
	const random = seeded(seed + 1_000_000);
	const everybody = [...base.people];
	const late = everybody.splice(-3);
	const steps = [() => void 0, () => void everybody.push(...late.splice(-1)), () => void everybody.shift()];
	return Array.from({ length: quarters }, (_, at) => {
		if (at > 0) steps[Math.floor(random() * steps.length)]?.();
		return onlyOf(base, new Set(everybody));
	});
}

/** What is counted of these people. */
function onlyOf(counts: Counts, people: ReadonlySet<string>): Counts {
	const some = <V>(by: ReadonlyMap<string, V>) => new Map([...by].filter(([person]) => people.has(person)));
	const each = (by: ReadonlyMap<string, Adds>) => new Map([...by].map(([key, adds]) => [key, some(adds)]));
	const those = (all: ReadonlySet<string>) => new Set([...all].filter((person) => people.has(person)));
	const outcomes = ({ attended, declined, open }: Counts['appointments']['counselling']) => ({
		...{ attended: some(attended), declined: some(declined), open: some(open) }
	});
	return {
		...{ people, work: each(counts.work), partners: counts.partners && each(counts.partners), limits: each(counts.limits) },
		breaks: { kept: some(counts.breaks.kept), missed: some(counts.breaks.missed) },
		appointments: { counselling: outcomes(counts.appointments.counselling), assessment: outcomes(counts.appointments.assessment) },
		...{ logged: those(counts.logged), answered: those(counts.answered) },
		waits: { acknowledged: some(counts.waits.acknowledged), offered: some(counts.waits.offered) },
		bands: new Map([...counts.bands].map(([scale, bands]) => [scale, new Map([...bands].map(([band, who]) => [band, those(who)]))]))
	};
}
