import { randomBytes } from 'node:crypto';
import type { RunResult, Statement } from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { headOf, type ExportedHead } from '#lib/server/audit-heads.ts';
import { verifyTrail, type Break } from '#lib/server/audit-verify.ts';
import { audit, macOf, type AuditRow } from '#lib/server/audit.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { memoryDb } from '../support/database.ts';

const now = Date.parse('2026-11-17T09:00:00Z');
const entries = 200;
const heads: ExportedHead[] = [];
let db: Db;

beforeAll(() => {
	db = memoryDb();
	for (let n = 1; n <= entries; n++) {
		write(n);
		const head = n % 50 === 0 ? headOf(db, now + n) : null;
		if (head) heads.push(head);
	}
	// As somebody would who has the file: the triggers and checks stop nobody then.
	db.$client.exec(`drop trigger audit_entries_no_update; drop trigger audit_entries_no_delete; drop trigger audit_entries_in_order;
		pragma ignore_check_constraints = on`);
});

function write(n: number): void {
	const actor = { id: n % 5 === 0 ? null : `person-${n % 7}` };
	audit(
		db,
		actor,
		{ action: n % 2 ? 'role.given' : 'sign-in.in', subject: { kind: 'person', id: `person-${n % 11}` }, detail: { n } },
		now + n
	);
}

/** Does something to the trail, looks whether it still holds, and undoes it. */
function after(tamper: () => void): Break | null {
	db.$client.exec('begin');
	try {
		tamper();
		return verifyTrail(db, heads).broken;
	} finally {
		db.$client.exec('rollback');
	}
}

const known = new Map<string, Statement>();
function run(sql: string, ...values: unknown[]): RunResult {
	let statement = known.get(sql);
	if (!statement) known.set(sql, (statement = db.$client.prepare(sql)));
	return statement.run(...values);
}
const far = 1_000_000;
/** Numbers entries anew, as `order` says. */
function renumber(order: ReadonlyMap<number, number>): void {
	for (const [from, to] of order) run('update audit_entries set seq = ? where seq = ?', to + far, from);
	run('update audit_entries set seq = seq - ? where seq > ?', far, far);
}
const closeGap = (seq: number, by: number) => {
	run('update audit_entries set seq = seq + ? where seq > ?', far, seq);
	run('update audit_entries set seq = seq - ? where seq > ?', far + by, far);
};
const makeRoom = (seq: number) => {
	run('update audit_entries set seq = seq + ? where seq >= ?', far, seq);
	run('update audit_entries set seq = seq - ? where seq > ?', far - 1, far);
};
const rowAt = (seq: number) =>
	db.$client
		.prepare<[number], AuditRow>(
			'select seq, at, actor_id as actorId, action, subject, subject_id as subjectId, detail, mac from audit_entries where seq = ?'
		)
		.get(seq);
const put = (row: Omit<AuditRow, 'seq'>, seq: number) =>
	run(
		'insert into audit_entries (seq, at, actor_id, action, subject, subject_id, detail, mac) values (?, ?, ?, ?, ?, ?, ?, ?)',
		...[seq, row.at, row.actorId, row.action, row.subject, row.subjectId, row.detail, row.mac]
	);

/** The same sequence for the same seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
	let a = seed;
	return (below) => {
		a = (a + 0x6d2b79f5) | 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
	};
}

type Below = (below: number) => number;
const anyEntry = (random: Below) => 1 + random(entries);

const columns: Record<string, (random: Below, row: AuditRow) => unknown> = {
	seq: (random) => entries + 1 + random(50),
	at: (random, { at }) => at + 1 + random(86_400_000),
	actor_id: (random, { actorId }) => (actorId === null || random(2) ? `somebody-${random(9)}` : null),
	action: (random) => `role.other${random(9)}`,
	subject: (random) => (random(2) ? 'team' : null),
	subject_id: (random) => (random(2) ? `other-${random(9)}` : null),
	detail: (random, { detail }) => (random(2) ? null : `${detail} `),
	mac: (random, { mac }) => {
		const other = Buffer.from(mac);
		const at = random(32);
		other[at] = (other[at] ?? 0) ^ (1 << random(8));
		return other;
	}
};

const kinds: Record<string, (random: Below) => void> = {
	edit(random) {
		const [name, make] = Object.entries(columns)[random(8)] ?? [];
		const row = rowAt(anyEntry(random));
		if (!name || !make || !row) throw new Error('nothing to edit');
		run(`update audit_entries set ${name} = ? where seq = ?`, make(random, row), row.seq);
	},
	delete(random) {
		const [seq, many] = [anyEntry(random), 1 + random(3)];
		const { changes } = run('delete from audit_entries where seq >= ? and seq < ?', seq, seq + many);
		if (random(2)) closeGap(seq, changes);
	},
	insert(random) {
		const copy = rowAt(anyEntry(random));
		if (!copy) throw new Error('nothing to copy');
		const seq = 1 + random(entries + 1);
		makeRoom(seq);
		put({ ...copy, actorId: `intruder-${random(9)}`, mac: random(2) ? copy.mac : randomBytes(32) }, seq);
	},
	reorder(random) {
		const [a, b] = [anyEntry(random), 1 + random(entries - 1)];
		const [from, to] = a <= b ? [a, b + 1] : [b, a];
		const between = Array.from({ length: to - from + 1 }, (_, n) => from + n);
		const swapped = new Map([
			[from, to],
			[to, from]
		]);
		const moved = new Map(between.map((seq) => [seq, seq === from ? to : seq - 1]));
		const reversed = new Map(between.map((seq) => [seq, from + to - seq]));
		renumber([swapped, moved, reversed][random(3)] ?? swapped);
	},
	truncate(random) {
		const left = random(entries);
		run('delete from audit_entries where seq > ?', left);
		// The app goes on writing, sometimes past where it was.
		if (random(2)) for (let n = random(entries - left + 5); n > 0; n--) write(n + 1000);
	}
};

// A second each; more on a machine that is busy with other tests.
describe('of 10,000 tamperings', { timeout: 180_000 }, () => {
	it.each(Object.entries(kinds))('each is found: %s', (kind, tamper) => {
		const random = seeded(20_261_123);
		const unnoticed: number[] = [];
		for (let n = 0; n < 2000; n++) if (after(() => tamper(random)) === null) unnoticed.push(n);
		expect(unnoticed, kind).toEqual([]);
	});

	it('none is taken for one where nothing was done', () => {
		expect(after(() => {})).toBeNull();
		expect(after(() => write(1))).toBeNull();
		expect(verifyTrail(db, heads)).toMatchObject({ last: { seq: entries }, heads: 4, broken: null });
	});
});

describe('the first broken entry is named, and how', () => {
	it.each([
		['changed', 'at', () => run('update audit_entries set at = at + 1 where seq = 100'), 100],
		['changed', 'its own HMAC', () => run('update audit_entries set mac = ? where seq = 100', randomBytes(32)), 100],
		['changed', 'the last one', () => run(`update audit_entries set action = 'role.ended' where seq = ?`, entries), entries],
		['missing', 'a gap', () => run('delete from audit_entries where seq = 100'), 100],
		['missing', 'the first', () => run('delete from audit_entries where seq = 1'), 1],
		[
			'missing',
			'and numbered anew',
			() => {
				run('delete from audit_entries where seq = 100');
				closeGap(100, 1);
			},
			100
		],
		[
			'inserted',
			'in the middle',
			() => {
				makeRoom(100);
				const copy = rowAt(50);
				if (copy) put(copy, 100);
			},
			100
		],
		[
			'inserted',
			'before the first',
			() => {
				const copy = rowAt(50);
				if (copy) put(copy, 0);
			},
			0
		],
		[
			'reordered',
			'two neighbours',
			() =>
				renumber(
					new Map([
						[100, 101],
						[101, 100]
					])
				),
			100
		],
		[
			'reordered',
			'two far apart',
			() =>
				renumber(
					new Map([
						[30, 190],
						[190, 30]
					])
				),
			30
		],
		['cut-off', 'at the end', () => run('delete from audit_entries where seq > 160'), 161],
		['cut-off', 'whole', () => run('delete from audit_entries'), 1],
		[
			'cut-off',
			'and gone on',
			() => {
				run('delete from audit_entries where seq > 140');
				for (let n = 0; n < 100; n++) write(n);
			},
			150
		]
	] as const)('%s: %s', (how, _, tamper, seq) => {
		const broken = after(() => void tamper());
		expect(broken).toMatchObject({ how, seq });
		expect(broken?.words).toMatch(/^(Entry \d+|The trail) .+\.$/);
	});

	it('an HMAC under another key is none', () => {
		const broken = after(() => {
			const row = rowAt(entries);
			if (row) put({ ...row, mac: macOf(randomBytes(32), row.mac, { ...row, seq: entries + 1 }) }, entries + 1);
		});
		expect(broken).toMatchObject({ how: 'changed', seq: entries + 1 });
	});
});
