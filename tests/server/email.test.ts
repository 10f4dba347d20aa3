import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { emailPost, patience, type MailSettings } from '#lib/server/delivery/email.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { CannotSend, type Letter } from '#lib/server/delivery/letter.ts';
import { startSender, type Sender } from '#lib/server/delivery/sender.ts';
import { askFor, DAY, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { certificate, drippingServer, mailServer, type Behaviour, type Mailbox } from '../support/smtp.ts';

type Handler<Name extends 'onAuth' | 'onMailFrom' | 'onRcptTo'> = NonNullable<NonNullable<Parameters<typeof mailServer>[1]>[Name]>;

const from = 'Breakwater <breakwater@seawall.example>';
const letter: Letter = { id: 'letter', to: 'edda.quill@seawall.example', urgent: true };

let mailbox: Mailbox | undefined;
let close: (() => void) | undefined;
let sender: Sender | undefined;
afterEach(async () => {
	await sender?.stop();
	close?.();
	await mailbox?.close();
	[mailbox, close, sender] = [undefined, undefined, undefined];
});

function open(settings: Partial<MailSettings> & { url: string }) {
	const email = emailPost({ from, origin: 'https://breakwater.seawall.example', ca: certificate, ...settings });
	close = email.close;
	return email.post;
}

async function serverThat(behave?: Behaviour, options?: Parameters<typeof mailServer>[1]): Promise<Mailbox> {
	return (mailbox = await mailServer(behave, options));
}

async function failure(sending: Promise<void>): Promise<CannotSend> {
	try {
		await sending;
	} catch (fault) {
		if (fault instanceof CannotSend) return fault;
		throw fault;
	}
	throw new Error('it was sent');
}

describe('one letter', () => {
	it('goes over TLS from the first byte, and says neither who nor why', async () => {
		const { port, letters } = await serverThat();
		await open({ url: `smtps://localhost:${port}` })(letter);
		expect(letters).toHaveLength(1);
		expect(letters[0]).toMatchObject({ to: ['edda.quill@seawall.example'], secure: true });
		const text = letters[0]?.text ?? '';
		expect(text).toMatch(/^Subject: Please open Breakwater today\r$/m);
		expect(text).toContain('https://breakwater.seawall.example');
		expect(text).toMatch(/text\/plain/);
		expect(text).toMatch(/text\/html/);
		expect(text).not.toMatch(/<img|src=|Ines|contact|concern|exposure/i);
	});

	it('goes over TLS by STARTTLS with a name and password', async () => {
		const onAuth: Handler<'onAuth'> = (auth, _session, done) =>
			auth.username === 'post@office' && auth.password === 'p:ss word' ? done(null, { user: 1 }) : done(new Error('no'));
		const { port, letters } = await serverThat(undefined, { secure: false, authOptional: false, onAuth });
		await open({ url: `smtp://post%40office:p%3Ass%20word@localhost:${port}` })(letter);
		expect(letters[0]?.secure).toBe(true);
	});

	it('is not sent over a line without TLS, nor to a host that shows a stranger’s certificate', async () => {
		const plain = await serverThat(undefined, { secure: false, disabledCommands: ['STARTTLS'] });
		const open1 = await failure(open({ url: `smtp://localhost:${plain.port}` })(letter));
		expect(open1.forGood).toBe(false);
		expect(plain.letters).toEqual([]);
		close?.();
		await plain.close();
		const strange = await serverThat();
		const { post, close: shut } = emailPost({ url: `smtps://localhost:${strange.port}`, from, origin: 'https://x.example' });
		close = shut;
		expect(await failure(post(letter))).toMatchObject({ forGood: false });
		expect(strange.letters).toEqual([]);
	});

	it.each<[string, Behaviour, { code: string; forGood: boolean }]>([
		['a mailbox that is full for now', () => ({ code: 452 }), { code: 'EMESSAGE-452', forGood: false }],
		['a letter refused for good', () => ({ code: 550 }), { code: 'EMESSAGE-550', forGood: true }],
		['a letter that nobody wants from here', () => ({ code: 554 }), { code: 'EMESSAGE-554', forGood: false }]
	])('%s', async (_, behave, expected) => {
		const { port } = await serverThat(behave);
		expect(await failure(open({ url: `smtps://localhost:${port}` })(letter))).toMatchObject(expected);
	});

	it.each([
		[550, 'nobody here', true],
		[551, 'moved away', true],
		[553, 'no such name', true],
		[550, '5.1.1 nobody here', true],
		[554, '5.1.10 nobody here', true],
		[550, '5.2.1 takes no letters any more', true],
		[450, 'nobody here for now', false],
		[450, '5.1.1 nobody here for now', false],
		[550, 'relay not permitted', false],
		[550, 'relaying denied', false],
		[550, '5.7.1 you may not send to them', false],
		[550, '5.1.8 such a sender has no host', false],
		[553, '5.1.7 no such sender', false],
		[552, 'their mailbox is full', false],
		[552, '5.2.2 their mailbox is full', false],
		[554, 'relay access denied', false],
		[554, '5.7.1 relay access denied', false],
		[530, 'sign in first', false]
	])('an address answered with %i %s: for good is %s', async (responseCode, words, forGood) => {
		const onRcptTo: Handler<'onRcptTo'> = (_address, _session, done) => done(Object.assign(new Error(words), { responseCode }));
		const { port } = await serverThat(undefined, { onRcptTo });
		const expected = { code: `EENVELOPE-${responseCode}`, forGood };
		expect(await failure(open({ url: `smtps://localhost:${port}` })(letter))).toMatchObject(expected);
	});

	it.each([
		[550, 'no such sender'],
		[553, '5.1.1 this sender is not known'],
		[530, '5.7.0 sign in first']
	])('a sender refused with %i %s is ours to put right: no letter is lost by that', async (responseCode, words) => {
		const onMailFrom: Handler<'onMailFrom'> = (_address, _session, done) => done(Object.assign(new Error(words), { responseCode }));
		const { port } = await serverThat(undefined, { onMailFrom });
		const expected = { code: `EENVELOPE-${responseCode}`, forGood: false };
		expect(await failure(open({ url: `smtps://localhost:${port}` })(letter))).toMatchObject(expected);
	});

	it('a wrong password is ours to put right: it is tried again', async () => {
		const { port } = await serverThat(undefined, { authOptional: false, onAuth: (_a, _s, done) => done(new Error('no')) });
		expect(await failure(open({ url: `smtps://a:b@localhost:${port}` })(letter))).toMatchObject({ forGood: false });
	});

	it('a line cut in the middle of it, and one that nobody answers', async () => {
		const { port } = await serverThat(() => 'cut');
		expect(await failure(open({ url: `smtps://localhost:${port}` })(letter))).toMatchObject({ forGood: false });
		close?.();
		await mailbox?.close();
		expect(await failure(open({ url: `smtps://localhost:${port}` })(letter))).toMatchObject({ forGood: false });
	});

	it('a slow one is waited for', async () => {
		const { port, letters } = await serverThat(() => ({ takeAfterMs: 1500 }));
		await open({ url: `smtps://localhost:${port}` })(letter);
		expect(letters).toHaveLength(1);
	});

	it('a server may look through it for ten minutes, as RFC 5321 says, and has little longer in all', () => {
		expect(patience.silence).toBeGreaterThanOrEqual(10 * MINUTE);
		expect(patience.letter).toBeGreaterThan(patience.silence);
		expect(patience.letter).toBeLessThan(15 * MINUTE);
	});

	it.each<[string, Partial<typeof patience>, Letter]>([
		['that says nothing for too long', { silence: 300 }, letter],
		['that takes too long in all', { letter: 300 }, letter],
		['that an administrator waits for', { test: 300 }, { ...letter, test: true }]
	])('one %s is given up for now, and the next goes by another line', async (_, waits, slow) => {
		const { port, letters } = await serverThat((n) => (n === 1 ? { takeAfterMs: 5000 } : 'take'));
		const post = open({ url: `smtps://localhost:${port}`, patience: waits });
		expect(await failure(post(slow))).toMatchObject({ code: 'ETIMEDOUT', forGood: false });
		await post(letter);
		expect(letters).toHaveLength(1);
	});

	it('one whose answer drips, and is never silent, is not waited for without end', async () => {
		mailbox = await drippingServer();
		const post = open({ url: `smtps://localhost:${mailbox.port}`, patience: { silence: 300, letter: 900 } });
		const from = performance.now();
		expect(await failure(post(letter))).toMatchObject({ code: 'ETIMEDOUT', forGood: false });
		expect(performance.now() - from).toBeGreaterThan(800);
		expect(mailbox.tries()).toBe(1);
	});
});

describe('from the outbox', () => {
	let db: Db;
	let c: Cast;
	let now: number;
	beforeEach(() => {
		db = memoryDb();
		c = cast(db, monday - 2 * DAY);
		now = monday;
	});
	const state = () => db.select().from(messages).all();
	async function until(holds: () => boolean): Promise<void> {
		for (const end = Date.now() + 8000; !holds();) {
			if (Date.now() > end) throw new Error('it never happened');
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
	}

	it('a message queued while the server runs is sent at once, and once', async () => {
		const { port, letters } = await serverThat();
		sender = startSender(db, { email: open({ url: `smtps://localhost:${port}` }) }, () => now);
		askFor(db, c.ines, c.edda, 'welfare');
		now += 1000;
		await until(() => state()[0]?.state === 'sent');
		expect(letters).toHaveLength(1);
	});

	it('refused for now, then taken: sent after a pause, attempts counted', async () => {
		const { port, letters } = await serverThat((n) => (n === 1 ? { code: 451 } : 'take'));
		sender = startSender(
			db,
			{ email: open({ url: `smtps://localhost:${port}` }) },
			() => now,
			() => 0
		);
		askFor(db, c.ines, c.edda, 'welfare');
		now += 1000;
		await until(() => state()[0]?.state === 'sent');
		expect(state()[0]).toMatchObject({ attempts: 2 });
		// Another one tells the administrator that e-mail failed.
		expect(letters.filter(({ to }) => to[0] === 'edda@example.org')).toHaveLength(1);
	});

	it('refused for good: dead, with a code and not a word of the answer', async () => {
		const { port } = await serverThat(() => ({ code: 550 }));
		sender = startSender(db, { email: open({ url: `smtps://localhost:${port}` }) }, () => now);
		askFor(db, c.ines, c.edda, 'welfare');
		now += 1000;
		await until(() => state()[0]?.state === 'dead');
		expect(state()[0]?.problem).toBe('EMESSAGE-550');
	});

	it('what was queued before the server ran is sent when it starts', async () => {
		openOutbox(db, new Set(['email']), () => {});
		askFor(db, c.ines, c.edda, 'welfare');
		now += DAY;
		const { port, letters } = await serverThat();
		sender = startSender(db, { email: open({ url: `smtps://localhost:${port}` }) }, () => now);
		await until(() => letters.length === 1);
	});
});
