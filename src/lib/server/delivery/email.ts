import type { Transporter } from 'nodemailer';
import { MS_PER_MINUTE } from '#lib/domain/time.ts';
import { CannotSend, type Letter, type Post } from './letter.ts';

export interface MailSettings {
	/** `smtps://user:password@host:465` (TLS from the first byte) or `smtp://…:587` (TLS by STARTTLS, which is then required). */
	url: string;
	/** Sender, as in `Breakwater <breakwater@example.org>`. */
	from: string;
	/** Address of this Breakwater, without a slash at its end. */
	origin: string;
	/** For a test's own certificate, and for a host whose certificate nobody signed: its PEM. */
	ca?: string;
	/** For a test that does not wait so long. */
	patience?: Partial<typeof patience>;
}

/** For how long a mail server is waited for, in ms. */
export const patience = {
	/** To connect, and to greet. */
	greeting: 20_000,
	/** Between two signs of it: it may look through a letter for so long before it answers (RFC 5321, 4.5.3.2.6). */
	silence: 10 * MS_PER_MINUTE,
	/** For a letter in all: an answer that drips is never silent. */
	letter: 12 * MS_PER_MINUTE,
	/** For a test letter in all: an administrator sits and waits for it. */
	test: MS_PER_MINUTE
};

/** E-mail by SMTP with TLS. A letter says neither about whom it is nor why; it has no picture and asks for nothing when it is opened. */
export function emailPost({ url, from, origin, ca, ...settings }: MailSettings): { post: Post; close: () => void } {
	const waits = { ...patience, ...settings.patience };
	const { hostname, port, username, password, protocol } = new URL(url);
	const secure = protocol === 'smtps:';
	const options = {
		pool: true,
		maxConnections: 5,
		host: hostname,
		port: Number(port) || (secure ? 465 : 587),
		secure,
		requireTLS: !secure,
		...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
		...(ca === undefined ? {} : { tls: { ca } }),
		disableFileAccess: true,
		disableUrlAccess: true,
		connectionTimeout: waits.greeting,
		greetingTimeout: waits.greeting,
		socketTimeout: waits.silence,
		// A line may have died meanwhile without a word: on a new one that shows at once, and not after ten minutes.
		idleTimeout: waits.greeting
	};
	let transport: Promise<Transporter> | undefined;
	// Loaded with the first letter: where nobody is told by e-mail it would only fill memory.
	const line = () => (transport ??= import('nodemailer').then(({ createTransport }) => createTransport(options)));
	return {
		async post(letter) {
			const { id, to } = letter;
			const { subject, lines } = words(letter);
			const tooLong = new AbortController();
			const timer = setTimeout(() => tooLong.abort(), letter.test ? waits.test : waits.letter).unref();
			try {
				await (
					await line()
				).sendMail({
					signal: tooLong.signal,
					from,
					to: { name: '', address: to },
					subject,
					text: `${lines.join('\n\n')}\n\n${origin}\n`,
					html: `<!doctype html><html lang="en"><body>${lines.map((line) => `<p>${line}</p>`).join('')}<p><a href="${origin}">${origin}</a></p></body></html>`,
					messageId: `<${id}@breakwater.invalid>`,
					headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
				});
			} catch (fault) {
				throw tooLong.signal.aborted ? new CannotSend('ETIMEDOUT', false) : asCannotSend(fault);
			} finally {
				clearTimeout(timer);
			}
		},
		close: () => void transport?.then((open) => open.close())
	};
}

function words({ urgent, test }: Letter): { subject: string; lines: string[] } {
	if (test)
		return {
			subject: 'A test letter from Breakwater',
			lines: ['This is the test letter that you asked for. E-mail from Breakwater arrives.']
		};
	return urgent
		? { subject: 'Please open Breakwater today', lines: ['Please open Breakwater today.'] }
		: {
				subject: 'Something in Breakwater for you',
				lines: ['There is something in Breakwater for you. Please open it when you are next at work.']
			};
}

/**
 * For good is only what the other side says of the recipient: whoever may not send, from here or as this sender, would otherwise lose every letter
 * at its first try; once that is put right, they go out.
 */
function asCannotSend(fault: unknown): CannotSend {
	if (typeof fault !== 'object' || fault === null) return new CannotSend('mail', false);
	const { code, command, response, responseCode }: Partial<Record<'code' | 'command' | 'response' | 'responseCode', unknown>> = fault;
	const name = typeof code === 'string' ? code : 'mail';
	const status = typeof responseCode === 'number' ? `-${responseCode}` : '';
	const isRefused = (command === 'RCPT TO' || command === 'DATA') && typeof response === 'string';
	return new CannotSend(`${name}${status}`, isRefused && isAboutRecipient(response));
}

/**
 * Whether an answer says that there is no such recipient, or that they take no letters: by its enhanced status (RFC 3463; 5.1.7 and 5.1.8 are about
 * the sender), or where it has none by its code (RFC 5321), which some also give to whoever may not relay.
 */
function isAboutRecipient(answer: string): boolean {
	const [, code, enhanced] = /^(\d{3})[ -](?:(\d\.\d{1,3}\.\d{1,3})\b)?/.exec(answer) ?? [];
	if (code === undefined || !code.startsWith('5')) return false;
	if (enhanced !== undefined) return /^5\.(1\.(?![78]$)|2\.1$)/.test(enhanced);
	return ['550', '551', '553'].includes(code) && !/rela[yi]/i.test(answer);
}
