import { policyFields } from '#lib/domain/policy-fields.ts';
import { valueAt, withValue } from '#lib/domain/policy-values.ts';
import type { ShownTheme } from '#lib/domain/policy-shown.ts';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import { simulatedRules } from '#lib/domain/simulation.ts';
import { policyFromForm } from '../policy-form.ts';
import { Refusal } from '../refusal.ts';

/**
 * The parts of a policy that can be tried out. Not the steps for new starters: they are about so few, whose first day is known, that the
 * difference between two runs could tell of one of them. Nor what the simulator doesn't count: what people say of themselves, and how long
 * somebody who asked for contact is waited for.
 */
const tried = new Set<string>([
	...simulatedRules.map(({ id }) => id),
	...['breakLength', 'acknowledgeMinutes', 'offerMinutes', 'responseMinutes', 'followUpDays', 'quietDays'],
	...['hours', 'zone', 'holidays']
]);

const isTried = (path: string) => path.split('.').some((part) => tried.has(part));
/** A list has several inputs, whose names begin with its path. */
const triedPaths = policyFields.map(({ path }) => path).filter(isTried);

/** Of a policy's themes what can be tried out. */
export function triedThemes(themes: readonly ShownTheme[]): ShownTheme[] {
	const cut = themes.map((theme) => ({ ...theme, topics: theme.topics.filter(({ id }) => tried.has(id)) }));
	return cut.filter(({ topics }) => topics.length > 0);
}

/**
 * The patch that a form proposes in the place of the present one: what cannot be tried out stays as it is, whatever was sent.
 * @throws Refusal `invalid` with a sentence for each field that cannot be, by its path
 */
export function proposedPatch(present: PolicyPatch, form: Readonly<Record<string, unknown>>): PolicyPatch {
	const sent = Object.entries(form).filter(([name]) => triedPaths.some((path) => name === path || name.startsWith(`${path}.`)));
	const { patch: read, errors } = policyFromForm(Object.fromEntries(sent));
	if (Object.keys(errors).length > 0) throw new Refusal('invalid', 'Nothing was tried out yet: please look at the marked fields.', errors);
	let patch = read;
	for (const { path } of policyFields) {
		const value = isTried(path) ? undefined : valueAt(present, path);
		if (value !== undefined) patch = withValue(patch, path, value);
	}
	return patch;
}

/** What a proposal changes of the policy that it was made from, over the newest one: whatever else was changed since stays. */
export function changesOver(newest: PolicyPatch, before: PolicyPatch, proposed: PolicyPatch): PolicyPatch {
	let patch: PolicyPatch = {};
	for (const { path } of policyFields) {
		const [was, now] = [valueAt(before, path), valueAt(proposed, path)];
		const value = JSON.stringify(was) === JSON.stringify(now) ? valueAt(newest, path) : now;
		if (value !== undefined) patch = withValue(patch, path, value);
	}
	return patch;
}
