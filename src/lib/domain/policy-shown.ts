import { combinePolicies, type Policy, type PolicyPatch } from './policy.ts';
import { policyThemes, type PolicyField, type PolicyTheme, type PolicyTopic } from './policy-fields.ts';
import { valueAt, valueWords, type FieldKind, type FieldValue } from './policy-values.ts';

/** What a policy is combined of: the organisation's patch, and a team's over it (null: the organisation's alone). */
export interface PolicyLayers {
	organisation: PolicyPatch;
	team: PolicyPatch | null;
}

export type Origin = 'default' | 'organisation' | 'team';

const whose: Record<Origin, string> = { default: 'the default', organisation: 'the organisation’s', team: 'the team’s own' };

/** A field of a policy in words: plain data. */
export interface ShownField extends Pick<PolicyField, 'path' | 'kind' | 'label' | 'unit'> {
	kind: FieldKind;
	/** The value in force. */
	now: string;
	/** The default. */
	standard: string;
	/** What is in force where the field is left empty, and whose that is: the default's; for a team, the organisation's. */
	without: string;
	whose: string;
	/** The same as somebody would type it; empty for lists. */
	example: string;
	/** Whose the value in force is. */
	origin: Origin;
}

export interface ShownTopic extends Pick<PolicyTopic, 'id' | 'title' | 'about' | 'who' | 'source'> {
	/** All of it in a few words: `over 5 h in a day`, `off`. */
	summary: string;
	fields: ShownField[];
}

export interface ShownTheme extends Pick<PolicyTheme, 'id' | 'title' | 'about'> {
	topics: ShownTopic[];
}

interface Combined extends PolicyLayers {
	now: Policy;
	/** Without the uppermost layer. */
	under: Policy;
}

function combined(layers: PolicyLayers): Combined {
	const { organisation, team } = layers;
	if (team === null) return { ...layers, now: combinePolicies(organisation), under: combinePolicies() };
	return { ...layers, now: combinePolicies(organisation, team), under: combinePolicies(organisation) };
}

const wordsAt = (policy: Policy, { kind, path }: PolicyField) => valueWords(kind, valueAt(policy, path) as FieldValue);

function originOf({ organisation, team }: PolicyLayers, path: string): Origin {
	if (team !== null && valueAt(team, path) !== undefined) return 'team';
	return valueAt(organisation, path) === undefined ? 'default' : 'organisation';
}

function shownField(layers: Combined, field: PolicyField): ShownField {
	const { path, kind, label, unit } = field;
	const [now, without] = [wordsAt(layers.now, field), wordsAt(layers.under, field)];
	const inherits = layers.team === null ? whose.default : whose.organisation;
	const standard = valueWords(kind, field.default);
	const raw = valueAt(layers.under, path);
	return {
		path,
		kind,
		label,
		unit,
		now,
		without,
		example: Array.isArray(raw) ? '' : String(raw),
		whose: inherits,
		standard,
		origin: originOf(layers, path)
	};
}

/** A topic's numbers in a few words; a rule that is off is just that. */
function summaryOf(policy: Policy, { fields }: PolicyTopic): string {
	const [first] = fields;
	if (first?.kind === 'switch' && valueAt(policy, first.path) === false) return 'off';
	const numbers = fields.filter(({ kind }) => kind !== 'switch');
	if (numbers.length === 0) return 'on';
	if (numbers.every(({ kind }) => kind === 'periods')) return weekOf(policy, numbers);
	return numbers.map((field) => field.says(wordsAt(policy, field))).join(', and ');
}

/** Neighbouring days with the same hours are said together: `Mon–Fri: 09:00–17:00; Sat–Sun: not a working day`. */
function weekOf(policy: Policy, days: readonly PolicyField[]): string {
	const runs: { first: string; last: string; hours: string }[] = [];
	for (const field of days) {
		const [name, hours] = [field.label.slice(0, 3), wordsAt(policy, field)];
		const run = runs.at(-1);
		if (run?.hours === hours) run.last = name;
		else runs.push({ first: name, last: name, hours });
	}
	return runs.map(({ first, last, hours }) => `${first === last ? first : `${first}–${last}`}: ${hours}`).join('; ');
}

/** A policy as its screen shows it, for reading and as the frame of its form. */
export function shownPolicy(layers: PolicyLayers): ShownTheme[] {
	const all = combined(layers);
	return policyThemes.map(({ topics, ...theme }) => ({
		...theme,
		topics: topics.map((topic) => {
			const { id, title, about, who, source, fields } = topic;
			return { id, title, about, who, source, summary: summaryOf(all.now, topic), fields: fields.map((field) => shownField(all, field)) };
		})
	}));
}

/** One value that differs between two policies, in words. */
export interface PolicyChange {
	path: string;
	/** `Over the day’s limit: exposure in a day`. */
	what: string;
	from: string;
	to: string;
}

/** What differs, in the order of the screen. A value that stays, but is the team's (or organisation's) own from now on, differs as well. */
export function policyChanges(before: PolicyLayers, after: PolicyLayers): PolicyChange[] {
	const [old, next] = [combined(before), combined(after)];
	return policyThemes.flatMap(({ topics }) =>
		topics.flatMap((topic) => topic.fields.flatMap((field) => changeOf(topic, shownField(old, field), shownField(next, field))))
	);
}

function changeOf({ title, fields }: PolicyTopic, from: ShownField, to: ShownField): PolicyChange[] {
	if (from.now === to.now && from.origin === to.origin) return [];
	const words = ({ now, origin }: ShownField) => (from.now === to.now || origin === 'default' ? `${now} (${whose[origin]})` : now);
	const what = fields.length === 1 ? title : `${title}: ${lowerFirst(to.label)}`;
	return [{ path: to.path, what, from: words(from), to: words(to) }];
}

/** Within a sentence; names of days keep their capital. */
const lowerFirst = (label: string) => (/day$/.test(label) && !label.includes(' ') ? label : label.charAt(0).toLowerCase() + label.slice(1));
