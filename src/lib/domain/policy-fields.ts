import { weekdays } from './calendar.ts';
import { defaultPolicy, policySources, type AlertPolicy } from './policy.ts';
import { valueAt, type FieldKind, type FieldValue } from './policy-values.ts';
import { rules, type PolicyRule } from './rules/list.ts';
import type { Parameter, Theme } from './rules/rule.ts';

/** One value that a policy can set. */
export interface PolicyField {
	/** Dotted path of its key, as `parsePolicyPatch` names it; also the name of its input. */
	path: string;
	kind: FieldKind;
	label: string;
	/** What a number counts; null where it counts nothing. */
	unit: string | null;
	default: FieldValue;
	/** The value, given in words, within a sentence. */
	says: (value: string) => string;
}

/** What a rule, or one of the other parts, does: with its numbers. */
export interface PolicyTopic {
	id: string;
	title: string;
	about: string;
	/** Who learns of it; null where it is no rule. */
	who: string | null;
	/** Of the default numbers; "(ours)" where nothing published says so. */
	source: string;
	fields: readonly PolicyField[];
}

export interface PolicyTheme {
	id: Theme | 'starters' | 'clocks' | 'calendar';
	title: string;
	about: string;
	topics: readonly PolicyTopic[];
}

const units: Record<FieldKind, string | null> = {
	...{ minutes: 'minutes', days: 'days', factor: 'times', clock: null },
	...{ switch: null, steps: null, zone: null, dates: null, periods: null }
};

const asIs = (value: string) => value;

function field(path: string, kind: FieldKind, label: string, { unit = units[kind], says = asIs }: Partial<PolicyField> = {}): PolicyField {
	return { path, kind, label, unit, says, default: valueAt(defaultPolicy, path) as FieldValue };
}

const audiences = {
	exposure: 'A lead is asked to offer a word, with the figure; the person sees it.',
	contact: 'Whoever the person asked.',
	concern: 'Whoever the person has named; where they have named nobody, they alone.',
	session: 'A welfare officer is asked to help; the person sees it.',
	routine: 'A lead is asked to offer a talk; the person sees it.'
} as const;

function whoLearns({ audience, reason }: PolicyRule): string {
	if (reason !== null) return audiences[reason];
	return audience === 'notice' ? 'The person alone.' : 'The lead, on the weekly list; the person sees it.';
}

function topicOf(rule: PolicyRule): PolicyTopic {
	const { id, title, about, source } = rule;
	const described = Object.entries<Parameter>(rule.parameters);
	const parameters = described.map(([name, { kind, label, says }]) => field(`rules.${id}.${name}`, kind, label, { says }));
	return { id, title, about, who: whoLearns(rule), source, fields: [field(`rules.${id}.on`, 'switch', 'This rule'), ...parameters] };
}

const working = 'minutes of working time';
const clocks: readonly [keyof AlertPolicy, title: string, about: string, unit: string][] = [
	['acknowledgeMinutes', 'Seen', 'A supervisor has this long to say that they have seen a prompt; then the next one is asked.', working],
	['offerMinutes', 'Offered', 'After that they have this long to offer something; then the next one is asked.', working],
	[
		'responseMinutes',
		'Answered',
		'An offer without an answer comes back to the supervisor after this long, to be made in person.',
		working
	],
	['followUpDays', 'Followed up', 'This long after an offer was accepted, somebody asks how it went.', 'days'],
	['quietDays', 'Quiet time', 'After an exposure prompt was closed, further limits raise no new one for this long.', 'days'],
	[
		'contactSoonMinutes',
		'Contact when it suits',
		'Somebody who asked for contact is waited for no longer than this, at each step.',
		working
	],
	['contactTodayAcknowledgeMinutes', 'Contact today: seen', 'Who asked for contact today: by the clock, night and day.', 'minutes'],
	['contactTodayOfferMinutes', 'Contact today: offered', 'After that, by the clock.', 'minutes']
];

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const breakTopic: PolicyTopic = {
	id: 'breakLength',
	title: 'What counts as a break',
	about: 'This long without exposure ends a stretch; a shorter pause neither ends it nor adds to it.',
	who: null,
	source: policySources.breakLength,
	fields: [field('breakLength', 'minutes', 'A break lasts at least')]
};

const starterTopic: PolicyTopic = {
	id: 'newStarter',
	title: 'Lower limits in the first weeks',
	about: 'Until so many days after the first day of exposure work, anywhere, the limits of days and weeks are this part of the usual ones.',
	who: null,
	source: policySources.newStarter,
	fields: [field('newStarter', 'steps', 'Steps')]
};

const calendarTopics: readonly PolicyTopic[] = [
	{
		...{ id: 'hours', title: 'Working hours', who: null, source: policySources.calendar },
		about:
			'When somebody is there to answer: clocks of working time run in these hours alone. Each day has up to three periods; none: not a working day.',
		fields: weekdays.map((day, index) => field(`calendar.hours.${day}`, 'periods', dayNames[index] ?? day))
	},
	{
		...{ id: 'zone', title: 'Time zone', who: null, source: policySources.calendar },
		about: 'The zone in which the working hours are counted. Each person’s own days are counted in their own zone.',
		fields: [field('calendar.zone', 'zone', 'Time zone')]
	},
	{
		...{ id: 'holidays', title: 'Holidays', who: null, source: policySources.calendar },
		about: 'Days on which nobody is expected to answer: clocks of working time stand still.',
		fields: [field('calendar.holidays', 'dates', 'Dates')]
	}
];

const of = (theme: Theme) => rules.filter((rule) => rule.theme === theme).map((rule) => topicOf(rule));

/** Everything that a policy sets, as its screen and the simulator show it. A rule appears by itself, by what it says of itself. */
export const policyThemes: readonly PolicyTheme[] = [
	{ id: 'breaks', title: 'Breaks', about: 'Stretches of exposure, and what ends them.', topics: [breakTopic, ...of('breaks')] },
	{ id: 'hours', title: 'Days and weeks', about: 'Hours are a precaution, not a measure of how anybody is.', topics: of('hours') },
	{ id: 'starters', title: 'New starters', about: 'Less at the beginning.', topics: [starterTopic] },
	{ id: 'logging', title: 'Timers and logging', about: 'Friendly questions to the person, never to anybody else.', topics: of('logging') },
	{ id: 'contact', title: 'Check-ins and contact', about: 'What a person says or asks for.', topics: of('contact') },
	{
		id: 'appointments',
		title: 'Appointments and routine conversations',
		about: 'What should happen without being asked for.',
		topics: of('appointments')
	},
	{
		...{ id: 'clocks', title: 'How long a prompt waits' },
		about: 'One clock at a time. It stands still while the person is away, except where they asked for contact.',
		topics: clocks.map(([key, title, about, unit]) => ({
			...{ id: key, title, about, who: null, source: policySources.alerts },
			fields: [
				field(`alerts.${key}`, unit === 'days' ? 'days' : 'minutes', 'At most', {
					unit,
					says: (value) => (unit === working ? `${value} of working time` : value)
				})
			]
		}))
	},
	{ id: 'calendar', title: 'Working calendar', about: 'When somebody is there to answer.', topics: calendarTopics }
];

/** Every field, in the order of the screen. */
export const policyFields: readonly PolicyField[] = policyThemes.flatMap(({ topics }) => topics.flatMap(({ fields }) => fields));
