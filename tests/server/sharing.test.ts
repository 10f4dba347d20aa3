import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { exclusions, people, sharingChoices } from '#lib/server/db/schema/people.ts';
import { alerts, clocks } from '#lib/server/db/schema/records.ts';
import { contactChoices, askForContact } from '#lib/server/contact.ts';
import { headroomFor } from '#lib/server/headroom.ts';
import { ownRecord } from '#lib/server/own-record.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { disablePerson } from '#lib/server/people.ts';
import { chooseSharing, decideLater, exclude, exclusionsOf, includeAgain, sharingOf } from '#lib/server/sharing.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Monday 9 November 2026, 10:00 in London. */
const monday = Date.UTC(2026, 10, 9, 10);

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

/** Welfare officers, and who was named; heads of welfare can be named for trends alone. */
const chosen = (who: Viewer) =>
	sharingOf(db, who)
		.officers.filter(({ mayPrompt, trends }) => mayPrompt || trends)
		.map(({ name, prompt, trends }) => [name, prompt, trends]);
const lastFact = (who: Viewer) => db.select({ at: clocks.lastFactAt }).from(clocks).where(eq(clocks.personId, who.id)).get()?.at;
const isPrompted = (who: Viewer, now: number) => {
	recordCheckIn(db, who, { id: crypto.randomUUID(), instrument: 'pulse', answers: [4, 4, 4, 4] }, now);
	return db.select().from(alerts).where(eq(alerts.personId, who.id)).all().length > 0;
};

describe('sharing choices', () => {
	it('name nobody to begin with, and offer the officers of one’s own employer', () => {
		expect(sharingOf(db, c.ines)).toMatchObject({ asked: false, former: [] });
		expect(chosen(c.ines)).toEqual([
			['Edda Quill', false, false],
			['Otto Lind', false, false]
		]);
		expect(chosen(c.kit)).toEqual([['Pia Dorn', false, false]]);
		expect(chosen(c.edda)).toEqual([['Otto Lind', false, false]]);
		expect(isPrompted(c.ines, monday)).toBe(false);
	});

	it('are two questions, each answered by name, and changeable', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [c.otto.id] }, monday);
		expect(chosen(c.ines)).toEqual([
			['Edda Quill', true, false],
			['Otto Lind', false, true]
		]);
		chooseSharing(db, c.ines, { prompt: [c.otto.id], trends: [] }, monday + HOUR);
		expect(chosen(c.ines)).toEqual([
			['Edda Quill', false, false],
			['Otto Lind', true, false]
		]);
		expect(db.select().from(sharingChoices).all()).toHaveLength(3);
		expect(isPrompted(c.ines, monday + DAY)).toBe(true);
	});

	it('saved twice store once', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id, c.edda.id], trends: [] }, monday);
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, monday + 5);
		expect(db.select().from(sharingChoices).all()).toHaveLength(1);
	});

	it('tell the rules where nobody becomes somebody, and back; not where one is swapped for another', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, monday);
		expect(lastFact(c.ines)).toBe(monday);
		chooseSharing(db, c.ines, { prompt: [c.otto.id], trends: [c.edda.id] }, monday + HOUR);
		expect(lastFact(c.ines)).toBe(monday);
		chooseSharing(db, c.ines, { prompt: [], trends: [c.edda.id] }, monday + 2 * HOUR);
		expect(lastFact(c.ines)).toBe(monday + 2 * HOUR);
		expect(isPrompted(c.ines, monday + DAY)).toBe(false);
	});

	it.each([
		['a lead', 'mara'],
		['an officer of another employer', 'pia'],
		['an administrator', 'ada'],
		['oneself', 'ines']
	] as const)('refuse %s', (_, who) => {
		expect(() => chooseSharing(db, c.ines, { prompt: [c.edda.id, c[who].id], trends: [] }, monday)).toThrow(/from the list/);
		expect(() => chooseSharing(db, c.ines, { prompt: [], trends: [c[who].id] }, monday)).toThrow(/from the list/);
		expect(db.select().from(sharingChoices).all()).toEqual([]);
		expect(sharingOf(db, c.again(c.ines)).asked).toBe(false);
	});

	it('count as asked once answered, or put off', () => {
		chooseSharing(db, c.ines, { prompt: [], trends: [] }, monday);
		decideLater(db, c.tomas, monday);
		for (const who of [c.ines, c.tomas]) expect(c.again(who).sharingAsked).toBe(true);
		decideLater(db, c.ines, monday + DAY);
		expect(db.select().from(people).where(eq(people.id, c.ines.id)).get()?.sharingAskedAt).toBe(monday);
	});

	it('say who is named but gone', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [c.edda.id] }, monday);
		disablePerson(db, c.ada, c.edda.id, monday);
		expect(sharingOf(db, c.ines).former).toEqual(['Edda Quill']);
		expect(ownRecord(db, c.ines, monday)).toMatchObject({ prompted: [], trends: [] });
		chooseSharing(db, c.ines, { prompt: [], trends: [] }, monday + HOUR);
		expect(sharingOf(db, c.ines).former).toEqual([]);
	});
});

describe('“not this person”', () => {
	it('passes them over for her, at once and for nobody else', () => {
		askForContact(db, c.ines, { id: crypto.randomUUID(), toId: c.mara.id, toKind: 'lead', when: 'soon' }, monday);
		expect(promptsFor(db, c.mara, monday)).toHaveLength(1);
		exclude(db, c.ines, { personId: c.mara.id }, monday + HOUR);
		expect(promptsFor(db, c.mara, monday + HOUR)).toEqual([]);
		expect(promptsFor(db, c.jonas, monday + HOUR)).toHaveLength(1);
		expect(contactChoices(db, c.tomas, monday).some(({ id }) => id === c.mara.id)).toBe(true);
	});

	it('ends what was shared with them, which taking it back does not restore', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [c.edda.id, c.otto.id] }, monday);
		exclude(db, c.ines, { personId: c.edda.id }, monday + HOUR);
		expect(chosen(c.ines)).toEqual([['Otto Lind', false, true]]);
		expect(lastFact(c.ines)).toBe(monday + HOUR);
		expect(() => chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, monday + HOUR)).toThrow(/from the list/);
		includeAgain(db, c.ines, { personId: c.edda.id }, monday + 2 * HOUR);
		expect(chosen(c.ines)).toEqual([
			['Edda Quill', false, false],
			['Otto Lind', false, true]
		]);
		expect(isPrompted(c.ines, monday + DAY)).toBe(false);
	});

	it('lists every supervisor of hers, and nobody of another team or employer', () => {
		expect(exclusionsOf(db, c.ines).others.map(({ name }) => name)).toEqual([
			'Edda Quill',
			'Hale Brandt',
			'Jonas Pike',
			'Mara Voss',
			'Otto Lind',
			'Pia Dorn',
			'Rui Tamm'
		]);
		for (const other of [c.nell, c.tomas, c.ines, c.ada])
			expect(() => exclude(db, c.ines, { personId: other.id }, monday), other.name).toThrow(/from the list/);
	});

	it('lists who is on call for her team, of whichever team', () => {
		addOnCall(db, system, { id: crypto.randomUUID(), teamId: c.harbour, personId: c.nell.id }, monday);
		expect(exclusionsOf(db, c.ines).others.map(({ name }) => name)).toContain('Nell Oram');
		expect(exclusionsOf(db, c.sol).others.map(({ name }) => name)).toEqual(['Edda Quill', 'Hale Brandt', 'Nell Oram', 'Otto Lind']);
	});

	it('leaves the list of who has room left as it is, and says so', () => {
		exclude(db, c.ines, { personId: c.mara.id }, monday);
		const shown = headroomFor(db, c.mara, monday).some(({ name }) => name === 'Ines Calder');
		expect(shown).toBe(true);
		expect(ownRecord(db, c.ines, monday).headroom).toEqual(['Mara Voss', 'Jonas Pike']);
		expect(ownRecord(db, c.ines, monday).limits).toEqual(['Jonas Pike']);
		// Nor would a gap in the list of who is away stay hidden.
		expect(ownRecord(db, c.ines, monday)).toMatchObject({ absences: ['Mara Voss', 'Jonas Pike'], appointments: ['Edda Quill'] });
		expect(ownRecord(db, c.kit, monday).appointments).toEqual(['Pia Dorn']);
		expect(ownRecord(db, c.edda, monday).headroom).toEqual([]);
	});

	it('done twice stores once; taking back what never was is not found', () => {
		exclude(db, c.ines, { personId: c.mara.id }, monday);
		exclude(db, c.ines, { personId: c.mara.id }, monday + 5);
		expect(db.select().from(exclusions).all()).toHaveLength(1);
		expect(exclusionsOf(db, c.ines).excluded.map(({ name }) => name)).toEqual(['Mara Voss']);
		includeAgain(db, c.ines, { personId: c.mara.id }, monday + HOUR);
		includeAgain(db, c.ines, { personId: c.mara.id }, monday + HOUR);
		expect(exclusionsOf(db, c.ines).excluded).toEqual([]);
		expect(() => includeAgain(db, c.tomas, { personId: c.mara.id }, monday)).toThrow(/nothing here/);
	});

	it('shows nowhere in what the excluded one can read', () => {
		exclude(db, c.ines, { personId: c.edda.id }, monday);
		expect(ownRecord(db, c.ines, monday).limits).toEqual(['Mara Voss', 'Jonas Pike']);
		expect(ownRecord(db, c.ines, monday).headroom).toEqual(['Mara Voss', 'Jonas Pike']);
		expect(exclusionsOf(db, c.edda)).toMatchObject({ excluded: [] });
		expect(JSON.stringify(promptsFor(db, c.edda, monday))).not.toContain('Ines');
	});
});
