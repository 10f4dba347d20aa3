import { describe, expect, test } from 'vitest';
import { disclosuresFor } from '#lib/server/disclosure-lists.ts';
import { disclosurePack } from '#lib/server/disclosure-pack.ts';
import { askDisclosure, confirmDisclosure, endDisclosure } from '#lib/server/disclosures.ts';
import { erasePerson } from '#lib/server/erasures.ts';
import { agreeToDisclosure, consentAsked, declineDisclosure, ownDisclosures } from '#lib/server/own-disclosures.ts';
import { disablePerson, enablePerson } from '#lib/server/people.ts';
import { DAY, HOUR, monday } from '../support/alerting.ts';
import { asked, byConsent, office, opened } from '../support/disclosing.ts';
import { refusalOf } from '../support/exposure.ts';

const hours = (n: number) => monday + n * HOUR;
const day = (n: number) => monday + n * DAY;

describe('A copy that was asked for', () => {
	test('is agreed to, confirmed, declined and taken back also where the clock was put back meanwhile', () => {
		const { db, ada, hale, ines } = office();
		const [agreed, declined, ended] = [byConsent(ines.id), byConsent(ines.id), byConsent(ines.id)];
		for (const each of [agreed, declined, ended]) askDisclosure(db, ada, each, hours(6));
		agreeToDisclosure(db, ines, agreed, hours(5));
		confirmDisclosure(db, hale, agreed, hours(4));
		disclosurePack(db, hale, agreed.id, hours(4));
		declineDisclosure(db, ines, declined, hours(5));
		endDisclosure(db, hale, ended, hours(5));
		expect(ownDisclosures(db, ines, hours(6)).filter(({ over }) => over === null)).toMatchObject([{ id: agreed.id }]);
	});

	test('waits for thirty days, whatever it waits for', () => {
		const { db, ada, hale, ines } = office();
		const [unanswered, unconfirmed] = [byConsent(ines.id), asked(ines.id)];
		for (const each of [unanswered, unconfirmed]) askDisclosure(db, ada, each, monday);
		expect(consentAsked(db, ines, day(30) - 1)).toHaveLength(1);
		expect(disclosuresFor(db, hale, null, day(30) - 1).filter(({ mayConfirm }) => mayConfirm)).toHaveLength(1);
		expect(consentAsked(db, ines, day(30))).toEqual([]);
		expect(refusalOf(() => agreeToDisclosure(db, ines, unanswered, day(30)))).toMatchObject({ kind: 'conflict' });
		for (const each of [unanswered, unconfirmed])
			expect(refusalOf(() => confirmDisclosure(db, hale, each, day(30)))).toMatchObject({
				kind: 'conflict',
				message: /more than 30 days ago/
			});
		for (const each of disclosuresFor(db, hale, null, day(30)))
			expect(each).toMatchObject({
				mayConfirm: false,
				mayEnd: false,
				over: expect.stringContaining('asked for more than 30 days') as string
			});
		confirmDisclosure(db, hale, unconfirmed, day(30) - 1);
		disclosurePack(db, ada, unconfirmed.id, day(37) - 2);
	});

	test('is asked for once by a form; the same form for anything else is refused', () => {
		const { db, ada, hale, ines, tomas } = office();
		const wanted = asked(ines.id);
		askDisclosure(db, ada, wanted, monday);
		askDisclosure(db, ada, wanted, monday);
		const others = [{ personId: tomas.id }, { reason: 'lawyer' }, { answers: 'order' }] as const;
		for (const other of others)
			expect(refusalOf(() => askDisclosure(db, ada, { ...wanted, ...other }, monday))).toMatchObject({ kind: 'conflict' });
		expect(refusalOf(() => askDisclosure(db, hale, wanted, monday))).toMatchObject({ kind: 'conflict' });
		expect(disclosuresFor(db, ada, null, monday)).toHaveLength(1);
	});

	test('of somebody who was erased is over: nobody is offered to confirm, to end or to open it', () => {
		const { db, ada, hale, ines } = office();
		const [waiting, confirmed] = [asked(ines.id), asked(ines.id)];
		for (const each of [waiting, confirmed]) askDisclosure(db, ada, each, hours(3));
		confirmDisclosure(db, hale, confirmed, hours(3));
		erasePerson(db, ada, ines.id, hours(4));
		const erased = { mayConfirm: false, mayEnd: false, mayOpen: false, over: 'They were erased: nothing is left.' };
		for (const who of [ada, hale]) expect(disclosuresFor(db, who, null, hours(5))).toMatchObject([erased, erased]);
		expect(() => disclosurePack(db, ada, confirmed.id, hours(5))).toThrow('nothing here');
	});
});

describe('Consent that was on paper', () => {
	function onPaper() {
		const all = office();
		const { db, ada, hale, ines } = all;
		const wanted = byConsent(ines.id);
		askDisclosure(db, ada, wanted, monday + 3 * HOUR);
		disablePerson(db, ada, ines.id, monday + 4 * HOUR);
		return { ...all, wanted, confirm: () => confirmDisclosure(db, hale, wanted, monday + 5 * HOUR) };
	}

	test('says, once the account is open again, who confirmed it and that its week runs already', () => {
		const { db, ada, ines, wanted, confirm } = onPaper();
		confirm();
		enablePerson(db, ada, ines.id, day(1));
		expect(consentAsked(db, ines, day(1))).toMatchObject([
			{ who: 'Ada Finch', confirmed: { by: 'Hale Brandt', until: 'Monday 16 November, 15:00' } }
		]);
		expect(ownDisclosures(db, ines, day(1))).toMatchObject([{ waits: true, mayWithdraw: false, until: 'Monday 16 November, 15:00' }]);
		agreeToDisclosure(db, ines, wanted, day(2));
		expect(ownDisclosures(db, ines, day(2))).toMatchObject([{ waits: false, mayWithdraw: true, until: 'Monday 16 November, 15:00' }]);
		expect(ownDisclosures(db, ines, day(8))).toMatchObject([{ waits: false, mayWithdraw: false, until: null }]);
	});

	test.each([
		['declined a copy like this', false],
		['withdrew their consent to one', true]
	])('says that they %s before, to whoever confirms it and on the cover', async (words, agrees) => {
		const { db, ada, hale, ines } = office();
		const before = byConsent(ines.id);
		askDisclosure(db, ada, before, monday);
		if (agrees) agreeToDisclosure(db, ines, before, hours(3));
		declineDisclosure(db, ines, before, hours(3));
		disablePerson(db, ada, ines.id, day(1));
		const wanted = byConsent(ines.id);
		askDisclosure(db, ada, wanted, day(2));
		const sentence = `While they could sign in, they ${words} on Monday 9 November 2026.`;
		expect(disclosuresFor(db, hale, null, day(2))[0]).toMatchObject({ consent: 'on-paper', saidNo: sentence });
		confirmDisclosure(db, hale, wanted, day(2));
		expect((await opened(disclosurePack(db, hale, wanted.id, day(2)).pieces))['README.txt']).toContain(sentence);
	});

	test('says nothing of a no that was never said, or that a yes followed', () => {
		const { db, ada, hale, ines, tomas } = office();
		const [no, yes] = [byConsent(ines.id), byConsent(ines.id)];
		for (const each of [no, yes]) askDisclosure(db, ada, each, monday);
		declineDisclosure(db, ines, no, hours(3));
		agreeToDisclosure(db, ines, yes, hours(4));
		for (const { id } of [ines, tomas]) {
			disablePerson(db, ada, id, day(1));
			askDisclosure(db, ada, byConsent(id), day(2));
			expect(disclosuresFor(db, hale, id, day(2))[0]).toMatchObject({ consent: 'on-paper', saidNo: null });
		}
	});
});
