import { addDays, weekday } from '#lib/domain/time.ts';
import { randomFor, type Random } from '#lib/server/sample/random.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const monday = '2026-01-05';
/** Zones, and the hour (UTC) at which work begins there. */
const places = [
	['Europe/London', 9],
	['America/New_York', 14],
	['Asia/Kolkata', 4],
	['Australia/Lord_Howe', 0]
] as const;

interface Line {
	at: number;
	text: string;
}

/**
 * Lines of facts for `replay`, in order: `people` work on Mondays to Fridays for `days` days, some four and a half hours of exposure each day in
 * pieces, half of them timed, half logged by hand; with check-ins, corrections, absences, appointments, conversations, and requests for
 * contact that somebody answers. The same numbers give the same lines.
 */
export function* workingDays(people: number, days: number): Generator<string, void, void> {
	const random = randomFor(`${people}|${days}`);
	const first = Date.parse(monday);
	const persons = Array.from({ length: people }, () => random.uuid());
	let later: Line[] = [];
	for (const [n, person] of persons.entries()) {
		const about = { type: 'person', person, zone: places[n % 4]?.[0], startDate: addDays(monday, -random.between(0, 900)) };
		later.push(line(first, about), line(first, { type: 'member', person, team: `team ${n % 50}` }));
	}
	for (let nth = 0; nth < days; nth++) {
		const date = addDays(monday, nth);
		const begins = first + nth * day;
		for (const [n, person] of persons.entries()) {
			const from = begins + (places[n % 4]?.[1] ?? 0) * 60 * minute + random.between(0, 40) * minute;
			if (weekday(date) < 5) later.push(...oneDay(random, person, date, from));
			// Once in six weeks at most, so that a request is closed before the next.
			if ((n * 7 + nth) % 42 === 0) later.push(...contact(random, person, from));
		}
		// What belongs to one date may be recorded on a later one.
		later.sort((a, b) => a.at - b.at);
		const today = later.filter(({ at }) => at < begins + day);
		later = later.slice(today.length);
		for (const { text } of today) yield text;
	}
}

function line(at: number, fact: object): Line {
	return { at, text: JSON.stringify({ at: new Date(at).toISOString(), ...fact }) };
}

/** What a person, or somebody for them, records on a working day that begins at `from`. */
function oneDay(random: Random, person: string, date: string, from: number): Line[] {
	if (random.chance(0.02)) return [line(from, { type: 'absence', person, from: date, to: addDays(date, random.between(0, 4)) })];
	if (random.chance(0.02)) return [line(from + 9 * 60 * minute, { type: 'day-total', id: random.uuid(), person, date, minutes: 270 })];
	const lines = work(random, person, from);
	const noon = from + 4 * 60 * minute + random.between(1, 50) * 1000;
	if (weekday(date) === 3) lines.push(line(noon, checkIn(random, person)));
	if (random.chance(0.03)) lines.push(line(noon, { type: 'conversation', person, reasons: ['routine'] }));
	if (random.chance(0.02)) lines.push(...appointment(random, person, addDays(date, 14), noon));
	return lines;
}

/** Six pieces of some 45 minutes with breaks between. */
function work(random: Random, person: string, from: number): Line[] {
	const timed = random.chance(0.5);
	const lines: Line[] = [];
	let start = from;
	for (let piece = 0; piece < 6; piece++) {
		const end = start + random.between(35, 55) * minute;
		const id = random.uuid();
		const violent = random.pick(['yes', 'no', 'undisclosed']);
		if (timed) lines.push(line(start, { type: 'timer-start', id, person }), line(end, { type: 'timer-stop', id, violent }));
		else lines.push(...byHand(random, { id, person, start, end, violent }));
		start = end + random.between(5, 30) * minute;
	}
	return lines;
}

function byHand(
	random: Random,
	{ id, person, start, end, violent }: { [Key in 'id' | 'person' | 'violent']: string } & { start: number; end: number }
) {
	const instant = (at: number) => new Date(at).toISOString();
	// Mostly at once, now and then some days later.
	const at = end + (random.chance(0.05) ? random.between(1, 5) * day : random.between(0, 10) * minute);
	const lines = [line(at, { type: 'session', id, person, start: instant(start), end: instant(end), violent })];
	if (random.chance(0.02))
		lines.push(line(at + 20 * minute, { type: 'amend', id, start: instant(start), end: instant(end - 10 * minute) }));
	else if (random.chance(0.01)) lines.push(line(at + 20 * minute, { type: 'void', id }));
	return lines;
}

function checkIn(random: Random, person: string) {
	if (random.chance(0.2)) return { type: 'check-in', person, instrument: 'pulse', skipped: true };
	if (random.chance(0.8)) return { type: 'check-in', person, instrument: 'pulse', answers: answers(random, 4, 4) };
	return { type: 'check-in', person, instrument: 'who5', answers: answers(random, 5, 5) };
}

const answers = (random: Random, items: number, most: number) => Array.from({ length: items }, () => random.between(0, most));

/** A request that is answered, talked about and closed within nine days. */
function contact(random: Random, person: string, at: number): Line[] {
	const steps = [
		{ type: 'contact-request', person, when: random.pick(['today', 'soon']) },
		{ type: 'acknowledge', person, reason: 'contact' },
		{ type: 'offer', person, reason: 'contact' },
		{ type: 'response', person, reason: 'contact', answer: 'accepted' },
		{ type: 'conversation', person, reasons: ['contact'] },
		{ type: 'follow-up', person, reason: 'contact' },
		{ type: 'close', person, reason: 'contact' }
	];
	return steps.map((fact, nth) => line(at + nth * day + random.between(10, 600) * minute, fact));
}

function appointment(random: Random, person: string, due: string, at: number): Line[] {
	const id = random.uuid();
	const lines = [line(at, { type: 'appointment', id, person, kind: 'counselling', due })];
	if (random.chance(0.7)) lines.push(line(at + random.between(7, 25) * day, { type: 'appointment-attended', id }));
	return lines;
}
