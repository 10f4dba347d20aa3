import { describe, expect, it } from 'vitest';
import { instrumentIds } from '#lib/domain/instruments/instrument.ts';
import { packInstruments } from '#lib/domain/instruments/wording.ts';
import { defaultPolicy, type PolicyPatch } from '#lib/domain/policy.ts';
import { policyFields, type PolicyField } from '#lib/domain/policy-fields.ts';
import { valueAt, withValue, type FieldValue } from '#lib/domain/policy-values.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { organisation, type OptionalField } from '#lib/server/db/schema/organisation.ts';
import { retentionVersions } from '#lib/server/db/schema/keeping.ts';
import { reportFloors } from '#lib/server/db/schema/reports.ts';
import { roles } from '#lib/server/db/schema/people.ts';
import { addEmployer } from '#lib/server/employers.ts';
import { keptClasses, type KeptId } from '#lib/server/kept-about.ts';
import { retirePack } from '#lib/server/instrument-packs.ts';
import { instrumentPacks } from '#lib/server/db/schema/instruments.ts';
import { allOptionalFields } from '#lib/server/organisation.ts';
import { paperIds, type Paper, type PaperId } from '#lib/server/papers/paper.ts';
import { paperFor, papersFor } from '#lib/server/papers/papers.ts';
import type { PaperSettings } from '#lib/server/papers/configuration.ts';
import { changePolicy, newestVersion } from '#lib/server/policy-changes.ts';
import { defaultDurations, durationFields, type Durations } from '#lib/server/retention.ts';
import { addWorkType } from '#lib/server/work-types.ts';
import { eq } from 'drizzle-orm';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { addMadeUp } from '../support/wording.ts';

const T0 = Date.UTC(2026, 10, 23, 10, 12);
const quiet: PaperSettings = {
	...{ ORIGIN: '', DATA_DIR: './data', DATABASE_KEY: '', SMTP_URL: '', WEBHOOK_URL: '', AUDIT_WEBHOOK_URL: '', METRICS_TOKEN: '' },
	...{ IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 }
};

/** The cast's organisation with everything on, each published instrument with a wording. */
function office(): { db: Db; c: Cast } {
	const db = memoryDb();
	const c = cast(db, T0 - 1_000);
	db.update(organisation)
		.set({ fields: [...allOptionalFields], instruments: [...instrumentIds] })
		.run();
	for (const instrument of packInstruments) addMadeUp(db, c.ada, instrument, T0 - 500);
	return { db, c };
}

const wordsOf = (paper: Paper) => JSON.stringify([paper.organisation, paper.sections, paper.unknown]);

function written(db: Db, c: Cast, settings: PaperSettings = quiet): Record<PaperId, string> {
	const papers = paperIds.map((id) => [id, wordsOf(paperFor(db, c.hale, id, settings, T0))] as const);
	return Object.fromEntries(papers) as Record<PaperId, string>;
}

type Change = (db: Db, c: Cast) => void;

/** Which papers say something else after the change. */
function changedBy(change: Change, before: Change = () => undefined): PaperId[] {
	const { db, c } = office();
	before(db, c);
	const [old, next] = [written(db, c), (change(db, c), written(db, c))];
	return paperIds.filter((id) => old[id] !== next[id]);
}

const withoutField =
	(field: OptionalField): Change =>
	(db) =>
		void db
			.update(organisation)
			.set({ fields: allOptionalFields.filter((each) => each !== field) })
			.run();
const withoutInstruments: Change = (db) => void db.update(organisation).set({ instruments: [] }).run();
const durations =
	(change: Partial<Durations>): Change =>
	(db) =>
		void db
			.insert(retentionVersions)
			.values({ id: crypto.randomUUID(), ...defaultDurations, ...change, reason: 'test', recordedAt: T0 - 100 })
			.run();

function patched(patch: PolicyPatch, teamId: string | null = null): Change {
	return (db, { ada }) => {
		const basedOn = newestVersion(db, teamId)?.id ?? null;
		changePolicy(db, ada, { id: crypto.randomUUID(), teamId, patch, reason: 'For the test', basedOn }, T0 - 100);
	};
}

/** Another value than the default one, of the same kind. */
const other: Record<PolicyField['kind'], (value: FieldValue) => FieldValue> = {
	minutes: (value) => Number(value) + 5,
	days: (value) => Number(value) + 1,
	factor: (value) => Number(value) + 0.5,
	clock: (value) => (value === '21:00' ? '20:00' : '21:00'),
	switch: (value) => value !== true,
	steps: () => [{ days: 10, factor: 0.4 }],
	zone: () => 'Europe/Paris',
	dates: () => ['2026-12-24'],
	periods: () => [['07:00', '12:00']]
};

describe('the papers follow the configuration', () => {
	it.each(allOptionalFields)('field %s', (field) => expect(changedBy(withoutField(field))).toContain('staff-notice'));

	it.each(instrumentIds)('instrument %s, off', (id) => {
		const change: Change = (db) =>
			void db
				.update(organisation)
				.set({ instruments: instrumentIds.filter((each) => each !== id) })
				.run();
		expect(changedBy(change)).toEqual(expect.arrayContaining(['staff-notice', 'processing', 'assessment']));
	});

	it.each(packInstruments)('instrument %s, without a wording', (instrument) => {
		const change: Change = (db, { ada }) => {
			for (const { id } of db.select().from(instrumentPacks).where(eq(instrumentPacks.instrument, instrument)).all())
				retirePack(db, ada, { id, instrument }, T0 - 100);
		};
		expect(changedBy(change)).toEqual(expect.arrayContaining(['staff-notice', 'processing', 'assessment']));
	});

	it.each(policyFields.map((field) => [field.path, field] as const))('%s', (path, { kind }) => {
		const rule = /^rules\.[^.]+/.exec(path)?.[0];
		const on = rule === undefined || path.endsWith('.on') ? {} : withValue({}, `${rule}.on`, true);
		const value = valueAt(defaultPolicy, path) as FieldValue;
		// A number of a rule that is off is not shown: it is turned on first.
		expect(changedBy(patched(withValue(on, path, other[kind](value))), Object.keys(on).length === 0 ? undefined : patched(on))).toContain(
			'staff-notice'
		);
	});

	it.each(durationFields)('$name', ({ name, least }) =>
		expect(changedBy(durations({ [name]: least }))).toEqual(
			expect.arrayContaining(['staff-notice', 'works-council', 'retention', 'processing', 'assessment'])
		)
	);

	const settings: Partial<Record<keyof PaperSettings, string | number>> = {
		...{ ORIGIN: 'https://breakwater.example.org', DATA_DIR: '/elsewhere', DATABASE_KEY: '0'.repeat(64), METRICS_TOKEN: 'x'.repeat(16) },
		...{ SMTP_URL: 'smtps://u:secret@mail.example.org', WEBHOOK_URL: 'https://chat.example.org/hidden' },
		...{ AUDIT_WEBHOOK_URL: 'https://witness.example.org/hidden', IDLE_MINUTES: 60, IDLE_MINUTES_SUPERVISORS: 10, SIGN_IN_HOURS: 9 }
	};
	it.each(Object.entries(settings))('setting %s, without its secret', (name, value) => {
		const { db, c } = office();
		const [old, next] = [written(db, c), written(db, c, { ...quiet, [name]: value })];
		expect(old.processing).not.toBe(next.processing);
		if (name !== 'DATA_DIR' && typeof value === 'string') expect(JSON.stringify(next)).not.toContain(value);
	});

	const changes: Record<string, [change: Change, papers: PaperId[]]> = {
		'hours for leads': [
			(db) => void db.update(organisation).set({ leadHours: true }).run(),
			['staff-notice', 'works-council', 'processing', 'assessment']
		],
		'the name': [(db) => void db.update(organisation).set({ name: 'Breakers' }).run(), [...paperIds]],
		'the floor of the report': [
			(db, { ada }) =>
				void db
					.insert(reportFloors)
					.values({ id: crypto.randomUUID(), fewest: 12, authorId: ada.id, reason: 'test', recordedAt: T0 })
					.run(),
			['staff-notice', 'works-council', 'assessment']
		],
		'a team’s own policy': [(db, c) => patched({ breakLength: 15 }, c.quay)(db, c), ['staff-notice', 'works-council']],
		'another employer': [
			(db, { ada }) => void addEmployer(db, ada, { id: crypto.randomUUID(), name: 'Fathom' }, T0),
			['staff-notice', 'processing', 'assessment']
		],
		'a help line': [
			(db) =>
				void db
					.update(organisation)
					.set({ helpLines: [{ name: 'Harbour line', detail: '1', href: '' }] })
					.run(),
			['staff-notice']
		],
		'a work type': [
			(db, { ada }) => void addWorkType(db, ada, { id: crypto.randomUUID(), name: 'Net mending', counts: 'no' }, T0),
			['staff-notice']
		],
		'no head of welfare': [
			(db) => void db.delete(roles).where(eq(roles.role, 'head_of_welfare')).run(),
			['staff-notice', 'works-council', 'processing', 'assessment']
		]
	};
	it.each(Object.entries(changes))('%s', (_, [change, papers]) => {
		const { db, c } = office();
		const old = written(db, c);
		change(db, c);
		const next = written(db, c);
		expect(paperIds.filter((id) => old[id] !== next[id])).toEqual(expect.arrayContaining(papers));
	});
});

describe('what is off is nowhere said to be done', () => {
	const claims: [what: string, off: Change, claim: RegExp][] = [
		['kind of material', withoutField('material'), /(?<!(Not asked here|Off): [^"]*)the kind of material/],
		['known or new', withoutField('context'), /(?<!(Not asked here|Off): [^"]*)first seen/],
		['violent', withoutField('violent'), /whether a session was violent|(?<!(Not asked here|Off): [^"]*)whether it was violent/],
		['filters', withoutField('filters'), /(?<!(Not asked here|Off): [^"]*)filters were used/],
		['aftermath', withoutField('aftermath'), /how a session left|(?<!(Not asked here|Off): [^"]*)how it left one/],
		['partner', withoutField('partner'), /(?<!(Not asked here|Off): [^"]*)partner body/],
		['words', withoutField('words'), /200 characters|[Ww]ords written for oneself(?! \(off)|Own words|writes for themselves/],
		[
			'check-ins',
			withoutInstruments,
			/Check-ins: (?!answers, scores, concerns \(off)|[Bb]ands and trend|Shared a concern|meet a cut-off|answers and scores|Whether to answer a check-in|[Cc]heck(ing)? in on/
		],
		['hours for leads', () => undefined, /leads of the home team, who state why|Leads read hours|hours by week \(with/],
		['e-mail', () => undefined, /E-mail is on|Messages by|A letter betrays/],
		['chat', () => undefined, /chat bridge is on|provider of the chat learns/],
		['heads elsewhere', () => undefined, /sent to a second place|fingerprint is sent elsewhere every hour/],
		['https', () => undefined, /Browsers reach it by HTTPS/],
		['a key kept apart', () => undefined, /handed to the server from outside/]
	];
	const everythingOn: PaperSettings = {
		...{ ...quiet, ORIGIN: 'https://breakwater.example.org', DATABASE_KEY: '0'.repeat(64), SMTP_URL: 'smtps://mail.example.org' },
		...{ WEBHOOK_URL: 'https://chat.example.org', AUDIT_WEBHOOK_URL: 'https://witness.example.org' }
	};
	it.each(claims)('%s', (_, turnOff, claim) => {
		const { db, c } = office();
		turnOff(db, c);
		expect(Object.values(written(db, c)).filter((words) => claim.test(words))).toEqual([]);
		const all = office();
		all.db.update(organisation).set({ leadHours: true }).run();
		expect(Object.values(written(all.db, all.c, everythingOn)).some((words) => claim.test(words))).toBe(true);
	});

	it.each([
		['exposure', { 'day-over': { on: false }, 'week-limit': { on: false } }, 'Exposure over a limit'],
		['contact', { 'contact-requested': { on: false } }, '"Asked for contact"'],
		['appointments', { 'session-overdue': { on: false } }, '"An overdue appointment","the officers'],
		['routine', { 'routine-conversation': { on: false } }, '"A routine conversation","the first lead']
	] as const)('prompts: %s', (_, rules, claim) => {
		const [on, off] = [office(), office()];
		patched({ rules } as PolicyPatch)(off.db, off.c);
		expect(written(on.db, on.c)['staff-notice']).toContain(claim);
		expect(Object.values(written(off.db, off.c)).filter((words) => words.includes(claim))).toEqual([]);
	});

	it('says that nobody would be told, where contact is turned off', () => {
		const { db, c } = office();
		patched({ rules: { 'contact-requested': { on: false } } })(db, c);
		expect(written(db, c).assessment).toContain('nobody is told');
	});

	it('says of the sample organisation that nothing is sent', () => {
		const { db, c } = office();
		db.update(organisation).set({ sample: true }).run();
		expect(written(db, c, everythingOn).processing).toContain('E-mail is off');
		expect(paperFor(db, c.hale, 'processing', everythingOn, T0).sample).toBe(true);
	});
});

describe('who reads them', () => {
	it('everybody what is written for everybody; authors all', () => {
		const { c } = office();
		const titles = (who: keyof Cast & ('ines' | 'mara' | 'edda' | 'rui' | 'ada' | 'hale')) => papersFor(c[who]).map(({ id }) => id);
		for (const who of ['ines', 'mara', 'edda', 'rui'] as const) expect(titles(who)).toEqual(['staff-notice', 'works-council', 'retention']);
		for (const who of ['ada', 'hale'] as const) expect(titles(who)).toEqual([...paperIds]);
	});

	it('nobody else finds the drafts of the organisation', () => {
		const { db, c } = office();
		for (const id of ['processing', 'assessment', 'licence', '__proto__'])
			expect(() => paperFor(db, c.edda, id, quiet, T0)).toThrow(expect.objectContaining({ kind: 'not-found' }));
	});

	it('with the date, a word on what is not known, and nobody’s name', () => {
		const { db, c } = office();
		const names = Object.values(c).flatMap((each) => (typeof each === 'object' && 'name' in each ? [each.name, `${each.id}`] : []));
		for (const id of paperIds) {
			const paper = paperFor(db, c.hale, id, quiet, T0);
			expect(paper.made).toBe('Monday 23 November 2026, 10:12 (Europe/London)');
			expect(paper.unknown.length).toBeGreaterThan(2);
			expect(names.filter((name) => JSON.stringify(paper).includes(name))).toEqual([]);
		}
	});
});

describe('what the program does', () => {
	const rowsOf = (db: Db, c: Cast, id: PaperId) =>
		paperFor(db, c.hale, id, quiet, T0).sections.flatMap(({ blocks }) => blocks.flatMap((block) => ('rows' in block ? block.rows : [])));
	const whoSees = (what: RegExp) => {
		const { db, c } = office();
		return rowsOf(db, c, 'staff-notice').find(([first = '']) => what.test(first))?.[1];
	};

	it.each([
		[/^Bands and trend/, /welfare officers or heads of welfare whom the person has named/],
		[/^Lower limits/, /^welfare officers of the home team; heads of welfare of the same employer/],
		[/^Plans/, /^the two who agreed/],
		[/that didn’t happen/, /^heads of welfare, never whoever recorded it/],
		[/^Questions about who has looked/, /^heads of welfare, never whoever looked/],
		[/leaves, or asks to be erased/, /^administrators$/],
		[/^Legal holds; copies/, /^administrators; heads of welfare of the organisation and of the person’s employer$/]
	])('%s', (what, who) => expect(whoSees(what)).toMatch(who));

	it('names heads of welfare beside welfare officers to the works council', () => {
		const { db, c } = office();
		expect(written(db, c)['works-council']).toContain('Welfare officers or heads of welfare whom the person has named');
	});

	it('speaks of the next report alone where it names the floor', () => {
		const { db, c } = office();
		const papers = written(db, c);
		for (const id of ['staff-notice', 'works-council'] as const)
			expect(papers[id]).toMatch(
				/[Nn]o count under \d+ people is shown in the next one|the next one on it shows no count under \d+ people/
			);
		expect(Object.values(papers).filter((words) => /[Nn]o figure [^.]*fewer than/.test(words))).toEqual([]);
	});

	/** How each class of “My privacy” is called in the record of processing; and in the retention table, where that differs. */
	const called: Record<KeptId, [record: string, retention?: string]> = {
		sessions: ['Sessions'],
		'check-ins': ['Check-ins'],
		words: ['Words written for oneself'],
		findings: ['Notices and limits passed'],
		prompts: ['Prompts'],
		asked: ['Requests for contact and shared concerns'],
		support: ['Conversations and plans'],
		appointments: ['Appointments'],
		absences: ['Absences and lower limits that were agreed'],
		choices: ['Choices of sharing, of passing somebody over, of being told'],
		looks: ['Who has looked'],
		account: ['Account'],
		'sign-ins': ['Sign-ins and links', 'Sign-ins'],
		messages: ['Messages'],
		forms: ['Forms'],
		decisions: ['Leaving, legal holds, copies for a court or a lawyer, and erasure'],
		changes: ['The audit trail, versions of policies and settings, published reports']
	};
	it.each(keptClasses)('says of “$name”, as “My privacy” does, that it is kept, and for how long', ({ id, name }) => {
		const { db, c } = office();
		const [record, retention = record] = called[id];
		const listed = (paper: PaperId, title: string, start: string) =>
			paperFor(db, c.hale, paper, quiet, T0)
				.sections.filter((section) => section.title === title)
				.flatMap(({ blocks }) => blocks.flatMap((block) => ('items' in block ? block.items : [])))
				.filter((item) => item.startsWith(`${start}: `) && item.length > start.length + 20);
		expect(listed('staff-notice', 'What is kept about you', name)).toHaveLength(1);
		expect(listed('processing', 'Whose data, and which', record)).toHaveLength(1);
		const rows = rowsOf(db, c, 'retention').filter(([what = '']) => what.toLowerCase().includes(retention.toLowerCase()));
		expect(rows).toHaveLength(1);
	});

	it('names what only a close look finds: chat names, quiet hours, hand-overs, lower limits, holds, copies and messages', () => {
		const { db, c } = office();
		const papers = written(db, c);
		for (const id of ['staff-notice', 'processing'] as const)
			for (const part of [
				'name in the chat',
				'uiet hours',
				'on call and hand',
				'limits (that were|was) agreed',
				'egal hold',
				'cop(y|ies) ',
				'Messages: '
			])
				expect(papers[id]).toMatch(new RegExp(part));
		expect(papers.assessment).toContain('lower limits that were agreed with somebody');
	});

	it('lets a sign-in go sooner than links and messages', () => {
		const { db, c } = office();
		const rows = rowsOf(db, c, 'retention');
		expect(rows.find(([what]) => what === 'Sign-ins')?.[1]).toBe('until somebody signs out; else about a day after they end');
		expect(rows.filter(([what = '', howLong = '']) => /[Ss]ign-in/.test(what) && howLong.includes('90 days'))).toEqual([]);
	});

	it('says what a legal hold does not stop', () => {
		const { db, c } = office();
		const { retention } = written(db, c);
		expect(retention).not.toContain('stops everything');
		expect(retention).toMatch(/Signing out still ends a sign-in, and authors can still delete their own words/);
	});
});
