type Values = Record<string, string | string[]>;

/** What a form action came back with: nothing yet, success, or a failure with what was typed. */
export type Outcome =
	{ form?: string; message?: string; errors?: Record<string, string>; values?: Values; done?: string } | null | undefined;

/**
 * What was typed into the form `name` that was not taken, and the sentence beside each field. `id`: of the row, where a page has
 * the same form for each of several.
 */
export function typed(outcome: Outcome, name: string, id?: string) {
	const failed = outcome?.form === name && (id === undefined || outcome.values?.id === id) ? outcome : null;
	return {
		failed: failed !== null,
		value(field: string, otherwise = ''): string {
			const value = failed?.values?.[field];
			return typeof value === 'string' ? value : otherwise;
		},
		list(field: string): string[] | null {
			const value = failed?.values?.[field];
			return value === undefined ? null : [value].flat();
		},
		error: (field: string) => failed?.errors?.[field]
	};
}
