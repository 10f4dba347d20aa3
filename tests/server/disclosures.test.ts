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
	disclosureReasons,
	disclosuresFor,
	endDisclosure,
	ownDisclosures,
	type NewDisclosure
} from '#lib/server/disclosures.ts';
import { erasePerson } from '#lib/server/erasures.ts';
import { disablePerson } from '#lib/server/people.ts';
import { confirmRole, giveRole } from '#lib/server/roles.ts';
import type { Role } from '#lib/server/viewer.ts';
import { DAY, exceed, HOUR, monday } from '../support/alerting.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

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
		expect(files['README.txt']).toContain('Ines Calder');
		expect(Object.keys(files).filter((name) => /check-ins|sessions/.test(name))).toEqual([]);
		expect(JSON.stringify(files)).not.toMatch(/"violent"|aftermath|"material|work"/);
		expect(JSON.parse(files['json/limits.json'] ?? '')).not.toHaveLength(0);
		expect(JSON.parse(files['json/prompt-steps.json'] ?? '')).not.toHaveLength(0);
	});

	test('stands in the log of the person and in the audit trail each time it is opened, and they see who asked and for whom', async () => {
		const { db, ada, hale, ines } = office();
		const wanted = asked(ines.id, { reason: 'lawyer', answers: 'consent' });
		askDisclosure(db, ada, wanted, monday + DAY);
		expect(ownDisclosures(db, ines, monday + DAY)).toMatchObject([
			{
				what: 'For the person’s own lawyer, with single sessions, answers and scores, because the person has consented in writing',
				confirmed: null
			}
		]);
		confirmDisclosure(db, hale, wanted, monday + DAY);
		const { pieces } = disclosurePack(db, hale, wanted.id, monday + DAY);
		// Before a byte of it was taken.
		expect(db.select().from(accessEntries).where(eq(accessEntries.kind, 'disclosure')).all()).toMatchObject([
			{ personId: ines.id, viewerId: hale.id, purpose: 'legal' }
		]);
		expect(db.select().from(auditEntries).where(eq(auditEntries.action, 'record.disclosed')).all()).toHaveLength(1);
		const files = await opened(pieces);
		expect(files['json/check-ins.json']).toContain('[3,1,2,0]');
		expect(JSON.parse(files['json/sessions.json'] ?? '')).toMatchObject([{ kind: 'session', start: '2026-11-09T04:00:00.000Z' }]);
		expect(JSON.stringify(files)).not.toMatch(/"violent"|aftermath|"material|work"/);
		disclosurePack(db, hale, wanted.id, monday + DAY + 1000);
		disclosurePack(db, hale, wanted.id, monday + DAY + 2000);
		disclosurePack(db, ada, wanted.id, monday + DAY + 3000);
		expect(accessesOf(db, ines, 0, monday + DAY + 4000).entries.map(({ who, what, times }) => [who, what, times])).toEqual([
			['Ada Finch', 'looked at a copy of your record', ''],
			...Array.from({ length: 3 }, () => ['Hale Brandt', 'looked at a copy of your record', ''])
		]);
	});

	test('holds sums of days and no time of day of any session, but by consent or an order', async () => {
		const { db, ada, hale, ines } = office();
		exceed(db, ines, monday + DAY + HOUR, 8);
		// Of the day on which it is opened nothing: nobody is watched while they work.
		exceed(db, ines, monday + 2 * DAY + HOUR);
		const wanted = asked(ines.id);
		askDisclosure(db, ada, wanted, monday + 2 * DAY + 2 * HOUR);
		confirmDisclosure(db, hale, wanted, monday + 2 * DAY + 2 * HOUR);
		const files = await opened(disclosurePack(db, hale, wanted.id, monday + 2 * DAY + 2 * HOUR).pieces);
		expect(JSON.parse(files['json/hours-by-day.json'] ?? '')).toEqual([
			{ date: '2026-11-09', minutes: 420 },
			{ date: '2026-11-10', minutes: 480 }
		]);
		expect(files['csv/hours-by-day.csv']).toContain('"2026-11-09",420');
		expect(JSON.parse(files['json/limits.json'] ?? '')).toContainEqual({
			found: '2026-11-09',
			rule: 'day-limit',
			period: '2026-11-09',
			value: 420
		});
		for (const name of ['json/limits.json', 'csv/limits.csv', 'csv/hours-by-day.csv']) expect(files[name]).not.toMatch(/\d\d:\d\d/);
	});

	test('is decided by two of whom one is a head of welfare, once there has been one', () => {
		const { db, ada, hale, ines, again, jonas: lead } = office();
		const give = (personId: string, role: Role) => {
			const id = randomUUID();
			giveRole(db, ada, { id, personId, role, teamId: null }, monday);
			confirmRole(db, hale, id, monday);
			return again({ id: personId });
		};
		const jonas = give(lead.id, 'admin');
		const wanted = asked(ines.id);
		askDisclosure(db, ada, wanted, monday);
		expect(refusalOf(() => confirmDisclosure(db, jonas, wanted, monday))).toMatchObject({
			kind: 'not-allowed',
			message: /head of welfare confirms it/
		});
		expect(disclosuresFor(db, jonas, null, monday)).toMatchObject([{ mayConfirm: false, mayEnd: true, confirmed: null }]);
		const byHale = asked(ines.id);
		askDisclosure(db, hale, byHale, monday);
		confirmDisclosure(db, jonas, byHale, monday);

		// About the only head of welfare, or without one left: not by taking the only one away.
		const aboutHale = asked(hale.id);
		askDisclosure(db, ada, aboutHale, monday);
		expect(disclosuresFor(db, jonas, hale.id, monday)).toMatchObject([{ mayConfirm: true }]);
		confirmDisclosure(db, jonas, aboutHale, monday);
		disablePerson(db, ada, hale.id, monday);
		expect(() => confirmDisclosure(db, jonas, wanted, monday)).toThrow('a head of welfare confirms it');
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

	test('is for a court or the person’s own lawyer, and for nobody else', () => expect(disclosureReasons).toEqual(['court', 'lawyer']));

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
