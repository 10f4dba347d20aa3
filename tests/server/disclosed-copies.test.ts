import { describe, expect, test } from 'vitest';
import { disclosurePack } from '#lib/server/disclosure-pack.ts';
import { askDisclosure, confirmDisclosure } from '#lib/server/disclosures.ts';
import { disablePerson } from '#lib/server/people.ts';
import { agreeToDisclosure, declineDisclosure } from '#lib/server/own-disclosures.ts';
import { askFor, appointmentOverdue, DAY, exceed, HOUR, monday, shareConcern } from '../support/alerting.ts';
import { asked, byConsent, office, opened } from '../support/disclosing.ts';

type Office = ReturnType<typeof office>;

/** A copy by consent, of which the first piece was taken an hour after it was confirmed. */
async function onItsWay({ db, ada, hale, ines }: Office, clock: () => number) {
	const wanted = byConsent(ines.id);
	askDisclosure(db, ada, wanted, monday + 3 * HOUR);
	agreeToDisclosure(db, ines, wanted, monday + 3 * HOUR);
	confirmDisclosure(db, hale, wanted, monday + 3 * HOUR);
	const { pieces } = disclosurePack(db, hale, wanted.id, monday + 4 * HOUR, clock);
	const first = (await pieces.next()).value as Uint8Array;
	return { wanted, rest: () => takenOf(pieces, first) };
}

/** What a browser has got of it, and why it ended. */
async function takenOf(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>, first: Uint8Array) {
	const got = [first];
	const fault = await (async () => {
		for await (const piece of pieces) got.push(piece);
		return null;
	})().catch((error: unknown) => error);
	return { bytes: Buffer.concat(got).toString('latin1'), fault };
}

const endOfArchive = 'PK\x05\x06';

describe('A copy that is being taken', () => {
	test('is complete where nothing happens meanwhile', async () => {
		const { rest } = await onItsWay(office(), () => monday + 5 * HOUR);
		const { bytes, fault } = await rest();
		expect(fault).toBeNull();
		expect(bytes).toContain(endOfArchive);
		expect(bytes).toContain('check-ins.json');
	});

	const closings: Record<string, (at: Office, id: string) => void> = {
		'the consent is withdrawn': ({ db, ines }, id) => declineDisclosure(db, ines, { id }, monday + 5 * HOUR),
		'whoever takes it is disabled': ({ db, hale, ada }) => disablePerson(db, ada, hale.id, monday + 5 * HOUR)
	};
	test.each(Object.entries(closings))('breaks off where %s: nothing more is read, and it is no whole archive', async (_, close) => {
		const all = office();
		const { wanted, rest } = await onItsWay(all, () => monday + 5 * HOUR);
		close(all, wanted.id);
		const { bytes, fault } = await rest();
		expect(fault).toMatchObject({ kind: 'not-found' });
		expect(bytes).not.toContain(endOfArchive);
		expect(bytes).not.toMatch(/check-ins|sessions|limits/);
	});

	test('breaks off once its week is over', async () => {
		let now = monday + 4 * HOUR;
		const { rest } = await onItsWay(office(), () => now);
		now = monday + 3 * HOUR + 7 * DAY;
		expect((await rest()).fault).toMatchObject({ kind: 'not-found' });
	});
});

describe('A copy without consent or an order', () => {
	async function filesOf({ db, ada, hale, ines }: Office, answers: 'none' | 'order') {
		const wanted = asked(ines.id, { answers });
		askDisclosure(db, ada, wanted, monday + 3 * DAY);
		confirmDisclosure(db, hale, wanted, monday + 3 * DAY);
		return opened(disclosurePack(db, ada, wanted.id, monday + 3 * DAY).pieces);
	}

	function eventful() {
		const all = office();
		const { db, ines, mara, wen } = all;
		shareConcern(db, ines, wen, monday + 2 * HOUR);
		askFor(db, ines, mara, 'lead', monday + 3 * HOUR);
		exceed(db, ines, monday + DAY + HOUR, 9);
		appointmentOverdue(db, ines, monday + DAY + 2 * HOUR);
		return all;
	}
	const read = (files: Record<string, string>, name: string) => JSON.parse(files[`json/${name}.json`] ?? '') as Record<string, unknown>[];
	const of = (files: Record<string, string>, name: string, key: string) => [...new Set(read(files, name).map((row) => row[key]))].sort();

	test('says neither that somebody asked for contact nor that they shared a concern, in no file', async () => {
		const files = await filesOf(eventful(), 'none');
		expect(of(files, 'prompts', 'reason')).toEqual(['exposure', 'session']);
		expect(of(files, 'limits', 'rule')).toEqual(expect.arrayContaining(['day-limit', 'day-over', 'session-overdue']));
		expect(JSON.stringify(files)).not.toMatch(/"rule\\?":\\?"(concern|contact)|concern-shared|contact-requested/);
		const shown = new Set(read(files, 'prompts').map(({ id }) => id));
		expect(read(files, 'prompt-steps')).not.toHaveLength(0);
		expect(read(files, 'prompt-steps').filter(({ alertId }) => !shown.has(alertId))).toEqual([]);
	});

	test('holds no time of day of prompts, limits or hours: a prompt is raised when a session ends', async () => {
		const files = await filesOf(eventful(), 'none');
		for (const name of ['prompts', 'prompt-steps', 'limits', 'hours-by-day'])
			for (const kind of ['csv', 'json']) expect(files[`${kind}/${name}.${kind}`]).not.toMatch(/T\d\d:|\d\d:\d\d/);
		// An id can hold the instant at which it was made.
		for (const name of ['prompts', 'prompt-steps']) expect(files[`json/${name}.json`]).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/);
		// Numbered without those that stand in no such copy.
		expect(read(files, 'prompts').map(({ id }) => id)).toEqual([1, 2]);
		expect(of(files, 'prompt-steps', 'alertId')).toEqual([1, 2]);
		expect(read(files, 'prompt-steps')[0]).not.toHaveProperty('id');
		expect(read(files, 'prompts')[0]).toMatchObject({ raisedAt: '2026-11-09', enteredAt: '2026-11-09' });
		expect(read(files, 'prompt-steps')[0]).toMatchObject({ at: '2026-11-09', event: 'raised' });
	});

	test('differs in that from one by an order', async () => {
		const files = await filesOf(eventful(), 'order');
		expect(of(files, 'prompts', 'reason')).toEqual(['concern', 'contact', 'exposure', 'session']);
		expect(of(files, 'limits', 'rule')).toEqual(expect.arrayContaining(['concern-shared', 'contact-requested', 'day-limit']));
		expect(read(files, 'prompts')[0]?.['raisedAt']).toMatch(/^2026-11-09T\d\d:/);
	});
});
