/** What a form of this page was told where nothing was saved. */
export type Failed = {
	form: string;
	message: string;
	errors: Record<string, string>;
	values: Record<string, string | string[]>;
} | null;
