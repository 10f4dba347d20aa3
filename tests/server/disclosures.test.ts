import { randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { accessesOf } from '#lib/server/accesses.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { accessEntries } from '#lib/server/db/schema/access.ts';
import { auditEntries } from '#lib/server/db/schema/audit.ts';
import { disclosurePack } from '#lib/server/disclosure-pack.ts';
import {
	askDisclosure,
	confirmDisclosure,
	disclosuresFor,
	endDisclosure,
	ownDisclosures,
	type NewDisclosure
} from '#lib/server/disclosures.ts';
import { erasePerson } from '#lib/server/erasures.ts';
import { DAY, exceed, HOUR, monday } from '../support/alerting.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

function office() {
	const db = memoryDb();
	const people = cast(db, monday);
	exceed(db, people.ines, monday + HOUR);
	recordCheckIn(db, people.ines, { id: randomUUID(), instrument: 'pulse', answers: [3, 1, 2, 0] }, monday + 2 * HOUR);
	return { db, ...people };
}

const asked = (personId: string, more: Partial<NewDisclosure> = {}): NewDisclosure => ({
	...{ id: randomUUID(), personId, reason: 'court', answers: 'none' },
	...more
});

async function opened(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>): Promise<Record<string, string>> {
	const all: Uint8Array[] = [];
	for await (const piece of pieces) all.push(piece);
	return Object.fromEntries(Object.entries(unzipSync(Buffer.concat(all))).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

describe('A copy of a record for a court or a lawyer', () => {
	test('takes two people, and can be opened by them alone', async () => {
		const { db, ada, hale, mara, ines } = office();
		const wanted = asked(ines.id);
		askDisclosure(db, ada, wanted, monday + DAY);
		askDisclosure(db, ada, wanted, monday + DAY);
		expect(disclosuresFor(db, ada, ines.id, monday + DAY)).toMatchObject([{ mayConfirm: false, mayEnd: true, mayOpen: false }]);
		expect(() => disclosurePack(db, ada, wanted.id, monday + DAY)).toThrow('nothing here');
		expect(() => confirmDisclosure(db, ada, wanted, monday + DAY)).toThrow('somebody else confirms it');
		expect(() => confirmDisclosure(db, mara, wanted, monday + DAY)).toThrow('Only administrators and heads of welfare');
		expect(disclosuresFor(db, hale, null, monday + DAY)).toMatchObject([{ name: 'Ines Calder', mayConfirm: true }]);
		confirmDisclosure(db, hale, wanted, monday + DAY);
		confirmDisclosure(db, hale, wanted, monday + DAY);
		expect(() => disclosurePack(db, mara, wanted.id, monday + DAY)).toThrow();
		const files = await opened(disclosurePack(db, ada, wanted.id, monday + DAY).pieces);
		expect(Object.keys(files)).toContain('csv/hours.csv');
		expect(files['README.txt']).toContain('Ines Calder');
		expect(Object.keys(files).some((name) => name.includes('check-ins'))).toBe(false);
		expect(JSON.parse(files['json/hours.json'] ?? '')).toHaveLength(1);
		expect(JSON.stringify(files)).not.toMatch(/"violent"|aftermath|"material|work"/);
		expect(JSON.parse(files['json/limits.json'] ?? '')).not.toHaveLength(0);
		expect(JSON.parse(files['json/prompt-steps.json'] ?? '')).not.toHaveLength(0);
	});

	test('stands in the log of the person and in the audit trail each time it is opened, and they see who asked and for whom', async () => {
		const { db, ada, hale, ines } = office();
		const wanted = asked(ines.id, { reason: 'lawyer', answers: 'consent' });
		askDisclosure(db, ada, wanted, monday + DAY);
		expect(ownDisclosures(db, ines, monday + DAY)).toMatchObject([
			{ what: 'For the person’s own lawyer, with answers and scores, because the person has consented in writing', confirmed: null }
		]);
		confirmDisclosure(db, hale, wanted, monday + DAY);
		const { pieces } = disclosurePack(db, hale, wanted.id, monday + DAY);
		// Before a byte of it was taken.
		expect(db.select().from(accessEntries).where(eq(accessEntries.kind, 'disclosure')).all()).toMatchObject([
			{ personId: ines.id, viewerId: hale.id, purpose: 'legal' }
		]);
		expect(db.select().from(auditEntries).where(eq(auditEntries.action, 'record.disclosed')).all()).toHaveLength(1);
		expect((await opened(pieces))['json/check-ins.json']).toContain('[3,1,2,0]');
		disclosurePack(db, hale, wanted.id, monday + DAY + 1000);
		disclosurePack(db, hale, wanted.id, monday + DAY + 2000);
		disclosurePack(db, ada, wanted.id, monday + DAY + 3000);
		expect(accessesOf(db, ines, 0, monday + DAY + 4000).entries.map(({ who, what, times }) => [who, what, times])).toEqual([
			['Ada Finch', 'looked at a copy of your record', ''],
			...Array.from({ length: 3 }, () => ['Hale Brandt', 'looked at a copy of your record', ''])
		]);
	});

	test('can be refused or taken back, and is over after a week', () => {
		const { db, ada, hale, ines } = office();
		const [first, second] = [asked(ines.id), asked(ines.id)];
		askDisclosure(db, ada, first, monday);
		endDisclosure(db, hale, first, monday);
		endDisclosure(db, ada, first, monday);
		expect(() => confirmDisclosure(db, hale, first, monday)).toThrow('refused or taken back');
		askDisclosure(db, ada, second, monday);
		confirmDisclosure(db, hale, second, monday);
		disclosurePack(db, ada, second.id, monday + 7 * DAY - 1);
		expect(() => disclosurePack(db, ada, second.id, monday + 7 * DAY)).toThrow('nothing here');
		endDisclosure(db, ada, second, monday + DAY);
		expect(() => disclosurePack(db, ada, second.id, monday + DAY)).toThrow('nothing here');
	});

	test('is nobody’s to ask for about themselves, to decide about themselves, or of somebody who was erased', () => {
		const { db, ada, hale, ines } = office();
		expect(() => askDisclosure(db, ada, asked(ada.id), monday)).toThrow('your own record');
		const aboutHale = asked(hale.id);
		askDisclosure(db, ada, aboutHale, monday);
		expect(() => confirmDisclosure(db, hale, aboutHale, monday)).toThrow('about you');
		expect(() => endDisclosure(db, hale, aboutHale, monday)).toThrow('about you');
		const wanted = asked(ines.id);
		askDisclosure(db, ada, wanted, monday + 3 * HOUR);
		erasePerson(db, ada, ines.id, monday + 4 * HOUR);
		expect(() => confirmDisclosure(db, hale, wanted, monday + 5 * HOUR)).toThrow('erased');
		expect(() => askDisclosure(db, ada, asked(ines.id), monday + 5 * HOUR)).toThrow('erased');
	});
});
