import { eq, isNull } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { employers, organisation, policies, workTypes, type HelpLine } from '#lib/server/db/schema/organisation.ts';
import { addEmployer, employersOf, renameEmployer } from '#lib/server/employers.ts';
import { changeHelpLines, changeOrganisation, findOrganisation } from '#lib/server/organisation.ts';
import { addPartner, partnersOf, renamePartner, restorePartner, retirePartner } from '#lib/server/partners.ts';
import { policyFor } from '#lib/server/policies.ts';
import { changePolicy, newestVersion } from '#lib/server/policy-changes.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { addWorkType, changeWorkType, restoreWorkType, retireWorkType, workTypesOf } from '#lib/server/work-types.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const now = Date.parse('2026-11-17T09:00:00Z');

let db: Db;
let all: Cast;
beforeEach(() => {
	db = memoryDb();
	all = cast(db, now - 86_400_000);
});

const id = () => crypto.randomUUID();

function refusal(run: () => void): Refusal {
	try {
		run();
	} catch (error) {
		if (error instanceof Refusal) return error;
		throw error;
	}
	throw new Error('nothing was refused');
}

describe('the organisation', () => {
	it('changes its name, and that of its own employer', () => {
		changeOrganisation(db, all.ada, { name: 'Tidewall', zone: 'Europe/London' }, now);
		expect(findOrganisation(db)?.name).toBe('Tidewall');
		expect(employersOf(db).map(({ name, own }) => ({ name, own }))).toEqual([
			{ name: 'Tidewall', own: true },
			{ name: 'Lanternworks', own: false }
		]);
		expect(() => changeOrganisation(db, all.ada, { name: 'LANTERNWORKS', zone: 'UTC' }, now)).toThrow('an employer with this name');
		expect(db.select().from(policies).where(isNull(policies.teamId)).all()).toHaveLength(1);
	});

	it('changes its zone as a new policy version, wherever a team has none of its own', () => {
		const before = { patch: { breakLength: 15, calendar: { zone: 'Europe/London', holidays: ['2026-12-25'] } }, reason: 'Longer breaks' };
		changePolicy(db, all.ada, { id: id(), teamId: null, ...before, basedOn: newestVersion(db, null)?.id ?? null }, now);
		changeOrganisation(db, all.ada, { name: 'Seawall', zone: 'Asia/Tokyo' }, now);
		expect(policyFor(db, null).policy).toMatchObject({ breakLength: 15, calendar: { zone: 'Asia/Tokyo', holidays: ['2026-12-25'] } });
		expect(policyFor(db, all.harbour).policy.calendar.zone).toBe('Europe/London');
		changeOrganisation(db, all.ada, { name: 'Seawall', zone: 'Asia/Tokyo' }, now + 5);
		expect(db.select().from(policies).where(isNull(policies.teamId)).all()).toHaveLength(3);
		expect(findOrganisation(db)?.zone).toBe('Asia/Tokyo');
	});

	it('is changed by admins alone', () => {
		for (const who of [all.hale, all.mara, all.edda, all.ines]) {
			const changes = [
				() => changeOrganisation(db, who, { name: 'X', zone: 'UTC' }, now),
				() => changeHelpLines(db, who, [line('Samaritans')], now),
				() => addWorkType(db, who, { id: id(), name: 'X', counts: 'yes' }, now),
				() => changeWorkType(db, who, { id: id(), name: 'X', counts: 'yes' }, now),
				() => retireWorkType(db, who, id(), now),
				() => restoreWorkType(db, who, id(), now),
				() => addPartner(db, who, { id: id(), name: 'X' }, now),
				() => renamePartner(db, who, { id: id(), name: 'X' }, now),
				() => retirePartner(db, who, id(), now),
				() => restorePartner(db, who, id(), now),
				() => addEmployer(db, who, { id: id(), name: 'X' }, now),
				() => renameEmployer(db, who, { employerId: all.lanternworks, name: 'X' }, now)
			];
			for (const change of changes) expect(change).toThrow('Only an administrator');
		}
	});
});

const line = (name: string, more: Partial<HelpLine> = {}): HelpLine => ({ name, detail: '116 123', href: 'tel:116123', ...more });

describe('help lines', () => {
	it('are replaced; empty ones are left out', () => {
		const lines = [
			line(' Samaritans '),
			line('', { detail: ' ', href: '' }),
			line('Text', { href: 'sms:85258' }),
			line('Web', { href: 'https://example.org/help' }),
			line('Desk', { href: '' })
		];
		changeHelpLines(db, all.ada, lines, now);
		expect(findOrganisation(db)?.helpLines).toEqual([
			line('Samaritans'),
			line('Text', { href: 'sms:85258' }),
			line('Web', { href: 'https://example.org/help' }),
			line('Desk', { href: '' })
		]);
	});

	it.each([
		['a script', { href: 'javascript:alert(1)' }],
		['plain http', { href: 'http://example.org' }],
		['words as a number', { href: 'tel:call me' }],
		['data', { href: 'data:text/html,x' }],
		['quotes', { href: 'https://example.org/"onclick' }],
		['no name', { name: '' }],
		['no number', { detail: '' }],
		['a long name', { name: 'x'.repeat(121) }],
		['two lines', { name: 'a\nb' }],
		['half a character', { name: '\ud800' }]
	])('refuse %s beside their line and keep the list', (_, wrong) => {
		const before = findOrganisation(db)?.helpLines;
		const refused = refusal(() => changeHelpLines(db, all.ada, [line('Samaritans'), line('Wrong', wrong)], now));
		expect(Object.keys(refused.fields)).toEqual(['line-1']);
		expect(findOrganisation(db)?.helpLines).toEqual(before);
	});

	it('are never none, and at most twenty', () => {
		expect(refusal(() => changeHelpLines(db, all.ada, [line('', { detail: '', href: '' })], now)).fields).toHaveProperty('lines');
		expect(
			refusal(() =>
				changeHelpLines(
					db,
					all.ada,
					Array.from({ length: 21 }, (_, n) => line(`Line ${n}`)),
					now
				)
			).fields
		).toHaveProperty('lines');
	});
});

describe('work types', () => {
	const names = () => workTypesOf(db).inUse.map(({ name }) => name);

	it('are added at the end, once for a form sent twice', () => {
		const what = { id: id(), name: 'Map work', counts: 'ask' as const };
		addWorkType(db, all.ada, what, now);
		addWorkType(db, all.ada, what, now);
		expect(names().filter((name) => name === 'Map work')).toHaveLength(1);
		expect(names().at(-1)).toBe('Map work');
		expect(() => addWorkType(db, all.ada, { ...what, counts: 'no' }, now)).toThrow('sent before');
		expect(() => addWorkType(db, all.ada, { ...what, id: id(), name: 'map WORK' }, now)).toThrow('a work type with this name');
	});

	it('are renamed, and count from then on as said', () => {
		const [first, second] = workTypesOf(db).inUse;
		if (!first || !second) throw new Error('no work types');
		changeWorkType(db, all.ada, { id: first.id, name: 'Assessment', counts: 'ask' }, now);
		expect(workTypesOf(db).inUse[0]).toEqual({ id: first.id, name: 'Assessment', counts: 'ask' });
		expect(() => changeWorkType(db, all.ada, { ...first, name: second.name }, now)).toThrow('a work type with this name');
		expect(() => changeWorkType(db, all.ada, { ...first, id: 'nothing' }, now)).toThrow('nothing here');
	});

	it('are retired and put back, but never all of them', () => {
		const [first, ...rest] = workTypesOf(db).inUse;
		if (!first) throw new Error('no work types');
		for (const type of rest) retireWorkType(db, all.ada, type.id, now);
		expect(() => retireWorkType(db, all.ada, first.id, now)).toThrow('at least one work type');
		const other = rest[0];
		if (!other) throw new Error('no other');
		retireWorkType(db, all.ada, other.id, now + 5);
		expect(db.select().from(workTypes).where(eq(workTypes.id, other.id)).get()?.retiredAt).toBe(now);
		addWorkType(db, all.ada, { id: id(), name: other.name, counts: 'yes' }, now);
		expect(() => restoreWorkType(db, all.ada, other.id, now)).toThrow('a work type with this name');
		changeWorkType(db, all.ada, { ...other, name: 'Older checks' }, now);
		restoreWorkType(db, all.ada, other.id, now);
		expect(names()).toContain('Older checks');
		expect(() => retireWorkType(db, all.ada, 'nothing', now)).toThrow('nothing here');
		expect(() => restoreWorkType(db, all.ada, 'nothing', now)).toThrow('nothing here');
	});
});

describe('partner bodies', () => {
	it('are added, renamed, retired and put back', () => {
		const police = { id: id(), name: 'Northshire Police' };
		addPartner(db, all.ada, police, now);
		addPartner(db, all.ada, police, now);
		expect(() => addPartner(db, all.ada, { ...police, name: 'Other' }, now)).toThrow('sent before');
		expect(() => addPartner(db, all.ada, { id: id(), name: 'NORTHSHIRE police' }, now)).toThrow('a partner body with this name');
		renamePartner(db, all.ada, { ...police, name: 'Northshire' }, now);
		expect(partnersOf(db)).toEqual({ inUse: [{ id: police.id, name: 'Northshire' }], retired: [] });
		retirePartner(db, all.ada, police.id, now);
		retirePartner(db, all.ada, police.id, now);
		expect(partnersOf(db)).toEqual({ inUse: [], retired: [{ id: police.id, name: 'Northshire' }] });
		addPartner(db, all.ada, { id: id(), name: 'Northshire' }, now);
		expect(() => restorePartner(db, all.ada, police.id, now)).toThrow('a partner body with this name');
		renamePartner(db, all.ada, { id: police.id, name: 'Northshire North' }, now);
		restorePartner(db, all.ada, police.id, now);
		expect(partnersOf(db).retired).toEqual([]);
		for (const change of [
			() => renamePartner(db, all.ada, { id: 'nothing', name: 'X' }, now),
			() => retirePartner(db, all.ada, 'nothing', now),
			() => restorePartner(db, all.ada, 'nothing', now)
		]) {
			expect(change).toThrow('nothing here');
		}
	});
});

describe('employers', () => {
	it('are added once, and renamed', () => {
		const what = { id: id(), name: 'Glassworks' };
		addEmployer(db, all.ada, what, now);
		addEmployer(db, all.ada, what, now);
		expect(() => addEmployer(db, all.ada, { ...what, name: 'Other' }, now)).toThrow('sent before');
		expect(() => addEmployer(db, all.ada, { id: id(), name: 'glassWORKS' }, now)).toThrow('an employer with this name');
		renameEmployer(db, all.ada, { employerId: what.id, name: 'Brassworks' }, now);
		expect(employersOf(db).map(({ name }) => name)).toEqual(['Seawall', 'Brassworks', 'Lanternworks']);
		expect(() => renameEmployer(db, all.ada, { employerId: what.id, name: 'lanternworks' }, now)).toThrow('an employer with this name');
		expect(() => renameEmployer(db, all.ada, { employerId: 'nothing', name: 'X' }, now)).toThrow('nothing here');
	});
});

describe('what the database holds', () => {
	it('one organisation, with an employer that exists', () => {
		const row = { name: 'Second', zone: 'UTC', employerId: all.ownEmployer, fields: [], instruments: [], helpLines: [], createdAt: now };
		expect(() =>
			db
				.insert(organisation)
				.values({ ...row, id: 2 })
				.run()
		).toThrow(/CHECK/);
		expect(() =>
			db
				.insert(organisation)
				.values({ ...row, id: 1 })
				.run()
		).toThrow(/UNIQUE/);
		expect(() => db.update(organisation).set({ employerId: 'nothing' }).run()).toThrow(/FOREIGN KEY/);
	});

	it('one employer of a name, and work types that count yes, no or ask', () => {
		expect(() => db.insert(employers).values({ id: id(), name: 'Lanternworks', createdAt: now }).run()).toThrow(/UNIQUE/);
		expect(() =>
			db
				.insert(workTypes)
				.values({ id: id(), name: 'X', counts: 'maybe' as 'yes', position: 99 })
				.run()
		).toThrow(/CHECK/);
	});
});
