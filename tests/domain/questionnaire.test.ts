import { describe, expect, it } from 'vitest';
import { instruments } from '#lib/domain/instruments/list.ts';
import { largestFile, readQuestionnaire } from '#lib/domain/instruments/questionnaire.ts';
import { tidied, wordingProblems, type PackInstrument, type Wording } from '#lib/domain/instruments/wording.ts';
import { answerOptions, madeUp, questionnaireOf, withQuestion } from '../support/wording.ts';

type Json = Record<string, unknown>;

function read(instrument: PackInstrument, file: Json | string, language = '') {
	return readQuestionnaire(instruments[instrument], typeof file === 'string' ? file : JSON.stringify(file), language);
}
function wordingIn(instrument: PackInstrument, file: Json, language = ''): Wording {
	const reading = read(instrument, file, language);
	if ('problems' in reading) throw new Error(reading.problems.join(' '));
	return reading.wording;
}
function problemsIn(instrument: PackInstrument, file: Json | string, language = ''): string {
	const reading = read(instrument, file, language);
	return 'problems' in reading ? reading.problems.join(' ') : 'taken';
}
const itemsOf = (file: Json) => file.item as Json[];

describe('a Questionnaire of FHIR R4', () => {
	it.each(['who5', 'phq4', 'proqol5'] as const)('is taken where it fits %s', (instrument) => {
		expect(read(instrument, questionnaireOf(instrument))).toEqual({ wording: madeUp(instrument), notes: [] });
	});

	it.each([
		['questionnaire-ordinalValue', 'http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue'],
		['itemWeight', 'http://hl7.org/fhir/StructureDefinition/itemWeight']
	])('may say what an answer counts as by %s', (_, url) => {
		expect(wordingIn('phq4', withAnswers('phq4', answerOptions('phq4', url)))).toEqual(madeUp('phq4'));
	});

	it('may say it on the coding, or by a code that is a number, or by numbers alone', () => {
		const { labels } = madeUp('phq4');
		const ordinal = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';
		const onCoding = labels.map((display, index) => ({
			valueCoding: { code: `x${index}`, display, extension: [{ url: ordinal, valueDecimal: index }] }
		}));
		expect(wordingIn('phq4', withAnswers('phq4', onCoding)).labels).toEqual(labels);
		const byCode = labels.map((display, index) => ({ valueCoding: { code: String(index), display } }));
		expect(wordingIn('phq4', withAnswers('phq4', byCode)).labels).toEqual(labels);
		const integers = labels.map((_, index) => ({ valueInteger: index }));
		expect(wordingIn('phq4', withAnswers('phq4', integers)).labels).toEqual(['0', '1', '2', '3']);
	});

	it('keeps whether the largest number comes first', () => {
		const wording = wordingIn('who5', withAnswers('who5', answerOptions('who5').toReversed()));
		expect(wording).toEqual(madeUp('who5', { largestFirst: true }));
	});

	it.each([
		['concepts', (concepts: Json[]) => ({ compose: { include: [{ system: 'http://example.org', concept: concepts }] } })],
		['an expansion', (concepts: Json[]) => ({ expansion: { contains: concepts } })]
	])('may take its answers from a value set inside of it, with %s', (_, listed) => {
		const concepts = madeUp('phq4').labels.map((display, index) => ({ code: String(index), display }));
		const contained = [{ resourceType: 'ValueSet', id: 'scale', url: 'http://example.org/scale', ...listed(concepts) }];
		for (const answerValueSet of ['#scale', 'http://example.org/scale']) {
			const item = itemsOf(questionnaireOf('phq4')).map(({ answerOption: options, ...each }) =>
				options ? { ...each, answerValueSet } : each
			);
			expect(wordingIn('phq4', questionnaireOf('phq4', { contained, item }))).toEqual(madeUp('phq4'));
		}
	});

	it('may lay its questions in groups, whose words stand before the questions', () => {
		const [intro, ...questions] = itemsOf(questionnaireOf('phq4'));
		const inner = { linkId: 'g2', type: 'group', item: questions.slice(0, 2) };
		const last = { linkId: 'end', type: 'display', text: 'Thank you.' };
		const item = [{ linkId: 'g1', type: 'group', text: 'A made-up heading', item: [intro, inner, ...questions.slice(2), last] }];
		const reading = read('phq4', questionnaireOf('phq4', { item }));
		expect(reading).toMatchObject({
			wording: { ...madeUp('phq4'), intro: `A made-up heading\n${madeUp('phq4').intro}` },
			notes: ['Left out: the text “Thank you.”, which stands after the first question.']
		});
	});

	it('says what it leaves out, how its publisher marks it, and that it calls itself something else', () => {
		const total = { linkId: 'total', type: 'decimal', text: 'Total', readOnly: true };
		const file = questionnaireOf('phq4', { status: 'draft', name: 'WHO-5', title: 'Sample' });
		expect(read('phq4', { ...file, item: [...itemsOf(file), total] })).toMatchObject({
			notes: [
				'The file calls itself WHO-5; this is the page of PHQ-4.',
				'Its publisher marks it as “draft”.',
				'Left out: “total”, which is hidden or computed.'
			]
		});
	});

	it('is taken with a byte order mark before it', () => {
		expect(read('phq4', `\uFEFF${JSON.stringify(questionnaireOf('phq4'))}`)).toEqual({ wording: madeUp('phq4'), notes: [] });
	});

	it('says which prefixes it leaves out', () => {
		const withPrefixes = (many: number) => {
			const item = itemsOf(questionnaireOf('phq4')).map((each, nth) => (nth > 0 && nth <= many ? { ...each, prefix: ` ${nth}) ` } : each));
			return read('phq4', questionnaireOf('phq4', { item }));
		};
		expect(withPrefixes(0)).toEqual({ wording: madeUp('phq4'), notes: [] });
		expect(withPrefixes(1)).toEqual({ wording: madeUp('phq4'), notes: ['Left out: the prefix “1)” of an item.'] });
		expect(withPrefixes(4)).toEqual({
			wording: madeUp('phq4'),
			notes: ['Left out: the prefix “1)” of an item, and 3 more of this kind.']
		});
	});

	it('leaves out what lies in something hidden, texts and groups too', () => {
		const extra = { ...itemsOf(questionnaireOf('phq4'))[1], linkId: 'z', text: 'One more?', prefix: '9.' };
		const hiddenIn = (valueBoolean: boolean) => {
			const group = {
				...{ linkId: 'g', type: 'group', text: 'Never shown', enableWhen: [{}] },
				extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden', valueBoolean }],
				item: [{ linkId: 'd', type: 'display', text: 'Nor this' }, extra]
			};
			return questionnaireOf('phq4', { item: [group, ...itemsOf(questionnaireOf('phq4'))] });
		};
		const notes = ['g', 'd', 'z'].map((linkId) => `Left out: “${linkId}”, which is hidden or computed.`);
		expect(read('phq4', hiddenIn(true))).toEqual({ wording: madeUp('phq4'), notes });
		expect(problemsIn('phq4', hiddenIn(false))).toMatch(/The group “g” is only asked under a condition.*the file has 5/);
	});

	it('loses the numbers before its questions where every question has its own', () => {
		const file = questionnaireOf('phq4');
		const numbered = itemsOf(file).map((each, index) => (index === 0 ? each : { ...each, text: `${index}. ${String(each.text)}` }));
		expect(wordingIn('phq4', { ...file, item: numbered }).items).toEqual(madeUp('phq4').items);
		const odd = numbered.map((each, index) => (index === 1 ? { ...each, text: 'Not numbered' } : each));
		expect(wordingIn('phq4', { ...file, item: odd }).items[1]).toBe('2. Sample question 2, about nothing?');
	});

	it('takes the language chosen beside it where it says none, and leaves terms and owner open', () => {
		const { language: _, copyright: __, publisher: ___, ...file } = questionnaireOf('phq4');
		expect(wordingIn('phq4', file, 'PT-br')).toEqual(madeUp('phq4', { language: 'pt-BR', licence: '', owner: '' }));
	});
});

function withAnswers(instrument: PackInstrument, answerOption: Json[]): Json {
	const file = questionnaireOf(instrument);
	return { ...file, item: itemsOf(file).map((each) => (each.answerOption ? { ...each, answerOption } : each)) };
}

const deep = '{"type":"group","item":['.repeat(3000);
const option = (number: unknown, display: unknown) => ({ valueCoding: { code: number, display } });

/** A questionnaire whose items all lie in one group. */
function grouped(more: Json): Json {
	return questionnaireOf('phq4', {
		item: [
			{
				linkId: 'g',
				type: 'group',
				text: 'A made-up heading',
				enableWhen: [],
				repeats: false,
				...more,
				item: itemsOf(questionnaireOf('phq4'))
			}
		]
	});
}

/** Questions whose answers come from a value set inside the file. */
function fromSet(set: Json): Json {
	return {
		...withQuestion('phq4', 2, { answerOption: undefined, answerValueSet: '#s' }),
		contained: [{ resourceType: 'ValueSet', id: 's', ...set }]
	};
}

const concepts = (more: Json = {}) => madeUp('phq4').labels.map((display, index) => ({ code: String(index), display, ...more }));
const unknown = { modifierExtension: [{ url: 'http://example.org', valueBoolean: true }] };
const says = /^Question 2 \(linkId “q2”\) has answers with a modifierExtension, which Breakwater does not know\.$/;
const modifiedAnswers: [name: string, PackInstrument, Json, says: RegExp][] = [
	[
		'a modified answer',
		'phq4',
		withQuestion('phq4', 2, { answerOption: answerOptions('phq4').map((each) => ({ ...each, ...unknown })) }),
		says
	],
	['a modified coding', 'phq4', withQuestion('phq4', 2, { answerOption: concepts(unknown).map((valueCoding) => ({ valueCoding })) }), says],
	['a modified value set', 'phq4', fromSet({ compose: { include: [{ concept: concepts() }] }, ...unknown }), says],
	['a value set with implicitRules', 'phq4', fromSet({ compose: { include: [{ concept: concepts() }] }, implicitRules: 'x' }), says],
	['a modified composition', 'phq4', fromSet({ compose: { include: [{ concept: concepts() }], ...unknown } }), says],
	['a modified part of it', 'phq4', fromSet({ compose: { include: [{ concept: concepts(), ...unknown }] } }), says],
	['a modified concept', 'phq4', fromSet({ compose: { include: [{ concept: concepts(unknown) }] } }), says],
	['a modified expansion', 'phq4', fromSet({ expansion: { contains: concepts(), ...unknown } }), says],
	['a modified concept of an expansion', 'phq4', fromSet({ expansion: { contains: concepts(unknown) } }), says]
];

/** Bad files, the instrument they were sent for, and what is said. */
const bad: [name: string, PackInstrument, Json | string, says: RegExp, language?: string][] = [
	['nothing at all', 'who5', '  ', /choose a file, or paste/],
	['over 200 KB', 'who5', JSON.stringify(questionnaireOf('who5', { description: 'x'.repeat(largestFile) })), /larger than 200 KB/],
	['XML', 'who5', '<Questionnaire xmlns="http://hl7.org/fhir"/>', /XML/],
	['half of a file', 'who5', JSON.stringify(questionnaireOf('who5')).slice(0, 400), /not JSON, or only a part/],
	['a list', 'who5', '[1]', /JSON, but not a Questionnaire/],
	['a number', 'who5', '7', /JSON, but not a Questionnaire/],
	['a Bundle', 'who5', { resourceType: 'Bundle', entry: [] }, /take the Questionnaire out/],
	['a response', 'who5', { resourceType: 'QuestionnaireResponse' }, /a “QuestionnaireResponse”, not a Questionnaire/],
	['no resourceType', 'who5', { item: [] }, /without a resourceType/],
	['no status', 'who5', questionnaireOf('who5', { status: 'final' }), /no status/],
	['a modifierExtension', 'who5', questionnaireOf('who5', { modifierExtension: [] }), /does not know/],
	['implicitRules', 'who5', questionnaireOf('who5', { implicitRules: 'http://example.org' }), /does not know/],
	[
		'one question less',
		'who5',
		questionnaireOf('who5', { item: itemsOf(questionnaireOf('who5')).slice(0, 5) }),
		/^WHO-5 has 5 questions; the file has 4\.$/
	],
	[
		'one question more',
		'phq4',
		questionnaireOf('phq4', {
			item: [...itemsOf(questionnaireOf('phq4')), { ...itemsOf(questionnaireOf('phq4'))[1], linkId: 'z', text: 'One more?' }]
		}),
		/^PHQ-4 has 4 questions; the file has 5\.$/
	],
	['no questions', 'phq4', questionnaireOf('phq4', { item: [] }), /4 questions; the file has 0.*no questions with answers/],
	[
		'the file of another',
		'phq4',
		questionnaireOf('who5'),
		/calls itself WHO-5; this is the page of PHQ-4\. PHQ-4 has 4 questions; the file has 5/
	],
	[
		'another scale',
		'who5',
		withAnswers(
			'who5',
			[1, 2, 3, 4, 5].map((code) => option(String(code), `Sample ${code}`))
		),
		/Question 1 \(linkId “q1”\) has answers 1–5; the WHO-5 scale is 0–5\. So it is with every question/
	],
	[
		'another scale once',
		'phq4',
		withQuestion('phq4', 3, { answerOption: answerOptions('who5') }),
		/^Question 3 \(linkId “q3”\) has answers 0–5; the PHQ-4 scale is 0–3\.$/
	],
	[
		'a number twice',
		'phq4',
		withQuestion('phq4', 2, { answerOption: [0, 1, 1, 3].map((code, index) => option(String(code), `Sample ${index}`)) }),
		/Question 2 .* has answers 0, 1, 1, 3; the PHQ-4 scale/
	],
	[
		'half a point',
		'phq4',
		withQuestion('phq4', 2, {
			answerOption: [0, 0.5, 1, 2].map((valueDecimal) => ({
				...option('x', `S ${valueDecimal}`),
				extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal }]
			}))
		}),
		/has answers 0, 0\.5, 1, 2/
	],
	[
		'answers in no order',
		'phq4',
		withQuestion('phq4', 1, { answerOption: [1, 0, 2, 3].map((code) => option(String(code), `Sample ${code}`)) }),
		/answers in no order: 1, 0, 2, 3/
	],
	[
		'answers without numbers',
		'phq4',
		withQuestion('phq4', 4, { answerOption: [option('LA-1', 'Sample')] }),
		/Question 4 .* does not say which number the answer “Sample” counts as/
	],
	[
		'an answer without words',
		'phq4',
		withQuestion('phq4', 4, { answerOption: [option('0', '')] }),
		/has no words for answer 1 \(code “0”\)/
	],
	[
		'other words once',
		'phq4',
		withQuestion('phq4', 2, { answerOption: [0, 1, 2, 3].map((code) => option(String(code), `Other ${code}`)) }),
		/Question 2 .* has other answers than question 1/
	],
	['no answers', 'phq4', withQuestion('phq4', 2, { answerOption: undefined }), /has no answers/],
	['answers from two places', 'phq4', withQuestion('phq4', 2, { answerValueSet: '#scale' }), /refers to another one as well/],
	[
		'a value set elsewhere',
		'phq4',
		withQuestion('phq4', 2, { answerOption: undefined, answerValueSet: 'http://loinc.org/vs/LL358-3' }),
		/“http:\/\/loinc\.org\/vs\/LL358-3”, which is not in the file/
	],
	[
		'a value set without answers',
		'phq4',
		{
			...withQuestion('phq4', 2, { answerOption: undefined, answerValueSet: '#s' }),
			contained: [{ resourceType: 'ValueSet', id: 's', compose: { include: [{ system: 'http://loinc.org' }] } }]
		},
		/“#s”, which lists none/
	],
	[
		'a value set that leaves some out',
		'phq4',
		{
			...withQuestion('phq4', 2, { answerOption: undefined, answerValueSet: '#s' }),
			contained: [{ resourceType: 'ValueSet', id: 's', compose: { include: [], exclude: [{}] } }]
		},
		/leaves some out again/
	],
	['free text', 'phq4', withQuestion('phq4', 3, { type: 'open-choice' }), /Question 3 .* is of the type “open-choice”/],
	['a number to type', 'phq4', withQuestion('phq4', 3, { type: 'integer' }), /is of the type “integer”; only “choice” fits/],
	['R5', 'phq4', withQuestion('phq4', 3, { type: 'coding' }), /as in FHIR R5/],
	['no type', 'phq4', withQuestion('phq4', 3, { type: undefined }), /Question 3 .* has no type/],
	['several answers', 'phq4', withQuestion('phq4', 3, { repeats: true }), /takes several answers/],
	['a condition', 'phq4', withQuestion('phq4', 3, { enableWhen: [{ question: 'q1' }] }), /only asked under a condition/],
	['a group under a condition', 'phq4', grouped({ enableWhen: [{ question: 'q1' }] }), /^The group “g” is only asked under a condition/],
	['a group that is asked several times', 'phq4', grouped({ repeats: true }), /^The group “g” takes several answers/],
	[
		'a text under a condition',
		'phq4',
		grouped({ type: 'display', enableWhen: [{ question: 'q1' }] }),
		/^The display “g” is only asked under a condition/
	],
	[
		'questions in a hidden group',
		'phq4',
		grouped({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden', valueBoolean: true }] }),
		/^PHQ-4 has 4 questions; the file has 0/
	],
	...modifiedAnswers,
	['a linkId twice', 'phq4', withQuestion('phq4', 3, { linkId: 'q1' }), /“q1” is there twice/],
	['a question without text', 'phq4', withQuestion('phq4', 3, { text: ' ' }), /Question 3 \(linkId “q3”\) has no text/],
	['an item that is none', 'phq4', questionnaireOf('phq4', { item: ['q1'] }), /no list of items/],
	['items as an object', 'phq4', questionnaireOf('phq4', { item: { linkId: 'q1' } }), /no list of items/],
	[
		'groups without an end',
		'phq4',
		`{"resourceType":"Questionnaire","status":"active","language":"en","item":[${deep}${']}'.repeat(3000)}]}`,
		/more than 10 deep/
	],
	['a modified question', 'phq4', withQuestion('phq4', 3, { modifierExtension: [] }), /“q3” has a modifierExtension/],
	['no language', 'phq4', questionnaireOf('phq4', { language: undefined }), /does not say its language/],
	['a language that is none', 'phq4', questionnaireOf('phq4', { language: 'Deutsch, bitte' }), /is no language code/],
	['another language chosen', 'phq4', questionnaireOf('phq4'), /its language is en, and you chose de/, 'de'],
	['a chosen language that is none', 'phq4', questionnaireOf('phq4'), /such as en, de or pt-BR/, 'german'],
	['HTML', 'phq4', withQuestion('phq4', 2, { text: 'How <b>much</b>?' }), /Question 2 \(linkId “q2”\): Please take out formatting/],
	['text turned round', 'phq4', withQuestion('phq4', 2, { text: 'How \u202Ehcum\u202C?' }), /turns the direction/],
	['a control character', 'phq4', withQuestion('phq4', 2, { text: 'How\u0000 much?' }), /cannot be shown/],
	['half a character', 'phq4', withQuestion('phq4', 2, { text: 'How \uD83D much?' }), /cannot be shown/],
	['not UTF-8', 'phq4', withQuestion('phq4', 2, { text: 'How m\uFFFDch?' }), /could not be read.*UTF-8/],
	['a question of 301 characters', 'phq4', withQuestion('phq4', 2, { text: 'x'.repeat(301) }), /keep this to 300 characters; it has 301/],
	[
		'a question twice',
		'phq4',
		withQuestion('phq4', 2, { text: 'sample question 1, about nothing?' }),
		/Question 2 .*the same as question 1/
	],
	['a title without a letter', 'phq4', questionnaireOf('phq4', { title: '…' }), /The title: Please fill this in/],
	['a copyright of a book', 'phq4', questionnaireOf('phq4', { copyright: 'x'.repeat(1501) }), /The copyright: Please keep this to 1500/]
];

describe('a file that does not fit', () => {
	it.each(bad)('%s', (_, instrument, file, says, language) => expect(problemsIn(instrument, file, language)).toMatch(says));

	it('is told six faults at most', () => {
		const file = questionnaireOf('proqol5');
		const said = read('proqol5', { ...file, item: itemsOf(file).map((each) => ({ ...each, type: 'text' })) });
		expect('problems' in said && said.problems.slice(5)).toEqual([expect.stringMatching(/^Question 6/), 'And 27 more of this kind.']);
	});
});

describe('a typed wording', () => {
	const problems = (change: Partial<Wording>) => wordingProblems(instruments.who5, tidied(madeUp('who5', change)));

	it('fits as it stands, blanks around it aside', () => {
		expect(problems({ title: '  Sample  ', language: 'de-at', intro: '' })).toEqual({});
		expect(tidied(madeUp('who5', { language: 'de-at', title: ' a\n b ', licence: 'a\r\nb ' }))).toMatchObject({
			...{ language: 'de-AT', title: 'a b', licence: 'a\nb' }
		});
	});

	it.each([
		['a title left out', { title: '' }, { title: /fill this in/ }],
		['a question left out', { items: madeUp('who5').items.with(2, '') }, { 'item-2': /fill this in/ }],
		['a question too few', { items: madeUp('who5').items.slice(1) }, { 'item-4': /fill this in/ }],
		['a question too many', { items: [...madeUp('who5').items, 'Six?'] }, { items: /5 questions; here are 6/ }],
		['an answer too many', { labels: [...madeUp('who5').labels, 'Six'] }, { labels: /answers 0–5; here are 7/ }],
		['an answer twice', { labels: madeUp('who5').labels.with(5, 'Sample answer ONE') }, { 'label-5': /same as answer 2/ }],
		['no licence', { licence: '\n' }, { licence: /fill this in/ }],
		['no owner', { owner: '' }, { owner: /fill this in/ }],
		['no language', { language: '' }, { language: /language code/ }],
		['a made-up language', { language: 'qqx' }, { language: /language code/ }],
		['a language with a calendar', { language: 'en-u-ca-buddhist' }, { language: /language code/ }]
	] as const)('is told of %s', (_, change, said) => {
		const found = problems(change);
		expect(Object.keys(found)).toEqual(Object.keys(said));
		for (const [field, sentence] of Object.entries(said)) expect(found[field]).toMatch(sentence);
	});
});
