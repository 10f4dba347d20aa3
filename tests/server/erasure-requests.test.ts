import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { MS_PER_DAY } from '#lib/domain/time.ts';
import { openAlarms } from '#lib/server/alarms.ts';
import { confirmPassword } from '#lib/server/auth/own-password.ts';
import { hashPassword } from '#lib/server/auth/passwords.ts';
import { eq } from 'drizzle-orm';
import { people } from '#lib/server/db/schema/people.ts';
import {
	askedErasures,
	askForErasure,
	declinedErasure,
	erasureClocks,
	isErasureLate,
	ownErasure,
	takeErasureBack
} from '#lib/server/erasure-requests.ts';
import { erasureTerms, going, staying } from '#lib/server/erasure-terms.ts';
import { carryOutErasure, declineErasure } from '#lib/server/erasure-answers.ts';
import { personTables } from '#lib/server/record-classes.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { startWatcher } from '#lib/server/watcher.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import type { Db } from '#lib/server/db/connection.ts';
import type { Cast } from '../support/cast.ts';

/** Monday 5 October 2026, 10:00 in London. */
const monday = Date.UTC(2026, 9, 5, 9);
const opened: Db[] = [];
let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	opened.push(db);
	c = cast(db, monday);
});
afterAll(() => {
	for (const each of opened) {
		each.$client.close();
		each.keys.close();
	}
});

const ask = (who = c.ines, at = monday) => {
	const id = crypto.randomUUID();
	askForErasure(db, who, { id }, at);
	return id;
};
const trail = () => db.$client.prepare(`select action from audit_entries where action like '%erasure%' order by seq`).pluck().all();

describe('asking for erasure', () => {
	it('shows Ines until when it must be carried out, and Ada who asked, with the days left and no reason', () => {
		ask();
		expect(ownErasure(db, c.ines, monday)).toEqual({ asked: 'today', until: 'Monday 2 November', daysLeft: 28 });
		expect(ownErasure(db, c.ines, monday + 27 * MS_PER_DAY + 1)?.daysLeft).toBe(1);
		expect(askedErasures(db, c.ada, monday + MS_PER_DAY)).toMatchObject([
			{ name: 'Ines Calder', personId: c.ines.id, until: 'Monday 2 November', daysLeft: 27, late: false }
		]);
		expect(trail()).toEqual(['record.erasure-asked']);
	});

	it('tells nobody but administrators', () => {
		ask();
		for (const who of [c.mara, c.edda, c.hale, c.rui, c.tomas, c.ines]) {
			expect(askedErasures(db, who, monday)).toEqual([]);
			expect(erasureClocks(db, who, monday)).toEqual([]);
		}
		// On the overview the clock alone.
		expect(erasureClocks(db, c.ada, monday)).toEqual([{ asked: 'today', until: 'Monday 2 November', daysLeft: 28, late: false }]);
		expect(ownErasure(db, c.tomas, monday)).toBeNull();
	});

	it('counts from the first time, however often it is asked and whichever form is sent', () => {
		const id = ask();
		askForErasure(db, c.ines, { id }, monday + 1);
		ask(c.ines, monday + 3 * MS_PER_DAY);
		expect(askedErasures(db, c.ada, monday + 3 * MS_PER_DAY)).toMatchObject([{ id, daysLeft: 25 }]);
		expect(trail()).toHaveLength(1);
	});

	it('is taken back until it is carried out, and the same form does not ask again', () => {
		const id = ask();
		takeErasureBack(db, c.ines, monday + 5);
		takeErasureBack(db, c.ines, monday + 6);
		askForErasure(db, c.ines, { id }, monday + 7);
		expect(ownErasure(db, c.ines, monday + 8)).toBeNull();
		expect(askedErasures(db, c.ada, monday + 8)).toEqual([]);
		expect(trail()).toEqual(['record.erasure-asked', 'record.erasure-taken-back']);
		ask(c.ines, monday + 9);
		expect(ownErasure(db, c.ines, monday + 9)).not.toBeNull();
	});

	it('is over once it is carried out, or declined with a reason that the person reads', () => {
		declineErasure(db, c.ada, { id: ask(), reason: 'legal-duty' }, monday + 1);
		expect(ownErasure(db, c.ines, monday + 2)).toBeNull();
		expect(declinedErasure(db, c.ines, monday + 2)).toEqual({
			...{ when: 'today', by: 'Ada Finch', why: 'The law asks for this record to be kept.' }
		});
		carryOutErasure(db, c.ada, { id: ask(c.ines, monday + 3) }, monday + 4);
		expect(declinedErasure(db, c.ines, monday + 5)).toBeNull();
		expect(askedErasures(db, c.ada, monday + 5)).toEqual([]);
	});

	it('raises an alarm once it has waited for 28 days, which ends when it is taken back', () => {
		ask();
		expect(isErasureLate(db, monday + 28 * MS_PER_DAY - 1)).toBe(false);
		expect(isErasureLate(db, monday + 28 * MS_PER_DAY)).toBe(true);
		let now = monday + 29 * MS_PER_DAY;
		const watcher = startWatcher(
			db,
			() => true,
			() => now,
			() => now
		);
		const titles = () => openAlarms(db, c.ada, now).map(({ title }) => title);
		expect(titles()).toContain('An erasure is more than 28 days old');
		expect(JSON.stringify(openAlarms(db, c.ada, now))).not.toContain('Ines');
		takeErasureBack(db, c.ines, now);
		now += 60_000;
		watcher.look();
		expect(titles()).not.toContain('An erasure is more than 28 days old');
		watcher.stop();
	});
});

describe('the terms of erasure', () => {
	it('name every table from which rows go, once, as what erasing does with it', () => {
		const told = (lines: typeof going) => lines.flatMap(({ tables, also = [] }) => [...tables, ...also]);
		const erased = (how: string) => personTables.filter((each) => each.erased === how).map(({ table }) => table);
		const notices = told(going).filter((table) => table !== 'findings');
		expect(notices.toSorted()).toEqual(erased('deleted').toSorted());
		expect(told(staying).toSorted()).toEqual(erased('counts').toSorted());
	});

	it('say from which date nothing can be read: 28 days until it is done, 30 for the copies of keys', () => {
		expect(erasureTerms(db, c.ines, monday)).toMatchObject({ unreadable: 'Wednesday 2 December 2026', days: 28, keyDays: 30, years: 6 });
		// What is not sealed lies in copies of the database, which no erasing reaches.
		expect(erasureTerms(db, c.ines, monday).copies).toMatch(
			/That is what is sealed. Copies of the database .* still hold your name, your hours, prompts/
		);
	});
});

describe('the password, asked once more', () => {
	it('is refused beside its field where it does not fit, and slows down whoever guesses', async () => {
		db.update(people)
			.set({ passwordHash: await hashPassword('slate harbour lantern 27') })
			.where(eq(people.id, c.ines.id))
			.run();
		const confirm = (password: string) => confirmPassword(db, c.ines, { field: 'password', password }, monday);
		await expect(confirm('slate harbour lantern 27')).resolves.toMatch(/^\$argon2id/);
		for (let n = 0; n < 5; n++)
			await expect(confirm('not it')).rejects.toMatchObject({ kind: 'invalid', fields: { password: expect.any(String) } });
		await expect(confirm('slate harbour lantern 27')).rejects.toSatisfy(
			(refusal) => refusal instanceof Refusal && refusal.kind === 'too-often'
		);
	});
});
