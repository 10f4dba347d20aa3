import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { roleWords } from './role-words.ts';
import type { Role } from './viewer.ts';

/** An entry as it is read: names are looked up now, none stands in it. */
export interface ReadEntry {
	at: Instant;
	actorId: string | null;
	action: string;
	subject: string | null;
	subjectId: string | null;
	detail: string | null;
}

export interface NamesIn {
	of(id: string): string | undefined;
	/** What was done to whom, in a few words; may be empty. */
	about(entry: ReadEntry): string;
	/** The same without the subject. */
	more(entry: ReadEntry): string;
}

type Detail = Record<string, string | number | boolean | null>;

/** Tables that have a name for an id. */
const named = ['people', 'teams', 'employers', 'partners', 'work_types'] as const;

/** The present names of all that these entries speak of. */
export function namesIn(db: Db, entries: readonly ReadEntry[]): NamesIn {
	const ids = JSON.stringify(
		entries.flatMap((entry) => [entry.actorId, entry.subjectId, ...Object.values(detailOf(entry))].filter(isText))
	);
	const query = named.map((table) => `select id, name from ${table} where id in (select value from json_each(@ids))`).join(' union all ');
	const rows = db.$client.prepare<[{ ids: string }], { id: string; name: string }>(query).all({ ids });
	const names = new Map(rows.map(({ id, name }) => [id, name]));
	const more = (entry: ReadEntry) => furtherWords(detailOf(entry), names);
	return {
		of: (id) => names.get(id),
		more,
		about(entry) {
			// What somebody did to their own account needs no second name.
			const subject = entry.subjectId === entry.actorId ? undefined : names.get(entry.subjectId ?? '');
			return [subject, more(entry)].filter((text) => text !== undefined && text !== '').join(' · ');
		}
	};
}

/** Who did it, by their present name. */
export function who({ actorId, action }: ReadEntry, names: NamesIn): string {
	if (actorId === null) return action === 'sign-in.failed' ? 'Somebody' : 'Breakwater';
	return names.of(actorId) ?? 'Somebody who is no longer here';
}

const isText = (value: unknown): value is string => typeof value === 'string';

function detailOf({ detail }: ReadEntry): Detail {
	return detail === null ? {} : (JSON.parse(detail) as Detail);
}

/** A role, and the names behind what else the detail points to. Other values say nothing to whoever reads. */
function furtherWords({ role, ...rest }: Detail, names: ReadonlyMap<string, string>): string {
	const pointed = Object.values(rest).flatMap((value) => (isText(value) ? (names.get(value) ?? []) : []));
	return [...(isText(role) && role in roleWords ? [roleWords[role as Role]] : []), ...pointed].join(' · ');
}
