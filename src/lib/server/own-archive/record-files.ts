import * as disputes from '../db/schema/disputes.ts';
import * as keeping from '../db/schema/keeping.ts';
import * as lists from '../db/schema/lists.ts';
import * as people from '../db/schema/people.ts';
import * as plans from '../db/schema/plans.ts';
import * as records from '../db/schema/records.ts';
import * as words from '../db/schema/words.ts';
import { theirs, type ArchiveFile } from './file.ts';

/** What was logged, answered and found, and what followed from it. */
export const recordFiles: readonly ArchiveFile[] = [
	{
		...{ name: 'sessions', table: records.exposures, mine: theirs },
		about:
			'Every exposure session, timer and day total, each version of it: an entry that was amended or voided has several lines with one id, and the one in force has no supersededAt. Aftermath (0 to 10), violent, and the week of a notice about violent material were sealed and are opened here for you.',
		columns: {
			...{ id: 'as-is', version: 'as-is', kind: 'as-is', state: 'as-is', start: 'instant', end: 'instant', date: 'as-is' },
			...{ minutes: 'as-is', counts: 'yes-no', workTypeId: 'work', partnerId: 'partner', material: 'list', context: 'as-is' },
			...{ filters: 'list', sealed: 'sealed', voidReason: 'as-is', recordedAt: 'instant', recordedBy: 'person', supersededAt: 'instant' }
		}
	},
	{
		...{ name: 'check-ins', table: records.checkIns, mine: theirs },
		about:
			'Every check-in, answered or skipped: your answers in the order of the questions, the scores they give, and what was noticed in them. They were sealed and are opened here for you. Of the pulse 0 is the lightest answer and 4 the heaviest.',
		columns: { id: 'as-is', instrument: 'as-is', skipped: 'yes-no', sealed: 'sealed', packId: 'wording', recordedAt: 'instant' }
	},
	{
		...{ name: 'words', table: words.privateWords, mine: theirs },
		about: 'What you wrote for yourself. It was sealed and is opened here for you.',
		columns: { id: 'as-is', recordedAt: 'instant', sealed: 'sealed' }
	},
	{
		...{ name: 'answers-gone', table: keeping.forgottenAnswers, mine: theirs },
		about: 'Before when your answers are gone, because their time was over.',
		columns: { before: 'instant' }
	},
	{
		...{ name: 'findings', table: records.findings, mine: theirs },
		about:
			'What a rule found: notices to you, limits on the weekly list, and what prompted somebody, with the prompts it belongs to. Quieted is when it was found so soon after a closed prompt that nobody was prompted again.',
		columns: {
			...{ id: 'as-is', at: 'instant', key: 'as-is', rule: 'as-is', period: 'as-is', value: 'as-is', audience: 'as-is' },
			...{ policyId: 'as-is', teamPolicyId: 'as-is', withdrawnAt: 'instant', dismissedAt: 'instant' }
		}
	},
	{
		...{ name: 'notices-put-away', table: records.putAway, mine: theirs },
		about: 'Up to when you have put away the notices that are kept sealed.',
		columns: { sealed: 'sealed' }
	},
	{
		...{ name: 'prompts', table: records.alerts, mine: theirs },
		about:
			'The prompts about you: why, where each stands, whom you chose, and its clock. Level says how far it was passed on: 0, 1 or 2 times.',
		columns: {
			...{ id: 'as-is', reason: 'as-is', state: 'as-is', level: 'as-is', raisedAt: 'instant', enteredAt: 'instant' },
			...{ clockStartedAt: 'instant', clockMs: 'as-is', clockWorkingMinutes: 'as-is', dueAt: 'instant', today: 'yes-no' },
			...{ toId: 'person', toKind: 'as-is', closedAt: 'instant' }
		}
	},
	{
		...{ name: 'prompt-steps', table: records.alertEvents, mine: theirs },
		about:
			'Every step of these prompts: offers, your answers, conversations, follow-ups, who did it and when. An empty actor is the clock or a rule.',
		columns: { alertId: 'as-is', at: 'instant', event: 'as-is', level: 'as-is', actorId: 'person', detail: 'details' }
	},
	{
		...{ name: 'contact-requests', table: records.contactRequests, mine: theirs },
		about: 'Whom you asked for contact, as what you chose them, and when it was wanted.',
		columns: { id: 'as-is', toId: 'person', toKind: 'as-is', when: 'as-is', recordedAt: 'instant' }
	},
	{
		...{ name: 'shared-concerns', table: records.sharedConcerns, mine: theirs },
		about: 'With whom you shared a concern by hand.',
		columns: { id: 'as-is', officerId: 'person', recordedAt: 'instant' }
	},
	{
		...{ name: 'conversations', table: records.conversations, mine: theirs },
		about: 'Conversations that somebody recorded with you: which prompts they served and what was agreed. No word of them is stored.',
		columns: { id: 'as-is', reasons: 'list', items: 'list', recordedAt: 'instant', recordedBy: 'person' }
	},
	{
		...{ name: 'disputes', table: disputes.disputes, mine: 'conversation_id in (select id from conversations where person_id = @me)' },
		about: 'Of which of these you said that it did not happen, whose heads of welfare were told, and who has acknowledged it.',
		columns: {
			...{ conversationId: 'as-is', told: 'as-is', recordedAt: 'instant', acknowledgedAt: 'instant', acknowledgedBy: 'person' }
		}
	},
	{
		...{ name: 'plans', table: plans.plans, mine: theirs },
		about: 'Plans that you agreed on with a supervisor, or that one of you proposed; each version is a line.',
		columns: {
			...{ id: 'as-is', supervisorId: 'person', alertId: 'as-is', proposedBy: 'person', proposedAt: 'instant', agreedAt: 'instant' },
			...{ endedAt: 'instant', endedBy: 'person', outcome: 'as-is' }
		}
	},
	{
		...{ name: 'planned-items', table: plans.plannedItems, mine: 'plan_id in (select id from plans where person_id = @me)' },
		about: 'What these plans hold, and for which dates.',
		columns: { planId: 'as-is', item: 'as-is', from: 'as-is', until: 'as-is' }
	},
	{
		...{ name: 'weekly-list-ticks', table: lists.listTicks, mine: theirs },
		about: 'What a lead ticked for you on a weekly list; the last of a week counts.',
		columns: {
			...{ id: 'as-is', teamId: 'team', week: 'as-is', rota: 'yes-no', breakCover: 'yes-no', otherWork: 'yes-no', nothing: 'yes-no' },
			...{ actorId: 'person', recordedAt: 'instant', shown: 'list' }
		}
	},
	{
		...{ name: 'appointments', table: records.appointments, mine: theirs },
		about: 'Counselling and assessments: when each was due and how it ended. Nothing of what was said is stored.',
		columns: {
			...{ id: 'as-is', kind: 'as-is', due: 'as-is', recordedAt: 'instant', recordedBy: 'person' },
			...{ outcome: 'as-is', outcomeAt: 'instant', outcomeBy: 'person', replaces: 'as-is' }
		}
	},
	{
		...{ name: 'absences', table: people.absences, mine: theirs },
		about: 'Dates of absence; why is not stored. One that was changed or taken back has endedAt.',
		columns: {
			...{ id: 'as-is', from: 'as-is', to: 'as-is', deputyId: 'person', recordedAt: 'instant', recordedBy: 'person' },
			...{ endedAt: 'instant', endedBy: 'person' }
		}
	}
];
