import { and, eq, isNull } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { goAway } from '#lib/server/away.ts';
import { askForContact, contactChoices, contactPage, type ContactKind } from '#lib/server/contact.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { alertEvents, alerts, contactRequests } from '#lib/server/db/schema/records.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { disablePerson } from '#lib/server/people.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { exclude } from '#lib/server/sharing.ts';
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

const uuid = () => crypto.randomUUID();

function ask(who: Viewer, to: Viewer, toKind: ContactKind, when: 'soon' | 'today', now: number, id: string = uuid()): string {
	askForContact(db, who, { id, toId: to.id, toKind, when }, now);
	return id;
}
const names = (who: Viewer, now = monday) => contactChoices(db, who, now).map(({ name, kind }) => `${kind} ${name}`);
const onCall = (who: Viewer) => addOnCall(db, system, { id: uuid(), teamId: c.harbour, personId: who.id }, monday - DAY);
const openContact = (who: Viewer) =>
	db
		.select()
		.from(alerts)
		.where(and(eq(alerts.personId, who.id), eq(alerts.reason, 'contact'), isNull(alerts.closedAt)))
		.get();

describe('whom one can ask', () => {
	it('is the leads in order, the officers of one’s employer and the peers of one’s team, never oneself', () => {
		expect(names(c.ines)).toEqual(['lead Mara Voss', 'lead Jonas Pike', 'welfare Edda Quill', 'welfare Otto Lind', 'peer Rui Tamm']);
		expect(names(c.mara)).toEqual(['lead Jonas Pike', 'welfare Edda Quill', 'welfare Otto Lind', 'peer Rui Tamm']);
		expect(names(c.kit)).toEqual(['lead Mara Voss', 'lead Jonas Pike', 'welfare Pia Dorn', 'peer Rui Tamm']);
		expect(names(c.ada)).toEqual([]);
	});

	it('leaves out who is excluded or disabled', () => {
		exclude(db, c.ines, { personId: c.mara.id }, monday);
		disablePerson(db, c.ada, c.rui.id, monday);
		expect(names(c.ines)).toEqual(['lead Jonas Pike', 'welfare Edda Quill', 'welfare Otto Lind']);
		expect(() => ask(c.ines, c.mara, 'lead', 'soon', monday)).toThrow(/from the list/);
		expect(() => ask(c.ines, c.rui, 'peer', 'soon', monday)).toThrow(/from the list/);
		expect(names(c.tomas)).toContain('lead Mara Voss');
	});

	it('says when they are next there, in the time of who asks', () => {
		goAway(db, c.mara, { id: uuid(), until: '2026-11-10', deputyId: null }, monday);
		const there = Object.fromEntries(contactChoices(db, c.ines, monday).map(({ name, nextThere }) => [name, nextThere]));
		expect(there['Jonas Pike']).toBe('there now');
		expect(there['Mara Voss']).toBe('next there Wednesday 11 November, 09:00');
		const evening = contactChoices(db, { ...c.ines, zone: 'Europe/Berlin' }, monday + 9 * HOUR);
		expect(evening.find(({ name }) => name === 'Jonas Pike')?.nextThere).toBe('next there tomorrow, 10:00');
	});
});

describe('asking for contact', () => {
	it('tells the lead chosen, and nobody else', () => {
		ask(c.ines, c.jonas, 'lead', 'soon', monday);
		expect(openContact(c.ines)).toMatchObject({ toId: c.jonas.id, toKind: 'lead', today: false, state: 'raised', level: 0 });
		expect(promptsFor(db, c.jonas, monday)).toHaveLength(1);
		for (const other of [c.mara, c.edda, c.rui, c.hale, c.ada, c.nell]) expect(promptsFor(db, other, monday), other.name).toEqual([]);
	});

	it('stores once what is sent twice, and refuses the same form with another choice', () => {
		const id = ask(c.ines, c.mara, 'lead', 'soon', monday);
		ask(c.ines, c.mara, 'lead', 'soon', monday + 5, id);
		expect(() => ask(c.ines, c.jonas, 'lead', 'soon', monday + 5, id)).toThrow(/another choice/);
		expect(() => ask(c.tomas, c.mara, 'lead', 'soon', monday + 5, id)).toThrow(/another choice/);
		expect(db.select().from(contactRequests).all()).toHaveLength(1);
		expect(db.select().from(alertEvents).all()).toHaveLength(1);
	});

	it('always renews: pressed again it goes to whom she chooses now', () => {
		ask(c.ines, c.mara, 'lead', 'soon', monday);
		ask(c.ines, c.edda, 'welfare', 'soon', monday + HOUR);
		expect(
			db
				.select()
				.from(alertEvents)
				.all()
				.map(({ event, detail }) => [event, detail])
		).toEqual([
			['raised', { toId: c.mara.id, when: 'soon' }],
			['renewed', { toId: c.edda.id, when: 'soon' }]
		]);
		expect(openContact(c.ines)).toMatchObject({ toId: c.edda.id, toKind: 'welfare', state: 'raised' });
		expect(promptsFor(db, c.edda, monday + HOUR)).toHaveLength(1);
		expect(contactPage(db, c.ines, monday + HOUR).open).toBe('Edda Quill');
	});

	it('of two at one instant keeps both, a millisecond apart', () => {
		ask(c.ines, c.mara, 'lead', 'soon', monday);
		ask(c.ines, c.jonas, 'lead', 'soon', monday);
		const rows = db.select().from(contactRequests).all();
		expect(new Set(rows.map(({ recordedAt }) => recordedAt)).size).toBe(2);
	});

	it('is refused for strangers, wrong kinds and oneself', () => {
		for (const [to, kind] of [
			[c.nell, 'lead'],
			[c.mara, 'welfare'],
			[c.hale, 'lead'],
			[c.tomas, 'peer'],
			[c.ines, 'lead'],
			[c.pia, 'welfare']
		] as const) {
			expect(() => ask(c.ines, to, kind, 'soon', monday), to.name).toThrow(/from the list/);
		}
		expect(() => ask(c.ada, c.mara, 'lead', 'soon', monday)).toThrow(/from the list/);
		expect(db.select().from(contactRequests).all()).toEqual([]);
	});

	it('keeps request and prompt together: where the prompt cannot be stored, neither is', () => {
		db.$client.exec(`create trigger no_alerts before insert on alerts begin select raise(abort, 'no'); end`);
		expect(() => ask(c.ines, c.mara, 'lead', 'soon', monday)).toThrow();
		expect(db.select().from(contactRequests).all()).toEqual([]);
	});
});

describe('who sees it at first', () => {
	const first = (who: Viewer, now: number) =>
		Object.fromEntries(contactPage(db, who, now).choices.map(({ name, kind, first: { soon } }) => [`${kind} ${name}`, soon.join(', ')]));

	it('is the one chosen alone', () => {
		expect(first(c.ines, monday)).toEqual({
			'lead Mara Voss': 'Mara Voss',
			'lead Jonas Pike': 'Jonas Pike',
			'welfare Edda Quill': 'Edda Quill',
			'welfare Otto Lind': 'Otto Lind',
			'peer Rui Tamm': 'Rui Tamm'
		});
		expect(contactPage(db, c.ines, monday)).toMatchObject({ passedOn: false, goesOn: true });
	});

	it('where an open request was passed on, everybody whom it reaches at once is named before sending', () => {
		ask(c.ines, c.mara, 'lead', 'soon', monday);
		const now = monday + 5 * DAY;
		expect(first(c.ines, now)).toEqual({
			'lead Mara Voss': 'Mara Voss, Jonas Pike, Hale Brandt',
			'lead Jonas Pike': 'Jonas Pike, Mara Voss, Hale Brandt',
			'welfare Edda Quill': 'Edda Quill, Otto Lind, Hale Brandt',
			'welfare Otto Lind': 'Otto Lind, Edda Quill, Hale Brandt',
			'peer Rui Tamm': 'Rui Tamm'
		});
		expect(contactPage(db, c.ines, now)).toMatchObject({ passedOn: true, goesOn: false });
		ask(c.ines, c.edda, 'welfare', 'soon', now);
		const told = [c.edda, c.otto, c.hale, c.mara, c.jonas].filter((each) => promptsFor(db, each, now).length > 0);
		expect(told.map(({ name }) => name)).toEqual(['Edda Quill', 'Otto Lind', 'Hale Brandt']);
	});

	it('also whoever had opened the earlier request and keeps it', () => {
		ask(c.ines, c.mara, 'lead', 'soon', monday);
		openPrompt(db, c.mara, openContact(c.ines)!.id, monday + 1);
		expect(first(c.ines, monday + HOUR)).toMatchObject({ 'lead Jonas Pike': 'Jonas Pike, Mara Voss', 'welfare Edda Quill': 'Edda Quill' });
	});

	it('with the one chosen away: who stands in', () => {
		goAway(db, c.mara, { id: uuid(), until: '2026-11-10', deputyId: c.jonas.id }, monday);
		expect(first(c.ines, monday)).toMatchObject({ 'lead Mara Voss': 'Jonas Pike' });
	});

	it('for today, once passed on, also who is on call', () => {
		onCall(c.nell);
		ask(c.ines, c.mara, 'lead', 'soon', monday);
		const mara = contactPage(db, c.ines, monday + 4.5 * HOUR).choices.find(({ name }) => name === 'Mara Voss');
		expect(mara?.first).toEqual({ soon: ['Mara Voss', 'Jonas Pike'], today: ['Mara Voss', 'Jonas Pike', 'Nell Oram'] });
	});
});

describe('“today”', () => {
	const today = (who: Viewer) =>
		contactChoices(db, who, monday)
			.filter((choice) => choice.onCall.length > 0)
			.map(({ name }) => name);

	it('is not offered without an on-call list, and refused', () => {
		expect(today(c.ines)).toEqual([]);
		expect(() => ask(c.ines, c.mara, 'lead', 'today', monday)).toThrow(/on call/);
		expect(db.select().from(contactRequests).all()).toEqual([]);
	});

	it('is offered for the kind that is on call, and for no other', () => {
		onCall(c.jonas);
		expect(today(c.ines)).toEqual(['Mara Voss', 'Jonas Pike']);
		ask(c.ines, c.mara, 'lead', 'today', monday);
		expect(openContact(c.ines)).toMatchObject({ today: true, clockMs: 60 * 60_000 });
		expect(() => ask(c.ines, c.edda, 'welfare', 'today', monday)).toThrow(/on call/);
		expect(() => ask(c.ines, c.rui, 'peer', 'today', monday)).toThrow(/on call/);
	});

	it('once asked for stays so when she asks again', () => {
		onCall(c.jonas);
		ask(c.ines, c.mara, 'lead', 'today', monday);
		ask(c.ines, c.mara, 'lead', 'soon', monday + HOUR / 2);
		expect(openContact(c.ines)).toMatchObject({ today: true });
	});

	it('needs somebody other than herself, not excluded, not away', () => {
		onCall(c.rui);
		expect(today(c.ines)).toEqual(['Rui Tamm']);
		expect(today(c.rui)).toEqual([]);
		exclude(db, c.ines, { personId: c.rui.id }, monday);
		expect(today(c.ines)).toEqual([]);
		expect(today(c.tomas)).toEqual(['Rui Tamm']);
		goAway(db, c.rui, { id: uuid(), until: '2026-11-10', deputyId: null }, monday);
		expect(today(c.tomas)).toEqual([]);
	});
});
