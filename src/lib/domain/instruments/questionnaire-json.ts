/** JSON that nobody has checked: what is not of the kind that is asked for is nothing. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether it is an object: neither a list nor null. */
export function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text without spaces around it; empty for anything else. */
export function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/** The objects of a list; what else is in it is left out. */
export function objectsOf(value: unknown): Json[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}

/** `“…”`, cut short where it is long. */
export function quoted(text: string, most = 40): string {
	const characters = [...text];
	return `“${characters.length > most ? `${characters.slice(0, most).join('')}…` : text}”`;
}

/** Whether one of these elements has a modifierExtension: it can change what they mean, and a reader who does not know it must not pass it over. */
export function isModified(...elements: unknown[]): boolean {
	return elements.some((element) => isObject(element) && 'modifierExtension' in element);
}

/** The value of the first of these extensions that an element has. */
export function extensionValue(element: Json, urls: readonly string[]): unknown {
	const found = objectsOf(element.extension).find(({ url }) => typeof url === 'string' && urls.includes(url));
	return found && Object.entries(found).find(([key]) => key.startsWith('value'))?.[1];
}
