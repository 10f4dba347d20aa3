import type { Db } from './db/connection.ts';

/** Rows of a query, one at a time. The columns are those of the schema, which holds them to their types. */
export function* rows<Row>(db: Db, sql: string): Generator<Row, void, void> {
	yield* db.$client.prepare<[], Row>(sql).iterate();
}

/** The clock of whom a row is about; only of people for whom the rules have begun. */
export function begun(table: string): string {
	return `join clocks on clocks.person_id = ${table}.person_id and clocks.first_fact_at is not null`;
}

/** What was known before the rules began is known from their first fact on. */
export const since = (table: string) => `max(${table}.recorded_at, clocks.first_fact_at)`;

/** What ended before the rules began is no fact for them. */
export const notBefore = (column: string) => `(${column} is null or ${column} > clocks.first_fact_at)`;
