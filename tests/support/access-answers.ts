import { createHash } from 'node:crypto';
import type { Db } from '#lib/server/db/connection.ts';
import type { Ids } from './access-facts.ts';
import type { Page } from './access-table.ts';
import type { Answer } from './app.ts';

/** A row's name in the list of tests. */
export function nameOf({ route, of }: Pick<Page, 'route' | 'of'>): string {
	return of ? `${route}, ${of}` : route;
}

/** The path of a row's page, with what stands for its parameter. */
export function pathOf({ route, at }: Pick<Page, 'route' | 'at'>, ids: Ids): string {
	const path = route.replace(/\/\([^)]+\)/g, '').replace(/\[\w+\]/, () => encodeURIComponent(at?.(ids) ?? ''));
	return path === '' ? '/' : path;
}

/** What a status and a redirect mean to whoever asked; a status that the table does not know is returned as it is. */
export function outcomeOf({ status, headers: { location } }: Pick<Answer, 'status'> & { headers: { location?: string } }): string {
	if (status === 303) return location?.split('?')[0] === '/sign-in' ? 'sign-in' : 'onward';
	// Incomplete, meanwhile changed, too often: who hears that was let in.
	return ({ 200: 'open', 400: 'open', 409: 'open', 429: 'open', 403: 'refused', 404: 'hidden' } as const)[status] ?? `status ${status}`;
}

/** What a page's data says: a redirect or an error comes as JSON, with status 200. */
export function outcomeOfData({ status, headers, text }: Answer): string {
	if (status !== 200) return outcomeOf({ status, headers });
	const body = JSON.parse(text) as { type: string; location?: string; nodes?: ({ type: string; error?: { status: number } } | null)[] };
	if (body.type === 'redirect') return outcomeOf({ status: 303, headers: { location: body.location ?? '' } });
	const failed = body.nodes?.find((node) => node?.type === 'error');
	return outcomeOf({ status: failed ? (failed.error?.status ?? 500) : 200, headers: {} });
}

/** What a form sent by script hears: the same, wrapped in JSON. */
export function outcomeOfScript({ status, headers, text }: Answer): string {
	if (status !== 200) return outcomeOf({ status, headers });
	const body = JSON.parse(text) as { type: string; status?: number; location?: string };
	if (body.type === 'redirect') return outcomeOf({ status: 303, headers: { location: body.location ?? '' } });
	return outcomeOf({ status: body.status ?? 200, headers: {} });
}

/** Taken last, and of which state of the file: `data_version` says whether others wrote since, `total_changes` whether we did. */
const taken = new WeakMap<Db, { state: string; hash: string }>();

/** All that is stored, but for where clocks stand: sign-ins note when they were used, and time itself is looked at in passing. */
export function digest(db: Db): string {
	const version = db.$client.pragma('data_version', { simple: true });
	const state = `${version} ${db.$client.prepare('select total_changes()').pluck().get()}`;
	const before = taken.get(db);
	if (before?.state === state) return before.hash;
	const hash = digestNow(db);
	taken.set(db, { state, hash });
	return hash;
}

function digestNow(db: Db): string {
	const tables = db.$client.prepare<[], { name: string }>(`select name from sqlite_schema where type = 'table'`).all();
	const hash = createHash('sha256');
	for (const { name } of tables) {
		// The watcher notes that it has looked.
		if (name === 'watches' || name === 'clocks' || name.startsWith('sqlite_')) continue;
		// A refused form shows its page once more, and where more than a minute has passed, that look is noted beside the first.
		const some: Record<string, string> = { sign_ins: 'id_hash, person_id', alarms: 'id, dismissed_by', access_entries: 'id' };
		const columns = some[name] ?? '*';
		for (const row of db.$client.prepare(`select ${columns} from "${name}"`).raw().iterate()) hash.update(JSON.stringify([name, row]));
	}
	return hash.digest('hex');
}
