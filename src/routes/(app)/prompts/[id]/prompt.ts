/** What the forms of this page need of the prompt. */
export interface Prompt {
	id: string;
	person: string;
	next: string;
	due: { words: string; soon: boolean } | null;
	closed: boolean;
	inPerson: boolean;
	allowed: readonly string[];
	servable: readonly { id: string; reason: string }[];
	speakAgain: { from: string; to: string };
}

export interface Item {
	value: string;
	label: string;
}

/** What a form gets back: with a message where nothing was stored. */
export interface Failure {
	form?: string;
	message?: string;
	errors?: Record<string, string>;
	values?: Record<string, string | string[]>;
}

/** What a failed form had ticked in the field `name`; `otherwise` where it was not this form. */
export function tickedIn(form: Failure | null, action: string, name: string, otherwise: readonly string[]): readonly string[] {
	if (form?.form !== action || form.message === undefined) return otherwise;
	return [form.values?.[name] ?? []].flat();
}
