import { eq } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { enterAbsence } from '#lib/server/absences.ts';
import { teamAbsences } from '#lib/server/absence-lists.ts';
import { inCareOf } from '#lib/server/appointment-officers.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { roles } from '#lib/server/db/schema/people.ts';
import { planDeparture } from '#lib/server/departures.ts';
import { openableDisclosure } from '#lib/server/disclosure-openings.ts';
import { askDisclosure, confirmDisclosure, endDisclosure } from '#lib/server/disclosures.ts';
import { erasePerson } from '#lib/server/erasures.ts';
import { logSession } from '#lib/server/exposures.ts';
import { headroomFor } from '#lib/server/headroom.ts';
import { keptAbout, keptClasses } from '#lib/server/kept-about.ts';
import { ownRecord, type OwnRecord } from '#lib/server/own-record.ts';
import { rightsOver } from '#lib/server/person-rights.ts';
import { classesOfTables } from '#lib/server/record-classes.ts';
import { routesOf } from '#lib/server/recipients.ts';
import { changeFloor } from '#lib/server/report-floors.ts';
import { changeRetention } from '#lib/server/retention.ts';
import { endRole } from '#lib/server/roles.ts';
import { chooseSharing, exclude } from '#lib/server/sharing.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { askFor } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { workIds } from '../support/exposure.ts';

/** Monday 5 October 2026, 10:00 in London. */
const monday = Date.UTC(2026, 9, 5, 9);
const DAY = 86_400_000;
const opened: Db[] = [];
let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	opened.push(db);
	c = cast(db, monday - 5 * DAY);
});
afterAll(() => {
	for (const each of opened) {
		each.$client.close();
		each.keys.close();
	}
});

const everybody = (): Viewer[] =>
	[c.ada, c.hale, c.mara, c.jonas, c.edda, c.rui, c.ines, c.tomas, c.kit, c.pia, c.nell, c.otto, c.sol].map((who) => c.again(who));

/** The names of those for whom a query that decides access returns this person. */
const letIn = (person: Viewer, ids: (viewer: Viewer) => readonly string[]) =>
	everybody()
		.filter((viewer) => ids(viewer).includes(person.id))
		.map(({ name }) => name)
		.toSorted();

function refused(read: () => unknown): boolean {
	try {
		read();
		return false;
	} catch {
		return true;
	}
}

const roleOf = (who: Viewer) => db.select().from(roles).where(eq(roles.personId, who.id)).get()?.id ?? '';

/** Who is let in by the queries themselves, asked as each of everybody. */
function seen(person: Viewer): Partial<OwnRecord> {
	const rights = (may: (each: ReturnType<typeof rightsOver>[number]) => boolean) =>
		letIn(person, (viewer) =>
			rightsOver(db, viewer)
				.filter(may)
				.map(({ id }) => id)
		);
	return {
		openedLimits: rights(({ limits, passed }) => limits !== null && !passed),
		hours: rights(({ hours }) => hours),
		trends: rights(({ namedAt }) => namedAt !== null),
		headroom: letIn(person, (viewer) => headroomFor(db, viewer, monday).map(({ id }) => id)),
		absences: letIn(person, (viewer) =>
			teamAbsences(db, viewer, monday).teams.flatMap(({ months }) =>
				months.flatMap(({ absences }) => absences.map((each) => (each.person === person.name ? person.id : '')))
			)
		),
		appointments: letIn(person, (viewer) => inCareOf(db, viewer, monday).map(({ id }) => id)),
		prompts: [
			{
				reason: 'You asked for contact',
				readers: letIn(person, (viewer) => routesOf(db, viewer, monday).map(({ alert }) => alert.personId)),
				inEveryCopy: false
			}
		]
	};
}

const told = (person: Viewer): OwnRecord => {
	const record = ownRecord(db, c.again(person), monday);
	const sorted = Object.entries(record).map(([part, who]) => [
		part,
		part === 'prompts' || part === 'fewest' ? who : [...(who as string[])].toSorted()
	]);
	return Object.fromEntries(sorted) as OwnRecord;
};

describe('who can see what, told to the person', () => {
	beforeEach(() => {
		for (const who of [c.ines, c.kit, c.sol]) {
			enterAbsence(db, who, { id: crypto.randomUUID(), personId: who.id, from: '2026-10-20', to: '2026-10-21', sure: null }, monday - DAY);
			askFor(db, who, who === c.sol ? c.nell : c.mara, 'lead', monday - 60_000);
		}
	});

	it('is who is let in by the queries that decide it', () => {
		for (const who of [c.ines, c.kit, c.sol]) expect(told(who)).toMatchObject(seen(c.again(who)));
		expect(told(c.ines)).toMatchObject({ headroom: ['Jonas Pike', 'Mara Voss'], trends: [], hours: ['Edda Quill', 'Hale Brandt'] });
		expect(told(c.kit)).toMatchObject({ appointments: ['Pia Dorn'] });
	});

	it('changes with what Ines shares and whom she passes over, at once', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [c.otto.id] }, monday - 30_000);
		exclude(db, c.ines, { personId: c.jonas.id }, monday - 20_000);
		exclude(db, c.ines, { personId: c.hale.id }, monday - 10_000);
		expect(told(c.ines)).toMatchObject(seen(c.again(c.ines)));
		expect(told(c.ines)).toMatchObject({ trends: ['Otto Lind'], prompted: ['Edda Quill'], limits: ['Mara Voss'] });
		// What their role opens of everybody, where a gap would tell: Hale opens hours, and finds no limit.
		expect(told(c.ines)).toMatchObject({ hours: ['Edda Quill', 'Hale Brandt'], openedLimits: ['Edda Quill', 'Mara Voss'] });
		expect(told(c.ines).headroom).toContain('Jonas Pike');
	});

	it('says how many people are behind a figure of the next report, as it is in force', () => {
		expect(told(c.ines)).toMatchObject({ fewest: 10 });
		changeFloor(db, c.ada, { id: crypto.randomUUID(), fewest: 12, reason: 'Rather more' }, monday);
		expect(told(c.ines)).toMatchObject({ fewest: 12 });
	});

	it('names who can open a copy of the record, until it is taken back or the week is over', () => {
		const copy = (answers: 'none' | 'order') => ({ id: crypto.randomUUID(), personId: c.ines.id, reason: 'court' as const, answers });
		const [plain, whole] = [copy('none'), copy('order')];
		const at = (now: number) => ownRecord(db, c.again(c.ines), now).copies;
		const letInto = (id: string, now: number) =>
			letIn(c.ines, (viewer) => {
				const may = () => openableDisclosure(db, viewer, id, now).personId;
				return refused(may) ? [] : [may()];
			});
		for (const each of [plain, whole]) askDisclosure(db, c.ada, each, monday);
		expect(at(monday)).toEqual([]);
		for (const each of [plain, whole]) confirmDisclosure(db, c.hale, each, monday);
		const open = { who: ['Ada Finch', 'Hale Brandt'], until: 'Monday 12 October, 10:00' };
		expect(at(monday)).toEqual([
			{ ...open, answers: false },
			{ ...open, answers: true }
		]);
		expect(letInto(plain.id, monday)).toEqual(open.who);
		expect(told(c.tomas).copies).toEqual([]);
		endDisclosure(db, c.hale, whole, monday + 1);
		expect(at(monday + 7 * DAY - 1)).toEqual([{ ...open, until: expect.any(String) as string, answers: false }]);
		expect(letInto(plain.id, monday + 7 * DAY - 1)).toEqual(open.who);
		expect([at(monday + 7 * DAY), letInto(plain.id, monday + 7 * DAY)]).toEqual([[], []]);

		endRole(db, c.ada, roleOf(c.hale), monday + 2);
		expect(at(monday + 3)).toMatchObject([{ who: ['Ada Finch'] }]);
		expect(letInto(plain.id, monday + 3)).toEqual(['Ada Finch']);
		erasePerson(db, c.ada, c.ines.id, monday + 4);
		expect(ownRecord(db, c.ines, monday + 5).copies).toEqual([]);
	});

	it('names the administrators, and who keeps legal holds', () => {
		expect(told(c.ines)).toMatchObject({ account: ['Ada Finch'], holds: ['Ada Finch', 'Hale Brandt'] });
		expect(told(c.ada)).toMatchObject({ account: [], limits: [] });
	});
});

describe('what is kept', () => {
	it('is counted by class, with since when and for how long', () => {
		const end = monday - 3 * DAY;
		logSession(db, c.ines, { id: crypto.randomUUID(), start: end - 3_600_000, end, workTypeId: workIds(db).images }, end + 1);
		const kept = new Map(keptAbout(db, c.ines).map((each) => [each.id, each]));
		expect(kept.get('sessions')).toMatchObject({ count: 1, since: 'Friday 2 October 2026', until: 'until 6 years after you leave' });
		expect(kept.get('check-ins')).toMatchObject({ count: 0, since: null, until: 'for 24 months each' });
		expect(kept.get('words')).toMatchObject({ count: 0, until: 'for 90 days each, or until you delete them' });
		expect(kept.get('account')?.count).toBeGreaterThan(2);
		expect(keptAbout(db, c.tomas).find(({ id }) => id === 'sessions')?.count).toBe(0);
	});

	it('names every table that can hold something of somebody, once, each with the time of its class', () => {
		const classes = classesOfTables();
		const tables = [...classes].filter(([, name]) => name !== 'nobody').map(([table]) => table);
		const told = keptClasses.map(({ rows, also = [] }) => [...rows.map(({ table }) => table), ...also]);
		expect(told.flat().sort()).toEqual(tables.sort());
		// One time is told of each entry.
		expect(told.filter((together) => new Set(together.map((table) => classes.get(table))).size > 1)).toEqual([]);
		const shown = new Set(keptClasses.map(({ rows }) => classes.get(rows[0]?.table ?? '')));
		expect([...shown].sort()).toEqual([...new Set(classes.values())].filter((name) => name !== 'nobody').sort());
	});

	it('goes by the times in force, and says which go sooner', () => {
		const durations = { recordYears: 3, answersMonths: 7, wordsDays: 8, accessYears: 1 };
		changeRetention(db, c.ada, { id: crypto.randomUUID(), ...durations, reason: 'counsel', basedOn: null, sure: true }, monday);
		const kept = Object.fromEntries(keptAbout(db, c.ines).map(({ id, until }) => [id, until]));
		expect(kept).toMatchObject({
			...{ prompts: 'until 3 years after you leave', 'check-ins': 'for 7 months each', looks: 'for 1 year each' },
			...{
				words: 'for 8 days each, or until you delete them',
				messages: 'until they are over, and for 90 days after that at most (longer under a legal hold)'
			},
			'sign-ins':
				'until you sign out, or for about a day after a sign-in ends; links until they are over, and for 90 days after that at most (both longer under a legal hold, but signing out still ends a sign-in at once)',
			...{ forms: 'for a week at most', decisions: 'for good, without your name once you are erased' }
		});
	});

	it('tells what stands in each table, of oneself alone', () => {
		const before = new Map(keptAbout(db, c.ines).map(({ id, count }) => [id, count]));
		planDeparture(db, c.ada, { id: crypto.randomUUID(), personId: c.ines.id, from: '2026-12-18' }, monday);
		askFor(db, c.ines, c.mara, 'lead');
		const more = keptAbout(db, c.ines).filter(({ id, count }) => count > (before.get(id) ?? 0));
		expect(more.map(({ id }) => id)).toEqual(expect.arrayContaining(['prompts', 'asked', 'decisions']));
		expect(keptAbout(db, c.tomas).find(({ id }) => id === 'decisions')?.count).toBe(0);
	});
});
