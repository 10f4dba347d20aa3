import { and, eq, ne, sql } from 'drizzle-orm';
import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { employers, organisation, type HelpLine, type OptionalField } from './db/schema/organisation.ts';
import { withTx } from './db/tx.ts';
import { changePolicy, newestVersion } from './policy-changes.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { type Actor, requireAdmin } from './viewer.ts';

/** Whom to call in the United Kingdom; the organisation changes the list as it needs. */
export const defaultHelpLines: readonly HelpLine[] = [
	{ name: 'Emergency: somebody is in danger now', detail: '999', href: 'tel:999' },
	{ name: 'NHS urgent mental health help, day and night', detail: '111, option 2', href: 'tel:111' },
	{ name: 'Samaritans, day and night', detail: '116 123', href: 'tel:116123' },
	{ name: 'Shout, by text message, day and night', detail: 'Text SHOUT to 85258', href: 'sms:85258' }
];

/** What is optional of a session; on in a new organisation. */
export const sessionFields: readonly OptionalField[] = ['material', 'context', 'violent', 'filters', 'aftermath', 'partner'];

/** Free text is off until the organisation turns it on. */
export const allOptionalFields: readonly OptionalField[] = [...sessionFields, 'words'];

/** The work types that a new organisation starts with (domain.md §7), and whether each counts as exposure. */
export const defaultWorkTypes: readonly { name: string; counts: 'yes' | 'no' | 'ask' }[] = [
	{ name: 'Image and video assessment', counts: 'yes' },
	{ name: 'URL checks for police', counts: 'yes' },
	{ name: 'Age verification with documents', counts: 'ask' },
	{ name: 'Safeguarding referral', counts: 'ask' },
	{ name: 'Hosting trace and takedown', counts: 'ask' },
	{ name: 'Alert to a dedicated task force', counts: 'ask' },
	{ name: 'Victim identification', counts: 'yes' },
	{ name: 'Offender identification and data analysis', counts: 'yes' },
	{ name: 'Image-hash list work', counts: 'yes' },
	{ name: 'Report triage', counts: 'yes' },
	{ name: 'Giving or taking part in training', counts: 'ask' },
	{ name: 'Quality assurance', counts: 'yes' },
	{ name: 'Court or disclosure preparation', counts: 'ask' },
	{ name: 'Non-exposure work', counts: 'no' }
];

export type Organisation = typeof organisation.$inferSelect;

const queryOf = perDatabase(prepare);

function prepare(db: Db) {
	return db.select().from(organisation).prepare();
}

/** The organisation; null before it is set up. */
export function findOrganisation(db: Db): Organisation | null {
	return queryOf(db).get() ?? null;
}

/** The instruments that the organisation has not turned off; none before it is set up. Published ones also need a pack with their wording. */
export function instrumentsOn(db: Db): Set<InstrumentId> {
	return new Set(findOrganisation(db)?.instruments);
}

/** Whether people may write a few words for themselves. */
export function wordsOn(db: Db): boolean {
	return findOrganisation(db)?.fields.includes('words') ?? false;
}

/**
 * Changes name and zone. Its own employer goes by the same name; a new zone is a new version of its policy, for the working hours
 * wherever a team has none of its own. Without a change nothing is stored.
 * @throws Refusal `not-allowed`, `not-found` before it is set up, `invalid` for the name of another employer
 */
export function changeOrganisation(db: Db, actor: Actor, { name, zone }: { name: string; zone: string }, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const before = findOrganisation(db);
		if (!before) throw notFound();
		const taken = and(sql`lower(${employers.name}) = lower(${name})`, ne(employers.id, before.employerId));
		if (db.select({ id: employers.id }).from(employers).where(taken).get())
			throw invalid('name', 'There is an employer with this name already.');
		db.update(employers).set({ name }).where(eq(employers.id, before.employerId)).run();
		db.update(organisation).set({ name }).run();
		if (name !== before.name || zone !== before.zone) audit(db, actor, { action: 'organisation.changed' }, now);
		if (zone !== before.zone) changeZone(db, actor, zone, now);
	});
}

function changeZone(db: Db, actor: Actor, zone: string, now: number): void {
	const before = newestVersion(db, null);
	const patch = { ...before?.patch, calendar: { ...before?.patch.calendar, zone } };
	const reason = 'The organisation changed its time zone';
	changePolicy(db, actor, { id: crypto.randomUUID(), teamId: null, patch, reason, basedOn: before?.id ?? null }, now);
}

const mostLines = 20;
const longestLine = 120;
const opens = /^(tel:\+?[0-9]{2,20}|sms:\+?[0-9]{2,20}|https:\/\/[^\s"<>]{3,300})$/;

/**
 * Replaces the list of "I need help now". Empty lines are left out.
 * @throws Refusal `not-allowed`, `invalid` beside `line-<index>` (from 0), or beside `lines` where none is left
 */
export function changeHelpLines(db: Db, actor: Actor, lines: readonly HelpLine[], now: number): void {
	requireAdmin(actor);
	const trimmed = lines.map(({ name, detail, href }) => ({ name: name.trim(), detail: detail.trim(), href: href.trim() }));
	const errors: Record<string, string> = {};
	for (const [index, line] of trimmed.entries()) {
		const problem = isEmpty(line) ? null : problemOf(line);
		if (problem !== null) errors[`line-${index}`] = problem;
	}
	const kept = trimmed.filter((line) => !isEmpty(line));
	if (kept.length === 0) errors.lines = 'Please keep at least one line: this list is on every page.';
	if (kept.length > mostLines) errors.lines = `Please keep this to ${mostLines} lines.`;
	const first = Object.values(errors)[0];
	if (first !== undefined) throw new Refusal('invalid', 'Nothing was saved yet: please look at the marked lines.', errors);
	withTx(db, () => {
		if (JSON.stringify(findOrganisation(db)?.helpLines) === JSON.stringify(kept)) return;
		db.update(organisation).set({ helpLines: kept }).run();
		audit(db, actor, { action: 'organisation.help-lines', detail: { lines: kept.length } }, now);
	});
}

const isEmpty = ({ name, detail, href }: HelpLine) => name === '' && detail === '' && href === '';

function problemOf({ name, detail, href }: HelpLine): string | null {
	if (name === '' || detail === '') return 'Please say who answers, and the number or words to show.';
	if (name.length > longestLine || detail.length > longestLine) return `Please keep each part to ${longestLine} characters.`;
	if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name + detail) || !(name + detail).isWellFormed()) return 'Please use single lines of plain text.';
	if (href !== '' && !opens.test(href))
		return 'A link begins with tel:, sms: or https://, such as tel:116123. Leave it empty for text alone.';
	return null;
}
