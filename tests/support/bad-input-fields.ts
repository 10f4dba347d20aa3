/**
 * What becomes of bad input, by the kind of field. `no`: refused with 400 and a sentence beside the field. `gone`: 404, because the
 * id says what the form is about. `twice`: 409, the form was used for something else. `yes`: harmless, and stored once as it was
 * typed (or not at all). A mutation that is not listed makes no sense for the field and is not tried.
 */
export type Verdict = 'no' | 'gone' | 'twice' | 'yes';

/** Stands for bytes that are no text: half of a character outside the basic plane. */
export const halfCharacter = '\uE000';
/** In everything that is typed, so that it can be found again where it should not be. */
export const mark = 'zqx';

export const mutations = {
	missing: () => [],
	empty: () => [''],
	/** The same field sent twice; for a list, a single value. */
	doubled: (good: string) => [good, good],
	/** Words where a number, a date, an id or a choice belongs. */
	words: () => [`${mark} or so`],
	megabyte: () => [mark + 'a'.repeat(1_000_000)],
	tooLong: (_good: string, longest: number) => [mark.padEnd(longest + 1, 'a')],
	unknown: () => [crypto.randomUUID()],
	emoji: () => [`🦭 ${mark}`],
	script: () => [`<script>alert("${mark}")</script>`],
	half: () => [`${mark}${halfCharacter}`],
	nul: () => [`${mark}\u0000x`],
	lines: () => [`${mark}\r\nx`]
} satisfies Record<string, (good: string, longest: number) => string[]>;

export type Mutation = keyof typeof mutations;
export type Verdicts = Partial<Record<Mutation, Verdict>>;

const refused = { words: 'no', emoji: 'no', script: 'no', half: 'no', nul: 'no', lines: 'no', megabyte: 'no', doubled: 'no' } as const;
const notThere = { words: 'gone', emoji: 'gone', script: 'gone', half: 'gone', nul: 'gone', lines: 'gone', unknown: 'gone' } as const;

export const kinds = {
	/** Made beforehand; a fresh one is a form of its own. */
	formId: { ...refused, missing: 'no', empty: 'no', unknown: 'yes' },
	/** Hidden: what the form is about. */
	row: { ...notThere, missing: 'no', empty: 'no', doubled: 'no', megabyte: 'no', tooLong: 'no' },
	/** Chosen from a list of things that there are. */
	listed: { ...refused, missing: 'no', empty: 'no', unknown: 'no', tooLong: 'no' },
	listedOrNone: { ...refused, missing: 'yes', empty: 'yes', unknown: 'no', tooLong: 'no' },
	/** One of a few fixed choices. */
	choice: { ...refused, missing: 'no', empty: 'no' },
	choiceOrNone: { ...refused, missing: 'yes', empty: 'yes' },
	/** Several of a few; a browser sends nothing where none is ticked. */
	several: { ...refused, missing: 'yes', empty: 'no', doubled: 'no' },
	/** Several, of which each says what the form is about. */
	rows: { ...notThere, missing: 'no', empty: 'gone', doubled: 'no', megabyte: 'no', tooLong: 'no' },
	name: {
		missing: 'no',
		empty: 'no',
		doubled: 'no',
		megabyte: 'no',
		tooLong: 'no',
		nul: 'no',
		lines: 'no',
		emoji: 'yes',
		script: 'yes',
		half: 'yes'
	},
	/** Words that somebody else has published: what cannot be shown as it stands is refused. */
	wording: { ...refused, missing: 'no', empty: 'no', tooLong: 'no', words: undefined, emoji: 'yes', lines: 'yes' },
	/** Why something is changed: as a name, but longer. */
	why: {
		...{ missing: 'no', empty: 'no', doubled: 'no', megabyte: 'no', tooLong: 'no' },
		...{ nul: 'no', lines: 'no', emoji: 'yes', script: 'yes', half: 'yes' }
	},
	/** A few words for oneself, on several lines. Bytes that are no text are read as signs that say so. */
	words: {
		...{ missing: 'no', empty: 'no', doubled: 'no', megabyte: 'no', tooLong: 'no', nul: 'no' },
		...{ lines: 'yes', emoji: 'yes', script: 'yes', half: 'yes' }
	},
	/** Hidden: the version that was seen. Any other is no longer in force. */
	seen: {
		...{ missing: 'twice', empty: 'twice', doubled: 'no', words: 'twice', megabyte: 'twice', unknown: 'twice' },
		...{ emoji: 'twice', script: 'twice', half: 'twice', nul: 'twice', lines: 'twice' }
	},
	email: { ...refused, missing: 'no', empty: 'no', tooLong: 'no' },
	date: { ...refused, missing: 'no', empty: 'no' },
	dateOrNone: { ...refused, missing: 'yes', empty: 'yes' },
	clock: { ...refused, missing: 'no', empty: 'no' },
	whole: { ...refused, missing: 'no', empty: 'no' },
	zone: { ...refused, missing: 'no', empty: 'no', tooLong: 'no' },
	/** Ticked or not; anything else is not. */
	ticked: {
		missing: 'yes',
		empty: 'yes',
		words: 'yes',
		emoji: 'yes',
		script: 'yes',
		half: 'yes',
		nul: 'yes',
		lines: 'yes',
		megabyte: 'yes',
		doubled: 'yes'
	},
	/** At least 12 characters of any kind; never sent back. */
	password: { missing: 'no', empty: 'no', doubled: 'no', megabyte: 'no', tooLong: 'no', words: 'no', emoji: 'no', nul: 'no' },
	/** Hidden and optional: where to go, which form is kept. What leads nowhere leads to the start. */
	way: {
		missing: 'yes',
		empty: 'yes',
		words: 'yes',
		emoji: 'yes',
		script: 'yes',
		half: 'yes',
		nul: 'yes',
		lines: 'yes',
		megabyte: 'no',
		doubled: 'no'
	},
	/** Shown for the browser's sake; the program does not read it. */
	ignored: { missing: 'yes', words: 'yes', doubled: 'yes', megabyte: 'yes' }
} as const satisfies Record<string, Verdicts>;
export type Kind = keyof typeof kinds;

/** The longest that a field of this kind may be, where it has a length. */
export const longest: Partial<Record<Kind, number>> = {
	name: 80,
	email: 254,
	wording: 1500,
	why: 200,
	words: 200,
	row: 64,
	rows: 64,
	listed: 64,
	listedOrNone: 64,
	zone: 64,
	password: 200
};

/** What a field of this name is, unless a form says otherwise. */
export const fieldKinds: Record<string, Kind> = {
	...{ id: 'formId', formId: 'formId', name: 'name', organisation: 'name', email: 'email', zone: 'zone' },
	...{ date: 'date', start: 'clock', end: 'clock', dayStart: 'clock', startDate: 'date', until: 'date', on: 'dateOrNone' },
	...{ startWhich: 'choiceOrNone', endWhich: 'choiceOrNone', counts: 'choiceOrNone', stopRunning: 'choiceOrNone', manner: 'choiceOrNone' },
	...{
		workTypeId: 'listedOrNone',
		partnerId: 'listedOrNone',
		deputyId: 'listedOrNone',
		teamId: 'listed',
		personId: 'listed',
		employerId: 'listed'
	},
	...{ 'material[]': 'several', 'filters[]': 'several', 'items[]': 'several', 'fields[]': 'several' },
	...{ context: 'choiceOrNone', violent: 'choiceOrNone', aftermath: 'choiceOrNone', minutes: 'whole', version: 'whole' },
	...{ timer: 'row', notice: 'row', alertId: 'row', officerId: 'listed', 'prompt[]': 'several', 'trends[]': 'several' },
	...{ role: 'choice', reason: 'choice', sure: 'choice', answer: 'choice', back: 'choice', direction: 'choice', look: 'choice' },
	...{ item0: 'choice', item1: 'choice', item2: 'choice', item3: 'choice', to: 'choice', when: 'choice' },
	...{ nights: 'ticked', moderator: 'ticked', password: 'password', currentPassword: 'password', held: 'way' }
};
