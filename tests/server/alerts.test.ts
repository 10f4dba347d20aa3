import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { acknowledge, close, followUp, offer } from '#lib/server/alert-steps.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { goAway } from '#lib/server/away.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { alertEvents, alerts, clocks } from '#lib/server/db/schema/records.ts';
import { headroomFor } from '#lib/server/headroom.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { promisesFor } from '#lib/server/promises.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import { answerOffer } from '#lib/server/support.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, exclude, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const id = () => crypto.randomUUID();
const eventsOf = (alertId: string) => db.select().from(alertEvents).where(eq(alertEvents.alertId, alertId)).all();
const seenBy = (alertId: string) =>
	eventsOf(alertId)
		.filter(({ event }) => event === 'seen')
		.map(({ actorId }) => actorId);

describe('the list of a supervisor', () => {
	it('says the reason, the hours, since when and what is due next', () => {
		exceed(db, c.ines, monday);
		expect(promptsFor(db, c.mara, monday + HOUR)).toEqual([
			{
				...{ id: alertOf(db, c.ines).id, person: 'Ines Calder', reason: 'Exposure over a limit', figure: '7 h today', today: false },
				...{ since: 'today 10:00', next: 'Acknowledge', level: 0, as: 'lead' },
				due: { words: 'by tomorrow 10:00', soon: false, late: false }
			}
		]);
	});

	it('the next day, and a week later', () => {
		exceed(db, c.ines, monday);
		acknowledge(db, c.mara, { id: id(), alertId: alertOf(db, c.ines).id }, monday + HOUR);
		const [tuesday] = promptsFor(db, c.mara, monday + DAY);
		expect(tuesday).toMatchObject({
			figure: '7 h yesterday',
			since: 'yesterday 10:00',
			next: 'Offer',
			due: { words: 'by tomorrow 11:00' }
		});
		const [week] = promptsFor(db, c.mara, monday + 8 * DAY);
		expect(week).toMatchObject({ figure: '7 h on 9 November', since: '9 November', level: 1, due: { words: 'as soon as you can' } });
	});

	it('contact today first, then what is due soonest', () => {
		exceed(db, c.tomas, monday);
		askFor(db, c.wen, c.mara, 'lead', monday + MINUTE);
		db.update(alerts)
			.set({ today: true })
			.where(eq(alerts.id, alertOf(db, c.wen).id))
			.run();
		askFor(db, c.bea, c.mara, 'lead', monday);
		expect(promptsFor(db, c.mara, monday + HOUR).map(({ person }) => person)).toEqual(['Wen Alder', 'Bea Lund', 'Tomas Reed']);
	});

	it('times are the viewer’s', () => {
		exceed(db, c.ines, monday);
		const abroad = { ...c.mara, zone: 'Asia/Tokyo' };
		expect(promptsFor(db, abroad, monday + HOUR)[0]?.since).toBe('today 19:00');
	});

	it('shows the figure of a week beside the newest of a day', () => {
		for (let day = 0; day < 5; day++) exceed(db, c.ines, monday + day * DAY, 7);
		const { figures } = openPrompt(db, c.mara, alertOf(db, c.ines).id, monday + 4 * DAY);
		expect(figures).toContain('28 h in 7 days (week of 9 November)');
		expect(figures).toContain('7 h on Monday');
	});

	it('what ran out is passed on when the list is read, whether or not anything ticked', () => {
		exceed(db, c.ines, monday);
		expect(promptsFor(db, c.jonas, monday + DAY - 1)).toEqual([]);
		expect(promptsFor(db, c.jonas, monday + DAY)).toMatchObject([{ person: 'Ines Calder', level: 1 }]);
	});

	it('is empty for a moderator and an admin', () => {
		exceed(db, c.ines, monday);
		for (const viewer of [c.tomas, c.ines, c.ada, c.otto, c.edda, c.hale, c.nell]) expect(promptsFor(db, viewer, monday)).toEqual([]);
	});
});

describe('opening one', () => {
	it('is noted before it is shown, once per viewer', () => {
		askFor(db, c.ines, c.mara, 'lead');
		const { id: alertId } = alertOf(db, c.ines);
		expect(openPrompt(db, c.mara, alertId, monday + MINUTE).steps.map(({ words }) => words)).toEqual([
			'Ines Calder asked for contact.',
			'You opened this.'
		]);
		openPrompt(db, c.mara, alertId, monday + HOUR);
		expect(seenBy(alertId)).toEqual([c.mara.id]);
	});

	it('again after the person asked again', () => {
		askFor(db, c.ines, c.mara, 'lead');
		const { id: alertId } = alertOf(db, c.ines);
		openPrompt(db, c.mara, alertId, monday + MINUTE);
		askFor(db, c.ines, c.mara, 'lead', monday + HOUR);
		openPrompt(db, c.mara, alertId, monday + 2 * HOUR);
		openPrompt(db, c.mara, alertId, monday + 3 * HOUR);
		expect(seenBy(alertId)).toEqual([c.mara.id, c.mara.id]);
	});

	it('a stranger’s leaves no trace and is not found', () => {
		askFor(db, c.ines, c.mara, 'lead');
		const { id: alertId } = alertOf(db, c.ines);
		for (const stranger of [c.jonas, c.nell, c.edda, c.rui, c.hale, c.ada, c.tomas, c.ines]) {
			expect(refusalOf(() => openPrompt(db, stranger, alertId, monday)).kind, stranger.name).toBe('not-found');
		}
		expect(refusalOf(() => openPrompt(db, c.mara, 'nothing', monday)).kind).toBe('not-found');
		expect(seenBy(alertId)).toEqual([]);
	});

	it('where "seen" cannot be stored, nothing is shown', () => {
		askFor(db, c.ines, c.mara, 'lead');
		db.$client.exec(`create trigger no_seen before insert on alert_events when new.event = 'seen' begin select raise(abort, 'no'); end`);
		expect(() => openPrompt(db, c.mara, alertOf(db, c.ines).id, monday)).toThrow();
	});

	it('a deputy who opened it keeps it when the lead is back', () => {
		exceed(db, c.ines, monday);
		goAway(db, c.mara, { id: id(), until: '2026-11-09', deputyId: c.jonas.id }, monday);
		const { id: alertId } = alertOf(db, c.ines);
		openPrompt(db, c.jonas, alertId, monday + HOUR);
		expect(promptsFor(db, c.jonas, monday + 15 * HOUR)).toHaveLength(1);
		exclude(db, c.ines, c.jonas);
		expect(promptsFor(db, c.jonas, monday + 15 * HOUR)).toEqual([]);
	});

	it('once closed, it opens for whoever had opened it, and for nobody else', () => {
		exceed(db, c.ines, monday);
		const { id: alertId } = alertOf(db, c.ines);
		const form = () => ({ id: id(), alertId });
		recordConversation(db, c.mara, { ...form(), served: [alertId], items: [], on: null }, monday + HOUR);
		close(db, c.mara, form(), monday + 2 * HOUR);
		expect(openPrompt(db, c.mara, alertId, monday + 3 * HOUR)).toMatchObject({ closed: true, allowed: [], due: null });
		expect(refusalOf(() => openPrompt(db, c.jonas, alertId, monday + 3 * HOUR)).kind).toBe('not-found');
		expect(promptsFor(db, c.mara, monday + 3 * HOUR)).toEqual([]);
	});
});

/** A fault in whatever would be passed on about this person from now on. */
const faultFor = (personId: string) =>
	db.$client.exec(
		`create temp trigger fault before insert on alert_events when new.person_id = '${personId}' and new.event = 'escalated' begin select raise(abort, 'fault'); end`
	);

describe('somebody who cannot be evaluated', () => {
	it('is there as stored, with everybody else; what is said names an id alone', () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		exceed(db, c.ines, monday);
		exceed(db, c.tomas, monday + MINUTE);
		faultFor(c.ines.id);
		expect(promptsFor(db, c.jonas, monday + 2 * DAY).map(({ person }) => person)).toEqual(['Tomas Reed']);
		expect(promptsFor(db, c.mara, monday + 2 * DAY).map(({ person }) => person)).toEqual(['Ines Calder', 'Tomas Reed']);
		expect(openPrompt(db, c.mara, alertOf(db, c.ines).id, monday + 2 * DAY)).toMatchObject({ person: 'Ines Calder', level: 0 });
		const lines = said.mock.calls.join('\n');
		said.mockRestore();
		expect(lines).toContain(c.ines.id);
		expect(lines).not.toContain('Ines');
	});

	it('concerns nobody whose prompts could not be about them', () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		exceed(db, c.ines, monday);
		faultFor(c.ines.id);
		for (const viewer of [c.nell, c.tomas, c.ada]) expect(promptsFor(db, viewer, monday + 2 * DAY)).toEqual([]);
		const calls = said.mock.calls.length;
		said.mockRestore();
		expect(calls).toBe(0);
		expect(alertOf(db, c.ines).level).toBe(0);
	});

	it('is left out of the headroom, and nobody else', () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		db.delete(clocks).where(eq(clocks.personId, c.ines.id)).run();
		const names = headroomFor(db, c.mara, monday).map(({ name }) => name);
		said.mockRestore();
		expect(names).toEqual(['Bea Lund', 'Kit Ferro', 'Rui Tamm', 'Tomas Reed', 'Wen Alder']);
	});
});

describe('a request that went to somebody else before', () => {
	const words = (viewer: Viewer, alertId: string, now: number) =>
		openPrompt(db, viewer, alertId, now)
			.steps.map((step) => step.words)
			.join(' ');

	/** Tomas asks Edda, who offers counselling; he declines. */
	function declined(): string {
		askFor(db, c.tomas, c.edda, 'welfare');
		const { id: alertId } = alertOf(db, c.tomas);
		openPrompt(db, c.edda, alertId, monday + MINUTE);
		offer(db, c.edda, { id: id(), alertId, items: ['counselling'], manner: null }, monday + HOUR);
		answerOffer(db, c.tomas, { id: id(), alertId, answer: 'declined' }, monday + 2 * HOUR);
		return alertId;
	}

	it('begins anew for a peer: nothing of what was asked, offered or declined before', () => {
		const alertId = declined();
		askFor(db, c.tomas, c.rui, 'peer', monday + 2 * DAY);
		const now = monday + 2 * DAY + MINUTE;
		const [listed] = promptsFor(db, c.rui, now);
		const opened = openPrompt(db, c.rui, alertId, now);
		expect(opened.steps.map((step) => step.words)).toEqual(['Tomas Reed asked for contact.', 'You opened this.']);
		expect([listed?.since, opened.since]).toEqual(['today 10:00', 'today 10:00']);
		expect(JSON.stringify([listed, opened])).not.toMatch(/Edda|counselling|declined/);
	});

	it('is not told either where a step comes out of turn', () => {
		const alertId = declined();
		askFor(db, c.tomas, c.rui, 'peer', monday + 4 * HOUR);
		const refusal = refusalOf(() => followUp(db, c.rui, { id: id(), alertId }, monday + 5 * HOUR));
		expect(refusal.kind).toBe('conflict');
		expect(refusal.message).not.toMatch(/Edda|counselling|declined/);
	});

	it('stays with whoever took part in it, beside what came after', () => {
		askFor(db, c.ines, c.mara, 'lead');
		const { id: alertId } = alertOf(db, c.ines);
		offer(db, c.mara, { id: id(), alertId, items: ['rota'], manner: null }, monday + HOUR);
		answerOffer(db, c.ines, { id: id(), alertId, answer: 'declined' }, monday + 2 * HOUR);
		askFor(db, c.ines, c.jonas, 'lead', monday + 3 * HOUR);
		expect(words(c.jonas, alertId, monday + 4 * HOUR)).toBe('Ines Calder asked for contact. You opened this.');
		expect(words(c.mara, alertId, monday + 4 * HOUR)).toBe(
			'Ines Calder asked for contact. You offered: a change of rota. Ines Calder declined. Ines Calder asked again. Jonas Pike opened this. You opened this.'
		);
		askFor(db, c.ines, c.jonas, 'lead', monday + 5 * HOUR);
		expect(words(c.jonas, alertId, monday + 6 * HOUR)).toBe(
			'Ines Calder asked for contact. You opened this. Mara Voss opened this. Ines Calder asked again. You opened this.'
		);
	});

	it('the same one asked again still sees all of it, with no date out of the earlier request', () => {
		askFor(db, c.ines, c.mara, 'lead');
		const { id: alertId } = alertOf(db, c.ines);
		const talk = (on: string | null, now: number) =>
			recordConversation(db, c.mara, { id: id(), alertId, served: [alertId], items: ['talk'], on }, now);
		talk('2026-11-12', monday + HOUR);
		askFor(db, c.ines, c.mara, 'lead', monday + 2 * HOUR);
		talk(null, monday + 3 * HOUR);
		expect(promptsFor(db, c.mara, monday + 4 * HOUR)[0]?.due?.words).toBe('by 7 December');
		expect(openPrompt(db, c.mara, alertId, monday + 4 * HOUR).steps).toHaveLength(5);
	});
});

/** Every key and every text anywhere in a value. */
function* walk(value: unknown): Generator<string> {
	if (typeof value === 'string') yield value;
	if (Array.isArray(value)) for (const each of value) yield* walk(each);
	else if (typeof value === 'object' && value !== null) for (const [key, each] of Object.entries(value)) yield* [key, ...walk(each)];
}

describe('what never reaches a supervisor', () => {
	it('no check-in, question, answer, score or criterion; no violent, material or aftermath', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [c.edda.id] }, monday);
		recordCheckIn(db, c.ines, { id: id(), instrument: 'pulse', answers: [4, 4, 3, 1] }, monday + MINUTE);
		exceed(db, c.ines, monday + HOUR);
		const alertIds = db.select({ id: alerts.id, reason: alerts.reason }).from(alerts).where(eq(alerts.personId, c.ines.id)).all();
		expect(alertIds.map(({ reason }) => reason).sort()).toEqual(['concern', 'exposure']);
		const shown = [c.mara, c.edda].flatMap((viewer) => [
			...promptsFor(db, viewer, monday + 2 * HOUR),
			...promisesFor(db, viewer, monday + 2 * HOUR),
			...headroomFor(db, viewer, monday + 2 * HOUR),
			...promptsFor(db, viewer, monday + 2 * HOUR).map((prompt) => openPrompt(db, viewer, prompt.id, monday + 2 * HOUR))
		]);
		expect(shown.length).toBeGreaterThan(4);
		const forbidden =
			/answer|score|criterion|two-worst|pulse|check-?in|stress|sleep|unwanted|support(ed)?\b|trend|band|violent|aftermath|material|\blive\b|4,\s*4/i;
		for (const text of walk(shown)) expect(text).not.toMatch(forbidden);
		expect(JSON.stringify(shown)).not.toMatch(/\[4,4,3,1\]/);
	});

	it('a lead sees nothing of a concern or session, an officer nothing of hours', () => {
		shareConcern(db, c.ines, c.edda, monday);
		exceed(db, c.ines, monday + MINUTE);
		expect(promptsFor(db, c.mara, monday + HOUR).map(({ reason }) => reason)).toEqual(['Exposure over a limit']);
		expect(promptsFor(db, c.edda, monday + HOUR).map(({ reason, figure }) => ({ reason, figure }))).toEqual([
			{ reason: 'Shared a concern', figure: null }
		]);
	});

	it('from the page of one alert, only the viewer’s other alerts about the person can be served', () => {
		shareConcern(db, c.ines, c.edda, monday);
		exceed(db, c.ines, monday + MINUTE);
		const exposure = promptsFor(db, c.mara, monday + HOUR)[0]?.id ?? '';
		expect(openPrompt(db, c.mara, exposure, monday + HOUR).servable).toEqual([{ id: exposure, reason: 'Exposure over a limit' }]);
	});
});

describe('what I promised', () => {
	it('an accepted offer, until it is followed up', () => {
		exceed(db, c.ines, monday);
		const { id: alertId } = alertOf(db, c.ines);
		offer(db, c.mara, { id: id(), alertId, items: ['rota', 'talk'], manner: null }, monday + HOUR);
		expect(promisesFor(db, c.mara, monday + HOUR)).toEqual([]);
		answerOffer(db, c.ines, { id: id(), alertId, answer: 'accepted' }, monday + 2 * HOUR);
		expect(promisesFor(db, c.mara, monday + 3 * HOUR)).toEqual([
			{ alertId, person: 'Ines Calder', items: ['a talk', 'a change of rota'], due: { words: 'by 7 December', soon: false, late: false } }
		]);
		followUp(db, c.mara, { id: id(), alertId }, monday + 3 * DAY);
		expect(promisesFor(db, c.mara, monday + 3 * DAY)).toEqual([]);
	});

	it('not of another lead, and not once declined', () => {
		exceed(db, c.ines, monday);
		const { id: alertId } = alertOf(db, c.ines);
		offer(db, c.jonas, { id: id(), alertId, items: ['talk'], manner: null }, monday + DAY);
		answerOffer(db, c.ines, { id: id(), alertId, answer: 'accepted' }, monday + DAY + HOUR);
		expect(promisesFor(db, c.mara, monday + 2 * DAY)).toEqual([]);
		expect(promisesFor(db, c.jonas, monday + 2 * DAY)).toHaveLength(1);
	});

	it('what was agreed in a conversation, with the date chosen; overdue in words', () => {
		exceed(db, c.ines, monday);
		const { id: alertId } = alertOf(db, c.ines);
		recordConversation(db, c.mara, { id: id(), alertId, served: [alertId], items: ['non-exposure'], on: '2026-11-12' }, monday + HOUR);
		const due = (now: number) => promisesFor(db, c.mara, now)[0]?.due;
		expect(due(monday + 2 * HOUR)).toEqual({ words: 'by Thursday', soon: false, late: false });
		expect(due(monday + 3 * DAY)).toEqual({ words: 'today', soon: true, late: false });
		expect(due(monday + 4 * DAY)).toEqual({ words: 'overdue since yesterday', soon: true, late: true });
	});
});

describe('headroom', () => {
	it('of the moderators of the lead’s own team, by name, in three words', () => {
		exceed(db, c.ines, monday, 7);
		exceed(db, c.tomas, monday, 4);
		exceed(db, c.sol, monday, 7);
		expect(headroomFor(db, c.mara, monday + HOUR).map(({ name, today, week }) => `${name}: ${today}, ${week}`)).toEqual([
			'Bea Lund: room, room',
			'Ines Calder: none, room',
			'Kit Ferro: room, room',
			'Rui Tamm: room, room',
			'Tomas Reed: nearly, room',
			'Wen Alder: room, room'
		]);
	});

	it('nobody’s for an officer, a peer, the head of welfare or an admin', () => {
		for (const viewer of [c.edda, c.rui, c.hale, c.ada, c.ines]) expect(headroomFor(db, viewer, monday)).toEqual([]);
	});

	it('has no figure in it', () => {
		exceed(db, c.ines, monday, 7);
		for (const each of headroomFor(db, c.mara, monday + HOUR)) expect(Object.keys(each).sort()).toEqual(['id', 'name', 'today', 'week']);
	});
});
