import { asc, isNull, ne } from 'drizzle-orm';
import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { shownPolicy, type ShownTheme } from '#lib/domain/policy-shown.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { employers, teams, workTypes, type OptionalField } from '../db/schema/organisation.ts';
import { instrumentStates } from '../instrument-packs.ts';
import { dateWords, localDate } from '../local-time.ts';
import { clockWords } from '../moments.ts';
import { findOrganisation } from '../organisation.ts';
import { layersOf } from '../policy-pages.ts';
import { fewestInForce } from '../report-floors.ts';
import { retentionInForce, type Durations } from '../retention.ts';
import { takesTwoPeople } from '../roles.ts';
import type { Settings } from '../settings.ts';

/** The settings of the server that a paper goes by. No address, key or password of them is ever in one: only whether it is set. */
export type PaperSettings = Pick<
	Settings,
	| 'ORIGIN'
	| 'DATA_DIR'
	| 'DATABASE_KEY'
	| 'SMTP_URL'
	| 'WEBHOOK_URL'
	| 'AUDIT_WEBHOOK_URL'
	| 'METRICS_TOKEN'
	| 'IDLE_MINUTES'
	| 'IDLE_MINUTES_SUPERVISORS'
	| 'SIGN_IN_HOURS'
>;

/** An instrument that is on. */
export interface InstrumentOn {
	id: InstrumentId;
	name: string;
	/** Without a wording it is on, and asked of nobody. */
	asked: boolean;
}

/** What the papers are made of: how this Breakwater is set at this moment. Nobody's name is in it. */
export interface Configuration {
	organisation: string;
	sample: boolean;
	made: string;
	/** Of session entries, and `words`: those that are on. */
	fields: ReadonlySet<OptionalField>;
	instruments: readonly InstrumentOn[];
	workTypes: readonly string[];
	/** Other employers whose people work here. */
	employers: readonly string[];
	helpLines: readonly string[];
	leadHours: boolean;
	policy: readonly ShownTheme[];
	/** How many open teams go by other numbers. */
	teamsApart: number;
	durations: Durations;
	/** How many people are at least behind a figure of the report. */
	fewest: number;
	/** Whether giving a role that sees others takes two people. */
	twoPeople: boolean;
	channels: { email: boolean; chat: boolean; auditElsewhere: boolean; metrics: boolean };
	/** Whether browsers reach it by HTTPS; null where the setting does not say. */
	https: boolean | null;
	dataDir: string;
	/** Whether the key of the database is kept apart from its folder. */
	keyApart: boolean;
	signIn: { idle: number; idleSupervisors: number; hours: number };
}

/** How everything is set at `now`. Not checked for a viewer: nothing of it is about anybody. @throws Error before the organisation is set up */
export function configurationOf(db: Db, settings: PaperSettings, now: Instant): Configuration {
	const organisation = findOrganisation(db);
	if (!organisation) throw new Error('not set up yet');
	const { name, zone, sample, fields, leadHours, helpLines, employerId } = organisation;
	const types = db
		.select({ name: workTypes.name })
		.from(workTypes)
		.where(isNull(workTypes.retiredAt))
		.orderBy(asc(workTypes.position))
		.all();
	const others = db.select({ name: employers.name }).from(employers).where(ne(employers.id, employerId)).orderBy(asc(employers.name)).all();
	return {
		...{ organisation: name, sample, leadHours, fields: new Set(fields) },
		made: `${dateWords(localDate(zone, now), '')}, ${clockWords(zone, now)} (${zone.replaceAll('_', ' ')})`,
		instruments: instrumentStates(db)
			.filter(({ on }) => on)
			.map(({ id, name: title, builtIn, languages }) => ({ id, name: title, asked: builtIn || languages.length > 0 })),
		workTypes: types.map((type) => type.name),
		employers: others.map((employer) => employer.name),
		helpLines: helpLines.map((line) => line.name),
		...policyOf(db),
		durations: retentionInForce(db),
		fewest: fewestInForce(db),
		twoPeople: takesTwoPeople(db),
		...serverOf(settings, sample)
	};
}

function policyOf(db: Db): Pick<Configuration, 'policy' | 'teamsApart'> {
	const policy = shownPolicy(layersOf(db, null));
	const numbers = (themes: readonly ShownTheme[]) => themes.flatMap(({ topics }) => topics.map(({ summary }) => summary)).join('|');
	const open = db.select({ id: teams.id }).from(teams).where(isNull(teams.closedAt)).all();
	return { policy, teamsApart: open.filter(({ id }) => numbers(shownPolicy(layersOf(db, id))) !== numbers(policy)).length };
}

/** The sample organisation sends nothing: its addresses are made up. */
function serverOf(settings: PaperSettings, sample: boolean) {
	const sends = (address: string) => address !== '' && !sample;
	const { ORIGIN, SMTP_URL, WEBHOOK_URL, AUDIT_WEBHOOK_URL, METRICS_TOKEN } = settings;
	return {
		channels: {
			...{ email: sends(SMTP_URL), chat: sends(WEBHOOK_URL), auditElsewhere: sends(AUDIT_WEBHOOK_URL) },
			metrics: METRICS_TOKEN !== ''
		},
		https: ORIGIN === '' ? null : ORIGIN.startsWith('https:'),
		dataDir: settings.DATA_DIR,
		keyApart: settings.DATABASE_KEY !== '',
		signIn: { idle: settings.IDLE_MINUTES, idleSupervisors: settings.IDLE_MINUTES_SUPERVISORS, hours: settings.SIGN_IN_HOURS }
	};
}
