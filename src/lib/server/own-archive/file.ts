import type { SQLiteTable } from 'drizzle-orm/sqlite-core';

/**
 * How a column is written: as it is; as an instant, or only the date of one by the person's days; as yes or no, a list or details; as the name of whom or what its id stands for, of a prompt
 * its number, because an id can hold an instant; or opened with the
 * person's key. Every column that has none of these stands in `left-out.ts`.
 */
export type Kind =
	| 'as-is'
	| 'instant'
	| 'date'
	| 'yes-no'
	| 'list'
	| 'details'
	| 'person'
	| 'team'
	| 'employer'
	| 'work'
	| 'partner'
	| 'wording'
	| 'prompt'
	| 'sealed';

/** One file of the archive, from one table: which rows of it are the viewer's, and how each of its columns is written. */
export interface ArchiveFile {
	/** Of `sessions.csv` and `sessions.json`. */
	name: string;
	/** What it holds, for the person. */
	about: string;
	table: SQLiteTable;
	/** SQL that picks the viewer's own rows (`@me`). */
	mine: string;
	/** By the name of the property in the schema. */
	columns: Readonly<Record<string, Kind>>;
}

/** Where the row says whose it is. */
export const theirs = 'person_id = @me';
