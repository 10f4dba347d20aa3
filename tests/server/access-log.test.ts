import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enterAbsence } from '#lib/server/absences.ts';
import { teamAbsences } from '#lib/server/absence-lists.ts';
import { noteReading, reading } from '#lib/server/access-log.ts';
import { accessesOf, looksPerPage } from '#lib/server/accesses.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { appointmentsFor, openAppointment, planningFor } from '#lib/server/appointment-lists.ts';
import { planAppointment } from '#lib/server/appointments.ts';
import { askForContact } from '#lib/server/contact.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { accessEntries, readKinds, type ReadKind } from '#lib/server/db/schema/access.ts';
import { alerts } from '#lib/server/db/schema/records.ts';
import { departureOf, departuresFor } from '#lib/server/departure-lists.ts';
import { planDeparture } from '#lib/server/departures.ts';
import { findAccount } from '#lib/server/directory.ts';
import { disclosuresFor } from '#lib/server/disclosure-lists.ts';
import { askDisclosure } from '#lib/server/disclosures.ts';
import { ownDisclosures } from '#lib/server/own-disclosures.ts';
import { disputeConversation, disputesFor, recordedConversations } from '#lib/server/disputes.ts';
import { askedErasures, askForErasure, erasureClocks } from '#lib/server/erasure-requests.ts';
import { erasePerson } from '#lib/server/erasures.ts';
import { headroomFor } from '#lib/server/headroom.ts';
import { allHolds, holdOf, placeHold } from '#lib/server/holds.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { unopenedFor } from '#lib/server/unopened.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { furnishReads } from '../support/every-read.ts';
import { refusalOf } from '../support/exposure.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Monday 9 November 2026, 10:00 in London. */
const monday = Date.UTC(2026, 10, 9, 10);

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const id = () => crypto.randomUUID();
const entries = () => db.select().from(accessEntries).all();
/** What was noted about somebody: kind, purpose, by whom. */
const notedOf = (who: Viewer) =>
	entries()
		.filter(({ personId }) => personId === who.id)
		.map(({ kind, purpose, viewerId }) => [kind, purpose, nameOf(viewerId)]);
const nameOf = (viewerId: string) => [c.mara, c.jonas, c.edda, c.hale, c.ada].find((who) => who.id === viewerId)?.name;
const ask = (who: Viewer, to: Viewer, kind: 'lead' | 'welfare' | 'peer', now = monday) => {
	askForContact(db, who, { id: id(), toId: to.id, toKind: kind, when: 'soon' }, now);
	return db.select().from(alerts).where(eq(alerts.personId, who.id)).get()?.id ?? '';
};

describe('reading somebody’s record is noted', () => {
	it('in a list of prompts, and when one is opened, with the prompt', () => {
		const alertId = ask(c.ines, c.mara, 'lead');
		promptsFor(db, c.mara, monday + MINUTE);
		openPrompt(db, c.mara, alertId, monday + 2 * MINUTE);
		expect(notedOf(c.ines)).toEqual([
			['prompts', 'duty', 'Mara Voss'],
			['prompt', 'prompt', 'Mara Voss']
		]);
		expect(entries().map((entry) => entry.alertId)).toEqual(['', alertId]);
	});

	it('with the headroom table, for everybody in it', () => {
		headroomFor(db, c.mara, monday);
		expect(new Set(entries().map(({ personId }) => personId))).toEqual(
			new Set([c.ines, c.tomas, c.wen, c.bea, c.kit, c.rui].map((who) => who.id))
		);
		expect(notedOf(c.ines)).toEqual([['headroom', 'duty', 'Mara Voss']]);
	});

	it('with the absences of a team, for whoever is away', () => {
		enterAbsence(db, c.wen, { id: id(), personId: c.wen.id, from: '2026-11-16', to: '2026-11-20', sure: null }, monday);
		teamAbsences(db, c.mara, monday);
		expect(notedOf(c.wen)).toEqual([['absences', 'duty', 'Mara Voss']]);
		expect(notedOf(c.ines)).toEqual([]);
	});

	it('with appointments: the list, one of them, and the form that knows when the last one was', () => {
		const appointment = id();
		planAppointment(db, c.edda, { id: appointment, personId: c.ines.id, kind: 'counselling', due: '2026-11-12' }, monday);
		appointmentsFor(db, c.edda, monday);
		openAppointment(db, c.edda, appointment, monday + DAY);
		planningFor(db, c.edda, { personId: c.ines.id, kind: null }, monday + 2 * DAY);
		expect(notedOf(c.ines)).toEqual(Array(3).fill(['appointments', 'duty', 'Edda Quill']));
	});

	it('on an administrator’s page of an account', () => {
		findAccount(db, c.ada, c.ines.id, monday);
		expect(notedOf(c.ines)).toEqual([['account', 'administration', 'Ada Finch']]);
	});

	it('for whoever is listed with a hold, a copy, a wish to be erased or a day of leaving, and not for whoever is erased', () => {
		placeHold(db, c.ada, { id: id(), personId: c.ines.id, kind: 'court', until: '2026-12-01' }, monday);
		askDisclosure(db, c.ada, { id: id(), personId: c.tomas.id, reason: 'court', answers: 'none' }, monday);
		askDisclosure(db, c.ada, { id: id(), personId: c.sol.id, reason: 'court', answers: 'none' }, monday);
		askForErasure(db, c.wen, { id: id() }, monday);
		planDeparture(db, c.ada, { id: id(), personId: c.bea.id, from: '2026-12-18' }, monday);
		erasePerson(db, c.ada, c.sol.id, monday);
		const lists: [Viewer, () => unknown][] = [
			[c.ines, () => allHolds(db, c.hale, monday)],
			[c.tomas, () => disclosuresFor(db, c.hale, null, monday)],
			[c.wen, () => askedErasures(db, c.ada, monday)],
			[c.bea, () => departuresFor(db, c.ada, monday)]
		];
		expect(entries()).toEqual([]);
		for (const [who, look] of lists) {
			expect(look()).not.toEqual([]);
			look();
			expect(entries().map(({ personId, kind, purpose, count }) => [personId, kind, purpose, count])).toEqual([
				[who.id, 'keeping', 'administration', 1]
			]);
			db.run(sql`drop trigger if exists access_entries_no_delete`);
			db.delete(accessEntries).run();
		}
		erasureClocks(db, c.ada, monday);
		holdOf(db, c.ines, monday);
		ownDisclosures(db, c.tomas, monday);
		expect(entries()).toEqual([]);
		departureOf(db, c.ada, c.bea.id, monday);
		expect(notedOf(c.bea)).toEqual([['keeping', 'administration', 'Ada Finch']]);
	});

	it('with a conversation that is said not to have happened; counting what waits reads nobody’s record', () => {
		const alertId = ask(c.ines, c.mara, 'lead');
		recordConversation(db, c.mara, { id: id(), alertId, served: [alertId], items: ['talk'], on: null }, monday + HOUR);
		const conversationId = recordedConversations(db, c.ines, monday + HOUR)[0]?.id ?? '';
		disputeConversation(db, c.ines, { conversationId }, monday + HOUR);
		expect(unopenedFor(db, c.hale, monday + HOUR)).toBe(1);
		expect(notedOf(c.ines)).toEqual([]);
		disputesFor(db, c.hale, monday + HOUR);
		expect(notedOf(c.ines)).toEqual([['dispute', 'duty', 'Hale Brandt']]);
	});

	it('of others alone: one’s own record is one’s own', () => {
		noteReading(db, c.ines, { kind: 'limits', why: { purpose: 'duty' } }, [c.ines.id], monday);
		findAccount(db, c.ada, c.ada.id, monday);
		headroomFor(db, c.ines, monday);
		expect(entries()).toEqual([]);
	});

	it('not where nothing was to be seen', () => {
		const alertId = ask(c.ines, c.mara, 'lead');
		expect(refusalOf(() => openPrompt(db, c.nell, alertId, monday)).kind).toBe('not-found');
		expect(refusalOf(() => findAccount(db, c.mara, c.ines.id, monday)).kind).toBe('not-allowed');
		expect(refusalOf(() => findAccount(db, c.ada, id(), monday)).kind).toBe('not-found');
		expect(entries()).toEqual([]);
	});
});

describe('one entry for each viewer, person, kind, reason and day', () => {
	const look = (at: number, kind: ReadKind = 'limits', who = c.mara) =>
		noteReading(db, who, { kind, why: { purpose: 'duty' } }, [c.ines.id], at);
	const counts = () => entries().map(({ day, count, firstAt, lastAt }) => [day, count, firstAt - monday, lastAt - monday]);

	it('counts what comes ten minutes later as another look', () => {
		look(monday);
		look(monday + 9 * MINUTE);
		look(monday + 19 * MINUTE);
		expect(counts()).toEqual([['2026-11-09', 1, 0, 19 * MINUTE]]);
		look(monday + 30 * MINUTE);
		expect(counts()).toEqual([['2026-11-09', 2, 0, 30 * MINUTE]]);
	});

	it('counts each look after the clock was put back, and never makes an entry earlier', () => {
		const day = monday + 10 * HOUR;
		for (const hours of [0, 6, 4, 2]) findAccount(db, c.ada, c.ines.id, day - hours * HOUR);
		expect(entries()).toMatchObject([{ personId: c.ines.id, count: 4, firstAt: day, lastAt: day }]);
	});

	it('writes nothing of whoever is erased', () => {
		erasePerson(db, c.ada, c.tomas.id, monday);
		findAccount(db, c.ada, c.tomas.id, monday + HOUR);
		noteReading(db, c.hale, { kind: 'report', why: { purpose: 'duty' } }, [c.tomas.id, c.ines.id], monday + HOUR);
		expect(notedOf(c.tomas)).toEqual([]);
		expect(notedOf(c.ines)).toEqual([['report', 'duty', 'Hale Brandt']]);
	});

	it('writes nothing within the same minute', () => {
		look(monday);
		const before = db.$client.prepare('select total_changes()').pluck().get();
		look(monday + MINUTE - 1);
		expect(db.$client.prepare('select total_changes()').pluck().get()).toBe(before);
		look(monday + MINUTE);
		expect(counts()).toEqual([['2026-11-09', 1, 0, MINUTE]]);
	});

	it('begins anew with the next day, another viewer, another kind', () => {
		look(monday);
		look(monday + DAY);
		look(monday, 'headroom');
		look(monday, 'limits', c.jonas);
		expect(counts()).toHaveLength(4);
	});

	it('is never taken back or made less', () => {
		look(monday);
		const change = (set: object) => () => db.update(accessEntries).set(set).run();
		for (const set of [
			{ viewerId: c.jonas.id },
			{ personId: c.tomas.id },
			{ kind: 'headroom' as const },
			{ count: 0 },
			{ lastAt: monday - 1 }
		])
			expect(change(set)).toThrow(/never changed|CHECK/);
	});
});

describe('what cannot be noted is not shown', () => {
	let folder: string;
	beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'breakwater-'))));
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const close = (file: Db) => {
		file.$client.close();
		file.keys.close();
	};

	it.each([
		['a full disk', 'max_page_count'],
		['a database that cannot be written', 'query_only']
	])('%s: 507, and nothing returned', (_, pragma) => {
		const file = openDatabase(folder, '', 'drizzle');
		const { people, reads } = furnishReads(file, monday);
		if (pragma === 'query_only') file.$client.pragma('query_only = on');
		else {
			file.$client.pragma(`max_page_count = ${String(file.$client.pragma('page_count', { simple: true }))}`);
			// What is left in the last pages.
			fillUp(file, people);
		}
		for (const [kind, read] of Object.entries(reads)) {
			const refusal = refusalOf(read);
			expect(refusal.kind, kind).toBe('full');
			expect(refusal.message, kind).toContain('nothing is shown');
		}
		close(file);
	});

	it('of every kind that there is: each of these reads is noted as such', () => {
		db = memoryDb();
		const { reads } = furnishReads(db, monday);
		for (const [kind, read] of Object.entries(reads)) {
			const before = entries().length;
			read();
			expect(
				entries()
					.slice(before)
					.map((entry) => entry.kind),
				kind
			).toContain(kind);
		}
		expect(Object.keys(reads).sort()).toEqual([...readKinds].sort());
	});

	function fillUp(file: Db, people: Cast): void {
		const kinds = readKinds.map((kind) => kind);
		try {
			for (let day = 0; ; day++)
				for (const kind of kinds)
					for (const who of [people.ines, people.tomas, people.wen])
						noteReading(file, people.otto, { kind, why: { purpose: 'duty' } }, [who.id], monday + day * DAY);
		} catch {
			// There is no room any more.
		}
	}

	it('undoes the entries of a page of which one part fails', () => {
		expect(() =>
			reading(db, () => {
				headroomFor(db, c.mara, monday);
				throw new Error('the page broke');
			})
		).toThrow('the page broke');
		expect(entries()).toEqual([]);
	});
});

describe('who has looked, for the person', () => {
	it('reads in plain words, newest first', () => {
		const alertId = ask(c.ines, c.mara, 'lead');
		noteReading(db, c.mara, { kind: 'weekly-list', why: { purpose: 'duty' } }, [c.ines.id], monday);
		noteReading(db, c.mara, { kind: 'weekly-list', why: { purpose: 'duty' } }, [c.ines.id], monday + 11 * MINUTE);
		openPrompt(db, c.mara, alertId, monday + HOUR);
		noteReading(db, c.hale, { kind: 'hours', why: { purpose: 'return-to-work' } }, [c.ines.id], monday + 2 * HOUR);
		const { entries: shown, older } = accessesOf(db, c.ines, 0, monday + 3 * DAY);
		expect(shown.map(({ who, what, when, times, why }) => [who, what, when, times, why])).toEqual([
			['Hale Brandt', 'looked at your hours of exposure by week', 'Monday 9 November, 12:00', '', 'Purpose given: coming back to work.'],
			['Mara Voss', 'looked at a prompt about you', 'Monday 9 November, 11:00', '', 'Because of a prompt: you asked for contact.'],
			[
				'Mara Voss',
				'looked at your limits on the weekly list',
				'Monday 9 November, 10:11',
				'twice that day',
				'Part of what they do every day.'
			]
		]);
		expect(older).toBe(false);
	});

	it('is one’s own: nobody reads who looked at somebody else', () => {
		noteReading(db, c.mara, { kind: 'limits', why: { purpose: 'duty' } }, [c.ines.id], monday);
		for (const who of [c.mara, c.tomas, c.hale, c.ada]) expect(accessesOf(db, who, 0, monday).entries).toEqual([]);
	});

	it('comes in pages', () => {
		for (let day = 0; day <= looksPerPage; day++)
			noteReading(db, c.mara, { kind: 'limits', why: { purpose: 'duty' } }, [c.ines.id], monday + day * DAY);
		const [first, second] = [accessesOf(db, c.ines, 0, monday), accessesOf(db, c.ines, 1, monday)];
		expect([first.entries.length, first.older, second.entries.length, second.older]).toEqual([looksPerPage, true, 1, false]);
		for (const page of [-3, NaN, Infinity, 1e9]) expect(accessesOf(db, c.ines, page, monday).page).toBeGreaterThanOrEqual(0);
	});
});
