import { ownPassword, type Facts } from './bad-input-facts.ts';
import type { Kind, Verdict, Verdicts } from './bad-input-fields.ts';
import type { Fields } from './app.ts';
import type { FirstName } from './cast.ts';
import { preparedQuarter } from './some-reports.ts';
import { questionnaireOf, typedWording } from './wording.ts';

/** Something that is wrong with several fields together, or with what a field means. */
export interface Case {
	name: string;
	set: Fields | ((facts: Facts) => Fields);
	verdict: Verdict;
	/** Beside which field the sentence stands. */
	at?: string;
	/** What the sentence says. */
	says?: RegExp;
}

export interface BadForm {
	route: string;
	action: string;
	/** Who sends it; nobody who is signed in where null. Vera has a password. */
	who: FirstName | 'vera' | null;
	path: (facts: Facts) => string;
	/** What is typed into it so that it is taken; the rest is as the page has it. */
	typed?: (facts: Facts) => Fields;
	/** Which of several forms of the page: the one that holds this value. */
	holds?: (facts: Facts) => string;
	/** The page has it only in answer to another form. */
	later?: true;
	/** What fields are, where it is not what their name says. */
	kinds?: Record<string, Kind>;
	/** Where a field of this form answers otherwise than its kind. */
	but?: Record<string, Verdicts>;
	cases?: Case[];
	/** Of a form with very many fields, one of each sort. */
	tries?: readonly string[];
	/** The sentence stands above the form, and says what is wrong there. */
	above?: true;
	/** What two at once store more than one does. */
	twice?: Record<string, number | undefined>;
}

const DAY = 86_400_000;
const day = (offset: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(Date.now() + offset * DAY);
const clockOf = (hoursAgo: number) =>
	new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' }).format(
		Date.now() - hoursAgo * 3_600_000
	);
const dateOf = (hoursAgo: number) => day(-hoursAgo / 24);

/** The last past Sunday of March or October: when London's clocks change, at one in the morning. */
function lastSunday(month: 3 | 10): string {
	const year = Number(day(0).slice(0, 4));
	const of = (inYear: number) => {
		const end = new Date(Date.UTC(inYear, month, 0));
		return new Date(end.getTime() - end.getUTCDay() * DAY).toISOString().slice(0, 10);
	};
	return of(year) < day(0) ? of(year) : of(year - 1);
}

const noSuchDates = (field: string, later: Verdict = 'no', at = field, earlier = field): Case[] => [
	{ name: 'a date that the calendar lacks', set: { [field]: '2026-02-30' }, verdict: 'no', at: field, says: /not in the calendar/ },
	{ name: 'the year 0001', set: { [field]: '0001-01-01' }, verdict: 'no', at: earlier },
	{ name: 'the year 9999', set: { [field]: '9999-12-31' }, verdict: later, at },
	{ name: 'a date of another country', set: { [field]: '31/01/2026' }, verdict: 'no', at: field }
];
const noSuchClocks = (field: string): Case[] =>
	['24:00', '9:30', '12:60', '-1:00', '09:30:00'].map((text) => ({
		name: `${field} ${text}`,
		set: { [field]: text },
		verdict: 'no',
		at: field
	}));

/** What can be wrong with a date and two clock times. */
const sessionCases: Case[] = [
	...noSuchDates('date', 'no', 'start'),
	...[...noSuchClocks('start'), ...noSuchClocks('end')],
	{ name: 'an end before its start', set: { start: '10:00', end: '09:00' }, verdict: 'no', at: 'end', says: /at most 16 h/ },
	{ name: 'an end at its start', set: { start: '10:00', end: '10:00' }, verdict: 'no', at: 'end' },
	{ name: 'over 16 hours', set: { start: '01:00', end: '17:01' }, verdict: 'no', at: 'end', says: /at most 16 h/ },
	{ name: '16 hours', set: { start: '01:00', end: '17:00' }, verdict: 'yes' },
	{ name: 'in the future', set: { date: day(1) }, verdict: 'no', at: 'start', says: /still to come/ },
	{ name: 'more than a year ago', set: { date: day(-400) }, verdict: 'no', at: 'date' },
	{
		name: 'a start that was skipped',
		set: { date: lastSunday(3), start: '01:30', end: '04:00' },
		verdict: 'no',
		at: 'start',
		says: /skipped/
	},
	{
		name: 'an end that was skipped',
		set: { date: lastSunday(3), start: '00:30', end: '01:30' },
		verdict: 'no',
		at: 'end',
		says: /skipped/
	},
	{
		name: 'a start that came twice',
		set: { date: lastSunday(10), start: '01:30', end: '04:00' },
		verdict: 'no',
		at: 'start',
		says: /twice/
	},
	{ name: 'an end that came twice', set: { date: lastSunday(10), start: '00:30', end: '01:30' }, verdict: 'no', at: 'end', says: /twice/ },
	{
		...{ name: 'a start that came twice, and which', verdict: 'yes' },
		set: { date: lastSunday(10), start: '01:30', end: '04:00', startWhich: 'second' }
	},
	{ name: 'a work type that is no longer used', set: (f) => ({ workTypeId: f.oldWork }), verdict: 'no', at: 'workTypeId' },
	{ name: 'a partner that is no longer used', set: (f) => ({ partnerId: f.oldPartner }), verdict: 'no', at: 'partnerId' },
	{ name: 'eleven of ten', set: { aftermath: '11' }, verdict: 'no', at: 'aftermath' }
];
const totalCases: Case[] = [
	...noSuchDates('date'),
	{ name: 'tomorrow', set: { date: day(2) }, verdict: 'no', at: 'date', says: /still to come/ },
	...['0', '961', '-5', '1e3', '12.5', '0x10', '٣٠'].map((minutes): Case => ({
		name: `${minutes} minutes`,
		set: { minutes },
		verdict: 'no',
		at: 'minutes'
	}))
];
/** Ids that belong to somebody or something else. */
const other = (field: string, id: (facts: Facts) => string, verdict: Verdict, name = `${field} of another`): Case => ({
	...{ name, verdict, at: field },
	set: (f) => ({ [field]: id(f) })
});

/** A past day of 24 hours. */
const plainDay = [day(-1), lastSunday(3), lastSunday(10)].indexOf(day(-1), 1) < 0 ? day(-1) : day(-2);
const session = { start: '09:00', end: '10:00', startWhich: '', endWhich: '', counts: '', date: plainDay };
const details = { 'material[]': ['image'], context: 'mixed', violent: 'no', 'filters[]': ['blur'], aftermath: '3' };
const workOf = (f: Facts) => f.work('Image and video assessment');

const organisation = (action: string, rest: Partial<BadForm>): BadForm => ({
	...{ route: '/(app)/admin/organisation', action, who: 'ada', path: () => '/admin/organisation' },
	...rest
});
const account = (action: string, rest: Partial<BadForm> = {}): BadForm => ({
	...{ route: '/(app)/admin/people/[id]', action, who: 'ada', path: (f) => `/admin/people/${f.quinn}` },
	...rest
});
const team = (action: string, rest: Partial<BadForm> = {}): BadForm => ({
	...{ route: '/(app)/admin/teams/[id]', action, who: 'ada', path: (f) => `/admin/teams/${f.team('Harbour')}` },
	...rest
});
const prompt = (action: string, about: FirstName, rest: Partial<BadForm> = {}): BadForm => ({
	...{ route: '/(app)/prompts/[id]', action, who: 'mara', path: (f) => `/prompts/${f.alertOf(about)}` },
	...rest
});
const row = { id: 'row' } as const;
/** How long what is kept. */
const recordTimes: Pick<BadForm, 'kinds' | 'cases'> = {
	kinds: {
		...{ recordYears: 'whole', answersMonths: 'whole', wordsDays: 'whole', accessYears: 'whole' },
		...{ id: 'ignored', basedOn: 'ignored', reason: 'ignored', sure: 'ignored' }
	},
	cases: [
		{ name: 'no time at all', set: { recordYears: '0' }, verdict: 'no', at: 'recordYears', says: /from 1 to 12/ },
		{ name: 'words for longer', set: { wordsDays: '91' }, verdict: 'no', at: 'wordsDays', says: /from 7 to 90/ }
	]
};
const takenName = (name: string): Case => ({ name: 'a name that is taken', set: { name }, verdict: 'no', at: 'name', says: /already/ });

/** The wording of an instrument, as it is typed, and as it comes back to be added. */
const wordingKinds: Record<string, Kind> = {
	...{ language: 'zone', title: 'wording', intro: 'wording', owner: 'wording', licence: 'wording' },
	...{ 'items[]': 'choice', 'labels[]': 'choice', order: 'choice' }
};
const wordingBut: Record<string, Verdicts> = { intro: { missing: 'yes', empty: 'yes' } };
const leftUnticked: Verdicts = {
	...{ missing: 'no', empty: 'no', words: 'no', emoji: 'no', script: 'no', half: 'no', nul: 'no', lines: 'no', megabyte: 'no' }
};
const wordingCases: Case[] = [
	{ name: 'a language that is none', set: { language: 'klingonish' }, verdict: 'no', at: 'language', says: /language code/ },
	{ name: 'an answer left out', set: { 'labels[]': ['a', 'b', '', 'd'] }, verdict: 'no', at: 'labels[]', says: /fill this in/ },
	{ name: 'a question twice', set: { 'items[]': ['1?', '2?', '1?', '4?'] }, verdict: 'no', at: 'items[]', says: /same as question 1/ },
	{ name: 'text turned round', set: { title: 'A \u202Eeltit' }, verdict: 'no', at: 'title', says: /turns the direction/ },
	{ name: 'formatting', set: { owner: 'Some <i>body</i>' }, verdict: 'no', at: 'owner', says: /only plain text/ }
];
const instruments = (action: string, rest: Partial<BadForm>): BadForm => ({
	...{ route: '/(app)/admin/instruments/[instrument]', action, who: 'ada', path: () => '/admin/instruments/phq4' },
	...rest
});
const pasted = (change: Record<string, unknown>) => ({ source: JSON.stringify(questionnaireOf('phq4', change)) });
const packIn = (instrument: string, language: string) => (f: Facts) =>
	f.ask('select id from instrument_packs where instrument = ? and language = ? and retired_at is null', instrument, language);

/** A line of the newest list. */
const weekly = (action: string, first: FirstName, more: Partial<BadForm>): BadForm => ({
	...{ route: '/(app)/prompts/weekly-list', action, who: 'mara', path: () => '/prompts/weekly-list', holds: (f) => f.person(first) },
	...more,
	kinds: { teamId: 'row', week: 'row', personId: 'row', ...more.kinds },
	cases: [
		...(more.cases ?? []),
		other('personId', (f) => f.person('tomas'), 'gone', 'somebody who is on no list'),
		other('teamId', (f) => f.team('Quay'), 'gone', 'the team of another lead'),
		...['2026-W60', '2999-W01', '1999-W01'].map((week): Case => ({ name: `the week ${week}`, set: { week }, verdict: 'gone', at: 'week' }))
	]
});

const soon = { from: day(40), to: day(44) };
/** What can be wrong with dates away; what is asked about a long absence is not on the page before. */
const absenceCases: Case[] = [
	...[...noSuchDates('from'), ...noSuchDates('to')],
	{ name: 'an end before its start', set: { from: day(41), to: day(40) }, verdict: 'no', at: 'to', says: /before the first/ },
	{ name: 'a year too far', set: { from: day(400), to: day(401) }, verdict: 'no', at: 'from', says: /a year ahead/ },
	{ name: 'long ago', set: { from: day(-200), to: day(-199) }, verdict: 'no', at: 'from' },
	{ name: 'over a year', set: { to: day(410) }, verdict: 'no', at: 'to', says: /at most a year/ },
	{ name: 'a long time', set: { to: day(140) }, verdict: 'no', at: 'sure', says: /Is that right/ },
	{ name: 'a long time, sure of another date', set: { to: day(140), sure: day(139) }, verdict: 'no', at: 'sure' },
	{ name: 'a long time, surely', set: { to: day(140), sure: day(140) }, verdict: 'yes' },
	{ name: 'sure of what is no date', set: { sure: 'yes' }, verdict: 'no', at: 'sure' }
];
const absence = (action: string, who: FirstName, path: string, more: Partial<BadForm>): BadForm => ({
	...{ route: `/(app)${path}`, action, who, path: () => path },
	...more,
	kinds: { from: 'date', to: 'date', ...(action === 'enter' ? {} : row) },
	cases: [...(more.cases ?? []), ...(action === 'takeBack' ? [] : absenceCases)]
});

/** Lower limits of Ines's, on the page about her. */
const factor = (action: string, more: Partial<BadForm>): BadForm => ({
	...{ route: '/(app)/people/[id]', action, who: 'edda', path: (f) => `/people/${f.person('ines')}?show=agreed` },
	...more
});

/** A page of an appointment of Ines's. */
const appointment = (action: string, more: Partial<BadForm>): BadForm => ({
	...{ route: '/(app)/appointments/[id]', action, who: 'edda', path: (f) => `/appointments/${f.appointmentOf('ines')}` },
	...more
});

const fewerHours = { reason: 'Fewer hours', breakLength: '15', 'rules.day-limit.minutes': '270' };
const wrongly = (at: string, set: Fields, says: RegExp): Case => ({ name: Object.entries(set).join(), set, verdict: 'no', at, says });
const policyCases: Case[] = [
	...['0', '40321', '-5', '1.5', '1e3', '5 h', '٣٠'].map((breakLength) => wrongly('breakLength', { breakLength }, /whole number/)),
	...['0', '11', 'x'].map((factor) => wrongly('rules.ramp.factor', { 'rules.ramp.factor': factor }, /number/i)),
	...['24:00', '16', '25:10'].map((after) => wrongly('rules.late-exposure.after', { 'rules.late-exposure.after': after }, /HH:MM/)),
	wrongly('rules.routine-conversation.days', { 'rules.routine-conversation.days': '0' }, /1 to 366/),
	wrongly('calendar.zone', { 'calendar.zone': 'Europe/Atlantis' }, /Europe\/London/),
	wrongly('calendar.holidays', { 'calendar.holidays.own': 'own', 'calendar.holidays': '2026-02-30' }, /no date such as/),
	wrongly('calendar.holidays', { 'calendar.holidays': '2026-12-25' }, /as given here/),
	wrongly('newStarter.0.days', { 'newStarter.own': 'own', 'newStarter.0.days': '28' }, /both parts/),
	wrongly('newStarter.0.days', { 'newStarter.own': 'own', 'newStarter.0.days': '400', 'newStarter.0.percent': '50' }, /0 to 366/),
	wrongly(
		'calendar.hours.mon.0.from',
		{ 'calendar.hours.mon.own': 'own', 'calendar.hours.mon.0.from': '17:00', 'calendar.hours.mon.0.to': '09:00' },
		/the second later/
	),
	{
		...wrongly('calendar.hours.mon.own', {}, /at least one period/),
		set: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((each) => [`calendar.hours.${each}.own`, 'own']))
	},
	{
		name: 'nothing that differs',
		set: { breakLength: '', 'rules.day-limit.minutes': '' },
		verdict: 'no',
		at: 'id',
		says: /Nothing is different/
	}
];
const policyKinds: Record<string, Kind> = {
	...{
		basedOn: 'seen',
		reason: 'why',
		breakLength: 'choiceOrNone',
		'rules.day-limit.on': 'choiceOrNone',
		'rules.ramp.factor': 'choiceOrNone'
	},
	...{ 'rules.late-exposure.after': 'choiceOrNone', 'newStarter.own': 'choiceOrNone', 'newStarter.0.days': 'choiceOrNone' },
	...{ 'calendar.zone': 'choiceOrNone', 'calendar.holidays.own': 'choiceOrNone', 'calendar.holidays': 'choiceOrNone' },
	...{ 'calendar.hours.mon.own': 'choiceOrNone', 'calendar.hours.mon.0.from': 'choiceOrNone', id: 'formId' },
	'rules.day-limit.minutes': 'choiceOrNone'
};

/** To look at what a policy would change, and to put it in force; of the organisation and of a team. */
const policyForms: readonly BadForm[] = [
	{
		...{ route: '/(app)/policy/change', action: 'look', who: 'hale', path: () => '/policy/change' },
		...{ typed: () => fewerHours, kinds: policyKinds, tries: Object.keys(policyKinds), cases: policyCases }
	},
	{
		...{ route: '/(app)/policy/change', action: 'change', who: 'ada', path: () => '/policy/change', later: true, kinds: policyKinds },
		typed: (f) => ({ id: crypto.randomUUID(), basedOn: f.policyVersion(null), ...fewerHours })
	},
	{
		...{ route: '/(app)/policy/[team]/change', action: 'look', who: 'ada', path: (f) => `/policy/${f.team('Quay')}/change` },
		...{ typed: () => fewerHours, kinds: policyKinds, tries: ['id', 'basedOn', 'reason', 'breakLength'] }
	},
	{
		...{ route: '/(app)/policy/[team]/change', action: 'change', who: 'hale', path: (f) => `/policy/${f.team('Quay')}/change` },
		...{ later: true, kinds: policyKinds },
		typed: (f) => ({ id: crypto.randomUUID(), basedOn: f.policyVersion(f.team('Quay')), ...fewerHours })
	}
];

const simulatorForms: readonly BadForm[] = [
	{
		...{ route: '/(app)/policy/simulator', action: 'default', who: 'ada', path: () => '/policy/simulator' },
		// It goes on already: both lead to it.
		twice: { audit_entries: undefined },
		typed: () => ({ breakLength: '15', 'rules.day-limit.minutes': '270' }),
		kinds: { ...policyKinds, team: 'row', days: 'choice' },
		tries: ['id', 'team', 'days', 'breakLength', 'rules.day-limit.on', 'rules.day-limit.minutes', 'rules.late-exposure.after'],
		but: { team: { missing: 'yes', empty: 'yes' } },
		cases: [
			...policyCases.filter(({ at }) => at === 'breakLength' || at === 'rules.ramp.factor' || at === 'rules.late-exposure.after'),
			...policyCases.filter(({ at }) => at === 'rules.routine-conversation.days'),
			{ name: 'a team that is too small', set: (f) => ({ team: f.team('Quay') }), verdict: 'gone', at: 'team' },
			{ name: 'a week', set: { days: '7' }, verdict: 'no', at: 'days' }
		]
	},
	// It stands on the page while a simulation is going on; of one that is not, nothing is stopped.
	{ route: '/(app)/policy/simulator/[run]', action: 'stop', who: 'ada', path: () => '/policy/simulator/ended', later: true }
];

const planCases: Case[] = [
	...[...noSuchDates('rota-from'), ...noSuchDates('rota-until')],
	{ name: 'an end before its start', set: { 'rota-until': day(0) }, verdict: 'no', at: 'rota-until', says: /before the first/ },
	{ name: 'half a year ago', set: { 'rota-from': day(-180) }, verdict: 'no', at: 'rota-from' },
	{
		name: 'a tick without a date',
		set: { 'items[]': ['rota', 'counselling'], 'counselling-from': '' },
		verdict: 'no',
		at: 'counselling-from'
	}
];
/** A plan in which a change of rota is ticked, and nothing else. */
const plan = {
	typed: () => ({ 'items[]': ['rota'], 'rota-from': day(1), 'rota-until': day(8) }),
	kinds: {
		...{ 'rota-from': 'date', 'rota-until': 'dateOrNone', 'non-exposure-from': 'dateOrNone', 'non-exposure-until': 'dateOrNone' },
		...{ 'counselling-from': 'dateOrNone', 'counselling-until': 'dateOrNone' },
		...{ 'time-off-screen-from': 'dateOrNone', 'time-off-screen-until': 'dateOrNone' }
	},
	but: { 'items[]': { missing: 'no' } },
	cases: planCases
} satisfies Partial<BadForm>;

export const badForms: readonly BadForm[] = [
	{
		...{ route: '/(public)/sign-in', action: 'default', who: null, path: () => '/sign-in', twice: { sign_ins: 2, audit_entries: 2 } },
		typed: () => ({ email: 'vera@example.org', password: ownPassword }),
		kinds: { to: 'way' },
		// It does not say which of the two was wrong.
		above: true
	},
	{
		...{ route: '/(public)/invitation/[token]', action: 'default', who: null, path: (f) => `/invitation/${f.invitation}` },
		typed: () => ({ password: 'seven grey herons' }),
		kinds: { email: 'ignored' },
		cases: [
			{ name: 'a password that everybody has', set: { password: 'password1234' }, verdict: 'no', at: 'password' },
			{ name: 'the own name as a password', set: { password: 'lia moss lia moss' }, verdict: 'no', at: 'password' }
		]
	},
	{
		...{ route: '/(app)/today', action: 'start', who: 'rui', path: () => '/today' },
		typed: (f) => ({ workTypeId: workOf(f), counts: '', stopRunning: '' }),
		cases: [
			other('id', (f) => f.entryOf('ines', 'session'), 'twice'),
			other('workTypeId', (f) => f.oldWork, 'no', 'a work type that is no longer used')
		]
	},
	{
		...{ route: '/(app)/today', action: 'stop', who: 'ines', path: () => '/today' },
		typed: () => ({ counts: '', ...details }),
		cases: [other('timer', (f) => f.entryOf('bea', 'timer'), 'gone'), ...sessionCases.filter(({ name }) => /no longer|eleven/.test(name))]
	},
	{
		// Stands in the page once another kind of work was pressed: the question whether the running one was meant.
		...{ route: '/(app)/today', action: 'name', who: 'ines', path: () => '/today', later: true },
		typed: (f) => ({ timer: f.entryOf('ines', 'timer'), workTypeId: workOf(f), counts: '' }),
		kinds: { workTypeId: 'listed' },
		cases: [other('timer', (f) => f.entryOf('bea', 'timer'), 'gone')]
	},
	{
		...{ route: '/(app)/today', action: 'repair', who: 'tomas', path: () => '/today' },
		typed: () => ({ date: dateOf(8), end: clockOf(8), endWhich: '' }),
		cases: [
			...noSuchDates('date', 'no', 'end', 'end'),
			...noSuchClocks('end'),
			{ name: 'an end before its start', set: { date: dateOf(13), end: clockOf(13) }, verdict: 'no', at: 'end' },
			{ name: 'an end still to come', set: { date: day(1) }, verdict: 'no', at: 'end' },
			{ name: 'an end that was skipped', set: { date: lastSunday(3), end: '01:30' }, verdict: 'no', at: 'end' },
			{ name: 'an end that came twice', set: { date: lastSunday(10), end: '01:30' }, verdict: 'no', at: 'end' },
			other('timer', (f) => f.entryOf('bea', 'timer'), 'gone')
		]
	},
	{
		...{ route: '/(app)/today', action: 'dismiss', who: 'tomas', path: () => '/today' },
		cases: [other('notice', (f) => f.ask(`select id from findings where person_id = ? limit 1`, f.person('kit')), 'gone')]
	},
	{
		...{ route: '/(app)/today/log', action: 'session', who: 'ines', path: () => '/today/log' },
		typed: (f) => ({ workTypeId: workOf(f), ...session, ...details, partnerId: f.partner }),
		kinds: { workTypeId: 'listed' },
		cases: [
			...sessionCases,
			other('id', (f) => f.checkInOf('bea'), 'yes', 'an id of another table'),
			other('id', (f) => f.entryOf('bea', 'timer'), 'twice')
		]
	},
	{
		...{ route: '/(app)/today/log', action: 'total', who: 'ines', path: () => '/today/log' },
		typed: () => ({ date: day(-2), minutes: '90', counts: '' }),
		cases: [...totalCases, other('id', (f) => f.entryOf('bea', 'timer'), 'twice')]
	},
	{
		...{ route: '/(app)/sessions/[id]', action: 'session', who: 'ines', path: (f) => `/sessions/${f.entryOf('ines', 'session')}` },
		typed: (f) => ({ workTypeId: workOf(f), ...session, ...details }),
		cases: [...sessionCases, { name: 'a version that is not the last', set: { version: '7' }, verdict: 'twice' }]
	},
	{
		...{ route: '/(app)/sessions/[id]', action: 'total', who: 'ines', path: (f) => `/sessions/${f.entryOf('ines', 'day-total')}` },
		typed: () => ({ date: day(-2), minutes: '90', counts: '' }),
		cases: totalCases
	},
	{
		...{ route: '/(app)/sessions/[id]', action: 'void', who: 'ines', path: (f) => `/sessions/${f.entryOf('ines', 'session')}` },
		typed: () => ({ reason: 'twice', sure: 'yes' }),
		cases: [{ name: 'a version that is not the last', set: { version: '7' }, verdict: 'twice' }]
	},
	{
		...{ route: '/(app)/check-in', action: 'answer', who: 'tomas', path: () => '/check-in' },
		typed: () => ({ item0: '0', item1: '1', item2: '4', item3: '2' }),
		cases: [
			...['5', '-1', '1.5'].map((item2): Case => ({ name: `an answer of ${item2}`, set: { item2 }, verdict: 'no', at: 'item2' })),
			other('id', (f) => f.checkInOf('bea'), 'twice')
		]
	},
	{
		...{ route: '/(app)/check-in', action: 'skip', who: 'tomas', path: () => '/check-in' },
		cases: [other('id', (f) => f.checkInOf('bea'), 'twice')]
	},
	{
		...{ route: '/(app)/check-in/[id]', action: 'share', who: 'bea', path: (f) => `/check-in/${f.checkInOf('bea')}` },
		typed: (f) => ({ officerId: f.person('edda') }),
		cases: [
			other('officerId', (f) => f.person('mara'), 'no', 'somebody who is no officer'),
			other('officerId', (f) => f.person('pia'), 'no', 'an officer of another employer')
		]
	},
	{
		...{ route: '/(app)/support', action: 'answer', who: 'kit', path: () => '/support' },
		typed: () => ({ answer: 'accepted' }),
		cases: [other('alertId', (f) => f.alertOf('ines'), 'gone')]
	},
	{
		...{ route: '/(app)/support', action: 'withdraw', who: 'wen', path: () => '/support' },
		cases: [other('alertId', (f) => f.alertOf('bea'), 'gone')]
	},
	{
		...{ route: '/(app)/support/contact', action: 'default', who: 'tomas', path: () => '/support/contact' },
		typed: (f) => ({ to: `lead:${f.person('mara')}`, when: 'soon' }),
		cases: [
			other('to', (f) => `lead:${f.person('edda')}`, 'no', 'an officer as a lead'),
			other('to', (f) => `lead:${f.person('nell')}`, 'no', 'the lead of another team'),
			other('to', (f) => `lead:${f.person('tomas')}`, 'no', 'oneself')
		]
	},
	{
		...{ route: '/(app)/privacy', action: 'sharing', who: 'ines', path: () => '/privacy' },
		typed: (f) => ({ 'prompt[]': [f.person('edda')], 'trends[]': [f.person('edda')] }),
		cases: [{ name: 'somebody who is no officer', set: (f) => ({ 'prompt[]': [f.person('mara')] }), verdict: 'no', at: 'prompt[]' }]
	},
	{
		...{ route: '/(app)/privacy', action: 'exclude', who: 'bea', path: () => '/privacy' },
		typed: (f) => ({ personId: f.person('mara') }),
		cases: [other('personId', (f) => f.person('tomas'), 'no', 'somebody who supervises nobody')]
	},
	{
		...{ route: '/(app)/privacy', action: 'include', who: 'nell', path: () => '/privacy', kinds: { personId: 'row' } },
		cases: [other('personId', (f) => f.person('mara'), 'gone', 'somebody who was not passed over')]
	},
	{
		...{ route: '/(app)/privacy', action: 'agree', who: 'vera', path: () => '/privacy' },
		typed: () => ({ password: ownPassword }),
		kinds: row,
		cases: [{ name: 'a wrong password', set: { password: 'not the password' }, verdict: 'no', at: 'password' }]
	},
	{ route: '/(app)/privacy', action: 'decline', who: 'vera', path: () => '/privacy', kinds: row },
	{
		...{ route: '/(app)/privacy/my-data', action: 'default', who: 'vera', path: () => '/privacy/my-data' },
		typed: () => ({ password: ownPassword }),
		cases: [{ name: 'a wrong password', set: { password: 'not the password' }, verdict: 'no', at: 'password' }]
	},
	{
		...{ route: '/(app)/privacy/erasure', action: 'ask', who: 'vera', path: () => '/privacy/erasure' },
		typed: () => ({ password: ownPassword }),
		cases: [{ name: 'a wrong password', set: { password: 'not the password' }, verdict: 'no', at: 'password' }]
	},
	{ route: '/(app)/privacy/erasure', action: 'takeBack', who: 'sol', path: () => '/privacy/erasure' },
	{ route: '/(app)/privacy/kept', action: 'deleteWords', who: 'ines', path: () => '/privacy/kept' },
	{
		...{ route: '/(app)/welcome/sharing', action: 'save', who: 'wen', path: () => '/welcome/sharing' },
		typed: (f) => ({ 'prompt[]': [f.person('edda')], 'trends[]': [] })
	},
	{ route: '/(app)/welcome/sharing', action: 'later', who: 'wen', path: () => '/welcome/sharing' },
	{
		...{ route: '/(app)/settings', action: 'details', who: 'tomas', path: () => '/settings', kinds: { email: 'ignored' } },
		typed: () => ({ name: 'Tomas Reed-Alder', dayStart: '12:00' }),
		cases: noSuchClocks('dayStart')
	},
	{
		...{ route: '/(app)/settings', action: 'look', who: 'tomas', path: () => '/settings' },
		typed: () => ({ look: 'grey' })
	},
	{
		...{ route: '/(app)/settings', action: 'reminders', who: 'tomas', path: () => '/settings' },
		typed: () => ({ checkIn: 'on', breakDue: 'on', quietFrom: '22:00', quietTo: '07:00' }),
		kinds: { checkIn: 'ignored', breakDue: 'ignored', quietFrom: 'clock', quietTo: 'clock' },
		cases: [{ name: 'quiet hours without a length', set: { quietTo: '22:00' }, verdict: 'no', at: 'quietTo' }]
	},
	{
		...{ route: '/(app)/settings', action: 'password', who: 'vera', path: () => '/settings', kinds: { email: 'ignored' } },
		typed: () => ({ currentPassword: ownPassword, password: 'seven grey herons' }),
		cases: [{ name: 'a wrong password', set: { currentPassword: 'not the password' }, verdict: 'no', at: 'currentPassword' }]
	},
	{
		...{ route: '/(app)/settings', action: 'told', who: 'mara', path: () => '/settings' },
		typed: () => ({ mail: 'at-once', digestAt: '08:30', quietFrom: '22:00', quietTo: '07:00' }),
		kinds: { mail: 'choice', digestAt: 'clock', quietFrom: 'clock', quietTo: 'clock' },
		cases: [{ name: 'quiet hours without a length', set: { quietTo: '22:00' }, verdict: 'no', at: 'quietTo' }]
	},
	{ ...{ route: '/(app)/admin/records', action: 'preview', who: 'ada', path: () => '/admin/records' }, ...recordTimes },
	{
		...{ route: '/(app)/admin/records', action: 'change', who: 'ada', path: () => '/admin/records' },
		typed: () => ({ recordYears: '7', reason: 'Set with counsel' }),
		kinds: { ...recordTimes.kinds, id: 'formId', reason: 'why', basedOn: 'seen', sure: 'ticked' },
		but: { basedOn: { missing: 'yes', empty: 'yes' } },
		cases: [
			...(recordTimes.cases ?? []),
			{ name: 'a shorter time that nobody is sure of', set: { answersMonths: '12' }, verdict: 'no', at: 'sure', says: /Is that right/ }
		]
	},
	{ route: '/(app)/admin/records', action: 'carryOut', who: 'ada', path: () => '/admin/records', kinds: row },
	{
		...{ route: '/(app)/admin/records', action: 'decline', who: 'ada', path: () => '/admin/records' },
		typed: () => ({ reason: 'legal-duty' }),
		kinds: { ...row, reason: 'choice' },
		cases: [{ name: 'a hold that does not stand', set: { reason: 'legal-hold' }, verdict: 'no', at: 'reason', says: /No legal hold/ }]
	},
	{
		...{ route: '/(app)/admin/records/holds', action: 'place', who: 'hale', path: () => '/admin/records/holds' },
		typed: (f) => ({ personId: f.person('tomas'), kind: 'court', until: day(30) }),
		kinds: { personId: 'row', kind: 'choice' },
		cases: [
			{ name: 'a day that has passed', set: { until: day(-2) }, verdict: 'no', at: 'until', says: /has passed/ },
			{ name: 'the year 9999', set: { until: '9999-12-31' }, verdict: 'no', at: 'until', says: /two years/ }
		]
	},
	{ route: '/(app)/admin/records/holds', action: 'lift', who: 'hale', path: () => '/admin/records/holds', kinds: row },
	{
		...{ route: '/(app)/admin/records/disclosures', action: 'ask', who: 'hale', path: () => '/admin/records/disclosures' },
		typed: (f) => ({ personId: f.person('tomas'), reason: 'court', answers: 'none' }),
		kinds: { personId: 'row', reason: 'choice', answers: 'choice' }
	},
	{ route: '/(app)/admin/records/disclosures', action: 'confirm', who: 'hale', path: () => '/admin/records/disclosures', kinds: row },
	{ route: '/(app)/admin/records/disclosures', action: 'end', who: 'ada', path: () => '/admin/records/disclosures', kinds: row },
	{
		...{ route: '/(app)/admin/deliveries', action: 'again', who: 'ada', path: () => '/admin/deliveries', kinds: { id: 'row' } },
		holds: (f) => f.ask(`select id from messages where state = 'dead' and recipient_id = ?`, f.person('jonas'))
	},
	{ route: '/(app)/admin/deliveries', action: 'allAgain', who: 'ada', path: () => '/admin/deliveries' },
	{ route: '/(app)/held/[token]', action: 'discard', who: 'tomas', path: (f) => `/held/${f.held}` },
	{
		...{ route: '/(app)/prompts', action: 'away', who: 'mara', path: () => '/prompts' },
		typed: (f) => ({ until: day(3), deputyId: f.person('jonas') }),
		cases: [
			...noSuchDates('until'),
			{ name: 'yesterday', set: { until: day(-1) }, verdict: 'no', at: 'until', says: /has passed/ },
			other('deputyId', (f) => f.person('tomas'), 'no', 'somebody who is no deputy')
		]
	},
	weekly('tick', 'wen', {
		typed: () => ({ 'changes[]': ['rota'] }),
		kinds: { 'changes[]': 'several', shown: 'seen' },
		but: { 'changes[]': { missing: 'no' } },
		cases: [
			{ name: 'everything and nothing', set: { 'changes[]': ['rota', 'nothing'] }, verdict: 'no', at: 'changes[]', says: /not both/ },
			{ name: 'everything', set: { 'changes[]': ['rota', 'break-cover', 'other-work'] }, verdict: 'yes' }
		]
	}),
	weekly('takeBack', 'kit', { kinds: { 'changes[]': 'ignored', shown: 'ignored' } }),
	{ route: '/(app)/prompts', action: 'back', who: 'mara', path: () => '/prompts', later: true },
	absence('enter', 'ines', '/absences', { typed: () => ({ ...soon }) }),
	absence('change', 'ines', '/absences', { holds: (f) => f.absenceOf('ines'), typed: () => ({ ...soon }) }),
	absence('takeBack', 'ines', '/absences', { holds: (f) => f.absenceOf('ines') }),
	absence('enter', 'mara', '/absences/team', {
		typed: (f) => ({ personId: f.person('ines'), ...soon }),
		cases: [other('personId', (f) => f.person('sol'), 'no', 'somebody of another team')]
	}),
	absence('change', 'mara', '/absences/team', { holds: (f) => f.absenceOf('rui'), typed: () => ({ ...soon }) }),
	absence('takeBack', 'mara', '/absences/team', {
		holds: (f) => f.absenceOf('rui'),
		cases: [other('id', (f) => f.absenceOf('ines'), 'gone', 'what somebody entered themselves')]
	}),
	factor('agree', {
		typed: () => ({ percent: '50', ...soon }),
		kinds: { percent: 'whole', from: 'date', to: 'date' },
		cases: [
			...[...noSuchDates('from'), ...noSuchDates('to')],
			...['0', '100', '-5', '7.5', '1e1', '50 %', '٥٠'].map((percent): Case => ({
				...{ name: `${percent} percent`, set: { percent }, verdict: 'no', at: 'percent', says: /from 1 to 99/ }
			})),
			{ name: 'an end before its start', set: { from: day(41), to: day(40) }, verdict: 'no', at: 'to', says: /before the first/ },
			{ name: 'a year too far', set: { from: day(400), to: day(401) }, verdict: 'no', at: 'from', says: /a year ahead/ },
			{ name: 'a day that has passed', set: { from: day(-2) }, verdict: 'no', at: 'from', says: /has passed/ },
			{ name: 'over a year', set: { to: day(410) }, verdict: 'no', at: 'to', says: /a year at most/ }
		]
	}),
	factor('end', {
		...{ holds: (f: Facts) => f.factorOf('ines'), kinds: { ...row, from: 'date' } },
		cases: [
			...noSuchDates('from'),
			{ name: 'before they begin', set: { from: day(1) }, verdict: 'no', at: 'from', says: /before they began/ },
			other('id', (f) => f.factorOf('sol'), 'gone', 'what was agreed with somebody of another team')
		]
	}),
	{
		...{ route: '/(app)/support', action: 'settle', who: 'ines', path: () => '/support', kinds: { ...row, outcome: 'choice' } },
		...{ holds: (f: Facts) => f.appointmentOf('ines'), typed: () => ({ outcome: 'declined' }) },
		cases: [
			other('id', (f) => f.appointmentOf('rui'), 'gone', 'an appointment of somebody else'),
			{ name: 'moved', set: { outcome: 'moved' }, verdict: 'no', at: 'outcome' }
		]
	},
	{
		...{ route: '/(app)/appointments/plan', action: 'default', who: 'edda', path: () => '/appointments/plan' },
		typed: (f) => ({ personId: f.person('ines'), kind: 'counselling', due: day(14) }),
		kinds: { kind: 'choice', due: 'date' },
		cases: [
			...noSuchDates('due'),
			{ name: 'a day for which one is planned', set: { due: day(-3) }, verdict: 'no', at: 'due', says: /planned for that day already/ },
			other('personId', (f) => f.person('sol'), 'no', 'somebody who is not in her care'),
			other('personId', (f) => f.person('edda'), 'no', 'herself'),
			{ name: 'the id of another appointment', set: (f) => ({ id: f.appointmentOf('rui') }), verdict: 'twice' }
		]
	},
	appointment('settle', { typed: () => ({ outcome: 'attended' }), kinds: { outcome: 'choice' } }),
	appointment('move', {
		typed: () => ({ due: day(20) }),
		kinds: { due: 'date' },
		cases: [
			...noSuchDates('due'),
			{ name: 'the date that it has', set: { due: day(-3) }, verdict: 'no', at: 'due', says: /the date that it has/ },
			{ name: 'the id of another appointment', set: (f) => ({ formId: f.appointmentOf('rui') }), verdict: 'twice' }
		]
	}),
	appointment('withdraw', {}),
	prompt('acknowledge', 'ines', { cases: [other('id', (f) => f.entryOf('bea', 'timer'), 'yes', 'an id of another table')] }),
	prompt('offer', 'wen', { typed: () => ({ 'items[]': ['talk'], manner: 'in-person' }), but: { 'items[]': { missing: 'no' } } }),
	prompt('conversation', 'ines', {
		typed: (f) => ({ 'served[]': [f.alertOf('ines')], 'items[]': ['talk'], on: day(3) }),
		kinds: { 'served[]': 'rows' },
		cases: [
			...noSuchDates('on'),
			{ name: 'a date that has passed', set: { on: day(-1) }, verdict: 'no', at: 'on' },
			{ name: 'the alert of somebody else', set: (f) => ({ 'served[]': [f.alertOf('bea')] }), verdict: 'gone', at: 'served[]' }
		]
	}),
	prompt('followUp', 'pia'),
	prompt('plan', 'jonas', {
		...plan,
		cases: [...plan.cases, { name: 'the id of another plan', set: (f) => ({ id: f.planOf('pia', 'agreed') }), verdict: 'twice' }]
	}),
	{
		...{ route: '/(app)/plans/[id]', action: 'agree', who: 'pia', path: (f) => `/plans/${f.planOf('pia', 'proposed')}` }
	},
	{
		...{ route: '/(app)/plans/[id]', action: 'end', who: 'pia', path: (f) => `/plans/${f.planOf('pia', 'agreed')}` }
	},
	{ route: '/(app)/plans/[id]', action: 'change', who: 'mara', path: (f) => `/plans/${f.planOf('pia', 'agreed')}`, ...plan },
	{
		...{ route: '/(app)/prompts', action: 'noted', who: 'hale', path: () => '/prompts', kinds: { conversationId: 'row' } }
	},
	{
		...{ route: '/(app)/prompts', action: 'answer', who: 'hale', path: () => '/prompts', kinds: { entryId: 'row', answer: 'choice' } },
		holds: () => 'spoken',
		typed: () => ({ answer: 'spoken' }),
		cases: [
			other('entryId', (f) => f.lookAt('ines'), 'gone', 'an entry about which nobody asked'),
			{ name: 'an answer that there is none of', set: { answer: 'because' }, verdict: 'no', at: 'answer' }
		]
	},
	{
		...{ route: '/(app)/privacy/looks', action: 'ask', who: 'ines', path: () => '/privacy/looks', kinds: { entryId: 'row' } },
		holds: (f) => f.lookAt('ines'),
		cases: [other('entryId', (f) => f.lookAt('tomas'), 'gone', 'an entry about somebody else')]
	},
	{
		...{ route: '/(app)/support', action: 'dispute', who: 'jonas', path: () => '/support', kinds: { conversationId: 'row' } },
		cases: [other('conversationId', (f) => f.conversationOf('pia'), 'gone', 'a conversation with somebody else')]
	},
	{ route: '/(app)/settings', action: 'feed', who: 'rui', path: () => '/settings', twice: { calendar_feeds: 2, audit_entries: 2 } },
	{ route: '/(app)/settings', action: 'endFeed', who: 'edda', path: () => '/settings' },
	prompt('close', 'jonas'),
	{
		...{ route: '/(app)/admin', action: 'confirm', who: 'hale', path: () => '/admin', kinds: row },
		cases: [other('id', (f) => f.quinnsRole, 'yes', 'a role that is no proposal')]
	},
	{
		...{ route: '/(app)/admin', action: 'refuse', who: 'hale', path: () => '/admin', kinds: row },
		cases: [other('id', (f) => f.quinnsRole, 'twice', 'a role that is no proposal')]
	},
	{
		...{ route: '/(app)/prompts', action: 'handOver', who: 'jonas', path: () => '/prompts' },
		typed: (f) => ({ toId: f.person('nell') }),
		kinds: { entryId: 'row', toId: 'listed' },
		cases: [
			other('toId', (f) => f.person('edda'), 'no', 'somebody who supports others'),
			other('toId', (f) => f.person('mara'), 'no', 'somebody who is not on the list'),
			other('entryId', (f) => f.ask('select id from on_call where person_id = ?', f.person('edda')), 'gone', 'the entry of another')
		]
	},
	{
		...{ route: '/(app)/prompts', action: 'onCallAgain', who: 'nell', path: () => '/prompts', kinds: { entryId: 'row' } },
		cases: [other('entryId', (f) => f.ask('select id from on_call where person_id = ?', f.person('edda')), 'gone', 'the entry of another')]
	},
	{ route: '/(app)/admin', action: 'putAway', who: 'ada', path: () => '/admin', kinds: row },
	{
		...{ route: '/(app)/admin', action: 'team', who: 'ada', path: () => '/admin' },
		typed: () => ({ name: 'Newhaven' }),
		cases: [takenName('harbour'), { name: 'the id of another team', set: (f) => ({ id: f.team('Quay') }), verdict: 'twice', at: 'id' }]
	},
	...policyForms,
	...simulatorForms,
	{
		...{ route: '/(app)/policy/optional', action: 'default', who: 'hale', path: () => '/policy/optional' },
		typed: () => ({
			reason: 'Fewer questions',
			'fields[]': ['violent', 'partner'],
			'instruments[]': ['pulse'],
			'supervision[]': ['lead-hours']
		}),
		kinds: { basedOn: 'seen', reason: 'why', 'instruments[]': 'several', 'supervision[]': 'several' },
		cases: [{ name: 'a field that there is none of', set: { 'fields[]': ['case-number'] }, verdict: 'no', at: 'fields[]' }]
	},
	organisation('organisation', { typed: () => ({ name: 'Seawall Trust' }), cases: [takenName('Lanternworks')] }),
	organisation('helpLines', {
		typed: () => ({ 'name[]': ['Samaritans'], 'detail[]': ['116 123'], 'href[]': ['tel:116123'] }),
		above: true,
		kinds: { 'name[]': 'several', 'detail[]': 'several', 'href[]': 'several' },
		but: {
			'name[]': { missing: 'no', words: 'yes', emoji: 'yes', script: 'yes', half: 'yes' },
			'detail[]': { missing: 'no', words: 'yes', emoji: 'yes', script: 'yes', half: 'yes' },
			'href[]': { missing: 'yes', empty: 'yes' }
		},
		cases: ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'http://example.org', 'tel:116123" onclick="x'].map(
			(href): Case => ({ name: `a link to ${href}`, set: { 'href[]': [href] }, verdict: 'no', at: 'href[]' })
		)
	}),
	organisation('addWorkType', {
		...{ typed: () => ({ name: 'Newly counted', counts: 'no' }), kinds: { counts: 'choice' } },
		cases: [takenName('image and video assessment'), { name: 'the id of another', set: (f) => ({ id: f.oldWork }), verdict: 'twice' }]
	}),
	organisation('changeWorkType', {
		...{ holds: (f: Facts) => workOf(f), kinds: { ...row, counts: 'choice' } },
		typed: () => ({ name: 'Renamed' })
	}),
	organisation('retireWorkType', { holds: (f) => workOf(f), kinds: { ...row, name: 'ignored', counts: 'ignored' } }),
	organisation('restoreWorkType', { kinds: row }),
	organisation('addPartner', {
		typed: () => ({ name: 'Newly partnered' }),
		cases: [
			takenName('Harbour Police'),
			{ name: 'a name that is a web site', set: { name: 'Lanternline.ie' }, verdict: 'yes' },
			{ name: 'a page of a web site', set: { name: 'lanternline.ie/x' }, verdict: 'no', at: 'name', says: /a web address/ },
			{ name: 'the id of another', set: (f) => ({ id: f.partner }), verdict: 'twice' }
		]
	}),
	organisation('renamePartner', { kinds: row, typed: () => ({ name: 'Renamed' }) }),
	organisation('retirePartner', { kinds: { ...row, name: 'ignored' } }),
	organisation('restorePartner', { kinds: row }),
	organisation('addEmployer', {
		typed: () => ({ name: 'Newly employing' }),
		cases: [takenName('Lanternworks'), { name: 'the id of another', set: (f) => ({ id: f.employer('Lanternworks') }), verdict: 'twice' }]
	}),
	organisation('renameEmployer', { kinds: row, typed: () => ({ name: 'Renamed' }), cases: [takenName('Seawall')] }),
	instruments('preview', {
		typed: () => typedWording('phq4', { language: 'cy' }),
		kinds: wordingKinds,
		but: wordingBut,
		cases: wordingCases
	}),
	instruments('read', {
		typed: () => pasted({}),
		kinds: { source: 'choice', file: 'choiceOrNone', language: 'choiceOrNone' },
		cases: [
			{ name: 'no language anywhere', set: pasted({ language: undefined }), verdict: 'no', at: 'source', says: /choose it beside/ },
			{ name: 'another language', set: { language: 'de' }, verdict: 'no', at: 'source', says: /you chose de/ },
			{ name: 'no questions', set: pasted({ item: [] }), verdict: 'no', at: 'source', says: /PHQ-4 has 4 questions; the file has 0/ },
			{
				name: 'the file of another',
				set: pasted({ title: 'WHO-5', item: [] }),
				verdict: 'no',
				at: 'source',
				says: /page of PHQ-4/
			},
			{ name: 'XML', set: { source: '<Questionnaire/>' }, verdict: 'no', at: 'source', says: /JSON form/ },
			{ name: 'a Bundle', set: { source: '{"resourceType":"Bundle"}' }, verdict: 'no', at: 'source', says: /Bundle/ }
		]
	}),
	instruments('add', {
		later: true,
		typed: () => ({ id: crypto.randomUUID(), ...typedWording('phq4', { language: 'cy' }), mayUse: 'on' }),
		kinds: { ...wordingKinds, mayUse: 'ticked' },
		but: {
			...wordingBut,
			mayUse: leftUnticked
		},
		cases: [...wordingCases, other('id', packIn('proqol5', 'en'), 'twice')]
	}),
	instruments('retire', {
		path: () => '/admin/instruments/who5',
		kinds: row,
		holds: packIn('who5', 'de'),
		cases: [other('id', packIn('proqol5', 'en'), 'gone')]
	}),
	{
		...{ route: '/(app)/admin/people', action: 'invite', who: 'ada', path: () => '/admin/people' },
		typed: (f) => ({ name: 'Orla Finn', email: 'orla@example.org', teamId: f.team('Harbour'), moderator: 'on', startDate: '2026-01-05' }),
		kinds: { teamId: 'listedOrNone' },
		// Each answer shows a link; the later one is the one that opens.
		twice: { invitations: 2, audit_entries: 5 },
		// A moderator needs a team.
		but: { teamId: { missing: 'no', empty: 'no' } },
		cases: [
			...noSuchDates('startDate', 'yes').filter(({ name }) => !name.includes('year')),
			{ name: 'an address that is taken', set: { email: 'VERA@example.org' }, verdict: 'no', at: 'email' },
			...['a@b', 'a b@example.org', '@example.org', 'a@@example.org'].map((email): Case => ({
				name: `the address ${email}`,
				set: { email },
				verdict: 'no',
				at: 'email'
			})),
			{ name: 'the form of another', set: (f) => ({ formId: f.team('Quay') }), verdict: 'yes' }
		]
	},
	account('rename', { typed: () => ({ name: 'Quinn Holm' }) }),
	account('home', { typed: (f) => ({ teamId: f.team('Quay') }) }),
	account('days', {
		typed: () => ({ dayStart: '12:00', startDate: '2024-02-01' }),
		cases: [...noSuchDates('startDate').filter(({ name }) => !name.includes('year')), ...noSuchClocks('dayStart')]
	}),
	account('teamRole', {
		typed: (f) => ({ role: 'moderator', teamId: f.team('Quay') }),
		cases: [
			{
				name: 'a role that they have',
				set: (f) => ({ role: 'peer', teamId: f.team('Harbour') }),
				verdict: 'no',
				at: 'role',
				says: /already/
			},
			{ name: 'a role of the organisation', set: { role: 'admin' }, verdict: 'no', at: 'role' },
			{ name: 'the id of another role', set: (f) => ({ id: f.roleOf('mara', 'lead') }), verdict: 'twice' }
		]
	}),
	account('wholeRole', {
		typed: () => ({ role: 'admin' }),
		cases: [{ name: 'a role of a team', set: { role: 'lead' }, verdict: 'no', at: 'role' }]
	}),
	account('endRole', { kinds: row, holds: (f) => f.quinnsRole }),
	account('link', { twice: { invitations: 2, audit_entries: 2 } }),
	account('disable'),
	account('leave', {
		typed: () => ({ from: day(20) }),
		kinds: { from: 'date' },
		cases: [
			{ name: 'the year 9999', set: { from: '9999-12-31' }, verdict: 'no', at: 'from', says: /check the year/ },
			{ name: 'long ago', set: { from: day(-500) }, verdict: 'no', at: 'from', says: /check the year/ }
		]
	}),
	account('stay', { path: (f) => `/admin/people/${f.person('pia')}` }),
	account('enable', { path: (f) => `/admin/people/${f.person('oda')}` }),
	team('rename', { typed: () => ({ name: 'Harbour East' }), cases: [takenName('QUAY')] }),
	team('member', { typed: (f) => ({ personId: f.person('sol') }), kinds: { personId: 'row' } }),
	team('role', {
		typed: (f) => ({ personId: f.person('sol'), role: 'peer' }),
		cases: [{ name: 'the id of another role', set: (f) => ({ id: f.roleOf('mara', 'lead') }), verdict: 'twice' }]
	}),
	team('endRole', { kinds: row, holds: (f) => f.quinnsRole }),
	team('moveLead', { kinds: row, holds: (f) => f.roleOf('jonas', 'lead'), typed: () => ({ direction: 'up' }) }),
	team('onCall', { typed: (f) => ({ personId: f.person('mara') }) }),
	team('moveOnCall', {
		kinds: row,
		holds: (f) => f.ask('select id from on_call where person_id = ?', f.person('edda')),
		typed: () => ({ direction: 'up' })
	}),
	team('removeOnCall', { kinds: row, holds: (f) => f.ask('select id from on_call where person_id = ?', f.person('edda')) }),
	team('close', { path: (f) => `/admin/teams/${f.spare}` }),
	{
		...{
			route: '/(app)/check-in/questionnaires/[instrument]',
			action: 'answer',
			who: 'tomas',
			path: () => '/check-in/questionnaires/who5'
		},
		typed: () => ({ item0: '5', item1: '0', item2: '3', item3: '3', item4: '3' }),
		kinds: { packId: 'row', item4: 'choice' },
		cases: [
			...['6', '-1', '٣', ' 3'].map((item2): Case => ({ name: `the answer ${item2}`, set: { item2 }, verdict: 'no', at: 'item2' })),
			other('packId', packIn('proqol5', 'en'), 'gone'),
			other('id', (f) => f.checkInOf('bea'), 'twice')
		]
	},
	{
		...{
			route: '/(app)/check-in/questionnaires/[instrument]',
			action: 'skip',
			who: 'tomas',
			path: () => '/check-in/questionnaires/proqol5'
		},
		cases: [other('id', (f) => f.checkInOf('bea'), 'twice')]
	},
	{
		...{ route: '/(app)/words', action: 'write', who: 'ines', path: () => '/words' },
		typed: () => ({ text: 'Tomorrow is off.' }),
		kinds: { text: 'words' }
	},
	{ route: '/(app)/words', action: 'delete', who: 'ines', path: () => '/words', kinds: row },
	{ route: '/(app)/reports', action: 'prepare', who: 'hale', path: () => '/reports', kinds: { quarter: 'choice' } },
	{
		...{ route: '/(app)/reports/[quarter]', action: 'publish', who: 'hale', path: () => `/reports/${preparedQuarter}` },
		...{ typed: () => ({ sure: 'yes' }), kinds: { sure: 'choice' } }
	},
	{
		...{ route: '/(app)/reports/fewest', action: 'default', who: 'hale', path: () => '/reports/fewest' },
		typed: () => ({ fewest: '12', reason: 'Rather more' }),
		kinds: { fewest: 'whole', reason: 'why' },
		cases: [
			...['4', '0', '-1', '101', '7.5'].map((fewest): Case => ({ name: `${fewest} people`, set: { fewest }, verdict: 'no', at: 'fewest' })),
			{ name: 'the number in force', set: { fewest: '10' }, verdict: 'no', at: 'fewest', says: /already/ }
		]
	},
	{ route: '/(public)/sign-out', action: 'default', who: 'otto', path: () => '/sign-out' }
];

/** What a server that is still empty asks: once something is taken there is no way back, so only what is refused is tried. */
export const setup: BadForm = {
	...{ route: '/(public)/setup/[token]', action: 'setup', who: null, path: () => '' },
	typed: () => ({ organisation: 'Seawall', zone: 'Europe/London', name: 'Ada Finch', email: 'ada@example.org', password: ownPassword }),
	but: Object.fromEntries(['name', 'organisation'].map((field) => [field, { emoji: undefined, script: undefined, half: undefined }]))
};
