/** By what the page for administrators filters. */
export const auditAreas = {
	account: 'Accounts',
	'sign-in': 'Signing in',
	role: 'Roles',
	team: 'Teams and being on call',
	organisation: 'Lists, help lines and instruments',
	policy: 'Policy',
	delivery: 'Messages and alarms',
	key: 'Keys',
	record: 'Records and reports'
} as const;
export type AuditArea = keyof typeof auditAreas;

/** Whether a filter of the trail, as it was asked for, is one that there is. */
export function isAuditArea(text: string): text is AuditArea {
	return Object.hasOwn(auditAreas, text);
}

interface Words {
	/**
	 * Where it is listed for administrators. None: it is counted by the week, with neither who nor when. The instant beside that of a sign-in would
	 * tell about whom a prompt is, who shares what, and with whom (domain.md §6).
	 */
	area: AuditArea | null;
	/** What happened, for whoever reads the trail, and for the person whose account it is. */
	words: string;
}

const listed = <const A extends AuditArea, const T extends Record<string, string>>(area: A, words: T) => entries(area, words);
const counted = <const T extends Record<string, string>>(words: T) => entries(null, words);

function entries<T extends Record<string, string>>(area: AuditArea | null, words: T): { readonly [K in keyof T]: Words } {
	return Object.fromEntries(Object.entries(words).map(([action, text]) => [action, { area, words: text }])) as { [K in keyof T]: Words };
}

/** All that can be in the audit trail, `area.what-happened`, in plain words. An action is never renamed: entries stand for ever. */
export const auditWords = {
	...listed('account', {
		'account.created': 'Account made',
		'account.invited': 'Link to set a password made',
		'account.joined': 'Joined by a link',
		'account.password-set': 'Password set by a link',
		'account.password-changed': 'Password changed',
		'account.renamed': 'Name changed',
		'account.days-changed': 'Zone, start of day or start date changed',
		'account.home-team': 'Home team set',
		'account.told-changed': 'Changed how they are told',
		'account.calendar-link-made': 'Calendar link made',
		'account.calendar-link-ended': 'Calendar link ended',
		'account.disabled': 'Account disabled',
		'account.enabled': 'Account enabled again',
		'account.leaves': 'Date of leaving set',
		'account.stays': 'Date of leaving taken back'
	}),
	...listed('sign-in', {
		'sign-in.in': 'Signed in',
		'sign-in.out': 'Signed out',
		'sign-in.failed': 'A sign-in failed',
		'sign-in.wrong-password': 'Wrong password while signed in'
	}),
	...listed('role', {
		'role.given': 'Role given',
		'role.proposed': 'Role proposed',
		'role.confirmed': 'Role confirmed',
		'role.refused': 'Proposed role refused or taken back',
		'role.ended': 'Role ended',
		'role.moved': 'Order of leads changed'
	}),
	...listed('team', {
		'team.created': 'Team made',
		'team.renamed': 'Team renamed',
		'team.closed': 'Team closed',
		'team.on-call-added': 'Put on the on-call list',
		'team.on-call-removed': 'Taken off the on-call list',
		'team.on-call-moved': 'Order of the on-call list changed',
		'team.handed-over': 'Being on call handed over',
		'team.on-call-again': 'On call again'
	}),
	...listed('organisation', {
		'organisation.set-up': 'Set up',
		'organisation.changed': 'Name or zone of the organisation changed',
		'organisation.help-lines': 'Help lines changed',
		'organisation.employer-added': 'Employer added',
		'organisation.employer-renamed': 'Employer renamed',
		'organisation.partner-added': 'Partner body added',
		'organisation.partner-renamed': 'Partner body renamed',
		'organisation.partner-retired': 'Partner body taken off the list',
		'organisation.partner-restored': 'Partner body put back',
		'organisation.work-type-added': 'Work type added',
		'organisation.work-type-changed': 'Work type changed',
		'organisation.work-type-retired': 'Work type taken off the list',
		'organisation.work-type-restored': 'Work type put back',
		'organisation.instrument-added': 'Wording of an instrument added',
		'organisation.instrument-retired': 'Wording of an instrument taken out of use'
	}),
	...listed('policy', {
		'policy.changed': 'Policy put in force',
		'policy.optional-changed': 'Optional parts changed',
		'policy.simulated': 'Policy tried out'
	}),
	...listed('delivery', {
		'delivery.sent-again': 'Message sent again',
		'delivery.all-sent-again': 'All messages that were given up sent again',
		'delivery.tested': 'Test message sent',
		'delivery.alarm-put-away': 'Alarm put away'
	}),
	...listed('key', { 'key.rotated': 'Keys rotated', 'key.destroyed': 'Key of somebody erased destroyed' }),
	...listed('record', {
		'record.erasure-asked': 'Erasure asked for',
		'record.erasure-taken-back': 'Wish to be erased taken back',
		'record.hold-placed': 'Legal hold placed',
		'record.hold-lifted': 'Legal hold lifted',
		'record.retention-changed': 'How long records are kept changed',
		'record.retention-run': 'Daily run of how long records are kept',
		'record.erased': 'Somebody erased',
		'record.erasure-declined': 'Wish to be erased declined',
		'record.cleared': 'What was left of somebody erased taken away',
		'record.disclosure-asked': 'Copy of a record for a court or lawyer asked for',
		'record.disclosure-agreed': 'Copy of a record for a court or lawyer agreed to by the person',
		'record.disclosure-declined': 'Copy of a record for a court or lawyer declined by the person',
		'record.disclosure-withdrawn': 'Consent to a copy of a record withdrawn by the person',
		'record.disclosure-confirmed': 'Copy of a record for a court or lawyer confirmed',
		'record.disclosure-ended': 'Copy of a record for a court or lawyer refused or taken back',
		'record.disclosed': 'Copy of a record for a court or lawyer opened',
		'report.prepared': 'Report prepared',
		'report.published': 'Report published',
		'report.floor-changed': 'Smallest group in reports changed'
	}),
	...counted({
		'alert.raised': 'Prompt raised',
		'alert.renewed': 'Prompt renewed',
		'alert.evidence': 'Further reason added to a prompt',
		'alert.seen': 'Prompt opened',
		'alert.acknowledged': 'Prompt taken on',
		'alert.offered': 'Offer made',
		'alert.answered': 'Offer answered',
		'alert.unanswered': 'Offer found no answer',
		'alert.conversation': 'Conversation recorded',
		'alert.followed-up': 'Followed up',
		'alert.escalated': 'Prompt passed on',
		'alert.withdrawn': 'Request taken back',
		'alert.corrected': 'Prompt closed: its reason no longer held',
		'alert.closed': 'Prompt closed',
		'list.ticked': 'Weekly list ticked',
		'list.taken-back': 'Tick on a weekly list taken back',
		'plan.proposed': 'Plan proposed',
		'plan.agreed': 'Plan agreed to',
		'plan.ended': 'Plan ended',
		'conversation.disputed': 'Conversation marked as not having happened',
		'conversation.dispute-noted': 'Marked conversation acknowledged',
		'appointment.planned': 'Appointment planned',
		'appointment.settled': 'Appointment attended or declined',
		'appointment.moved': 'Appointment moved',
		'appointment.withdrawn': 'Appointment taken off',
		'factor.agreed': 'Lower limits agreed with somebody',
		'factor.ended': 'Lower limits of somebody ended early or taken back',
		'absence.entered': 'Absence entered for somebody',
		'absence.changed': 'Absence of somebody changed',
		'absence.taken-back': 'Absence of somebody taken back',
		'sharing.changed': 'Changed who may see what',
		'export.own-archive': 'Own data taken along',
		'export.calendar': 'Own dates taken along as a calendar',
		'record.question-asked': 'Asked about who has looked',
		'record.question-answered': 'Question about who has looked answered'
	})
} satisfies Record<string, Words>;

export type AuditAction = keyof typeof auditWords;

/** Words of an action, also of one that this version no longer knows: that is counted, to be on the safe side. */
export function wordsOf(action: string): Words {
	return Object.hasOwn(auditWords, action) ? auditWords[action as AuditAction] : { area: null, words: 'Something else' };
}
