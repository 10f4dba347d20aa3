import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { clockInstant } from '#lib/domain/time.ts';
import { teamAbsences } from '#lib/server/absence-lists.ts';
import { listAccounts } from '#lib/server/directory.ts';
import { headroomFor } from '#lib/server/headroom.ts';
import { openablePeople } from '#lib/server/people-records.ts';
import { listsFor } from '#lib/server/weekly-lists.ts';
import { DAY, exceed, monday } from '../support/alerting.ts';
import { cast, type FirstName } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const routes = fileURLToPath(new URL('../../src/routes/', import.meta.url));
const files = (pattern: string) => globSync(pattern, { cwd: routes }).map((path) => path.replaceAll('\\', '/'));
const read = (path: string) => readFileSync(routes + path, 'utf8');
const routeOf = (path: string) => `/${path.slice(0, path.lastIndexOf('/'))}`;

/** What an address may ask of a page, by route. A new one says here what it is for; none may choose or order people by what is known of them. */
const asked: Record<string, string[]> = {
	'/(public)/sign-in': ['ended', 'held', 'lost', 'to'],
	'/(app)/today': ['saved'],
	'/(app)/sessions/[id]': ['saved'],
	'/(app)/settings': ['saved'],
	'/(app)/history': ['page'],
	'/(app)/support': ['page'],
	'/(app)/check-in/questionnaires/[instrument]': ['language'],
	// The viewer's own: what was just saved, pages of who has looked, the dates of a printed record.
	'/(app)/privacy': ['saved'],
	'/(app)/privacy/erasure': ['taken'],
	'/(app)/privacy/kept': ['deleted'],
	'/(app)/privacy/looks': ['page'],
	'/(app)/privacy/record': ['from', 'to'],
	// Which list, of which week.
	'/(app)/prompts/weekly-list': ['week'],
	// Which part of one record, and why.
	'/(app)/people/[id]': ['show', 'why'],
	// For whom an appointment is planned, out of a list by date.
	'/(app)/appointments/plan': ['kind', 'person'],
	// What was tried out in the simulator.
	'/(app)/policy/change': ['from'],
	'/(app)/policy/[team]/change': ['from'],
	'/(app)/policy/simulator': ['from', 'team'],
	// Of changes and deliveries, which name nobody's exposure.
	'/(app)/admin/audit': ['area', 'page'],
	'/(app)/admin/deliveries': ['again', 'tried'],
	'/(app)/admin/records': ['saved'],
	'/(app)/admin/records/disclosures': ['saved'],
	'/(app)/admin/records/holds': ['saved']
};

describe('what an address can ask for', () => {
	const found: Record<string, string[]> = {};
	for (const path of files('**/*.{ts,svelte}')) {
		const names = [...read(path).matchAll(/\b(?:searchParams\.(?:get|has|getAll)|asked)\(\s*'([^']+)'/g)].flatMap(([, name]) => name ?? []);
		if (names.length > 0) found[routeOf(path)] = [...new Set([...(found[routeOf(path)] ?? []), ...names])].sort();
	}

	it('is written down here', () => expect(found).toEqual(asked));

	it('is never an order, a search or a choice of people by exposure, prompts or findings', () => {
		for (const name of Object.values(found).flat())
			expect(name).not.toMatch(/sort|order|rank|filter|search|query|^q$|expos|minutes|hours|alert|prompt|finding|rule|score|concern/i);
	});

	it('is read nowhere under a name that is not a plain word of the program', () => {
		const plain = /searchParams\.(?:get|has|getAll)\('[^']+'\)|const asked = \(name: string\) => event\.url\.searchParams\.get\(name\)/g;
		for (const path of files('**/*.{ts,svelte}'))
			expect([path, read(path).replaceAll(plain, '').includes('searchParams')]).toEqual([path, false]);
	});
});

/** Every list of people that somebody can see about others, as names in the order shown. */
function lists(over: readonly FirstName[]): Record<string, string[]> {
	const db = memoryDb();
	const c = cast(db, monday - 60 * DAY);
	// In the week before the one whose list is read, as long as their place among `over`.
	for (const [index, who] of over.entries())
		exceed(db, c[who], clockInstant('Europe/London', Math.floor(monday / DAY) - 4, 16 * 60), 7 + index / 4);
	const now = monday;
	return {
		'headroom of the lead': headroomFor(db, c.mara, now).map(({ name }) => name),
		'records of the lead': openablePeople(db, c.mara).map(({ name }) => name),
		'records of the officer': openablePeople(db, c.edda).map(({ name }) => name),
		'records of the head': openablePeople(db, c.hale).map(({ name }) => name),
		'absences of the team': teamAbsences(db, c.mara, now).teams.flatMap(({ members }) => members.map(({ name }) => name)),
		'accounts of the administrator': listAccounts(db, c.ada, now).map(({ name }) => name),
		'the weekly list': listsFor(db, c.mara, null, now).lists.flatMap(({ lines }) => lines.map(({ person }) => person))
	};
}

describe('lists of people', () => {
	const some: readonly FirstName[] = ['wen', 'ines', 'tomas', 'bea'];
	const one = lists(some);
	const another = lists([...some].reverse());

	it.each(Object.keys(one))('%s is by name, whoever had how much', (list) => {
		expect(one[list]?.length).toBeGreaterThan(1);
		expect(one[list]).toEqual(one[list]?.toSorted((a, b) => a.localeCompare(b, 'en')));
		expect(another[list]).toEqual(one[list]);
	});
});

/** Whatever is handed out as something else than a page, and about whom. */
const handedOut: Record<string, string> = {
	'/(app)/admin/records/disclosures/[id]':
		'a copy of somebody’s record for a court or for them, which two people have agreed to; not for leads',
	'/(app)/live': 'that something changed, and never what',
	'/(app)/privacy/my-data/archive': 'all that is stored about the viewer',
	'/(app)/support/calendar': 'the absences and appointments of the viewer',
	'/(public)/feeds/[token]': 'the dates of whoever made the link, without a name or a reason',
	'/(public)/healthz': 'that it runs',
	'/(public)/metrics': 'counts about Breakwater itself',
	'/(public)/readyz': 'that it is ready'
};

describe('files', () => {
	const endpoints = files('**/+server.ts');

	it('are all written down here', () => expect(endpoints.map(routeOf).sort()).toEqual(Object.keys(handedOut).sort()));

	it('about somebody else there are none for those who supervise', () => {
		for (const path of endpoints.filter((each) => each.startsWith('(app)'))) {
			// Without a parameter there is nobody to name but the viewer.
			const namesSomebody = /\[/.test(path) || /searchParams|params/.test(read(path));
			if (namesSomebody) expect(read(path), path).not.toMatch(/signedIn|'(?:lead|welfare|peer|moderator)'/);
		}
	});

	it('come from endpoints alone: no page is sent as one', () => {
		const pages = files('**/+{page,layout}.server.ts').filter((path) => /content-disposition|setHeaders/i.test(read(path)));
		expect(pages).toEqual([]);
	});
});
