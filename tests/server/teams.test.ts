import { describe, expect, it } from 'vitest';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { incompleteness } from '#lib/server/completeness.ts';

const now = Date.parse('2026-11-17T09:00:00Z');

describe('cast', () => {
	it('stands', () => {
		const db = memoryDb();
		const all = cast(db, now);
		console.log(incompleteness(db), all.mara);
	});
});
