import { beforeEach, describe, expect, it } from 'vitest';
import { and, eq, isNull } from 'drizzle-orm';
import { goAway } from '#lib/server/away.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { handOvers, roles } from '#lib/server/db/schema/people.ts';
import { addresseeOf } from '#lib/server/delivery/choices.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { takeDue } from '#lib/server/delivery/sending.ts';
import { handOver, handOversOf, ownCalls } from '#lib/server/hand-overs.ts';
import { addOnCall, removeOnCall } from '#lib/server/on-call.ts';
import { recipientsOf } from '#lib/server/recipients.ts';
import { disablePerson } from '#lib/server/people.ts';
import { confirmRole, endRole, giveRole } from '#lib/server/roles.ts';
import { exclude as excludePerson } from '#lib/server/sharing.ts';
import { findTeam } from '#lib/server/team-pages.ts';
import { chooseHowTold, toldOf } from '#lib/server/told.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exclude, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const id = () => crypto.randomUUID();

let db: Db;
let c: Cast;
/** Nell and Sol, leads of another team, are on call for Harbour; so is Edda. */
let entries: Record<'nell' | 'sol' | 'edda', string>;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	const lead = id();
	giveRole(db, c.ada, { id: lead, personId: c.sol.id, role: 'lead', teamId: c.quay }, monday - 2 * DAY);
	confirmRole(db, c.hale, lead, monday - 2 * DAY);
	entries = { nell: id(), sol: id(), edda: id() };
	for (const who of ['nell', 'sol', 'edda'] as const)
		addOnCall(db, system, { id: entries[who], teamId: c.harbour, personId: c[who].id }, monday - DAY);
});

const hand = (from: 'nell' | 'sol' | 'edda', to: Viewer, now = monday, formId = id()) =>
	handOver(db, c[from], { id: formId, entryId: entries[from], toId: to.id }, now);
const call = (who: Viewer, now = monday + MINUTE) => ownCalls(db, who, now)[0];
/** Who is asked, an hour after somebody asked Mara for contact today. */
function askedFor(who: Viewer = c.ines, now = monday + 2 * HOUR): string {
	askFor(db, who, c.mara, 'lead', now - 61 * MINUTE, 'today');
	catchUp(db, who.id, now);
	return recipientsOf(db, alertOf(db, who), now)
		.map(({ name }) => name.split(' ')[0])
		.join(' ');
}

describe('handing over', () => {
	it('without it everybody of the list is asked', () => {
		expect(askedFor()).toBe('Mara Jonas Nell Sol');
		expect(call(c.nell)).toMatchObject({ team: 'Harbour', onCall: true, others: ['Sol Marsh', 'Edda Quill'], handed: null });
	});

	it('takes whoever hands over out of line and through the night, from that instant', () => {
		hand('nell', c.sol);
		expect(askedFor()).toBe('Mara Jonas Sol');
		expect(addresseeOf(db, c.nell.id).onCall).toBe(false);
		expect(addresseeOf(db, c.sol.id).onCall).toBe(true);
		expect(call(c.nell)).toMatchObject({ onCall: false, handed: { name: 'Sol Marsh', when: 'today, 10:00' } });
		expect(call(c.sol)).toMatchObject({ onCall: true, handed: null });
	});

	it('is given back, or taken back', () => {
		hand('nell', c.sol);
		hand('sol', c.nell, monday + HOUR);
		expect([call(c.nell)?.onCall, call(c.sol)?.onCall]).toEqual([true, false]);
		hand('sol', c.sol, monday + 2 * HOUR);
		expect([call(c.nell)?.onCall, call(c.sol)?.onCall]).toEqual([true, true]);
		expect(askedFor(c.ines, monday + 5 * HOUR)).toBe('Mara Jonas Nell Sol');
	});

	it('counts no more once the other is away, off the list or excluded by the person', () => {
		hand('nell', c.sol);
		exclude(db, c.tomas, c.sol);
		expect(askedFor(c.tomas)).toBe('Mara Jonas Nell');
		goAway(db, c.sol, { id: id(), until: '2026-11-09', deputyId: null }, monday + MINUTE);
		expect(askedFor()).toBe('Mara Jonas Nell');
		expect(call(c.nell, monday + HOUR)).toMatchObject({ onCall: true, handed: { name: 'Sol Marsh' } });
		removeOnCall(db, c.ada, entries.sol, monday + 3 * HOUR);
		expect(addresseeOf(db, c.nell.id).onCall).toBe(true);
		expect(call(c.nell, monday + 4 * HOUR)).toMatchObject({ onCall: true, handed: null });
	});

	it('asks whoever took over about what is open by now', () => {
		hand('nell', c.sol);
		expect(askedFor()).toBe('Mara Jonas Sol');
		hand('sol', c.nell, monday + 2 * HOUR);
		const asked = recipientsOf(db, alertOf(db, c.ines), monday + 2 * HOUR).map(({ id: who }) => who);
		expect(asked).toContain(c.nell.id);
		expect(asked).not.toContain(c.sol.id);
	});

	describe('and quiet hours: a request for today', () => {
		const night = Date.UTC(2026, 10, 9, 22);
		const midnight = night + 2 * HOUR;
		beforeEach(() => {
			openOutbox(db, new Set(['email']), () => {});
			for (const who of [c.nell, c.sol, c.edda])
				chooseHowTold(
					db,
					c.again(who),
					{ formId: id(), email: 'digest', chat: null, chatName: null, digestAt: '09:00', quietFrom: '20:00', quietTo: '07:00' },
					monday
				);
			hand('nell', c.sol);
		});
		const waits = (who: Viewer) =>
			db
				.select()
				.from(messages)
				.where(and(eq(messages.recipientId, who.id), eq(messages.state, 'waiting')))
				.all()
				.map(({ dueAt }) => dueAt);
		const taken = (now: number) => takeDue(db, now).map(({ to }) => to.split('@')[0]);

		it.each<[string, () => void]>([
			['is away', () => goAway(db, c.sol, { id: id(), until: '2026-11-10', deputyId: null }, monday)],
			['is disabled', () => disablePerson(db, c.ada, c.sol.id, monday)],
			['is excluded by the person', () => excludePerson(db, c.ines, { personId: c.sol.id }, monday)],
			['leads nobody any more', () => endLead()]
		])('comes to whoever handed over, at once, where who took over %s', (_, happens) => {
			happens();
			askedFor(c.ines, night);
			expect(taken(night)).toContain('nell');
		});
		function endLead(): void {
			giveRole(db, c.ada, { id: id(), personId: c.sol.id, role: 'peer', teamId: c.quay }, monday);
			const held = and(eq(roles.personId, c.sol.id), eq(roles.role, 'lead'));
			for (const role of db.select().from(roles).where(held).all()) endRole(db, c.ada, role.id, monday);
		}

		it('comes to nobody who handed over, while the other is there', () => {
			askedFor(c.ines, night);
			const to = taken(night);
			expect(to).toContain('sol');
			expect(to).not.toContain('nell');
		});

		it('that waits for the morning comes at once to whoever takes over', () => {
			askFor(db, c.ines, c.edda, 'welfare', night);
			hand('edda', c.edda, night);
			expect(taken(night)).toEqual(['edda']);
		});

		it('that waits comes at once to who is put on the list, and to who is left by one who goes away', () => {
			removeOnCall(db, c.ada, entries.edda, monday);
			askFor(db, c.ines, c.edda, 'welfare', night);
			expect([taken(night), waits(c.edda)]).toEqual([[], [Date.UTC(2026, 10, 10, 7)]]);
			addOnCall(db, c.ada, { id: id(), teamId: c.harbour, personId: c.edda.id }, midnight);
			expect(taken(midnight)).toEqual(['edda']);
		});

		it('that waits for who handed over comes at once when they take it back, or the other goes', () => {
			giveRole(db, c.ada, { id: id(), personId: c.nell.id, role: 'lead', teamId: c.harbour }, monday);
			for (const role of db.select().from(roles).where(isNull(roles.confirmedAt)).all()) confirmRole(db, c.hale, role.id, monday);
			askFor(db, c.ines, c.nell, 'lead', night);
			expect([taken(night), waits(c.nell)]).toEqual([[], [Date.UTC(2026, 10, 10, 7)]]);
			hand('nell', c.nell, midnight);
			expect(taken(midnight)).toEqual(['nell']);
			hand('nell', c.sol, midnight + MINUTE);
			askFor(db, c.tomas, c.nell, 'lead', midnight + MINUTE);
			expect(taken(midnight + MINUTE)).toEqual([]);
			removeOnCall(db, c.ada, entries.sol, midnight + MINUTE + 1);
			expect(taken(midnight + MINUTE + 1)).toEqual(['nell']);
		});
	});

	it('is said in her settings by who can be asked', () => {
		const said = (now: number) => toldOf(db, c.nell, now)?.onCall;
		expect(said(monday)).toBe(true);
		hand('nell', c.sol);
		expect(said(monday)).toBe(false);
		goAway(db, c.sol, { id: id(), until: '2026-11-09', deputyId: null }, monday);
		expect(said(monday)).toBe(true);
	});

	it('is offered to those of the list who support the same people and are there', () => {
		expect(call(c.nell)?.takers.map(({ name }) => name)).toEqual(['Sol Marsh']);
		expect(call(c.edda)?.takers).toEqual([]);
		goAway(db, c.sol, { id: id(), until: '2026-11-09', deputyId: null }, monday);
		expect(call(c.nell)?.takers).toEqual([]);
		expect(ownCalls(db, c.mara, monday)).toEqual([]);
	});

	it('is refused to anybody else, for anybody else’s entry, and with another’s form', () => {
		for (const other of [c.edda, c.jonas, c.ines]) expect(() => hand('nell', other)).toThrow('choose somebody of the list');
		expect(() => handOver(db, c.sol, { id: id(), entryId: entries.nell, toId: c.sol.id }, monday)).toThrow('nothing here');
		expect(() => handOver(db, c.ada, { id: id(), entryId: entries.nell, toId: c.sol.id }, monday)).toThrow('nothing here');
		const form = id();
		hand('nell', c.sol, monday, form);
		hand('nell', c.sol, monday + 1, form);
		expect(db.select().from(handOvers).all()).toHaveLength(1);
		expect(() => hand('nell', c.nell, monday + 2, form)).toThrow('sent before');
	});

	it('stands on the page of the team, with who and when', () => {
		hand('nell', c.sol);
		hand('nell', c.nell, monday + HOUR);
		hand('nell', c.sol, monday + 2 * HOUR);
		expect(handOversOf(db, c.ada, c.harbour, monday + DAY).map(({ words }) => words)).toEqual([
			'Nell Oram handed over to Sol Marsh: yesterday, 12:00.',
			'Nell Oram is on call again: yesterday, 11:00.',
			'Nell Oram handed over to Sol Marsh: yesterday, 10:00.'
		]);
		expect(findTeam(db, c.ada, c.harbour).onCall.map(({ handedTo }) => handedTo)).toEqual(['Sol Marsh', null, null]);
		expect(() => handOversOf(db, c.nell, c.harbour, monday)).toThrow('Only an administrator');
	});
});
