import type { Reason } from '#lib/domain/facts.ts';
import { questionAnswers as answers, type QuestionAnswer, type ReadKind, type ReadPurpose } from './db/schema/access.ts';
import { reasonWords } from './support-words.ts';

/** What was looked at, as the person reads it after "Mara Voss looked at". */
const kindWords: Record<ReadKind, string> = {
	prompt: 'a prompt about you',
	prompts: 'your name in their list of prompts',
	'weekly-list': 'your limits on the weekly list',
	limits: 'the limits you passed',
	hours: 'your hours of exposure by week',
	agreed: 'the lower limits that were agreed with you',
	headroom: 'whether you have room left today and this week',
	trends: 'the bands of your check-ins and where they go',
	absences: 'the dates you are away',
	appointments: 'the dates of your appointments',
	plan: 'the plan that you two agreed on or talk about',
	dispute: 'that a conversation with you did not happen, as you said',
	account: 'your account: address, team and roles',
	keeping: 'what is decided about your record: a hold, a copy, your leaving, or that you want to be erased',
	question: 'a question of yours about who has looked',
	disclosure: 'a copy of your record',
	report: 'what you recorded, to count it for the organisation’s report; nothing of yours alone was shown'
};

/** The same as a head of welfare reads it, who was asked about it. */
const plainWords: Record<ReadKind, string> = {
	prompt: 'a prompt',
	prompts: 'the name in a list of prompts',
	'weekly-list': 'limits on the weekly list',
	limits: 'limits that were passed',
	hours: 'hours of exposure by week',
	agreed: 'lower limits that were agreed',
	headroom: 'whether there is room left today and this week',
	trends: 'bands of check-ins',
	absences: 'dates away',
	appointments: 'dates of appointments',
	plan: 'a plan',
	dispute: 'a conversation that is said not to have happened',
	account: 'the account: address, team and roles',
	keeping: 'what is decided about the record: a hold, a copy, leaving, being erased',
	question: 'a question about who has looked',
	disclosure: 'a copy of the record',
	report: 'counts for the organisation’s report'
};

/** Why, in a sentence of its own. */
const purposeWords: Record<ReadPurpose, string> = {
	prompt: 'Because of a prompt.',
	duty: 'Part of what they do every day.',
	named: 'They were named for it.',
	'plan-support': 'Purpose given: to plan support.',
	'return-to-work': 'Purpose given: coming back to work.',
	'asked-by-person': 'Purpose given: asked to look.',
	review: 'Purpose given: a review of hours and limits.',
	administration: 'To look after accounts and what is kept.',
	legal: 'For a copy that two people decided on.'
};

/** What was looked at and why, for the person. @param reason of the prompt that it was about, where there was one */
export function lookWords(kind: ReadKind, purpose: ReadPurpose, reason: Reason | null): { what: string; why: string } {
	const why =
		purpose === 'prompt' && reason !== null ? `Because of a prompt: ${reasonWords[reason].toLowerCase()}.` : purposeWords[purpose];
	return { what: kindWords[kind], why };
}

/** The same for a head of welfare: not what a prompt was about, which is for those whom it was routed to. */
export function plainLookWords(kind: ReadKind, purpose: ReadPurpose): { what: string; why: string } {
	return { what: plainWords[kind], why: purposeWords[purpose] };
}

/** `twice that day`; nothing for once. */
export function timesWords(count: number): string {
	if (count === 1) return '';
	return count === 2 ? 'twice that day' : `${count} times that day`;
}

/** What a head of welfare can answer, as they choose it and as the person reads it. */
export const answerWords: Record<QuestionAnswer, string> = {
	'in-order': 'I have looked into it: it was part of their work.',
	spoken: 'I have spoken with them about it.',
	'not-in-order': 'It should not have happened, and I follow it up.'
};

/** All of them. */
export const questionAnswers = answers;
/** For the form with which a head of welfare answers. */
export const answerChoices = questionAnswers.map((value) => ({ value, label: answerWords[value] }));
