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
	}
} as const;

type Schemas = typeof settingSchemas;
export type Settings = { [K in keyof Schemas]: v.InferOutput<Schemas[K]['schema']> };

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
	return Object.fromEntries(entries) as Settings;
}
