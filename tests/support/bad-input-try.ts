import { expect } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { sameSite, send, type Answer, type App, type Fields } from './app.ts';
import type { Facts } from './bad-input-facts.ts';
import { fieldKinds, halfCharacter, kinds, longest, mark, mutations, type Mutation, type Verdict } from './bad-input-fields.ts';
import type { BadForm } from './bad-input-table.ts';
import { readForms, untouched, type FormPage, type PageForm } from './form-page.ts';
import { gained, putBack, storedIn, writesOf, type Stored } from './stored.ts';

export interface Place {
	app: App;
	db: Db;
	facts: Facts;
	cookies: Record<string, string>;
	before: Stored;
	/** Of {@link writesOf}, when all was last as before. */
	writes: number;
	/** Of {@link keysIn}. */
	bringKeysBack: () => void;
}

/** One thing that is wrong, and what should come of it. */
export interface Attempt {
	name: string;
	body: Fields;
	verdict: Verdict;
	at?: string | undefined;
	says?: RegExp | undefined;
	/** What has to be found among all that is stored afterwards. */
	kept?: string | undefined;
}

/** The form as it stands on its page, filled in as somebody would who means well. */
export async function filledIn(place: Place, form: BadForm, from?: string): Promise<{ path: string; body: Fields }> {
	const path = from ?? form.path(place.facts);
	const { text } = await send(place.app.url + path, { headers: { accept: 'text/html', ...cookieOf(place, form) } });
	const found = formsOf(readForms(text), form.action).find((each) => !form.holds || holds(each, form.holds(place.facts)));
	if (!found && !form.later) throw new Error(`${path} has no form ${form.action}`);
	return { path, body: { ...(found && untouched(found)), ...form.typed?.(place.facts) } };
}

function formsOf(page: FormPage, action: string): PageForm[] {
	return page.forms.filter(({ actions }) => actions.includes(action));
}

function holds({ controls }: PageForm, value: string): boolean {
	return controls.some((control) => control.value === value);
}

/** Everything that is tried with a form: each mutation of each field, then what its row of the table adds. */
export function attemptsOf({ facts }: Place, form: BadForm, body: Fields): Attempt[] {
	const fields = Object.keys(body).filter((field) => form.tries?.includes(field) ?? true);
	const attempts = fields.flatMap((field) => {
		const kind = form.kinds?.[field] ?? fieldKinds[field];
		if (!kind) throw new Error(`no kind is given for the field ${field} of ${form.route}?/${form.action}`);
		const verdicts = { ...kinds[kind], ...form.but?.[field] };
		return Object.entries(verdicts).flatMap(([mutation, verdict]): Attempt[] => {
			if (!verdict) return [];
			const wrong = mutated(body, field, mutation as Mutation, longest[kind] ?? 0);
			const kept = verdict === 'yes' && kind === 'name' ? asRead([wrong[field] ?? ''].flat()[0] ?? '') : undefined;
			return [{ name: `${field}: ${mutation}`, body: wrong, verdict, at: field, kept }];
		});
	});
	const cases = (form.cases ?? []).map(({ set, ...rest }) => ({
		...rest,
		body: { ...body, ...(typeof set === 'function' ? set(facts) : set) }
	}));
	return [...attempts, ...cases];
}

function mutated(body: Fields, field: string, mutation: Mutation, most: number): Fields {
	const { [field]: good = '', ...rest } = body;
	const values = mutations[mutation]([good].flat()[0] ?? '', most);
	// A single value where a list belongs comes without the brackets.
	if (mutation === 'doubled' && field.endsWith('[]')) return { ...rest, [field.slice(0, -2)]: values[0] ?? '' };
	return { ...rest, [field]: values.length === 1 && !field.endsWith('[]') ? (values[0] ?? '') : values };
}

/** What the server reads where bytes are no text. */
function asRead(text: string): string {
	return text.replaceAll(halfCharacter, '\uFFFD'.repeat(3));
}

export function post(
	{ app, ...place }: Place,
	form: BadForm,
	path: string,
	body: Fields,
	headers: Record<string, string> = {}
): Promise<Answer> {
	const sent = new URLSearchParams();
	for (const [field, value] of Object.entries(body)) for (const text of [value].flat()) sent.append(field, text);
	// What the page was opened with stays behind the name of the action.
	const [pathname, opened] = path.split('?');
	const query = [form.action === 'default' ? '' : `/${form.action}`, opened ?? ''].filter(Boolean).join('&');
	return send(`${app.url}${pathname}${query && `?${query}`}`, {
		method: 'POST',
		headers: { 'content-type': 'application/x-www-form-urlencoded', ...sameSite, ...cookieOf(place, form), ...headers },
		body: sent.toString().replaceAll(encodeURIComponent(halfCharacter), '%ED%A0%BD')
	});
}

function cookieOf({ cookies }: Pick<Place, 'cookies'>, { who }: BadForm): { cookie?: string } {
	const cookie = who && cookies[who];
	return cookie ? { cookie: `breakwater=${cookie}` } : {};
}

/** What is stored more than before; everything is put back afterwards. */
export function takeBack(place: Place): ReturnType<typeof gained> {
	const { db, before } = place;
	const writes = writesOf(db);
	if (writes === place.writes) return {};
	// Asked before it is read: what is written meanwhile is looked at the next time.
	place.writes = writes;
	const more = gained(before, storedIn(db));
	// The server looks at both once a minute.
	place.bringKeysBack();
	putBack(db, before);
	place.bringKeysBack();
	return more;
}

const statuses: Record<Verdict, readonly number[]> = { no: [400], gone: [404], twice: [409], yes: [200, 303] };

/** Lets the server work while the answers before are read; fewer than failed tries at a password before somebody has to wait. */
const atOnce = 4;

/** Sends each of them; returns what was not as it should be, by the name of the attempt. */
export async function tryAll(place: Place, form: BadForm, path: string, attempts: readonly Attempt[]): Promise<Record<string, string[]>> {
	const found: Record<string, string[]> = {};
	const refused = attempts.filter(({ verdict }) => verdict !== 'yes');
	const alone = attempts.filter(({ verdict }) => verdict === 'yes');
	for (let from = 0; from < refused.length; from += atOnce) {
		const some = refused.slice(from, from + atOnce);
		const answers = await Promise.all(some.map(async (attempt) => ({ attempt, answer: await post(place, form, path, attempt.body) })));
		// Which of them stored something shows when they come one by one.
		if (Object.keys(takeBack(place)).length > 0) alone.push(...some);
		else for (const { attempt, answer } of answers) found[attempt.name] = faults(form, place.facts, attempt, answer);
	}
	for (const attempt of alone) found[attempt.name] = await attempted(place, form, path, attempt);
	return Object.fromEntries(Object.entries(found).filter(([, wrong]) => wrong.length > 0));
}

async function attempted(place: Place, form: BadForm, path: string, attempt: Attempt): Promise<string[]> {
	const answer = await post(place, form, path, attempt.body);
	const wrong = faults(form, place.facts, attempt, answer);
	if (answer.status < 400 && attempt.verdict === 'yes') wrong.push(...(await storedOnce(place, form, path, attempt)));
	const more = takeBack(place);
	if (attempt.verdict !== 'yes' && Object.keys(more).length > 0) wrong.push(`stored ${JSON.stringify(more)}`);
	return wrong;
}

function faults(form: BadForm, facts: Facts, attempt: Attempt, answer: Answer): string[] {
	const wrong: string[] = [];
	if (!statuses[attempt.verdict].includes(answer.status))
		wrong.push(`status ${answer.status} for ${statuses[attempt.verdict].join(' or ')}`);
	if (answer.text.includes('<script>alert')) wrong.push('the script would run');
	if (answer.status === 400 || answer.status === 409) wrong.push(...complaints(readForms(answer.text), form, attempt, facts));
	return wrong;
}

/** What was taken is there as it was typed, is only text where it is shown, and is not there twice where it is sent twice. */
async function storedOnce(place: Place, form: BadForm, path: string, { body, kept }: Attempt): Promise<string[]> {
	const wrong: string[] = [];
	const once = storedIn(place.db);
	if (kept !== undefined && ![...once.values()].flat(2).some((value) => value === kept)) wrong.push('not stored as it was typed');
	const { text } = await send(place.app.url + path, { headers: { accept: 'text/html', ...cookieOf(place, form) } });
	if (text.includes('<script>alert')) wrong.push('the script would run on the page afterwards');
	if (form.twice) return wrong;
	await post(place, form, path, body);
	const again = gained(once, storedIn(place.db));
	return Object.keys(again).length > 0 ? [...wrong, `sent again it stored ${JSON.stringify(again)}`] : wrong;
}

const vague = /look at the marked/;

/** A sentence beside the field, above the form where it is hidden; what else was typed is still there. */
function complaints(page: FormPage, form: BadForm, { name, body, at, says, verdict }: Attempt, facts: Facts): string[] {
	const all = formsOf(page, form.action);
	const own =
		all.find(({ controls }) => tied(page, controls, at).length > 0) ?? all.find((each) => !form.holds || holds(each, form.holds(facts)));
	const controls = own?.controls ?? [];
	const about = controls.filter((control) => control.name === at);
	const beside = tied(page, controls, at);
	const hidden = about.length === 0 || about.every(({ type }) => type === 'hidden');
	const above = page.alerts.filter((sentence) => sentence !== '');
	const wrong: string[] = [];
	const clear = above.some((sentence) => !vague.test(sentence));
	if (!hidden && verdict === 'no' && beside.length === 0 && !(form.above && above.length > 0))
		wrong.push('no sentence is tied to the field');
	if (hidden && !clear) wrong.push(`no sentence above the form: ${above.join(' | ')}`);
	if (says && ![...beside, ...above].some((sentence) => says.test(sentence))) wrong.push(`it says: ${[...beside, ...above].join(' | ')}`);
	// Without what it is about nothing says which of several rows it was.
	const lostRow = at !== undefined && form.kinds?.[at] === 'row' && (at === 'id' || form.holds !== undefined);
	return own && !lostRow ? [...wrong, ...lost(controls, body, name)] : wrong;
}

function tied({ errors }: FormPage, controls: PageForm['controls'], field: string | undefined): string[] {
	const ids = controls.filter(({ name }) => name === field).flatMap(({ describedBy }) => describedBy);
	return ids.map((id) => errors.get(id) ?? '').filter((sentence) => sentence !== '');
}

/** What was typed and is not in the form any more. A list cannot show what it does not offer, a field not what was sent twice. */
function lost(controls: PageForm['controls'], body: Fields, name: string): string[] {
	return Object.entries(body).flatMap(([field, value]) => {
		const own = controls.filter((control) => control.name === field);
		const [first] = own;
		if (!first || ['password', 'hidden', 'file'].includes(first.type) || name === `${field}: doubled`) return [];
		const texts = [value].flat().map((text) => asRead(text).slice(0, 4000));
		const offered = (text: string) => own.some((each) => each.value === text) || first.options.includes(text);
		const chosen = ['select', 'checkbox', 'radio'].includes(first.type);
		const missing = texts.filter((text) => (chosen ? offered(text) && !shows(own, text) : !shows(own, text)));
		return missing.length > 0 ? [`${field} lost ${missing[0]?.slice(0, 30)}`] : [];
	});
}

function shows(controls: PageForm['controls'], text: string): boolean {
	const flat = (value: string) => value.replace(/\r?\n/g, '');
	return controls.some(({ value, sent }) => sent && flat(value) === flat(text));
}

/** Says of a server's output that nothing in it was typed by anybody. */
export function expectSilence(app: App): void {
	expect(app.output()).not.toContain(mark);
	expect(app.output()).not.toMatch(/alert\(|example\.org|quiet harbour|seven grey|[\uD83E]/);
}
