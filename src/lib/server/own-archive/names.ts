import type { Db } from '../db/connection.ts';
import type { Kind } from './file.ts';

type Named = Extract<Kind, 'person' | 'team' | 'employer' | 'work' | 'partner' | 'wording' | 'prompt'>;

/** The name of what an id stands for, of a prompt its number; the id itself where there is nothing by it any more. */
export type Names = (kind: Named, id: string) => string | number;

const sources: Readonly<Record<Named, string>> = {
	person: 'select name from people where id = ?',
	team: 'select name from teams where id = ?',
	employer: 'select name from employers where id = ?',
	work: 'select name from work_types where id = ?',
	partner: 'select name from partners where id = ?',
	// Among those alone in which no word of the person's own is: a gap would tell of the others.
	prompt: `select count(*) from alerts as one join alerts as earlier on earlier.person_id = one.person_id and earlier.rowid <= one.rowid
		where one.id = ? and earlier.reason not in ('contact', 'concern')`,
	wording: `select title || ' (' || language || ')' from instrument_packs where id = ?`
};

/** Reads names, each once. There are as many as people and teams that acted towards one person: few. */
export function nameReader(db: Db): Names {
	const known = new Map<string, string | number>();
	return (kind, id) => {
		const key = `${kind} ${id}`;
		const name = known.get(key) ?? db.$client.prepare<[string], string | number>(sources[kind]).pluck().get(id) ?? id;
		known.set(key, name);
		return name;
	};
}
