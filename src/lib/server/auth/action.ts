import { error, fail, redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { largestFile } from '#lib/domain/instruments/questionnaire.ts';
import { client } from '../db/client.ts';
import { caseContentFound } from '../case-content.ts';
import type { Db } from '../db/connection.ts';
import { grouped } from '../db/tx.ts';
import { fieldsThatNameBodies, incomplete } from '../fields.ts';
import { ownNames } from '../own-names.ts';
import { Refusal, refusalStatus } from '../refusal.ts';
import type { Viewer } from '../viewer.ts';
import { requireViewer, type Guard } from './guard.ts';

/** What a form gets back when nothing was stored: a sentence, one beside each field, and what was typed. */
export interface FormFailure {
	/** Which form of the page: the action's name. */
	form: string;
	message: string;
	errors: Record<string, string>;
	values: Record<string, string | string[]>;
}

interface Request<Input> {
	db: Db;
	viewer: Viewer;
	input: Input;
	now: number;
	event: RequestEvent;
}

type FormSchema = v.GenericSchema<Record<string, unknown>, unknown>;

/** Where to go (303), or nothing to stay on the page. */
type Destination = string | void;
type Action = (event: RequestEvent) => Promise<ActionFailure<FormFailure> | { done: string }>;

/**
 * One form action: guard, parse, one verb, redirect. `run` returns where to go (303), or nothing to stay on the page.
 * What looks like case content is refused before anything else, in every field (`case-content.ts`). A refusal of the verb comes back as a {@link FormFailure} with its HTTP status; "not found" is a 404 page.
 * `run` waits for nothing: what several people send at one moment is stored together.
 */
export function action<S extends FormSchema>(guard: Guard, schema: S, run: (request: Request<v.InferOutput<S>>) => Destination): Action {
	return slowAction(guard, schema, (request) => grouped(request.db, () => run(request)));
}

/** As {@link action}, for a `run` that waits for something, such as the hash of a password: each of its verbs is stored by itself. */
export function slowAction<S extends FormSchema>(
	guard: Guard,
	schema: S,
	run: (request: Request<v.InferOutput<S>>) => Promise<Destination>
): Action {
	return async (event) => {
		const viewer = requireViewer(event, guard);
		const values = formValues(await formData(event));
		const to = await attempt(event, schema, values, (input) => run({ db: client(), viewer, input, now: event.locals.now, event }));
		if (typeof to === 'string') redirect(303, to);
		return to ?? { done: formName(event) };
	};
}

/** The same for a page that anybody may open (sign-in, invitation, set-up): there is no viewer. */
export function publicAction<S extends FormSchema>(
	schema: S,
	run: (request: Omit<Request<v.InferOutput<S>>, 'viewer'>) => Destination | Promise<Destination>
): Action {
	return async (event) => {
		const values = formValues(await formData(event));
		const to = await attempt(event, schema, values, (input) => run({ db: client(), input, now: event.locals.now, event }));
		if (typeof to === 'string') redirect(303, to);
		return to ?? { done: formName(event) };
	};
}

async function attempt<S extends FormSchema>(
	event: RequestEvent,
	schema: S,
	values: Record<string, string | string[]>,
	run: (input: v.InferOutput<S>) => Destination | Promise<Destination>
): Promise<Destination | ActionFailure<FormFailure>> {
	const failed = (status: number, message: string, errors: Record<string, string>) =>
		fail(status, { form: formName(event), message, errors, values: withoutSecrets(values) });
	const parsed = v.safeParse(schema, values);
	const found = caseContentFound(values, ownNames(client()), fieldsThatNameBodies(schema));
	if (found) return failed(400, found.message, { ...(parsed.success ? {} : errorsOf(parsed.issues)), ...found.errors });
	if (!parsed.success) {
		const errors = errorsOf(parsed.issues);
		const whole = Object.values(errors).find((sentence) => sentence === incomplete);
		return failed(400, whole ?? 'Nothing was saved yet: please look at the marked fields.', errors);
	}
	try {
		return await run(parsed.output);
	} catch (refusal) {
		if (!(refusal instanceof Refusal)) throw refusal;
		if (refusal.kind === 'not-found') error(404, refusal.message);
		return failed(refusalStatus[refusal.kind], refusal.message, { ...refusal.fields });
	}
}

/** A body that is torn or no form at all is the sender's mistake, not ours: 400. One that is too large stays Kit's 413. */
async function formData({ request }: RequestEvent): Promise<FormData> {
	try {
		return await filesAsText(await request.formData());
	} catch (fault) {
		if (fault instanceof TypeError) error(400, 'This form arrived incomplete. Please load the page again; nothing was saved.');
		throw fault;
	}
}

/** A file that was chosen is its text from here on, read as UTF-8; none is an empty one. */
async function filesAsText(sent: FormData): Promise<FormData> {
	if (![...sent.values()].some((value) => value instanceof File)) return sent;
	const data = new FormData();
	for (const [name, value] of sent) data.append(name, typeof value === 'string' ? value : await value.text());
	return data;
}

/** A form's fields as text; a field sent several times is a list, and so is one whose name ends in `[]` (without the brackets). */
export function formValues(data: FormData): Record<string, string | string[]> {
	const values: Record<string, string | string[]> = {};
	for (const name of new Set(data.keys())) {
		const texts = data.getAll(name).filter((value) => typeof value === 'string');
		if (name.endsWith('[]')) values[name.slice(0, -2)] = texts;
		else values[name] = texts.length > 1 ? texts : (texts[0] ?? '');
	}
	return values;
}

const longest = 4000;

/** What is sent back: never a password, and not a megabyte of text that was refused for its length. */
function withoutSecrets(values: Record<string, string | string[]>): Record<string, string | string[]> {
	return Object.fromEntries(
		Object.entries(values)
			.filter(([name]) => !name.toLowerCase().includes('password'))
			.map(([name, value]) => [
				name,
				typeof value === 'string' ? shortened(name, value) : value.slice(0, 50).map((text) => text.slice(0, longest))
			])
	);
}

/** A pasted file is given back whole where it is not too large to be read: its beginning alone would be of no use. */
function shortened(name: string, text: string): string {
	return name === 'source' && text.length <= largestFile ? text : text.slice(0, longest);
}

function errorsOf(issues: readonly v.BaseIssue<unknown>[]): Record<string, string> {
	const errors: Record<string, string> = {};
	for (const issue of issues) {
		const field = String(issue.path?.[0]?.key ?? 'form');
		errors[field] ??=
			issue.type === 'object' || (issue.kind === 'schema' && issue.received === 'undefined') ? 'Please fill this in.' : issue.message;
	}
	return errors;
}

/** The name of the action that a form was sent to; `default` where it has none. */
function formName(event: RequestEvent): string {
	for (const key of event.url.searchParams.keys()) if (key.startsWith('/')) return key.slice(1);
	return 'default';
}
