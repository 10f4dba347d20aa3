import * as v from 'valibot';

/**
 * Every setting: its schema over the environment variable's text, its default and what it is for.
 * `src/env.ts` hands the same list to the web server; the commands read it from `process.env`.
 */
const whole = (min: number, max: number, fallback: number) =>
	v.pipe(
		v.optional(v.string(), String(fallback)),
		v.regex(/^\d{1,9}$/, 'must be a whole number'),
		v.transform(Number),
		v.minValue(min, `must be at least ${min}`),
		v.maxValue(max, `must be at most ${max}`)
	);
const yesOrNo = v.pipe(
	v.optional(v.string(), 'no'),
	v.picklist(['yes', 'no'], 'must be yes or no'),
	v.transform((text) => text === 'yes')
);
/** What needs another setting beside it is checked by {@link checkTogether}. */
const address = (protocols: readonly string[], example: string) =>
	v.pipe(
		v.optional(v.pipe(v.string(), v.trim()), ''),
		v.check((text) => text === '' || isAddress(text, protocols), `must be an address such as ${example}`)
	);
const words = (fallback: string) => v.optional(v.pipe(v.string(), v.trim()), fallback);

export const settingSchemas = {
	PORT: { schema: whole(0, 65535, 3000), description: 'Port that the server listens on.' },
	HOST: { schema: words('localhost'), description: 'Address that the server listens on; 0.0.0.0 for every interface.' },
	ORIGIN: {
		schema: words(''),
		description: 'Address in the browser, such as https://breakwater.example.org; by default http://localhost and the port.'
	},
	ALLOWED_HOSTS: {
		schema: words(''),
		description: 'Further host names that are answered, separated by commas; any other Host is refused.'
	},
	DATA_DIR: { schema: words('./data'), description: 'Folder that holds the database, the person keys and the key file.' },
	DATABASE_KEY: {
		schema: words(''),
		description: 'Key of the database: 64 hexadecimal digits. Without it a key file is made in DATA_DIR, readable by its owner alone.'
	},
	IDLE_MINUTES: { schema: whole(5, 1440, 120), description: 'A sign-in ends after this many minutes without a request.' },
	IDLE_MINUTES_SUPERVISORS: {
		schema: whole(5, 1440, 30),
		description: 'The same for team leads, welfare officers, heads of welfare and administrators.'
	},
	SIGN_IN_HOURS: { schema: whole(1, 72, 13), description: 'A sign-in ends after this many hours in any case.' },
	ADDRESS_HEADER: {
		schema: words(''),
		description: "Header in which your proxy passes the caller's address, such as x-forwarded-for; used to slow down guessing."
	},
	SMTP_URL: {
		schema: address(['smtps:', 'smtp:'], 'smtps://user:password@mail.example.org:465'),
		description: 'Mail server for prompts: smtps://user:password@host:465, or smtp://…:587 with STARTTLS. Without it no e-mail is sent.'
	},
	MAIL_FROM: {
		schema: words(''),
		description: 'Sender of e-mails, such as Breakwater <breakwater@example.org>; needed with SMTP_URL.'
	},
	WEBHOOK_URL: {
		schema: address(['https:', 'http:'], 'https://chat.example.org/breakwater'),
		description: 'Address of a chat bridge that prompts are posted to, signed. Without it nothing is posted.'
	},
	WEBHOOK_SECRET: {
		schema: words(''),
		description: 'What the posts to WEBHOOK_URL are signed with: 32 characters or more, known to the bridge as well.'
	},
	WEBHOOK_ALLOW_PRIVATE: {
		schema: yesOrNo,
		description: 'yes where WEBHOOK_URL or AUDIT_WEBHOOK_URL may be http, or in a private network.'
	},
	AUDIT_WEBHOOK_URL: {
		schema: address(['https:', 'http:'], 'https://witness.example.org/breakwater'),
		description: 'Address that the head of the audit trail is posted to every hour, signed; best kept by somebody else than this server.'
	},
	AUDIT_WEBHOOK_SECRET: {
		schema: words(''),
		description: 'What the posts to AUDIT_WEBHOOK_URL are signed with: 32 characters or more.'
	},
	METRICS_TOKEN: {
		schema: v.pipe(
			words(''),
			v.check((text) => text === '' || text.length >= 16, 'must have 16 characters or more')
		),
		description: 'Token with which Prometheus reads /metrics (16 characters or more). Without it there is no such page.'
	}
} as const;

type Schemas = typeof settingSchemas;
export type Settings = { [K in keyof Schemas]: v.InferOutput<Schemas[K]['schema']> };

function isAddress(text: string, protocols: readonly string[]): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname, username, password } = new URL(text);
	return protocols.includes(protocol) && hostname !== '' && [username, password].every(isDecodable);
}

function isDecodable(text: string): boolean {
	try {
		decodeURIComponent(text);
		return true;
	} catch {
		return false;
	}
}

/** @throws Error with one line, where one setting needs another */
function checkTogether({ SMTP_URL, MAIL_FROM, WEBHOOK_ALLOW_PRIVATE, ...settings }: Settings): void {
	if (SMTP_URL !== '' && !/^(?:[^<>@\p{Cc}]+<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u.test(MAIL_FROM))
		throw new Error('The setting MAIL_FROM must be a sender such as Breakwater <breakwater@example.org>, because SMTP_URL is set.');
	for (const name of ['WEBHOOK', 'AUDIT_WEBHOOK'] as const) {
		if (settings[`${name}_URL`] !== '' && settings[`${name}_SECRET`].length < 32)
			throw new Error(`The setting ${name}_SECRET must have 32 characters or more, because ${name}_URL is set.`);
		if (settings[`${name}_URL`].startsWith('http:') && !WEBHOOK_ALLOW_PRIVATE)
			throw new Error(`The setting ${name}_URL must begin with https, unless WEBHOOK_ALLOW_PRIVATE is yes.`);
	}
}

/**
 * Reads and checks all settings.
 * @throws Error with one line that names the setting and what is wrong with it.
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
	const entries = Object.entries(settingSchemas).map(([name, { schema }]) => {
		const parsed = v.safeParse(schema, env[name] === '' ? undefined : env[name]);
		if (!parsed.success) throw new Error(`The setting ${name} ${parsed.issues[0].message}.`);
		return [name, parsed.output];
	});
	const settings = Object.fromEntries(entries) as Settings;
	checkTogether(settings);
	return settings;
}
