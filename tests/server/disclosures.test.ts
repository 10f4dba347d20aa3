import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { accessesOf } from '#lib/server/accesses.ts';
import { accessEntries } from '#lib/server/db/schema/access.ts';
import { auditEntries } from '#lib/server/db/schema/audit.ts';
import { openCopies } from '#lib/server/disclosure-openings.ts';
import { disclosuresFor } from '#lib/server/disclosure-lists.ts';
import { disclosurePack } from '#lib/server/disclosure-pack.ts';
import { askDisclosure, confirmDisclosure, disclosureReasons, endDisclosure } from '#lib/server/disclosures.ts';
import { agreeToDisclosure, consentAsked, declineDisclosure, ownDisclosures } from '#lib/server/own-disclosures.ts';
import { erasePerson } from '#lib/server/erasures.ts';
import { allHolds, holdsOn, liftHold, placeHold, type NewHold } from '#lib/server/holds.ts';
import { ownRecord } from '#lib/server/own-record.ts';
import { disablePerson, enablePerson } from '#lib/server/people.ts';
import { peopleWithRecords } from '#lib/server/record-people.ts';
import { confirmRole, giveRole } from '#lib/server/roles.ts';
import type { Role } from '#lib/server/viewer.ts';
import { DAY, exceed, HOUR, monday } from '../support/alerting.ts';
import { asked, byConsent, office, opened } from '../support/disclosing.ts';
import { refusalOf } from '../support/exposure.ts';

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
				what: 'For your own lawyer, with single sessions, answers and scores, by your own consent',
				confirmed: null
			}
		]);
		agreeToDisclosure(db, ines, wanted, monday + DAY);
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

describe('A head of welfare of another employer', () => {
	/** Pia, of Lanternworks like Kit, is a head of welfare as well. */
	function lanternworks() {
		const all = office();
		const id = randomUUID();
		giveRole(all.db, all.ada, { id, personId: all.pia.id, role: 'head_of_welfare', teamId: null }, monday);
		confirmRole(all.db, all.hale, id, monday);
		return { ...all, pia: all.again(all.pia) };
	}

	test('decides about copies of the people of that employer, and of nobody else', () => {
		const { db, ada, hale, pia, ines, kit, again } = lanternworks();
		const [ofInes, ofKit] = [asked(ines.id, { answers: 'order' }), asked(kit.id)];
		for (const each of [ofInes, ofKit]) askDisclosure(db, ada, each, monday + DAY);
		for (const act of [askDisclosure.bind(null, db, pia, asked(ines.id)), confirmDisclosure.bind(null, db, pia, ofInes)])
			expect(refusalOf(() => act(monday + DAY)).kind).toBe('not-found');
		expect(refusalOf(() => endDisclosure(db, pia, ofInes, monday + DAY)).kind).toBe('not-found');
		expect(disclosuresFor(db, pia, null, monday + DAY)).toMatchObject([{ personId: kit.id, mayConfirm: true }]);
		expect(disclosuresFor(db, pia, ines.id, monday + DAY)).toEqual([]);
		expect(peopleWithRecords(db, pia).map(({ name }) => name)).toEqual(['Kit Ferro', 'Pia Dorn']);
		expect(peopleWithRecords(db, hale).length).toBeGreaterThan(10);
		confirmDisclosure(db, pia, ofKit, monday + DAY);
		expect(openCopies(db, kit, monday + DAY)).toMatchObject([{ who: ['Ada Finch', 'Pia Dorn'] }]);
		// The organisation's own head keeps everybody's record, as in the table of rights.
		expect(disclosuresFor(db, hale, null, monday + DAY)).toHaveLength(2);
		expect(ownRecord(db, again(kit), monday).holds).toEqual(['Ada Finch', 'Hale Brandt', 'Pia Dorn']);
		expect(ownRecord(db, again(ines), monday).holds).toEqual(['Ada Finch', 'Hale Brandt']);
	});

	test('is not the head that a copy of anybody else needs, also as an administrator', () => {
		const { db, ada, hale, pia, ines, kit, again } = lanternworks();
		giveRole(db, ada, { id: randomUUID(), personId: pia.id, role: 'admin', teamId: null }, monday);
		const [ofInes, ofKit] = [asked(ines.id), asked(kit.id)];
		for (const each of [ofInes, ofKit]) askDisclosure(db, again(pia), each, monday + DAY);
		expect(() => confirmDisclosure(db, ada, ofInes, monday + DAY)).toThrow('so a head of welfare confirms it');
		confirmDisclosure(db, ada, ofKit, monday + DAY);
		confirmDisclosure(db, hale, ofInes, monday + DAY);
	});

	test('sees, places and lifts holds of the people of that employer alone', () => {
		const { db, hale, pia, ines, kit } = lanternworks();
		const hold = (personId: string): NewHold => ({ id: randomUUID(), personId, kind: 'court', until: '2026-12-24' });
		const [onInes, onKit] = [hold(ines.id), hold(kit.id)];
		for (const each of [onInes, onKit]) placeHold(db, hale, each, monday);
		expect(allHolds(db, pia, monday + HOUR)).toMatchObject([{ personId: kit.id }]);
		expect(holdsOn(db, pia, ines.id, monday + HOUR)).toEqual([]);
		expect(refusalOf(() => liftHold(db, pia, onInes, monday + HOUR)).kind).toBe('not-found');
		expect(refusalOf(() => placeHold(db, pia, hold(ines.id), monday + HOUR)).kind).toBe('not-found');
		liftHold(db, pia, onKit, monday + HOUR);
		expect(allHolds(db, hale, monday + HOUR)).toMatchObject([{ personId: ines.id }]);
	});
});

describe('Consent to a copy with answers', () => {
	const day = (n: number) => monday + n * DAY;

	test('is the person’s own: nothing is confirmed or opened before they agreed, and they read what it is about', () => {
		const { db, ada, hale, ines, tomas } = office();
		const wanted = byConsent(ines.id);
		askDisclosure(db, ada, wanted, day(1));
		expect(consentAsked(db, ines, day(1))).toEqual([
			{
				id: wanted.id,
				forWhom: 'your own lawyer',
				who: 'Ada Finch',
				when: expect.any(String) as string,
				confirmed: null,
				openDays: 7,
				waitingDays: 30
			}
		]);
		expect(consentAsked(db, tomas, day(1))).toEqual([]);
		expect(disclosuresFor(db, hale, null, day(1))).toMatchObject([{ consent: 'waited-for', mayConfirm: false, mayEnd: true }]);
		expect(refusalOf(() => confirmDisclosure(db, hale, wanted, day(1)))).toMatchObject({ kind: 'conflict', message: /not agreed yet/ });
		for (const who of [tomas, ada, hale]) expect(refusalOf(() => agreeToDisclosure(db, who, wanted, day(1))).kind).toBe('not-found');
		agreeToDisclosure(db, ines, wanted, day(2));
		agreeToDisclosure(db, ines, wanted, day(3));
		expect(consentAsked(db, ines, day(2))).toEqual([]);
		expect(ownDisclosures(db, ines, day(2))).toMatchObject([{ agreed: 'today, 10:00', mayWithdraw: true, confirmed: null }]);
		confirmDisclosure(db, hale, wanted, day(3));
		disclosurePack(db, ada, wanted.id, day(3));
		const steps = db.select().from(auditEntries).where(eq(auditEntries.subjectId, ines.id)).all();
		expect(steps.filter(({ action }) => action === 'record.disclosure-agreed')).toMatchObject([{ actorId: ines.id, at: day(2) }]);
	});

	test('is declined, or withdrawn at any time: then nobody can open it, and it cannot be agreed to again', () => {
		const { db, ada, hale, ines } = office();
		const [declined, withdrawn] = [byConsent(ines.id), byConsent(ines.id)];
		for (const each of [declined, withdrawn]) askDisclosure(db, ada, each, monday);
		declineDisclosure(db, ines, declined, monday);
		declineDisclosure(db, ines, declined, monday);
		agreeToDisclosure(db, ines, withdrawn, monday);
		confirmDisclosure(db, hale, withdrawn, monday);
		disclosurePack(db, ada, withdrawn.id, monday + HOUR);
		expect(openCopies(db, ines, monday + HOUR)).toMatchObject([{ who: ['Ada Finch', 'Hale Brandt'], answers: true }]);
		declineDisclosure(db, ines, withdrawn, monday + 2 * HOUR);
		expect(openCopies(db, ines, monday + 2 * HOUR)).toEqual([]);
		for (const who of [ada, hale]) expect(() => disclosurePack(db, who, withdrawn.id, monday + 2 * HOUR)).toThrow('nothing here');
		expect(() => agreeToDisclosure(db, ines, withdrawn, monday + 3 * HOUR)).toThrow('declined or taken back');
		expect(() => confirmDisclosure(db, hale, declined, monday + 3 * HOUR)).toThrow('refused or taken back');
		expect(
			disclosuresFor(db, hale, null, monday + 3 * HOUR)
				.map(({ over }) => over?.split(':')[0])
				.sort()
		).toEqual(['Consent withdrawn', 'Declined']);
		const actions = db.select().from(auditEntries).where(eq(auditEntries.actorId, ines.id)).all();
		expect(actions.map(({ action }) => action).filter((each) => each.startsWith('record.disclosure'))).toEqual([
			'record.disclosure-declined',
			'record.disclosure-agreed',
			'record.disclosure-withdrawn'
		]);
	});

	test('is not the person’s to give or refuse where an order asks, or nothing of answers is in it', () => {
		const { db, ada, hale, ines } = office();
		for (const answers of ['none', 'order'] as const) {
			const wanted = asked(ines.id, { answers });
			askDisclosure(db, ada, wanted, monday);
			for (const verb of [agreeToDisclosure, declineDisclosure])
				expect(refusalOf(() => verb(db, ines, wanted, monday)).kind).toBe('not-found');
			confirmDisclosure(db, hale, wanted, monday);
		}
		expect(consentAsked(db, ines, monday)).toEqual([]);
	});

	test('counts for thirty days: it is confirmed and opened within them', () => {
		const { db, ada, hale, ines } = office();
		const [late, last] = [byConsent(ines.id), byConsent(ines.id)];
		for (const each of [late, last]) {
			askDisclosure(db, ada, each, monday);
			agreeToDisclosure(db, ines, each, monday);
		}
		confirmDisclosure(db, hale, last, day(28));
		disclosurePack(db, ada, last.id, day(30) - 1);
		expect(() => disclosurePack(db, ada, last.id, day(30))).toThrow('nothing here');
		expect(() => confirmDisclosure(db, hale, late, day(30))).toThrow('more than 30 days ago');
		expect(disclosuresFor(db, hale, null, day(30))).toMatchObject([
			{ mayConfirm: false, mayOpen: false, over: expect.any(String) as string },
			{ mayConfirm: false, mayOpen: false, over: expect.any(String) as string }
		]);
	});

	test('of somebody who cannot sign in is stated by the two, until they can; what was agreed stays agreed', async () => {
		const { db, ada, hale, ines, tomas } = office();
		const [agreed, onPaper] = [byConsent(ines.id), byConsent(tomas.id)];
		for (const each of [agreed, onPaper]) askDisclosure(db, ada, each, monday);
		agreeToDisclosure(db, ines, agreed, monday);
		for (const { id } of [ines, tomas]) disablePerson(db, ada, id, monday + HOUR);
		expect(disclosuresFor(db, hale, tomas.id, monday + HOUR)).toMatchObject([{ consent: 'on-paper', mayConfirm: true }]);
		expect(disclosuresFor(db, hale, ines.id, monday + HOUR)).toMatchObject([{ consent: 'agreed', mayConfirm: true }]);
		for (const each of [agreed, onPaper]) confirmDisclosure(db, hale, each, monday + HOUR);
		const cover = async (id: string) => (await opened(disclosurePack(db, ada, id, monday + HOUR).pieces))['README.txt'];
		expect(await cover(onPaper.id)).toContain('signed consent on paper');
		expect(await cover(agreed.id)).toContain('They agreed themselves, signed in and with their password: Monday 9 November 2026, 10:00.');
		const entries = db.select().from(auditEntries).where(eq(auditEntries.action, 'record.disclosed')).all();
		expect(entries.map(({ detail }) => detail?.['consent'])).toEqual(['on-paper', 'agreed']);

		enablePerson(db, ada, tomas.id, monday + 2 * HOUR);
		expect(openCopies(db, tomas, monday + 2 * HOUR)).toEqual([]);
		expect(() => disclosurePack(db, ada, onPaper.id, monday + 2 * HOUR)).toThrow('nothing here');
		expect(consentAsked(db, tomas, monday + 2 * HOUR)).toHaveLength(1);
		agreeToDisclosure(db, tomas, onPaper, monday + 2 * HOUR);
		disclosurePack(db, ada, onPaper.id, monday + 2 * HOUR);
	});
});
