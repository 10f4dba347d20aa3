/** What a form of this page was told where nothing was saved. */
export type Failed = {
	form: string;
	message: string;
	errors: Record<string, string>;
	values: Record<string, string | string[]>;
} | null;

/** What was typed into a field of a form that was not taken; else `otherwise`, its default. */
export function typedIn<Default>(failed: Pick<NonNullable<Failed>, 'values'> | null, field: string, otherwise: Default): string | Default {
	const value = failed?.values[field];
	return typeof value === 'string' ? value : otherwise;
}
