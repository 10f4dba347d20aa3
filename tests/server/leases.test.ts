import { expect, test } from 'vitest';
import { leaseMs, releaseLease, takeLease } from '#lib/server/leases.ts';
import { memoryDb } from '../support/database.ts';

const now = Date.parse('2026-11-17T10:00:00Z');
const first = { name: 'sweeping', holder: 'first' };
const second = { name: 'sweeping', holder: 'second' };

test('one holds it, and is free to take it again', () => {
	const db = memoryDb();
	expect(takeLease(db, first, now)).toBeNull();
	expect(takeLease(db, second, now + 1)).toBe(now + leaseMs);
	expect(takeLease(db, first, now + 5000)).toBeNull();
	expect(takeLease(db, second, now + leaseMs)).toBe(now + 5000 + leaseMs);
});

test('who is not heard of again loses it when it ends, and cannot go on as if nothing had happened', () => {
	const db = memoryDb();
	takeLease(db, first, now);
	expect(takeLease(db, second, now + leaseMs - 1)).toBe(now + leaseMs);
	expect(takeLease(db, second, now + leaseMs)).toBeNull();
	expect(takeLease(db, first, now + leaseMs)).toBe(now + 2 * leaseMs);
});

test('where it ended and nobody took it, its holder goes on', () => {
	const db = memoryDb();
	takeLease(db, first, now);
	expect(takeLease(db, first, now + 3 * leaseMs)).toBeNull();
	expect(takeLease(db, second, now + 3 * leaseMs)).toBe(now + 4 * leaseMs);
});

test('given up, it is free at once; nobody gives up what another holds', () => {
	const db = memoryDb();
	takeLease(db, first, now);
	releaseLease(db, second);
	expect(takeLease(db, second, now + 1)).toBe(now + leaseMs);
	releaseLease(db, first);
	expect(takeLease(db, second, now + 1)).toBeNull();
});

test('who had to wait for the database, and comes with a time from before it was taken, does not take it away', () => {
	const db = memoryDb();
	takeLease(db, first, now);
	expect(takeLease(db, second, now - 1)).toBe(now + leaseMs);
	expect(takeLease(db, second, now - 5000)).toBe(now + leaseMs);
});

test('a clock that was put back does not make anybody wait longer than two leases last', () => {
	const db = memoryDb();
	takeLease(db, first, now);
	expect(takeLease(db, second, now - 3_600_000)).toBeNull();
	expect(takeLease(db, first, now - 3_600_000 + 1)).toBe(now - 3_600_000 + leaseMs);
});

test('each work has a lease of its own', () => {
	const db = memoryDb();
	takeLease(db, first, now);
	expect(takeLease(db, { ...second, name: 'mopping' }, now)).toBeNull();
});
