import { desc, eq, sql } from 'drizzle-orm';
import { instrumentIds, type InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { instruments as allInstruments } from '#lib/domain/instruments/list.ts';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { optionalVersions, organisation, type OptionalField } from './db/schema/organisation.ts';
import { people } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { momentWords } from './moments.ts';
import { allOptionalFields, findOrganisation, sessionFields } from './organisation.ts';
import { requireAuthor } from './policy-authors.ts';
import { changedMeanwhile, checkedReason } from './policy-changes.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import type { Actor, Viewer } from './viewer.ts';

export interface OptionalVersion {
	/** The form's id, which becomes the version's. */
	id: string;
	/** Those that are on. */
	fields: readonly OptionalField[];
	instruments: readonly InstrumentId[];
	/** Whether leads may look at hours of exposure per person; left out, it stays as it is. */
	leadHours?: boolean;
	reason: string;
	/** The version that the author saw; null: none yet. */
	basedOn: string | null;
}

interface On {
	fields: OptionalField[];
	instruments: InstrumentId[];
	leadHours: boolean;
}

/**
 * Turns optional fields and instruments on and off, and keeps who did, when and why. What is off is from then on neither asked, shown
 * nor stored; what was stored before stays the person's own to read. Sent twice, it is stored once.
 * @throws Refusal `not-allowed`, `invalid` beside `reason`, or beside `parts` where nothing differs, `conflict` where somebody changed it meanwhile
 */
export function changeOptional(db: Db, actor: Actor, version: OptionalVersion, now: Instant): void {
	requireAuthor(db, actor);
	const reason = checkedReason(version.reason);
	withTx(db, () => {
		const before = findOrganisation(db);
		if (!before) throw notFound();
		const on = inOrder(version, before);
		const sent = db.select().from(optionalVersions).where(eq(optionalVersions.id, version.id)).get();
		if (sent) return sentBefore(sent, actor, on);
		if ((newestId(db) ?? null) !== version.basedOn) throw new Refusal('conflict', changedMeanwhile);
		if (same(before, on)) throw invalid('parts', 'Nothing is different yet, so there is nothing to save.');
		db.insert(optionalVersions)
			.values({ id: version.id, ...on, authorId: actor.id, reason, recordedAt: now })
			.run();
		db.update(organisation).set(on).run();
		audit(db, actor, { action: 'policy.optional-changed', subject: { kind: 'optional-version', id: version.id } }, now);
	});
}

const inOrder = ({ fields, instruments, leadHours }: OptionalVersion, before: On): On => ({
	leadHours: leadHours ?? before.leadHours,
	fields: allOptionalFields.filter((field) => fields.includes(field)),
	instruments: instrumentIds.filter((id) => instruments.includes(id))
});

const same = (a: On, b: On) =>
	a.fields.join() === b.fields.join() && a.instruments.join() === b.instruments.join() && a.leadHours === b.leadHours;

function sentBefore(sent: typeof optionalVersions.$inferSelect, actor: Actor, on: On): void {
	if (sent.authorId === actor.id && same(sent, on)) return;
	throw new Refusal('conflict', 'This form was used for something else before. Please load the page again; nothing was saved.');
}

function newestId(db: Db): string | undefined {
	return db
		.select({ id: optionalVersions.id })
		.from(optionalVersions)
		.orderBy(desc(sql`rowid`))
		.get()?.id;
}

const fieldWords: Record<OptionalField, { title: string; about: string }> = {
	material: { title: 'Kind of material', about: 'image, video, audio, text, live, victim contact' },
	context: { title: 'Known or first seen', about: '' },
	violent: { title: 'Violent or not', about: 'only the person ever sees the answer' },
	filters: { title: 'Filters in use', about: 'blur, greyscale, muted, thumbnails' },
	aftermath: { title: 'How it left one', about: '0 to 10; only the person ever sees it' },
	partner: { title: 'Partner body', about: '' },
	words: { title: 'A few words for oneself', about: 'up to 200 characters; only the person ever sees them, and they go after 90 days' }
};

const instrumentWords: Record<InstrumentId, string> = {
	pulse: 'four taps a week, in our own words; not a clinical measure',
	who5: 'asked where its wording was added',
	phq4: 'asked where its wording was added',
	proqol5: 'asked where its wording was added'
};

const leadHoursWords = {
	title: 'Hours of exposure per person, for leads',
	about: 'by week, for a stated purpose, and each look is noted for the person'
};

const groupWords: Record<OptionalGroup['id'], { title: string; hint: string }> = {
	fields: { title: 'What an entry may hold', hint: 'All of these are optional for the person: nobody has to answer.' },
	others: {
		title: 'For oneself',
		hint: 'Nobody else can read them: no supervisor, no administrator. Breakwater refuses what looks like case content.'
	},
	instruments: { title: 'Check-ins', hint: 'Published ones are asked once an administrator has added their wording.' },
	supervision: {
		title: 'What leads may see',
		hint: 'Leads always see limits that were passed. Everybody reads under My privacy whether this is on.'
	}
};

/** One thing that can be left out. */
export interface OptionalPart {
	id: string;
	title: string;
	about: string;
	on: boolean;
}

export interface OptionalGroup {
	id: 'fields' | 'others' | 'instruments' | 'supervision';
	title: string;
	/** For whoever turns them on or off. */
	hint: string;
	parts: OptionalPart[];
}

export interface OptionalPage {
	/** Everything that can be left out. */
	groups: OptionalGroup[];
	/** The version in force; null before the first. */
	version: string | null;
	/** Newest first. */
	versions: { id: string; who: string; when: string; why: string; changes: string[] }[];
}

/** What an entry may hold and which check-ins there are, for everybody with an account; and who changed that, when and why. */
export function optionalPage(db: Db, viewer: Viewer, now: Instant): OptionalPage {
	const { fields, instruments, leadHours }: On = findOrganisation(db) ?? { fields: [], instruments: [], leadHours: false };
	const parts = allOptionalFields.map((id) => ({ id, ...fieldWords[id], on: fields.includes(id) }));
	const checkIns = instrumentIds.map((id) => ({
		...{ id, title: allInstruments[id].name, about: instrumentWords[id] },
		on: instruments.includes(id)
	}));
	return {
		groups: [
			{ ...groupWords.fields, id: 'fields', parts: parts.filter(({ id }) => sessionFields.includes(id)) },
			{ ...groupWords.others, id: 'others', parts: parts.filter(({ id }) => !sessionFields.includes(id)) },
			{ ...groupWords.instruments, id: 'instruments', parts: checkIns },
			{ ...groupWords.supervision, id: 'supervision', parts: [{ id: 'lead-hours', ...leadHoursWords, on: leadHours }] }
		],
		version: newestId(db) ?? null,
		versions: versionsShown(db, viewer, now)
	};
}

function versionsShown(db: Db, { zone }: Viewer, now: Instant): OptionalPage['versions'] {
	const versions = db
		.select({ version: optionalVersions, who: people.name })
		.from(optionalVersions)
		.leftJoin(people, eq(people.id, optionalVersions.authorId))
		.orderBy(sql`${optionalVersions}.rowid`)
		.all();
	return versions
		.map(({ version, who }, index) => ({
			...{ id: version.id, who: who ?? 'Breakwater', when: momentWords(zone, version.recordedAt, now), why: version.reason },
			changes: changesBetween(versions[index - 1]?.version ?? version, version)
		}))
		.reverse();
}

function changesBetween(before: On, after: On): string[] {
	const turned = (title: string, was: boolean, is: boolean) => (was === is ? [] : [`${title}: turned ${is ? 'on' : 'off'}`]);
	return [
		...allOptionalFields.flatMap((id) => turned(fieldWords[id].title, before.fields.includes(id), after.fields.includes(id))),
		...instrumentIds.flatMap((id) => turned(allInstruments[id].name, before.instruments.includes(id), after.instruments.includes(id))),
		...turned(leadHoursWords.title, before.leadHours, after.leadHours)
	];
}
