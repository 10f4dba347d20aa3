import type { Ids } from './access-facts.ts';
import type { Fields } from './app.ts';
import { preparedQuarter, publishedQuarter } from './some-reports.ts';
import { questionnaireOf, typedWording } from './wording.ts';

/**
 * Who may open which page and send which form: written by hand from what the product promises (who may see what, who may do what),
 * never from the code. A route or an action that is missing here fails the test; give it a row and the reason for it.
 */

export const kinds = [
	'nobody',
	/** Ines, whom most of it is about. */
	'moderator',
	/** Tomas, in her team. */
	'colleague',
	/** Sol, a moderator of another team. */
	'elsewhere',
	/** Mara, first lead of her team. */
	'lead',
	/** Nell, lead of another team. */
	'otherLead',
	/** Edda, the welfare officer of her team, whom she has named. */
	'welfare',
	/** Otto, another officer of her employer. */
	'otherWelfare',
	/** Rui, a peer supporter of her team and nothing else. */
	'peer',
	/** Hale, head of welfare. */
	'head',
	/** Ada. */
	'admin',
	/** Jonas, deputy lead of her team: what Mara leaves unanswered comes to him, but Ines has passed him over. */
	'deputy',
	/** Lior, who led her team until just now, and had opened what was asked of its leads. */
	'formerLead',
	/** Ari, a moderator of her team who has moved to the other one. */
	'formerMember',
	/** Kit, a moderator of her team who is employed elsewhere. */
	'secondee',
	/** Pia, a welfare officer in her team: of Kit's employer, not of hers. */
	'secondeeOfficer',
	/** Ivo, whose account was disabled; a sign-in of his is left over. */
	'disabled'
] as const;
export type Kind = (typeof kinds)[number];

/**
 * `open`: the page, or the form is taken (also where it is then found incomplete, or too late). `hidden`: 404, as if it did not exist.
 * `sign-in`: sent to the sign-in page. `onward`: sent somewhere else, as everybody there is. `refused`: 403, where the person knows
 * that it exists. What is not `open` stores nothing.
 */
export type Outcome = 'open' | 'hidden' | 'sign-in' | 'onward' | 'refused';
export type Row = Record<Kind, Outcome>;

export interface Form {
	row: Row;
	/** A body that would be taken from whoever may send it. */
	fields: (ids: Ids, kind: Kind) => Fields;
}

export interface Page {
	route: string;
	/** Which one, where a route has a parameter. */
	of?: string;
	/** What stands for the parameter. */
	at?: (ids: Ids) => string;
	row: Row;
	forms?: Record<string, Form>;
}

const all = (outcome: Outcome): Row => Object.fromEntries(kinds.map((kind) => [kind, outcome])) as Row;
/** Who is not signed in, and whose sign-in counts no more. */
const outside = { nobody: 'sign-in', disabled: 'sign-in' } as const;
const only = (...who: readonly Kind[]): Row => ({
	...all('hidden'),
	...outside,
	...Object.fromEntries(who.map((kind) => [kind, 'open']))
});
const signedIn: Row = { ...all('open'), ...outside };
/** Who logs exposure and answers check-ins. */
const moderators = only('moderator', 'colleague', 'elsewhere', 'formerMember', 'secondee');
/** Who receives alerts; a peer those addressed to them. */
const supporters = only('lead', 'otherLead', 'welfare', 'otherWelfare', 'peer', 'head', 'deputy', 'secondeeOfficer');
/** Who leads a team now, and who looks after people's wellbeing. */
const leads = only('lead', 'otherLead', 'deputy');
const officers = only('welfare', 'otherWelfare', 'secondeeOfficer');
/** Who gets messages. */
const told: Row = { ...supporters, admin: 'open' };
/** Her own things are hers alone. */
const hers = only('moderator');
const admins = only('admin');
const authors = only('admin', 'head');
const deadEnd = only();

const fresh = () => crypto.randomUUID();
const form = (row: Row, fields: Form['fields'] = () => ({})): Form => ({ row, fields });
/** The date in London, where everybody of the cast is. */
const today = () => day(0);
const day = (offset: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(Date.now() + offset * 86_400_000);

/** Lower limits in half a year. */
const agreeForm = (row: Row): Form => form(row, () => ({ id: fresh(), percent: '50', from: leave().from, to: leave().to }));

/** What two people plan: one tick, from today on. */
const planned = () => ({ id: fresh(), 'items[]': ['rota'], 'rota-from': today(), 'rota-until': '' });

/** The steps of an alert are for whoever it is routed to. */
const steps = (row: Row, alertId: (ids: Ids) => string): Record<string, Form> => ({
	acknowledge: form(row, () => ({ id: fresh() })),
	offer: form(row, () => ({ id: fresh(), 'items[]': ['talk'], manner: 'when-it-suits' })),
	conversation: form(row, (ids) => ({ id: fresh(), 'served[]': [alertId(ids)], 'items[]': ['talk'], on: '' })),
	followUp: form(row, () => ({ id: fresh() })),
	plan: form(row, planned),
	close: form(row, () => ({ id: fresh() }))
});
const prompt = (of: string, row: Row, at: (ids: Ids) => string): Page => ({
	...{ route: '/(app)/prompts/[id]', of, at, row },
	forms: steps(row, at)
});

/** A free week in half a year. */
const leave = () => ({ from: day(180), to: day(186), sure: '' });
/** Whoever looks after an appointment says how it ended, or plans another date. */
const appointmentForms = (row: Row): Record<string, Form> => ({
	move: form(row, () => ({ formId: fresh(), due: leave().from })),
	settle: form(row, () => ({ outcome: 'attended' })),
	withdraw: form(row)
});

const times = { date: '2026-01-05', start: '09:00', end: '10:00', startWhich: '', endWhich: '' };
const amendments = (row: Row): Record<string, Form> => ({
	session: form(row, () => ({ id: fresh(), version: '1', workTypeId: '', counts: '', ...times })),
	total: form(row, () => ({ id: fresh(), version: '1', workTypeId: '', counts: '', date: '2026-01-05', minutes: '10' })),
	void: form(row, () => ({ id: fresh(), version: '1', reason: 'twice', sure: 'yes' }))
});

/** On a version that is not in force: found to be too late. */
const policyForms: Record<string, Form> = {
	look: form(authors, () => ({ id: fresh(), basedOn: fresh(), reason: 'Fewer hours', breakLength: '15' })),
	change: form(authors, () => ({ id: fresh(), basedOn: fresh(), reason: 'Fewer hours', breakLength: '15' }))
};

const sharing: Form['fields'] = ({ cast: { edda } }) => ({ 'prompt[]': [edda.id], 'trends[]': [edda.id] });

export const pages: readonly Page[] = [
	// Public: what somebody needs who is not signed in yet. They hold nothing about anybody, apart from the invited person's own name.
	{ route: '/(public)', row: { ...all('onward'), ...outside } },
	{
		...{ route: '/(public)/sign-in', row: { ...all('onward'), nobody: 'open', disabled: 'open' } },
		forms: { default: form(all('open'), () => ({ email: 'nobody@example.org', password: 'not the password', to: '', held: '' })) }
	},
	{
		...{ route: '/(public)/invitation/[token]', of: 'an open invitation', at: ({ invitation }) => invitation, row: all('open') },
		// The password is too short: nobody joins.
		forms: { default: form(all('open'), () => ({ password: 'short', zone: 'Europe/London', nights: '' })) }
	},
	{
		...{ route: '/(public)/invitation/[token]', of: 'a made-up token', at: () => 'made-up-token', row: all('hidden') },
		forms: { default: form(all('hidden'), () => ({ password: 'quiet harbour walls', zone: 'Europe/London', nights: '' })) }
	},
	{
		// Once there is an organisation, nobody sets it up again.
		...{ route: '/(public)/setup/[token]', of: 'any token', at: () => 'made-up-token', row: all('onward') },
		forms: {
			setup: form(all('hidden'), () => ({
				...{ organisation: 'Taken over', zone: 'Europe/London', name: 'Mallory' },
				...{ email: 'mallory@example.org', password: 'quiet harbour walls' }
			})),
			sample: form(all('hidden'))
		}
	},

	// Sessions, answers, scores, trends and private words are the person's own: "yes" for the person, "–" for everybody else.
	{
		...{ route: '/(app)/today', row: moderators },
		forms: {
			// The timer, its repair and the notice are Ines's.
			stop: form(hers, ({ timer, workTypeId }) => ({ id: fresh(), timer, workTypeId, counts: '' })),
			name: form(hers, ({ timer, workTypeId }) => ({ timer, workTypeId, counts: '' })),
			repair: form(hers, ({ timer }) => ({ id: fresh(), timer, date: today(), end: '00:01', endWhich: '' })),
			dismiss: form(hers, ({ notice }) => ({ notice })),
			start: form(moderators, ({ openWorkType }) => ({ id: fresh(), workTypeId: openWorkType, counts: '', stopRunning: '' }))
		}
	},
	{
		...{ route: '/(app)/today/log', row: moderators },
		forms: {
			session: form(moderators, ({ openWorkType }) => ({ id: fresh(), workTypeId: openWorkType, counts: '', ...times })),
			total: form(moderators, ({ openWorkType }) => ({
				id: fresh(),
				workTypeId: openWorkType,
				counts: '',
				date: '2026-01-05',
				minutes: '10'
			}))
		}
	},
	{ route: '/(app)/history', row: moderators },
	{ route: '/(app)/sessions/[id]', of: "Ines's session", at: ({ session }) => session, row: hers, forms: amendments(hers) },
	{ route: '/(app)/sessions/[id]', of: "Ines's day total", at: ({ total }) => total, row: hers, forms: amendments(hers) },
	{ route: '/(app)/sessions/[id]', of: "Ines's running timer", at: ({ timer }) => timer, row: hers, forms: amendments(hers) },
	{ route: '/(app)/sessions/[id]', of: 'an unknown id', at: fresh, row: deadEnd, forms: amendments(deadEnd) },
	{
		...{ route: '/(app)/check-in', row: moderators },
		forms: {
			answer: form(moderators, () => ({ id: fresh(), item0: '0', item1: '1', item2: '0', item3: '1' })),
			skip: form(moderators, () => ({ id: fresh() }))
		}
	},
	{
		// Not even the officer whom she has named reads single answers.
		...{ route: '/(app)/check-in/[id]', of: "Ines's check-in", at: ({ checkIn }) => checkIn, row: hers },
		forms: { share: form(hers, ({ cast: { edda } }) => ({ id: fresh(), officerId: edda.id })) }
	},
	{
		...{ route: '/(app)/check-in/[id]', of: 'an unknown id', at: fresh, row: deadEnd },
		forms: { share: form(deadEnd, ({ cast: { edda } }) => ({ id: fresh(), officerId: edda.id })) }
	},

	{
		...{ route: '/(app)/check-in/questionnaires/[instrument]', of: 'an instrument with a wording', at: () => 'phq4', row: moderators },
		forms: {
			answer: form(moderators, ({ packs }) => ({ id: fresh(), packId: packs.asked, item0: '0', item1: '1', item2: '0', item3: '1' })),
			skip: form(moderators, () => ({ id: fresh() }))
		}
	},
	...(['proqol5', 'pulse', 'made-up'] as const).map((instrument): Page => ({
		// Without a wording, built in, and one that there is not: nothing is asked there, and nothing taken.
		...{ route: '/(app)/check-in/questionnaires/[instrument]', of: instrument, at: () => instrument, row: deadEnd },
		forms: {
			answer: form(deadEnd, ({ packs }) => ({
				...Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`item${index}`, '1'])),
				...{ id: fresh(), packId: packs.asked }
			})),
			skip: form(deadEnd, () => ({ id: fresh() }))
		}
	})),

	// Alerts: routed or escalated to them. A person's own alerts are on their support page, not among the prompts.
	{
		...{ route: '/(app)/prompts', row: supporters },
		forms: {
			away: form(supporters, () => ({ id: fresh(), until: '2020-01-01', deputyId: '' })),
			back: form(supporters),
			// Being on call is handed over by whoever is: Nell, for her team.
			handOver: form(only('otherLead'), ({ call, cast: { mara } }) => ({ id: fresh(), entryId: call, toId: mara.id })),
			onCallAgain: form(only('otherLead'), ({ call }) => ({ id: fresh(), entryId: call })),
			// That Bea says a conversation didn't happen is for the head of welfare.
			noted: form(only('head'), ({ disputed }) => ({ conversationId: disputed })),
			// Why Edda looked at Tomas's record: he asks the head of welfare.
			answer: form(only('head'), ({ asked }) => ({ entryId: asked, answer: 'spoken' }))
		}
	},
	{
		// Limits passed: the leads of the home team; the line is Wen's. Officers and heads read limits on the page of a person.
		...{ route: '/(app)/prompts/weekly-list', row: leads },
		forms: {
			tick: form(only('lead', 'deputy'), ({ line }) => ({ id: fresh(), ...line, 'changes[]': ['rota', 'break-cover'] })),
			takeBack: form(only('lead', 'deputy'), ({ line }) => ({ id: fresh(), ...line }))
		}
	},
	prompt("Ines's hours", only('lead'), ({ alerts }) => alerts.inesExposure),
	// The officer she has named, and nobody else before it is escalated: the head of welfare neither.
	prompt("Ines's concern", only('welfare'), ({ alerts }) => alerts.inesConcern),
	prompt("Ines's request to her lead", only('lead'), ({ alerts }) => alerts.inesContact),
	// A peer sees what was addressed to them, and what was addressed to a peer nobody else does.
	prompt("Tomas's request to the peer", only('peer'), ({ alerts }) => alerts.tomasToPeer),
	prompt("Wen's request to the officer", only('welfare'), ({ alerts }) => alerts.wenToWelfare),
	// Escalated twice: first lead → deputies → head of welfare; the kind never widens to the officers.
	prompt("Bea's unanswered request to her lead", only('lead', 'deputy', 'head'), ({ alerts }) => alerts.beaContact),
	// Escalated twice: the officer named → other officers of the employer → head of welfare; never a lead.
	prompt("Bea's unanswered concern", only('welfare', 'otherWelfare', 'head'), ({ alerts }) => alerts.beaConcern),
	// A secondee's hours are the host's to look after, his wellbeing his own employer's: not the host's officers', nor its head of welfare's.
	prompt("Kit's hours", only('lead'), ({ alerts }) => alerts.kitExposure),
	prompt("Kit's concern", only('secondeeOfficer'), ({ alerts }) => alerts.kitConcern),
	// Raised while Ari was in Harbour, where Mara opened it: it has moved with them.
	prompt("Ari's hours", only('otherLead'), ({ alerts }) => alerts.ariExposure),
	prompt('an unknown id', deadEnd, fresh),

	// One's own place: everybody with an account, about themselves.
	{
		...{ route: '/(app)/support', row: signedIn },
		forms: {
			// The offer and the request are Ines's.
			answer: form(hers, ({ alerts }) => ({ id: fresh(), alertId: alerts.inesContact, answer: 'accepted', back: '/support' })),
			withdraw: form(hers, ({ alerts }) => ({ id: fresh(), alertId: alerts.inesContact })),
			// Only she says that a conversation with her didn't happen.
			dispute: form(hers, ({ conversation }) => ({ conversationId: conversation })),
			// How an appointment of hers ended: she says it, or the officer who planned it.
			settle: form(only('moderator', 'welfare'), ({ ownAppointment }) => ({ id: ownAppointment, outcome: 'declined' }))
		}
	},
	{
		// A plan is for the two who agree on it: no substitute, no other lead or officer, no head and no administrator.
		...{ route: '/(app)/plans/[id]', of: "Ines's with Mara", at: ({ plan }) => plan, row: only('moderator', 'lead') },
		forms: {
			agree: form(only('moderator', 'lead')),
			change: form(only('moderator', 'lead'), planned),
			end: form(only('moderator', 'lead'))
		}
	},
	{
		...{ route: '/(app)/plans/[id]', of: 'an unknown id', at: fresh, row: deadEnd },
		forms: { agree: form(deadEnd), change: form(deadEnd, planned), end: form(deadEnd) }
	},
	{
		// Everybody's own dates away; Ines entered hers herself.
		...{ route: '/(app)/absences', row: signedIn },
		forms: {
			enter: form(signedIn, () => ({ id: fresh(), ...leave() })),
			change: form(hers, ({ absence }) => ({ formId: fresh(), id: absence, from: leave().from, to: leave().from, sure: '' })),
			takeBack: form(hers, ({ absence }) => ({ id: absence }))
		}
	},
	{
		// Dates of the home team are for its leads; what a lead entered, its leads put right.
		...{ route: '/(app)/absences/team', row: leads },
		forms: {
			enter: form(leads, ({ cast: { tomas } }) => ({ id: fresh(), personId: tomas.id, ...leave() })),
			change: form(only('lead', 'deputy'), ({ enteredAbsence }) => ({ formId: fresh(), id: enteredAbsence, ...leave(), to: leave().from })),
			takeBack: form(only('lead', 'deputy'), ({ enteredAbsence }) => ({ id: enteredAbsence }))
		}
	},
	// Appointments: the officers of the person's employer who serve their home team, or whom they named. Nobody else, the head neither.
	{ route: '/(app)/appointments', row: officers },
	{
		...{ route: '/(app)/appointments/plan', row: officers },
		forms: {
			default: form(officers, ({ cast: { ines } }) => ({
				...{ id: fresh(), personId: ines.id, kind: 'assessment', due: today() }
			}))
		}
	},
	{
		...{ route: '/(app)/appointments/[id]', of: "Ines's", at: ({ appointment }) => appointment, row: only('welfare') },
		forms: appointmentForms(only('welfare'))
	},
	{
		...{ route: '/(app)/appointments/[id]', of: "Kit's", at: ({ kitAppointment }) => kitAppointment, row: only('secondeeOfficer') },
		forms: appointmentForms(only('secondeeOfficer'))
	},
	{ route: '/(app)/appointments/[id]', of: 'an unknown id', at: fresh, row: deadEnd, forms: appointmentForms(deadEnd) },
	// Those of whose record somebody may open anything: leads and officers of the home team, whom the person has named, the head of welfare.
	{ route: '/(app)/people', row: only('lead', 'otherLead', 'deputy', 'welfare', 'otherWelfare', 'secondeeOfficer', 'head') },
	{
		// The deputy, whom she has passed over, finds the page that everybody of his team has: a page that is missing would tell him.
		...{ route: '/(app)/people/[id]', of: 'Ines', at: ({ cast: { ines } }) => ines.id },
		row: only('lead', 'deputy', 'welfare', 'head'),
		// On lower limits her officer agrees with her, and the head of welfare of her employer; a lead reads what follows.
		forms: {
			agree: agreeForm(only('welfare', 'head')),
			end: form(only('welfare', 'head'), ({ factor }) => ({ formId: fresh(), id: factor, from: day(65) }))
		}
	},
	{
		...{ route: '/(app)/people/[id]', of: 'Sol', at: ({ cast: { sol } }) => sol.id },
		row: only('otherLead', 'otherWelfare', 'head'),
		forms: { agree: agreeForm(only('otherWelfare', 'head')) }
	},
	{
		...{ route: '/(app)/people/[id]', of: 'Kit', at: ({ cast: { kit } }) => kit.id },
		row: only('lead', 'deputy', 'secondeeOfficer', 'head'),
		// The wellbeing line is that of Kit’s own employer.
		forms: { agree: agreeForm(only('secondeeOfficer')) }
	},
	{
		// Of somebody who has moved, the supervisors of the team they are in now.
		...{ route: '/(app)/people/[id]', of: 'Ari', at: ({ ari }) => ari },
		row: only('otherLead', 'otherWelfare', 'head'),
		forms: { agree: agreeForm(only('otherWelfare', 'head')) }
	},
	{
		route: '/(app)/people/[id]',
		of: 'somebody disabled',
		at: ({ disabled }) => disabled,
		row: deadEnd,
		forms: { agree: agreeForm(deadEnd) }
	},
	{ route: '/(app)/people/[id]', of: 'an unknown id', at: fresh, row: deadEnd, forms: { agree: agreeForm(deadEnd) } },
	{
		// Who has looked at one's own record; that somebody did at hers is hers to ask about.
		...{ route: '/(app)/privacy/looks', row: signedIn },
		forms: { ask: form(hers, ({ looked }) => ({ entryId: looked })) }
	},
	{
		// A few words for oneself: everybody's page holds their own; Ines's are hers alone to delete.
		...{ route: '/(app)/words', row: signedIn },
		forms: {
			write: form(signedIn, () => ({ id: fresh(), text: 'A long day.' })),
			delete: form(hers, ({ words }) => ({ id: words }))
		}
	},
	// Everybody's own.
	{ route: '/(app)/privacy/kept', row: signedIn, forms: { deleteWords: form(signedIn) } },
	{
		...{ route: '/(app)/privacy/my-data', row: signedIn },
		forms: { default: form(signedIn, () => ({ password: 'not the password' })) }
	},
	{ route: '/(app)/privacy/record', row: signedIn },
	{
		...{ route: '/(app)/privacy/erasure', row: signedIn },
		forms: { ask: form(signedIn, () => ({ id: fresh(), password: 'not the password' })), takeBack: form(signedIn) }
	},
	{
		...{ route: '/(app)/privacy', row: signedIn },
		forms: {
			sharing: form(signedIn, sharing),
			exclude: form(signedIn, ({ cast: { otto } }) => ({ personId: otto.id })),
			// Ines has excluded Jonas; nobody else has, and they learn nothing of it.
			include: form(hers, ({ cast: { jonas } }) => ({ personId: jonas.id })),
			// Copies of Ines's record wait for her consent. Anybody's password is asked for first.
			agree: form(signedIn, ({ disclosures }) => ({ id: disclosures.toAgree, password: 'not the password' })),
			decline: form(hers, ({ disclosures }) => ({ id: disclosures.toDecline }))
		}
	},
	{ route: '/(app)/welcome/sharing', row: signedIn, forms: { save: form(signedIn, sharing), later: form(signedIn) } },
	{
		...{ route: '/(app)/settings', row: signedIn },
		forms: {
			details: form(signedIn, (ids, kind) => ({ name: ids.nameOf(kind), zone: 'Europe/London', dayStart: '00:00' })),
			password: form(signedIn, () => ({ currentPassword: 'not the password', password: 'quiet harbour walls' })),
			look: form(signedIn, () => ({ look: 'auto' })),
			reminders: form(signedIn, () => ({ checkIn: 'on' })),
			// The dates of whoever supports somebody, for their own calendar.
			feed: form(supporters),
			endFeed: form(signedIn),
			// Supervisors get word of prompts, administrators of Breakwater itself; nobody else gets messages.
			told: form(told, () => ({
				formId: fresh(),
				mail: 'digest',
				digestAt: '09:00',
				quietFrom: '22:00',
				quietTo: '07:00',
				chat: 'off',
				chatName: ''
			}))
		}
	},
	{
		// What somebody was typing when their sign-in ended is sealed for them.
		...{ route: '/(app)/held/[token]', of: "Ines's form", at: ({ held }) => held, row: hers },
		// Throwing away what one does not have does nothing, twice as well as once.
		forms: { discard: form({ ...all('onward'), ...outside, moderator: 'open' }) }
	},

	// Guidance, the same for everybody; the limits are one's own.
	{ route: '/(app)/guides', row: signedIn },
	{ route: '/(app)/guides/worried', row: signedIn },
	{ route: '/(app)/guides/limits', row: signedIn },
	{ route: '/(app)/guides/conversation', row: signedIn },
	// What is written for everybody; the record of processing and the assessment say where the protection is weak, and are drafts of the organisation's.
	{ route: '/(app)/papers', row: signedIn },
	...['staff-notice', 'works-council', 'retention'].map((paper): Page => ({
		...{ route: '/(app)/papers/[paper]', of: paper, at: () => paper },
		row: signedIn
	})),
	...['processing', 'assessment'].map((paper): Page => ({
		...{ route: '/(app)/papers/[paper]', of: paper, at: () => paper },
		row: authors
	})),
	{ ...{ route: '/(app)/papers/[paper]', of: 'one that there is not', at: () => 'licence' }, row: deadEnd },

	// The policy is read by everybody with an account, a team's by those who belong to it or hold a role in it; its authors are the admin and the
	// head of welfare.
	{ route: '/(app)/policy', row: signedIn },
	{
		...{ route: '/(app)/policy/[team]', of: "Ines's team", at: ({ cast: { harbour } }) => harbour },
		row: only(
			...(['moderator', 'colleague', 'lead', 'welfare', 'peer', 'head', 'admin'] as const),
			...(['deputy', 'formerLead', 'secondee', 'secondeeOfficer'] as const)
		)
	},
	{
		...{ route: '/(app)/policy/[team]', of: 'the other team', at: ({ cast: { quay } }) => quay },
		row: only('elsewhere', 'formerMember', 'otherLead', 'otherWelfare', 'head', 'admin')
	},
	{ route: '/(app)/policy/[team]', of: 'an unknown id', at: fresh, row: deadEnd },
	{ route: '/(app)/policy/change', row: authors, forms: policyForms },
	{ route: '/(app)/policy/[team]/change', of: 'a team', at: ({ cast: { quay } }) => quay, row: authors, forms: policyForms },
	{
		...{ route: '/(app)/policy/optional', row: authors },
		forms: { default: form(authors, () => ({ id: fresh(), basedOn: '', reason: 'Fewer questions', 'fields[]': ['violent'] })) }
	},

	{
		...{ route: '/(app)/policy/simulator', row: authors },
		forms: { default: form(authors, () => ({ id: fresh(), team: '', days: '28', breakLength: '15' })) }
	},
	{
		// Everybody else's look like one that is no longer kept, and so does an id that there never was; stopping it changes nothing.
		...{ route: '/(app)/policy/simulator/[run]', of: 'one that is not theirs', at: fresh, row: authors },
		forms: { stop: form(authors) }
	},

	// Published reports are for everybody with an account; what goes before that is the head of welfare's alone.
	{ route: '/(app)/reports', row: signedIn, forms: { prepare: form(only('head'), () => ({ quarter: publishedQuarter })) } },
	...(
		[
			['a published one', publishedQuarter, signedIn, only('head')],
			['a prepared one', preparedQuarter, only('head'), only('head')]
		] as const
	).map(([of, quarter, row, head]): Page => ({
		...{ route: '/(app)/reports/[quarter]', of, at: () => quarter, row },
		// Not ticked: found to be incomplete.
		forms: { publish: form(head) }
	})),
	{
		route: '/(app)/reports/[quarter]',
		of: 'a quarter without one',
		at: () => '2019-Q4',
		row: deadEnd,
		forms: { publish: form(deadEnd, () => ({ sure: 'yes' })) }
	},
	{
		...{ route: '/(app)/reports/fewest', row: authors },
		forms: { default: form(authors, () => ({ id: fresh(), fewest: '12', reason: 'Rather more' })) }
	},

	// Accounts, teams and settings: the admin. The head of welfare confirms what takes two people, and so reads the overview.
	{
		...{ route: '/(app)/admin', row: only('admin', 'head') },
		forms: {
			// Ada proposed it: the second person is somebody else.
			confirm: form({ ...only('head'), admin: 'refused' }, ({ proposals }) => ({ id: proposals.confirmed })),
			refuse: form(only('admin', 'head'), ({ proposals }) => ({ id: proposals.refused })),
			// What is wrong with Breakwater itself is the administrator's to look after.
			putAway: form(admins, ({ alarm }) => ({ id: alarm })),
			team: form(admins, () => ({ id: fresh(), name: 'Newhaven', zone: 'Europe/London' }))
		}
	},
	{
		...{ route: '/(app)/admin/organisation', row: admins },
		forms: {
			organisation: form(admins, () => ({ name: 'Seawall', zone: 'Europe/London' })),
			helpLines: form(admins, () => ({ 'name[]': ['Samaritans'], 'detail[]': ['116 123'], 'href[]': ['tel:116123'] })),
			addWorkType: form(admins, () => ({ id: fresh(), name: 'Newly counted', counts: 'yes' })),
			changeWorkType: form(admins, ({ workTypeId }) => ({ id: workTypeId, name: 'Renamed', counts: 'yes' })),
			retireWorkType: form(admins, ({ workTypeId }) => ({ id: workTypeId })),
			restoreWorkType: form(admins, ({ workTypeId }) => ({ id: workTypeId })),
			addPartner: form(admins, () => ({ id: fresh(), name: 'Newly partnered' })),
			renamePartner: form(admins, ({ partnerId }) => ({ id: partnerId, name: 'Renamed' })),
			retirePartner: form(admins, ({ partnerId }) => ({ id: partnerId })),
			restorePartner: form(admins, ({ partnerId }) => ({ id: partnerId })),
			addEmployer: form(admins, () => ({ id: fresh(), name: 'Newly employing' })),
			renameEmployer: form(admins, ({ cast: { lanternworks } }) => ({ id: lanternworks, name: 'Lanternworks Ltd' }))
		}
	},
	// The wording of instruments; nothing that anybody answered.
	{ route: '/(app)/admin/instruments', row: admins },
	...(['phq4', 'pulse', 'made-up'] as const).map((instrument): Page => {
		const row = instrument === 'phq4' ? admins : deadEnd;
		const wording = typedWording('phq4', { language: 'cy' });
		return {
			...{ route: '/(app)/admin/instruments/[instrument]', of: instrument, at: () => instrument, row },
			forms: {
				preview: form(row, () => wording),
				read: form(row, () => ({ source: JSON.stringify(questionnaireOf('phq4')), file: '', language: '' })),
				add: form(row, () => ({ id: fresh(), ...wording, mayUse: 'on' })),
				retire: form(row, ({ packs }) => ({ id: packs.spare }))
			}
		};
	}),
	// Who changed what: prompts and what is people's own are counted there, not listed.
	{ route: '/(app)/admin/audit', row: admins },
	// How long records are kept, and who wants to be erased: the admin. Numbers, and the names of those who leave.
	{
		...{ route: '/(app)/admin/records', row: admins },
		forms: {
			preview: form(admins, () => ({ recordYears: '6', answersMonths: '12', wordsDays: '90', accessYears: '6' })),
			change: form(admins, () => ({
				...{ id: fresh(), recordYears: '7', answersMonths: '24', wordsDays: '90', accessYears: '6' },
				...{ reason: 'Set with counsel', basedOn: '', sure: '' }
			})),
			carryOut: form(admins, ({ wishes }) => ({ id: wishes.carriedOut })),
			decline: form(admins, ({ wishes }) => ({ id: wishes.declined, reason: 'legal-duty' }))
		}
	},
	// Legal holds and copies for a court: the admin and the head of welfare, each of whom checks the other.
	{
		...{ route: '/(app)/admin/records/holds', row: authors },
		forms: {
			place: form(authors, ({ spare }) => ({ id: fresh(), personId: spare, kind: 'court', until: leave().to })),
			// Ada placed it: somebody else lifts it.
			lift: form({ ...only('head'), admin: 'refused' }, ({ hold }) => ({ id: hold }))
		}
	},
	{
		...{ route: '/(app)/admin/records/disclosures', row: authors },
		forms: {
			ask: form(authors, ({ spare }) => ({ id: fresh(), personId: spare, reason: 'court', answers: 'none' })),
			confirm: form({ ...only('head'), admin: 'refused' }, ({ disclosures }) => ({ id: disclosures.toConfirm })),
			end: form(authors, ({ disclosures }) => ({ id: disclosures.toEnd }))
		}
	},
	// Deliveries: to whom and whether, nothing of what about. Nothing is set up there, so no test goes out.
	{
		...{ route: '/(app)/admin/deliveries', row: admins },
		forms: {
			email: form(admins, () => ({ formId: fresh() })),
			chat: form(admins, () => ({ formId: fresh(), chatName: 'ada' })),
			again: form(admins, ({ message }) => ({ id: message })),
			allAgain: form(admins)
		}
	},
	{
		...{ route: '/(app)/admin/people', row: admins },
		forms: {
			invite: form(admins, ({ cast: { ownEmployer } }) => ({
				...{ formId: fresh(), name: 'Orla Finn', email: 'orla@example.org', teamId: '', moderator: 'yes' },
				...{ employerId: ownEmployer, zone: 'Europe/London', nights: '', startDate: '2026-01-05' }
			}))
		}
	},
	{ route: '/(app)/admin/people/[id]', of: "Ines's account", at: ({ cast: { ines } }) => ines.id, row: admins },
	{
		...{ route: '/(app)/admin/people/[id]', of: 'an account', at: ({ spare }) => spare, row: admins },
		forms: {
			rename: form(admins, () => ({ name: 'Quinn Holm' })),
			home: form(admins, ({ team }) => ({ teamId: team })),
			days: form(admins, () => ({ zone: 'Europe/London', dayStart: '12:00', startDate: '2024-01-08' })),
			teamRole: form(admins, ({ team }) => ({ id: fresh(), role: 'moderator', teamId: team })),
			wholeRole: form(admins, () => ({ id: fresh(), role: 'head_of_welfare' })),
			endRole: form(admins, ({ spareRole }) => ({ id: spareRole })),
			link: form(admins),
			disable: form(admins),
			enable: form(admins),
			leave: form(admins, () => ({ id: fresh(), from: leave().from })),
			stay: form(admins)
		}
	},
	{ route: '/(app)/admin/teams/[id]', of: "Ines's team", at: ({ cast: { harbour } }) => harbour, row: admins },
	{
		...{ route: '/(app)/admin/teams/[id]', of: 'a team', at: ({ team }) => team, row: admins },
		forms: {
			rename: form(admins, () => ({ name: 'Spare again' })),
			member: form(admins, ({ spare }) => ({ personId: spare })),
			role: form(admins, ({ spare }) => ({ id: fresh(), personId: spare, role: 'peer' })),
			endRole: form(admins, ({ otherSpareRole }) => ({ id: otherSpareRole })),
			moveLead: form(admins, ({ leadRole }) => ({ formId: fresh(), id: leadRole, direction: 'up' })),
			onCall: form(admins, ({ spare }) => ({ id: fresh(), personId: spare })),
			moveOnCall: form(admins, ({ call }) => ({ formId: fresh(), id: call, direction: 'up' })),
			removeOnCall: form(admins, ({ call }) => ({ id: call })),
			close: form(admins)
		}
	},

	// Asking for contact comes late here, because asking again renews the request and says anew to whom it goes.
	{
		...{ route: '/(app)/support/contact', row: signedIn },
		forms: { default: form(signedIn, ({ cast: { mara } }) => ({ id: fresh(), to: `lead:${mara.id}`, when: 'soon' })) }
	},
	{
		// Last: it ends the sign-in. Whoever sends it stands before the sign-in page afterwards.
		...{ route: '/(public)/sign-out', row: signedIn },
		forms: { default: form(all('sign-in')) }
	}
];

/** Answers that are no page: who gets one. */
export const endpoints: readonly Omit<Page, 'forms'>[] = [
	// One's own dates, as a file for a calendar.
	{ route: '/(app)/support/calendar', row: signedIn },
	// One's own data: without a password just typed it leads back to where that is asked for.
	{ route: '/(app)/privacy/my-data/archive', row: { ...all('onward'), ...outside } },
	// A copy of somebody's record, once two people agree: for whoever of them opens it.
	{
		...{ route: '/(app)/admin/records/disclosures/[id]', of: 'a confirmed one', at: ({ disclosures }) => disclosures.opened },
		row: authors
	},
	{
		...{ route: '/(app)/admin/records/disclosures/[id]', of: 'one that nobody has confirmed' },
		...{ at: ({ disclosures }) => disclosures.toConfirm, row: deadEnd }
	},
	// A calendar program signs in nowhere: whoever has the link has the dates, and a made-up one opens nothing.
	{ route: '/(public)/feeds/[token]', at: () => 'made-up-token', row: all('hidden') },
	// For watchers that sign in nowhere: they hear whether it runs, and nothing else. The figures are for whoever has the token.
	{ route: '/(public)/healthz', row: all('open') },
	{ route: '/(public)/readyz', row: all('open') },
	{ route: '/(public)/metrics', row: all('hidden') },
	// Says that something changed, never what, to one's own open page.
	{ route: '/(app)/live', row: signedIn }
];
