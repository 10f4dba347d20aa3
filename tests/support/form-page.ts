/** A control of a form, as a browser without JavaScript finds it. */
export interface Control {
	name: string;
	/** `text`, `hidden`, `select`, `checkbox`, … */
	type: string;
	/** What it holds; of a tick-box or a radio button what it would send. */
	value: string;
	/** Whether it is sent: of tick-boxes and radio buttons the ticked ones. */
	sent: boolean;
	/** What a list offers. */
	options: string[];
	/** Ids of the sentences tied to it, or to the group that it belongs to. */
	describedBy: string[];
}

export interface PageForm {
	/** Names of the actions, `default` where it has none, a path where it leads to another page; a button can lead elsewhere. */
	actions: string[];
	controls: Control[];
}

export interface FormPage {
	forms: PageForm[];
	/** What is said in elements with an id and the class `error`, by id. */
	errors: Map<string, string>;
	/** What is said in elements with the role of an alert. */
	alerts: string[];
	/** All that can be read on the page, without its markup. */
	text: string;
}

type Attributes = Record<string, string>;

interface Open {
	tag: string;
	attributes: Attributes;
	from: number;
}

const tagForm = /<(\/?)([a-z][\w-]*)((?:\s+[^\s=>"'/]+(?:="[^"]*")?)*)\s*\/?>/g;
const empty = new Set(['input', 'br', 'hr', 'img', 'meta', 'link', 'path', 'circle', 'line', 'rect', 'wbr', 'source']);

/** Reads the forms of a page as Svelte writes it: every attribute in double quotes, every element closed. */
export function readForms(html: string): FormPage {
	const body = html.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');
	const page: FormPage = { forms: [], errors: new Map(), alerts: [], text: plain(body) };
	const open: Open[] = [];
	const elsewhere: { form: string; control: Control }[] = [];
	const byId = new Map<string, PageForm>();
	let form: PageForm | null = null;
	let list: Control | null = null;
	let area: Control | null = null;
	for (const match of body.matchAll(tagForm)) {
		const [whole, closing, tag = '', rest = ''] = match;
		if (closing) {
			const started = open.findLastIndex((each) => each.tag === tag);
			const [element] = open.splice(started, 1);
			if (element) said(page, element, body.slice(element.from, match.index));
			if (tag === 'form') form = null;
			if (tag === 'select') list = null;
			if (tag === 'textarea' && element && area) area.value = decoded(body.slice(element.from, match.index));
			continue;
		}
		const attributes = attributesOf(rest);
		if (!empty.has(tag) && !whole.endsWith('/>')) open.push({ tag, attributes, from: match.index + whole.length });
		if (tag === 'form') {
			form = { actions: [actionOf(attributes.action)], controls: [] };
			if (attributes.method?.toUpperCase() === 'POST') page.forms.push(form);
			if (attributes.id) byId.set(attributes.id, form);
		} else if (tag === 'button' && attributes.formaction) form?.actions.push(actionOf(attributes.formaction));
		else if (tag === 'option' && list) {
			list.options.push(attributes.value ?? '');
			if ('selected' in attributes || list.options.length === 1) list.value = attributes.value ?? '';
		} else if (tag === 'input' || tag === 'select' || tag === 'textarea') {
			const control = controlOf(tag, attributes, open);
			if (tag === 'select') list = control;
			if (tag === 'textarea') area = control;
			if (attributes.form) elsewhere.push({ form: attributes.form, control });
			else if (attributes.name) form?.controls.push(control);
		}
	}
	for (const { form: id, control } of elsewhere) byId.get(id)?.controls.push(control);
	return page;
}

function controlOf(tag: string, attributes: Attributes, open: readonly Open[]): Control {
	const type = tag === 'input' ? (attributes.type ?? 'text') : tag;
	const groups = open.filter(({ tag: group }) => group === 'fieldset').map((group) => group.attributes);
	const ticks = type === 'checkbox' || type === 'radio';
	return {
		...{ name: attributes.name ?? '', type, options: [] },
		value: attributes.value ?? (ticks ? 'on' : ''),
		sent: !ticks || 'checked' in attributes,
		describedBy: [attributes, ...groups].flatMap((each) => each['aria-describedby']?.split(' ') ?? [])
	};
}

/** Keeps what an element said, where it is a sentence about what was typed. */
function said(page: FormPage, { attributes }: Open, content: string): void {
	if (attributes.id && attributes.class?.split(' ').includes('error')) page.errors.set(attributes.id, plain(content));
	if (attributes.role === 'alert') page.alerts.push(plain(content));
}

function actionOf(action = ''): string {
	return action === '' ? 'default' : (action.split('?/')[1]?.split('&')[0] ?? action);
}

function attributesOf(text: string): Attributes {
	const found = [...text.matchAll(/([^\s=>"'/]+)(?:="([^"]*)")?/g)];
	return Object.fromEntries(found.map(([, name = '', value = '']) => [name, decoded(value)]));
}

function plain(html: string): string {
	return decoded(html.replace(/<!--[\s\S]*?-->/g, '').replace(/<[^>]*>/g, ' '))
		.replace(/\s+/g, ' ')
		.trim();
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ' };

function decoded(text: string): string {
	return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity);
}

/** What a browser would send for a form that nobody has touched. */
export function untouched({ controls }: PageForm): Record<string, string | string[]> {
	const body: Record<string, string | string[]> = {};
	for (const { name, value, sent } of controls) {
		if (name.endsWith('[]')) body[name] = [...(body[name] ?? []), ...(sent ? [value] : [])];
		else if (sent) body[name] = value;
		else body[name] ??= '';
	}
	return body;
}
