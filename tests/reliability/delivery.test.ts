import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { startApp, temporaryFolder, visitor, type App, type Visitor } from '../support/app.ts';
import { cast, type Cast } from '../support/cast.ts';
import { readForms } from '../support/form-page.ts';
import { mailServer, type Mailbox } from '../support/smtp.ts';
import { signInAs, withDatabase } from './desk.ts';

/** The built server with a mail server that answers slowly: what somebody asks for in a browser arrives as a letter. */

let app: App;
let mailbox: Mailbox;
let c: Cast;
let ines: Visitor;
let ada: Visitor;

beforeAll(async () => {
	mailbox = await mailServer(() => ({ takeAfterMs: 700 }));
	const dataDir = temporaryFolder();
	const cookies = withDatabase(dataDir, (db) => {
		c = cast(db, Date.now() - 86_400_000);
		db.update(people).set({ sharingAskedAt: Date.now() }).run();
		return { ines: signInAs(db, c.ines.id), ada: signInAs(db, c.ada.id) };
	});
	const certificate = fileURLToPath(new URL('../support/localhost-certificate.pem', import.meta.url));
	const mail = { SMTP_URL: `smtps://localhost:${mailbox.port}`, MAIL_FROM: 'Breakwater <breakwater@seawall.example>' };
	app = await startApp({ dataDir, env: { ...mail, NODE_EXTRA_CA_CERTS: certificate } });
	ines = visitor(app, cookies.ines);
	ada = visitor(app, cookies.ada);
});

afterAll(async () => {
	await app?.stop();
	await mailbox?.close();
});

const asks = (to: string) => ines.post('/support/contact', { id: randomUUID(), to, when: 'soon' });

test('a test letter reaches the administrator, once, and says what it is', async () => {
	const page = await ada.get('/admin/deliveries');
	const form = readForms(page.text).forms.find(({ actions }) => actions.includes('email'));
	const formId = form?.controls.find(({ name }) => name === 'formId')?.value ?? '';
	for (let time = 0; time < 2; time++) expect((await ada.post('/admin/deliveries?/email', { formId })).status).toBe(303);
	expect(mailbox.letters).toMatchObject([
		{ to: ['ada@example.org'], text: expect.stringContaining('Subject: A test letter from Breakwater') }
	]);
	expect((await ada.post('/admin/deliveries?/email', { formId: 'x' })).status).toBe(400);
	expect((await ada.post('/admin/deliveries?/chat', { formId: randomUUID(), chatName: 'ada' })).status).toBe(409);
	expect((await ines.post('/admin/deliveries?/email', { formId: randomUUID() })).status).toBe(404);
});

test('a request for contact reaches the lead within seconds; stopped meanwhile, the server waits for the letter and notes it', async () => {
	const before = mailbox.tries();
	expect((await asks(`lead:${c.mara.id}`)).status).toBe(303);
	await vi.waitFor(() => expect(mailbox.tries()).toBe(before + 1), { timeout: 5000, interval: 20 });
	expect(await app.stop()).toBe(0);
	expect(mailbox.letters.at(-1)).toMatchObject({ to: ['mara@example.org'], text: expect.stringContaining('Please open Breakwater today') });
	const rows = withDatabase(app.dataDir, (db) => db.select().from(messages).all());
	expect(rows).toMatchObject([{ recipientId: c.mara.id, state: 'sent', attempts: 1 }]);
	await app.restart();
	expect(mailbox.letters.filter(({ to }) => to[0] === 'mara@example.org')).toHaveLength(1);
});

test('killed while a letter is under way, it is sent again after the lease, and nothing is lost', async () => {
	const before = mailbox.tries();
	expect((await asks(`welfare:${c.edda.id}`)).status).toBe(303);
	await vi.waitFor(() => expect(mailbox.tries()).toBe(before + 1), { timeout: 5000, interval: 20 });
	await app.kill();
	const edda = () =>
		withDatabase(app.dataDir, (db) =>
			db
				.select()
				.from(messages)
				.all()
				.filter(({ recipientId }) => recipientId === c.edda.id)
		);
	expect(edda()).toMatchObject([{ state: 'waiting', attempts: 1 }]);
	// As if the two minutes of the lease had passed.
	withDatabase(app.dataDir, (db) => db.update(messages).set({ leasedUntil: 0 }).run());
	await app.restart();
	await vi.waitFor(() => expect(mailbox.tries()).toBe(before + 2), { timeout: 5000, interval: 20 });
	expect(await app.stop()).toBe(0);
	expect(edda()).toMatchObject([{ state: 'sent', attempts: 2 }]);
	await app.restart();
});
