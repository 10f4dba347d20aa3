import * as v from 'valibot';
import { reasons, type Fact, type ServerFact } from './facts.ts';
import { answersProblem, instrumentIds } from './instruments/instrument.ts';
import { instruments } from './instruments/list.ts';
import { parsePolicyPatch } from './policy-parse.ts';
import { parseInstant } from './rfc3339.ts';
import { isLocalDate, type Instant } from './time.ts';
import { isZone } from './zone.ts';

export type ParsedFact = { ok: true; fact: Fact } | { ok: false; field: string; message: string };

const text = v.pipe(v.string('Text belongs here.'), v.minLength(1, 'This must not be empty.'));
const instant = v.pipe(
	v.string('An instant belongs here.'),
	v.rawTransform<string, Instant>(({ dataset, addIssue, NEVER }) => {
		const parsed = parseInstant(dataset.value);
		if (parsed !== null) return parsed;
		addIssue({ message: 'An instant such as 2026-03-02T09:00:00Z belongs here, with at most three fraction digits.' });
		return NEVER;
	})
);
const date = v.pipe(v.string('A date belongs here.'), v.check(isLocalDate, 'A date as YYYY-MM-DD belongs here.'));
const noClock = 'A clock time as HH:MM belongs here.';
const clock = v.pipe(v.string(noClock), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, noClock));
const zone = v.pipe(v.string('A time zone belongs here.'), v.check(isZone, 'This time zone is not known.'));
const integer = (least: number, most: number) => {
	const message = `A whole number from ${least} to ${most} belongs here.`;
	return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
};
const oneOf = <const Options extends readonly string[]>(options: Options) =>
	v.picklist(options, `One of ${options.join(', ')} belongs here.`);
const violent = v.exactOptional(oneOf(['yes', 'no', 'undisclosed']));
const factor = v.pipe(
	v.number('A number belongs here.'),
	v.check((value) => value > 0 && value <= 1, 'A number above 0 and up to 1 belongs here.')
);
const reason = oneOf(reasons);
const patch = v.pipe(
	v.unknown(),
	v.rawTransform(({ dataset, addIssue, NEVER }) => {
		const parsed = parsePolicyPatch(dataset.value);
		if (parsed.ok) return parsed.patch;
		addIssue({ message: parsed.path === '' ? parsed.message : `${parsed.path}: ${parsed.message}` });
		return NEVER;
	})
);

const step = { person: text, reason };
const fields = {
	person: { person: text, zone, startDate: date, dayStart: v.exactOptional(clock) },
	member: { person: text, team: text },
	policy: { team: v.exactOptional(text), policy: patch },
	factor: { person: text, factor, from: date, to: v.exactOptional(date) },
	session: { id: text, person: text, start: instant, end: instant, violent },
	'timer-start': { id: text, person: text },
	'timer-stop': { id: text, end: v.exactOptional(instant), violent },
	'day-total': { id: text, person: text, date, minutes: integer(1, 960) },
	amend: { id: text, start: instant, end: instant },
	void: { id: text },
	'check-in': {
		person: text,
		instrument: oneOf(instrumentIds),
		answers: v.exactOptional(v.array(v.number('Whole numbers belong here.'), 'A list of answers belongs here.')),
		skipped: v.exactOptional(v.literal(true, 'Only true belongs here.'))
	},
	sharing: { person: text, prompt: v.boolean('true or false belongs here.') },
	'share-concern': { person: text },
	'contact-request': { person: text, when: oneOf(['today', 'soon']) },
	absence: { person: text, from: date, to: date },
	conversation: { person: text, reasons: v.exactOptional(v.array(reason, 'A list of reasons belongs here.')) },
	appointment: { id: text, person: text, kind: oneOf(['counselling', 'assessment']), due: date },
	'appointment-attended': { id: text },
	'appointment-declined': { id: text },
	acknowledge: step,
	offer: step,
	response: { ...step, answer: oneOf(['accepted', 'declined', 'not-now']) },
	'follow-up': step,
	close: step,
	withdraw: step
} as const satisfies Record<Exclude<Fact['type'], ServerFact['type']>, v.ObjectEntries>;

type FactSchema = v.GenericSchema<unknown, Fact>;

const schemas = new Map(
	Object.entries(fields).map(([type, entries]) => {
		const schema = v.strictObject({ at: instant, type: v.literal(type), ...(entries as v.ObjectEntries) });
		// Entries and the Fact union are written side by side; the tests go through every type.
		return [type, schema as unknown as FactSchema];
	})
);

/** What one line can show to be wrong beyond each field's own shape. */
function lineProblem(fact: Fact): { field: string; message: string } | null {
	if ((fact.type === 'absence' || fact.type === 'factor') && fact.to !== undefined && fact.to < fact.from) {
		return { field: 'to', message: 'The last date lies before the first.' };
	}
	if (fact.type !== 'check-in') return null;
	if ((fact.answers === undefined) === (fact.skipped === undefined)) {
		return { field: 'answers', message: 'Either answers or skipped: true belongs here.' };
	}
	const message = fact.answers && answersProblem(instruments[fact.instrument], fact.answers);
	return message ? { field: 'answers', message } : null;
}

/** The dotted path of the field at fault. */
function fieldOf(issue: v.BaseIssue<unknown>): string {
	return issue.path?.map(({ key }) => String(key)).join('.') ?? '';
}

/**
 * One line's fact from its JSON (instants become UTC ms). On bad input names the first field at fault, dotted, `''` for the whole.
 * What only the facts before it can tell (unknown ids, steps that an alert's state doesn't allow, …) is the engine's and replay's.
 */
export function parseFact(json: unknown): ParsedFact {
	if (typeof json !== 'object' || json === null || Array.isArray(json)) {
		return { ok: false, field: '', message: 'A fact is an object.' };
	}
	const { type } = json as { type?: unknown };
	const schema = typeof type === 'string' ? schemas.get(type) : undefined;
	if (schema === undefined) return { ok: false, field: 'type', message: 'This type of fact is not known.' };
	const parsed = v.safeParse(schema, json, { abortEarly: true });
	if (!parsed.success) {
		const [issue] = parsed.issues;
		const field = fieldOf(issue);
		const unknownField = issue.type === 'strict_object' && issue.expected === 'never';
		const missing = issue.type === 'strict_object' && !unknownField;
		const message = unknownField ? 'This type of fact has no such field.' : missing ? 'This is missing.' : issue.message;
		return { ok: false, field, message };
	}
	const problem = lineProblem(parsed.output);
	return problem === null ? { ok: true, fact: parsed.output } : { ok: false, ...problem };
}
