import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Db } from '#lib/server/db/connection.ts';
import { deliveryChoices } from '#lib/server/db/schema/delivery.ts';
import { people, personVersions } from '#lib/server/db/schema/people.ts';
import type { Random } from '#lib/server/sample/random.ts';
import { startApp, temporaryFolder, visitor, type App, type Fields, type Visitor } from '../support/app.ts';
import { cast } from '../support/cast.ts';
import { chatBridge } from '../support/chat-bridge.ts';
import { mailServer } from '../support/smtp.ts';
import type { Post } from './crash-letters.ts';
import { exposureWork, logAction, logFields, signInAs, withDatabase, zone } from './desk.ts';

/** The house whose server is killed: four who moderate, those whom they ask, a mail server and a chat. */

const minute = 60_000;
/** Lets a letter arrive at the mail server, or the chat, whose sender is dead. */
export const slowestMs = 60;
const secret = 'a secret that both sides have, long enough';

/** A form that somebody sends; its id is that of what it stores. */
export interface Form {
	who: Visitor;
	action: string;
	fields: Fields & { id: string };
	done: boolean;
}

export interface House {
	app: App;
	post: Post;
	random: Random;
	forms: Form[];
	next: (who: Visitor) => Form;
	clients: Visitor[];
	kills: number;
}

/** Each always asks the same supervisor, so that every message is wanted until it is sent. */
export async function furnishHouse(random: Random): Promise<House> {
	// Some letters are slow, some are refused for now, some lines are cut: all of them are tried again.
	const mailbox = await mailServer(() => {
		if (random.chance(0.05)) return { code: 451 };
		return random.chance(0.05) ? 'cut' : { takeAfterMs: random.between(0, slowestMs) };
	});
	// So it is with the chat; and some lines are cut after the post was shown, so that it is tried again as well.
	const bridge = await chatBridge(secret, () => {
		if (random.chance(0.05)) return { code: 503 };
		const showAfterMs = random.between(0, slowestMs);
		return random.chance(0.05) ? { showAfterMs, then: 'cut' } : { showAfterMs };
	});
	const dataDir = temporaryFolder('crash');
	const { work, asks } = withDatabase(dataDir, (db) => {
		const now = Date.now();
		const c = cast(db, now - 90 * 24 * 60 * minute);
		db.update(people).set({ sharingAskedAt: now }).run();
		db.update(personVersions).set({ zone }).run();
		const pairs = [
			[c.ines, `lead:${c.mara.id}`],
			[c.tomas, `welfare:${c.edda.id}`],
			[c.wen, `lead:${c.jonas.id}`],
			[c.bea, `peer:${c.rui.id}`]
		] as const;
		for (const { id } of [c.mara, c.edda, c.jonas, c.rui]) takesBoth(db, id, now);
		return { work: exposureWork(db), asks: pairs.map(([{ id }, to]) => ({ cookie: signInAs(db, id, now), to })) };
	});
	const certificate = fileURLToPath(new URL('../support/localhost-certificate.pem', import.meta.url));
	const mail = { SMTP_URL: `smtps://localhost:${mailbox.port}`, MAIL_FROM: 'Breakwater <breakwater@seawall.example>' };
	const chat = { WEBHOOK_URL: `http://127.0.0.1:${bridge.port}/`, WEBHOOK_SECRET: secret, WEBHOOK_ALLOW_PRIVATE: 'yes' };
	const app = await startApp({ dataDir, env: { ...mail, ...chat, NODE_EXTRA_CA_CERTS: certificate } });
	const clients = asks.map(({ cookie }) => visitor(app, cookie));
	const toOf = new Map(clients.map((client, n) => [client, asks[n]?.to ?? '']));
	const next = (who: Visitor): Form => {
		const asking = random.chance(0.3);
		const fields = asking
			? { id: randomUUID(), to: toOf.get(who) ?? '', when: 'soon' }
			: logFields(work, random.between(60, 5 * 24 * 60) * minute);
		return { who, action: asking ? '/support/contact' : logAction, fields, done: false };
	};
	return { app, post: { mailbox, bridge, unnoted: new Set() }, random, forms: [], next, clients, kills: 0 };
}

/** E-mail and chat, each once a day. */
function takesBoth(db: Db, personId: string, now: number): void {
	const choice = { id: randomUUID(), personId, email: 'digest', chat: 'digest', chatName: personId, digestAt: '09:00' } as const;
	db.insert(deliveryChoices)
		.values({ ...choice, recordedAt: now })
		.run();
}
