import { and, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acknowledge, offer } from '#lib/server/alert-steps.ts';
import { endAllSessions, isInForce, readSession, signIn, signOut } from '#lib/server/auth/session.ts';
import { tokenHash } from '#lib/server/auth/token.ts';
import { eventsOf } from '#lib/server/alert-events.ts';
import { goAway } from '#lib/server/away.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { people, roles } from '#lib/server/db/schema/people.ts';
import { withTx } from '#lib/server/db/tx.ts';
import { closeStreams, openStream, tellPages } from '#lib/server/live.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { disablePerson } from '#lib/server/people.ts';
import { amend } from '#lib/server/exposure-corrections.ts';
import { logSession } from '#lib/server/exposures.ts';
import { confirmRole, endRole, giveRole } from '#lib/server/roles.ts';
import { exclude } from '#lib/server/sharing.ts';
import { answerOffer, myAlerts } from '#lib/server/support.ts';
import { tellEverybody } from '#lib/server/telling.ts';
import { isAskedAnew, unopenedFor } from '#lib/server/unopened.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
import { temporaryFolder } from '../support/app.ts';
import { cast, type Cast, type FirstName } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { workIds } from '../support/exposure.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});
afterEach(() => {
	closeStreams(db);
	vi.useRealTimers();
});

const id = () => crypto.randomUUID();
const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };

/** Somebody with a page open: everything that it was told since it was asked last. */
class Reader {
	ended = false;
	private text = '';
	private readonly reader: ReadableStreamDefaultReader<Uint8Array>;

	constructor(personId: string, isSignedIn: () => boolean = () => true, of = db) {
		this.reader = openStream(of, { personId, isSignedIn }).getReader();
		void this.read();
	}
	private async read(): Promise<void> {
		for (;;) {
			const { done, value } = await this.reader.read();
			if (done) break;
			this.text += new TextDecoder().decode(value);
		}
		this.ended = true;
	}
	take(): string {
		const text = this.text;
		this.text = '';
		return text;
	}
	leave(): Promise<void> {
		return this.reader.cancel();
	}
}

/** A few turns of the event loop: telling takes one. */
async function turns(): Promise<void> {
	for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

let readers: Map<FirstName, Reader>;

/** Everybody of the cast has a page open from here on. */
async function everybodyLooks(): Promise<void> {
	const entries = Object.entries(c).filter(([, who]) => typeof who === 'object') as [FirstName, Viewer][];
	readers = new Map(entries.map(([first, { id }]) => [first, new Reader(id)]));
	await turns();
	for (const reader of readers.values()) reader.take();
}

/** First names of those whose pages are told of what `happens`. */
async function told(happens: () => unknown): Promise<string> {
	happens();
	await turns();
	return [...readers]
		.filter(([, reader]) => reader.take().includes('event: changed'))
		.map(([first]) => first)
		.sort()
		.join(' ');
}

describe('who is told that something changed', () => {
	beforeEach(everybodyLooks);

	it('contact asked of Mara: Ines herself and Mara, nobody else', async () => {
		expect(await told(() => askFor(db, c.ines, c.mara, 'lead'))).toBe('ines mara');
	});

	it('a concern shared with Edda: not the lead', async () => {
		expect(await told(() => shareConcern(db, c.ines, c.edda, monday))).toBe('edda ines');
	});

	it('a check-in, and hours that leave as much room as before: only she herself', async () => {
		expect(await told(() => recordCheckIn(db, c.ines, { id: id(), instrument: 'pulse', answers: [0, 0, 1, 0] }, monday))).toBe('ines');
		expect(await told(() => exceed(db, c.ines, monday, 0.5))).toBe('ines');
	});

	it('hours over a limit: she, whom it prompts, and both leads, whose headroom changes', async () => {
		expect(await told(() => exceed(db, c.ines, monday))).toBe('ines jonas mara');
	});

	it('a correction by which a line of the weekly list says less: she and her leads; one that changes no line: only she', async () => {
		const work = workIds(db);
		const [start, entry] = [monday - 7 * HOUR, id()];
		const amended = (version: number, hours: number, at: number) =>
			amend(db, c.ines, { formId: id(), id: entry, version, workTypeId: work.images, start, end: start + hours * HOUR }, monday + at);
		logSession(db, c.ines, { id: entry, start, end: start + 5.6 * HOUR, workTypeId: work.images }, monday);
		await told(() => {});
		expect(await told(() => amended(1, 5.4, 1000))).toBe('ines jonas mara');
		expect(await told(() => amend(db, c.ines, { formId: id(), id: entry, version: 2, workTypeId: work.urls }, monday + 2000))).toBe('ines');
	});

	it('"seen", a step and an answer: she, and who can open it', async () => {
		askFor(db, c.ines, c.edda, 'welfare');
		const alertId = alertOf(db, c.ines).id;
		await told(() => {});
		expect(await told(() => openPrompt(db, c.edda, alertId, monday + MINUTE))).toBe('edda ines');
		expect(await told(() => openPrompt(db, c.edda, alertId, monday + 2 * MINUTE))).toBe('');
		expect(await told(() => acknowledge(db, c.edda, { id: id(), alertId }, monday + 3 * MINUTE))).toBe('edda ines');
		const offered = { id: id(), alertId, items: ['talk'] as const, manner: 'when-it-suits' as const };
		expect(await told(() => offer(db, c.edda, { ...offered, items: [...offered.items] }, monday + 4 * MINUTE))).toBe('edda ines');
		expect(await told(() => answerOffer(db, c.ines, { id: id(), alertId, answer: 'accepted' }, monday + 5 * MINUTE))).toBe('edda ines');
	});

	it('asked anew of somebody else: also whoever had it until now', async () => {
		askFor(db, c.ines, c.mara, 'lead');
		await told(() => {});
		expect(await told(() => askFor(db, c.ines, c.edda, 'welfare', monday + HOUR))).toBe('edda ines mara');
	});

	it('what time alone escalates: whom it comes to', async () => {
		shareConcern(db, c.ines, c.edda, monday);
		await told(() => {});
		expect(await told(() => catchUp(db, c.ines.id, monday + 1.2 * DAY))).toBe('edda ines otto');
	});

	it('a change of whose turn it is: everybody who supervises, so that it says nothing about anybody', async () => {
		const supervising = 'edda hale jonas mara nell otto pia rui';
		expect(await told(() => goAway(db, c.mara, { id: id(), until: '2026-11-20', deputyId: null, sure: '2026-11-20' }, monday))).toBe(
			supervising
		);
		expect(await told(() => exclude(db, c.ines, { personId: c.jonas.id }, monday))).toContain('jonas');
	});

	it('a role that ends, and one that begins: its holder too, who supervises nobody then', async () => {
		const supervising = 'edda hale jonas mara nell otto pia rui';
		const lead = db
			.select()
			.from(roles)
			.where(and(eq(roles.personId, c.jonas.id), eq(roles.role, 'lead')))
			.get();
		expect(await told(() => endRole(db, c.ada, lead?.id ?? '', monday))).toBe(supervising);
		const again = { id: id(), personId: c.jonas.id, role: 'lead' as const, teamId: c.harbour };
		expect(await told(() => giveRole(db, c.ada, again, monday))).toBe('');
		expect(await told(() => confirmRole(db, c.hale, again.id, monday))).toBe(supervising);
		const moderating = { id: id(), personId: c.ada.id, role: 'moderator' as const, teamId: c.harbour };
		expect(await told(() => giveRole(db, c.ada, moderating, monday))).toContain('ada');
	});

	it('nobody of what was undone, and each once of what belongs together', async () => {
		const undone = () =>
			withTx(db, () => {
				askFor(db, c.ines, c.mara, 'lead');
				throw new Error('undone');
			});
		expect(undone).toThrow('undone');
		await turns();
		// She looks again in vain; whom it would have prompted is not told.
		expect(await told(() => {})).toBe('ines');
		askFor(db, c.ines, c.mara, 'lead');
		tellEverybody(db);
		await turns();
		expect(
			readers
				.get('mara')
				?.take()
				.match(/event: changed/g)
		).toHaveLength(1);
	});
});

describe('a stream', () => {
	const enter = async (who: Viewer, now = Date.now()) => (await signIn(db, who.id, now, limits)).id;
	const reading = (who: Viewer, session: string) => new Reader(who.id, () => isInForce(db, tokenHash(session), Date.now(), limits));

	it('ends with its own sign-in, at once, and the other goes on', async () => {
		const [one, other] = [await enter(c.ines), await enter(c.ines)];
		const [here, there] = [reading(c.ines, one), reading(c.ines, other)];
		signOut(db, one, Date.now());
		await turns();
		expect([here.ended, there.ended]).toEqual([true, false]);
		const said = here.take();
		expect(said).toContain('event: signed-out');
		expect(said).not.toContain('event: enough');
	});

	it('ends when all sign-ins do, and when the account is disabled', async () => {
		const one = reading(c.ines, await enter(c.ines));
		endAllSessions(db, c.ines.id);
		const other = reading(c.tomas, await enter(c.tomas));
		disablePerson(db, c.ada, c.tomas.id, Date.now());
		await turns();
		expect([one.ended, other.ended]).toEqual([true, true]);
	});

	it('ends by itself when the sign-in runs out, which looking does not prolong', async () => {
		vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
		const session = await enter(c.mara);
		const page = reading(c.mara, session);
		await vi.advanceTimersByTimeAsync(29 * MINUTE);
		await readSession(db, session, Date.now(), limits, false);
		tellPages(db, [c.mara.id]);
		expect(page.ended).toBe(false);
		await vi.advanceTimersByTimeAsync(MINUTE + 16_000);
		expect(page.ended).toBe(true);
		expect(page.take()).toContain('event: signed-out');
		expect((await readSession(db, session, Date.now(), limits)).viewer).toBeNull();
	});

	it('lives on while somebody uses the sign-in elsewhere', async () => {
		vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
		const session = await enter(c.mara);
		const page = reading(c.mara, session);
		await vi.advanceTimersByTimeAsync(20 * MINUTE);
		await readSession(db, session, Date.now(), limits);
		await vi.advanceTimersByTimeAsync(20 * MINUTE);
		expect(page.ended).toBe(false);
		// A sign of life, so that no proxy cuts the line.
		expect(page.take()).toContain(':\n\n');
	});

	it('of one person there are ten: the oldest goes, and is not told that anybody signed out', async () => {
		const pages = Array.from({ length: 11 }, () => new Reader(c.ines.id));
		await turns();
		expect(pages.map(({ ended }) => ended)).toEqual([true, ...Array.from({ length: 10 }, () => false)]);
		const said = pages[0]?.take();
		expect(said).toContain('event: enough');
		expect(said).not.toContain('event: signed-out');
	});

	it('says first whose it is, to them alone', async () => {
		const pages = [c.ines, c.mara].map(({ id }) => new Reader(id));
		await turns();
		for (const [at, { id }] of [c.ines, c.mara].entries())
			expect(pages[at]?.take()).toMatch(new RegExp(`^retry: \\d+\nevent: whose\ndata: ${id}\n\n$`));
	});

	it('keeps one message for a slow reader, whatever happens meanwhile', async () => {
		const stream = openStream(db, { personId: c.ines.id, isSignedIn: () => true });
		for (let time = 0; time < 1000; time++) tellPages(db, [c.ines.id]);
		closeStreams(db);
		let text = '';
		for await (const chunk of stream) text += new TextDecoder().decode(chunk);
		expect(text.match(/event: changed/g)?.length ?? 0).toBeLessThanOrEqual(1);
	});

	it('ends with the server, which lets no new one stand open', async () => {
		const page = new Reader(c.ines.id);
		closeStreams(db);
		await turns();
		expect(page.ended).toBe(true);
		expect(page.take()).not.toMatch(/enough|signed-out/);
		const late = new Reader(c.ines.id);
		await turns();
		expect(late.ended).toBe(true);
	});

	it('whose reader has gone is forgotten', async () => {
		const page = new Reader(c.ines.id);
		await page.leave();
		expect(() => tellPages(db, [c.ines.id])).not.toThrow();
	});

	it('hears of what another process wrote', async () => {
		const dataDir = temporaryFolder();
		const [own, others] = [openDatabase(dataDir, '', 'drizzle'), openDatabase(dataDir, '', 'drizzle')];
		const { ines } = cast(own, monday);
		const page = new Reader(ines.id, () => true, own);
		others.update(people).set({ sharingAskedAt: 1 }).where(eq(people.id, ines.id)).run();
		await vi.waitFor(() => expect(page.take()).toContain('event: changed'), 3_000);
		for (const each of [own, others]) {
			closeStreams(each);
			each.$client.close();
			each.keys.close();
		}
	});
});

describe('prompts that were not opened yet', () => {
	it('are counted for whom they wait, until they are opened, and again when asked anew', () => {
		askFor(db, c.ines, c.mara, 'lead');
		const { id: alertId } = alertOf(db, c.ines);
		expect([c.mara, c.jonas, c.ines].map((who) => unopenedFor(db, who, monday))).toEqual([1, 0, 0]);
		expect(isAskedAnew(db, c.mara, alertId)).toBe(false);
		openPrompt(db, c.mara, alertId, monday + MINUTE);
		expect(unopenedFor(db, c.mara, monday + MINUTE)).toBe(0);
		askFor(db, c.ines, c.mara, 'lead', monday + 3 * DAY);
		expect(unopenedFor(db, c.mara, monday + 3 * DAY)).toBe(1);
		expect(isAskedAnew(db, c.mara, alertId)).toBe(true);
	});

	it('are counted again when an offer stays unanswered, and "seen" is stored once more, while the person reads when it was first', () => {
		askFor(db, c.ines, c.mara, 'lead');
		const { id: alertId } = alertOf(db, c.ines);
		openPrompt(db, c.mara, alertId, monday + MINUTE);
		offer(db, c.mara, { id: id(), alertId, items: ['talk'], manner: 'when-it-suits' }, monday + 2 * MINUTE);
		const later = monday + 10 * DAY;
		catchUp(db, c.ines.id, later);
		expect(alertOf(db, c.ines).state).toBe('unanswered');
		expect(unopenedFor(db, c.mara, later)).toBe(1);
		expect(isAskedAnew(db, c.mara, alertId)).toBe(true);
		for (const at of [later, later + MINUTE]) openPrompt(db, c.mara, alertId, at);
		expect(unopenedFor(db, c.mara, later + MINUTE)).toBe(0);
		expect(isAskedAnew(db, c.mara, alertId)).toBe(false);
		expect(eventsOf(db, [{ id: alertId }]).filter(({ event }) => event === 'seen')).toHaveLength(2);
		const mine = myAlerts(db, c.ines, later + MINUTE).find(({ contact }) => contact);
		expect(mine?.contact?.seen).toEqual([expect.stringMatching(/^Mara/)]);
	});
});
