import { randomFor } from '#lib/server/sample/random.ts';

const start = Date.UTC(2026, 0, 5, 7);
const minute = 60_000;

/**
 * Lines of facts for `replay`, in order: `people` in four zones work day by day, each with a few sessions a day and now and then a
 * correction, a check-in or a request, until `count` facts are there. The same numbers give the same lines.
 */
export function* manyFacts(count: number, people: number): Generator<string, void, void> {
	const random = randomFor(`${count}|${people}`);
	const zones = ['Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
	const instant = (at: number) => new Date(at).toISOString();
	let left = count;
	for (let person = 0; person < people && left > 0; person++, left--) {
		yield JSON.stringify({ at: instant(start), type: 'person', person: `p${person}`, zone: zones[person % 4], startDate: '2024-01-08' });
	}
	const [perDay, workday] = [4, 9 * 60 * minute];
	const step = Math.max(1, Math.floor(workday / (people * perDay)));
	for (let nth = 0; left > 0; nth++, left--) {
		const [day, inDay] = [Math.floor(nth / (people * perDay)), nth % (people * perDay)];
		const at = start + day * 24 * 60 * minute + 3 * 60 * minute + inDay * step;
		yield JSON.stringify({ at: instant(at), ...factOf(nth, `p${inDay % people}`, at) });
	}

	function factOf(nth: number, person: string, at: number): object {
		const kind = random.between(1, 40);
		if (kind === 1)
			return { type: 'check-in', person, instrument: 'pulse', answers: Array.from({ length: 4 }, () => random.between(0, 4)) };
		if (kind === 2) return { type: 'absence', person, from: instant(at).slice(0, 10), to: instant(at + 48 * 60 * minute).slice(0, 10) };
		if (kind === 3) return { type: 'contact-request', person, when: 'soon' };
		if (kind === 4) return { type: 'conversation', person, reasons: ['routine', 'contact'] };
		const end = at - random.between(0, 20) * minute;
		return { type: 'session', id: `s${nth}`, person, start: instant(end - random.between(5, 90) * minute), end: instant(end) };
	}
}
