import { beforeEach, describe, expect, it } from 'vitest';
import { followUp, offer } from '#lib/server/alert-steps.ts';
import { feedUnder } from '#lib/server/calendar-feeds.ts';
import { feedOf, makeFeed, revokeFeed } from '#lib/server/calendar-links.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { calendarFeeds } from '#lib/server/db/schema/feeds.ts';
import { roles } from '#lib/server/db/schema/people.ts';
import { disablePerson, enablePerson } from '#lib/server/people.ts';
import { agreeToPlan, endPlan, proposePlan } from '#lib/server/plans.ts';
import { promisesFor } from '#lib/server/promises.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { endRole } from '#lib/server/roles.ts';
import { answerOffer } from '#lib/server/support.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const uuid = () => crypto.randomUUID();
const page = 'https://breakwater.example.org/prompts';
const fetched = (token: string, now = monday + HOUR) => feedUnder(db, token, page, now);
/** The events of a file, a record each. */
function eventsIn(file: string | null): Record<string, string>[] {
	const lines = (file ?? '').replaceAll('\r\n ', '').split('\r\n');
	const events: Record<string, string>[] = [];
	for (const line of lines) {
		if (line === 'BEGIN:VEVENT') events.push({});
		const at = line.indexOf(':');
		if (events.length > 0) Object.assign(events.at(-1) ?? {}, { [line.slice(0, at)]: line.slice(at + 1) });
	}
	return events;
}

/** Mara offered, and it was accepted: to be followed up within 28 days. */
function accepted(who: Viewer, at = monday): string {
	askFor(db, who, c.mara, 'lead', at);
	const alertId = alertOf(db, who).id;
	offer(db, c.mara, { id: uuid(), alertId, items: ['talk', 'counselling'], manner: null }, at + MINUTE);
	answerOffer(db, who, { id: uuid(), alertId, answer: 'accepted' }, at + 2 * MINUTE);
	return alertId;
}
/** Mara and Tomas talked, and agreed to speak again on this day. */
function speakAgain(on: string): string {
	askFor(db, c.tomas, c.mara, 'lead', monday);
	const alertId = alertOf(db, c.tomas).id;
	recordConversation(db, c.mara, { id: uuid(), alertId, served: [alertId], items: [], on }, monday + MINUTE);
	return alertId;
}
function planned(alertId: string, who: Viewer): string {
	const none = { from: null, until: null };
	const dates = {
		rota: { from: '2026-11-09', until: '2026-11-20' },
		'non-exposure': none,
		counselling: { from: '2026-11-12', until: null }
	};
	const id = uuid();
	proposePlan(db, c.mara, { id, alertId, items: ['rota', 'counselling'], dates: { ...dates, 'time-off-screen': none } }, monday + HOUR);
	agreeToPlan(db, who, { planId: id }, monday + HOUR);
	return id;
}

describe('what is promised', () => {
	it('stands in Mara’s list by the day it is due, what is overdue first, whatever was promised first', () => {
		accepted(c.ines);
		speakAgain('2026-11-12');
		const list = (now: number) => promisesFor(db, c.mara, now).map(({ person, due }) => [person, due.words]);
		expect(list(monday + HOUR)).toEqual([
			['Tomas Reed', 'by Thursday'],
			['Ines Calder', 'by 7 December']
		]);
		expect(list(monday + 5 * DAY)[0]).toEqual(['Tomas Reed', 'overdue since Thursday']);
	});
});

describe('Mara’s calendar', () => {
	it('holds the days to follow up and what she promised in plans, as whole days', () => {
		const alertId = accepted(c.ines);
		speakAgain('2026-11-12');
		planned(alertId, c.ines);
		const file = fetched(makeFeed(db, c.mara, monday));
		expect(file).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2.0\r\n/);
		const events = eventsIn(file);
		expect(events.map((event) => [event.SUMMARY, event['DTSTART;VALUE=DATE'], event['DTEND;VALUE=DATE']])).toEqual([
			['Follow up', '20261112', '20261113'],
			['Follow up', '20261207', '20261208'],
			['Promised', '20261109', '20261121'],
			['Promised', '20261112', '20261113']
		]);
		for (const event of events) expect(event).toMatchObject({ TRANSP: 'TRANSPARENT', CLASS: 'PRIVATE', 'URL;VALUE=URI': page });
	});

	it('holds neither a name, nor a reason, nor an id of what it is about', () => {
		const alertId = accepted(c.ines);
		const planId = planned(alertId, c.ines);
		const file = fetched(makeFeed(db, c.mara, monday)) ?? '';
		expect(file).not.toMatch(/ines|calder|mara|voss|harbour|seawall|contact|counsel|rota|talk|plan/i);
		for (const id of [alertId, planId, c.ines.id, c.mara.id]) expect(file).not.toContain(id);
	});

	it('has the same ids at each fetch, and one for each event', () => {
		planned(accepted(c.ines), c.ines);
		const token = makeFeed(db, c.mara, monday);
		expect(fetched(token, monday + 2 * HOUR)).toBe(fetched(token, monday + 3 * HOUR));
		const ids = eventsIn(fetched(token)).map(({ UID }) => UID);
		expect(new Set(ids).size).toBe(3);
	});

	it('loses what was followed up, ended, or is over, and holds nothing of other people’s promises', () => {
		const alertId = accepted(c.ines);
		const planId = planned(alertId, c.ines);
		const token = makeFeed(db, c.mara, monday);
		const titles = (now: number) => eventsIn(fetched(token, now)).map(({ SUMMARY }) => SUMMARY);
		expect(titles(monday + 4 * DAY)).toEqual(['Follow up', 'Promised']);
		followUp(db, c.mara, { id: uuid(), alertId }, monday + 4 * DAY);
		expect(titles(monday + 5 * DAY)).toEqual(['Promised']);
		endPlan(db, c.ines, { planId }, monday + 5 * DAY);
		expect(titles(monday + 5 * DAY)).toEqual([]);
		expect(eventsIn(fetched(makeFeed(db, c.jonas, monday)))).toEqual([]);
	});
});

describe('the link', () => {
	it('has 256 random bits, of which nothing is stored', () => {
		const token = makeFeed(db, c.mara, monday);
		expect(Buffer.from(token, 'base64url')).toHaveLength(32);
		expect(JSON.stringify(db.select().from(calendarFeeds).all())).not.toContain(token);
	});

	it('ends when she ends it, and when she makes another', () => {
		const first = makeFeed(db, c.mara, monday);
		const second = makeFeed(db, c.mara, monday + MINUTE);
		expect([fetched(first), typeof fetched(second)]).toEqual([null, 'string']);
		revokeFeed(db, c.mara, monday + HOUR);
		revokeFeed(db, c.mara, monday + HOUR);
		expect([fetched(second), feedOf(db, c.mara, monday + HOUR)]).toEqual([null, null]);
	});

	it('is answered also where it cannot be noted that it was fetched', () => {
		accepted(c.ines);
		const token = makeFeed(db, c.mara, monday);
		db.$client.pragma('query_only = 1');
		expect(eventsIn(fetched(token))).toHaveLength(1);
		db.$client.pragma('query_only = 0');
		expect(feedOf(db, c.mara, monday + HOUR)?.fetched).toBeNull();
	});

	it('opens nothing while her account is closed, or once she supports nobody', () => {
		const token = makeFeed(db, c.mara, monday);
		disablePerson(db, c.ada, c.mara.id, monday);
		expect(fetched(token)).toBeNull();
		enablePerson(db, c.ada, c.mara.id, monday);
		const role = db
			.select()
			.from(roles)
			.all()
			.find(({ personId }) => personId === c.mara.id);
		endRole(db, system, role?.id ?? '', monday);
		expect(fetched(token)).toBeNull();
	});

	it('that was made up opens nothing, whatever it looks like', () => {
		makeFeed(db, c.mara, monday);
		for (const token of ['', 'made-up', 'a'.repeat(43), '%', "' or 1=1 --"]) expect(fetched(token)).toBeNull();
	});

	it('is for whoever supports somebody', () => {
		for (const who of [c.mara, c.edda, c.rui, c.hale]) expect(feedOf(db, who, monday)).toBeNull();
		for (const who of [c.ines, c.ada]) {
			expect(feedOf(db, who, monday)).toBeUndefined();
			expect(() => makeFeed(db, who, monday)).toThrow(Refusal);
		}
	});

	it('shows when it was fetched last, written down once a minute at most', () => {
		const token = makeFeed(db, c.mara, monday);
		expect(feedOf(db, c.mara, monday + HOUR)).toEqual({ made: 'today, 10:00', fetched: null });
		const at = () => db.select().from(calendarFeeds).get()?.fetchedAt;
		fetched(token, monday + HOUR);
		fetched(token, monday + HOUR + MINUTE);
		expect(at()).toBe(monday + HOUR);
		fetched(token, monday + HOUR + MINUTE + 1);
		expect(at()).toBe(monday + HOUR + MINUTE + 1);
		expect(feedOf(db, c.mara, monday + 3 * DAY)?.fetched).toBe('Monday 9 November, 11:01');
	});
});
