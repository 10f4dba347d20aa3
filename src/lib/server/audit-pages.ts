import { addDays, dateOf, isoWeek, mondayOf, personDayOf, personDayStart, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { trailState } from './audit-export.ts';
import { namesIn, who, type NamesIn, type ReadEntry } from './audit-names.ts';
import { auditAreas, auditWords, wordsOf, type AuditArea } from './audit-words.ts';
import type { Db } from './db/connection.ts';
import { momentWords, weekWords } from './moments.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

/** What an administrator wants to see: an area, dates of their own zone (both included), and which page, from 0. */
export interface AuditFilter {
	area: AuditArea | null;
	from: LocalDate | null;
	to: LocalDate | null;
	page: number;
}

/** An entry in words. It has no number and no id: those would tell how many that are not listed lie in between. */
export interface AuditLine {
	when: string;
	who: string;
	what: string;
	/** Whom or what it was done to, and further words; may be empty. */
	about: string;
}

export interface AuditPage {
	filter: AuditFilter;
	areas: { id: AuditArea; label: string }[];
	lines: AuditLine[];
	older: boolean;
	/** What is not listed, by the week that is over, newest first; null where it is fewer than ten. */
	counted: { week: string; entries: number | null }[];
	state: { exported: string | null; holds: boolean | null; elsewhere: boolean } | null;
}

const pageSize = 50;
const mostPages = 2000;
const weeksCounted = 4;
/** As in reports: a few could be those of one person (domain.md §6). */
const fewest = 10;
const listedIn = (area: AuditArea | null) =>
	Object.entries(auditWords).flatMap(([action, words]) => (words.area !== null && (area === null || words.area === area) ? [action] : []));

/**
 * The audit trail as an administrator reads it: who changed what in accounts, roles, teams, lists and settings, newest first. Steps of prompts and
 * what people choose or agree on about themselves are only counted, by the week: the instant of each beside that of a sign-in would tell whose it was.
 * @throws Refusal `not-allowed`
 */
export function auditPage(db: Db, viewer: Viewer, filter: AuditFilter, now: Instant): AuditPage {
	requireAdmin(viewer);
	const rows = entriesFor(db, viewer, filter);
	const names = namesIn(db, rows);
	const state = trailState(db);
	return {
		filter,
		areas: Object.entries(auditAreas).map(([id, label]) => ({ id: id as AuditArea, label })),
		lines: rows.slice(0, pageSize).map((row) => lineOf(viewer, row, names, now)),
		older: rows.length > pageSize,
		counted: countedWeeks(db, viewer, now),
		state: state && {
			exported: state.exportedAt === null ? null : momentWords(viewer.zone, state.exportedAt, now),
			...{ holds: state.holds, elsewhere: state.elsewhere }
		}
	};
}

/** Without dates in the order of the trail: a condition that all entries meet would make SQLite sort them first. */
function entriesFor(db: Db, { zone }: Viewer, { area, from, to, page }: AuditFilter): ReadEntry[] {
	const since = from === null ? '' : `and at >= ${personDayStart(zone, '00:00', from)}`;
	const until = to === null ? '' : `and at < ${personDayStart(zone, '00:00', addDays(to, 1))}`;
	return db.$client
		.prepare<[string, number, number], ReadEntry>(
			`select at, actor_id as actorId, action, subject, subject_id as subjectId, detail from audit_entries
			where action in (select value from json_each(?)) ${since} ${until} order by seq desc limit ? offset ?`
		)
		.all(JSON.stringify(listedIn(area)), pageSize + 1, Math.min(page, mostPages) * pageSize);
}

function lineOf({ zone }: Viewer, row: ReadEntry, names: NamesIn, now: Instant): AuditLine {
	return { when: momentWords(zone, row.at, now), who: who(row, names), what: wordsOf(row.action).words, about: names.about(row) };
}

function countedWeeks(db: Db, { zone }: Viewer, now: Instant): AuditPage['counted'] {
	const monday = dateOf(mondayOf(isoWeek(personDayOf(zone, '00:00', now))));
	const count = db.$client
		.prepare<[Instant, Instant, string], number>(
			'select count(*) from audit_entries where at >= ? and at < ? and action not in (select value from json_each(?))'
		)
		.pluck();
	return Array.from({ length: weeksCounted }, (_, index) => {
		const [from, to] = [addDays(monday, -7 * (index + 1)), addDays(monday, -7 * index)];
		const [start, end] = [personDayStart(zone, '00:00', from), personDayStart(zone, '00:00', to)];
		const entries = count.get(start, end, JSON.stringify(listedIn(null))) ?? 0;
		return { week: weekWords(isoWeek(from)), entries: entries < fewest ? null : entries };
	});
}

/** The areas whose entries about a person are theirs to read. */
const own = ['account', 'sign-in', 'role', 'sharing', 'export', 'record'];
const mostOwn = 100;

/** The newest entries about the viewer's own account: sign-ins, roles, links and passwords, what they chose to share. Newest first, at most 100. */
export function ownAudit(db: Db, viewer: Viewer, now: Instant): AuditLine[] {
	const rows = db.$client
		.prepare<[string, string, number], ReadEntry>(
			`select at, actor_id as actorId, action, subject, subject_id as subjectId, detail from audit_entries
			where subject_id = ? and subject = 'person' and substr(action, 1, instr(action, '.') - 1) in (select value from json_each(?))
			order by seq desc limit ?`
		)
		.all(viewer.id, JSON.stringify(own), mostOwn);
	const names = namesIn(db, rows);
	return rows.map((row) => {
		const about = names.more(row);
		return { ...lineOf(viewer, row, names, now), about, who: row.actorId === viewer.id ? 'You' : who(row, names) };
	});
}
