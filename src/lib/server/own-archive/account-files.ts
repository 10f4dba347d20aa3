import { looksAt } from '../looks-at.ts';
import * as access from '../db/schema/access.ts';
import * as auditing from '../db/schema/audit.ts';
import * as delivery from '../db/schema/delivery.ts';
import * as erasure from '../db/schema/erasure.ts';
import * as keeping from '../db/schema/keeping.ts';
import * as people from '../db/schema/people.ts';
import { theirs, type ArchiveFile } from './file.ts';

/** The account, what was chosen with it, and what others did with the record. */
export const accountFiles: readonly ArchiveFile[] = [
	{
		...{ name: 'account', table: people.people, mine: 'id = @me' },
		about: 'Your account: name, e-mail address, employer, when it was made, joined and disabled, and when you were asked what you share.',
		columns: {
			...{ id: 'as-is', name: 'as-is', email: 'as-is', employerId: 'employer' },
			...{ createdAt: 'instant', joinedAt: 'instant', disabledAt: 'instant', sharingAskedAt: 'instant' }
		}
	},
	{
		...{ name: 'days', table: people.personVersions, mine: theirs },
		about: 'Your time zone, when your day begins, and your first date of exposure work; each change is a line.',
		columns: {
			...{ version: 'as-is', zone: 'as-is', dayStart: 'as-is', startDate: 'as-is', recordedAt: 'instant', recordedBy: 'person' }
		}
	},
	{
		...{ name: 'home-teams', table: people.homeTeams, mine: theirs },
		about: 'Your home team, and those before it.',
		columns: { id: 'as-is', teamId: 'team', recordedAt: 'instant', recordedBy: 'person', endedAt: 'instant' }
	},
	{
		...{ name: 'roles', table: people.roles, mine: theirs },
		about: 'Your roles, who proposed, confirmed and ended each. Position is the order of leads, from 0.',
		columns: {
			...{ id: 'as-is', role: 'as-is', teamId: 'team', position: 'as-is', proposedBy: 'person', proposedAt: 'instant' },
			...{ confirmedBy: 'person', confirmedAt: 'instant', endedAt: 'instant', endedBy: 'person' }
		}
	},
	{
		...{ name: 'limit-factors', table: people.factors, mine: theirs },
		about:
			'What your limits were multiplied by, in thousandths, and for which dates. Why is not stored. One that ended early or was taken back has endedAt.',
		columns: {
			...{ id: 'as-is', factor: 'as-is', from: 'as-is', to: 'as-is', recordedAt: 'instant', recordedBy: 'person' },
			...{ endedAt: 'instant', endedBy: 'person' }
		}
	},
	{
		...{ name: 'sharing-choices', table: people.sharingChoices, mine: theirs },
		about: 'Whom you named: for a prompt when there is a concern, or to see bands and trends.',
		columns: { id: 'as-is', kind: 'as-is', officerId: 'person', recordedAt: 'instant', endedAt: 'instant' }
	},
	{
		...{ name: 'passed-over', table: people.exclusions, mine: theirs },
		about: '“Not this person”: whom you passed over, and when you allowed them again.',
		columns: { id: 'as-is', excludedId: 'person', recordedAt: 'instant', endedAt: 'instant' }
	},
	{
		...{ name: 'who-has-looked', table: access.accessEntries, mine: `${theirs} and ${looksAt('@me')}` },
		about: 'Who has looked at what of yours, why, on which day and how often.',
		columns: {
			...{ id: 'as-is', viewerId: 'person', kind: 'as-is', purpose: 'as-is', alertId: 'as-is', day: 'as-is' },
			...{ firstAt: 'instant', lastAt: 'instant', count: 'as-is' }
		}
	},
	{
		...{
			name: 'questions-about-looks',
			table: access.accessQuestions,
			mine: `entry_id in (select id from access_entries where ${looksAt('@me')})`
		},
		about: 'Of which of these you asked why, and what was answered.',
		columns: { entryId: 'as-is', askedAt: 'instant', answer: 'as-is', answeredAt: 'instant', answeredBy: 'person' }
	},
	{
		...{ name: 'legal-holds', table: keeping.holds, mine: theirs },
		about: 'Legal holds: why nothing of yours may go for a while, who placed it, until when, and who lifted it.',
		columns: {
			...{ id: 'as-is', kind: 'as-is', placedBy: 'person', placedAt: 'instant', until: 'as-is', untilAt: 'instant' },
			...{ liftedBy: 'person', liftedAt: 'instant' }
		}
	},
	{
		...{ name: 'disclosures', table: keeping.disclosures, mine: theirs },
		about:
			'Copies of your record for a court or for your lawyer: who asked, when you agreed, who confirmed, and whether single sessions and answers were in it.',
		columns: {
			...{ id: 'as-is', reason: 'as-is', answers: 'as-is', askedBy: 'person', askedAt: 'instant', agreedAt: 'instant' },
			...{ confirmedBy: 'person', confirmedAt: 'instant', endedBy: 'person', endedAt: 'instant' }
		}
	},
	{
		...{ name: 'leaving', table: keeping.departures, mine: theirs },
		about: 'When you leave, as far as somebody has entered it; how long your record is kept counts from then.',
		columns: {
			...{ id: 'as-is', from: 'as-is', fromAt: 'instant', recordedBy: 'person', recordedAt: 'instant', closedAt: 'instant' },
			...{ endedBy: 'person', endedAt: 'instant' }
		}
	},
	{
		...{ name: 'erasure-requests', table: erasure.erasureRequests, mine: theirs },
		about: 'When you asked to be erased, and when you took that back; or who carried it out or declined it, and why.',
		columns: {
			id: 'as-is',
			askedAt: 'instant',
			takenBackAt: 'instant',
			carriedOutAt: 'instant',
			carriedOutBy: 'person',
			declinedAt: 'instant',
			declinedBy: 'person',
			declinedFor: 'as-is'
		}
	},
	{
		...{ name: 'changes', table: auditing.auditEntries, mine: `subject_id = @me and subject = 'person'` },
		about: 'The trail of changes, as far as they are about you: sign-ins, roles, links and passwords, what you chose to share, who did it.',
		columns: { at: 'instant', actorId: 'person', action: 'as-is', detail: 'details' }
	},
	{
		...{ name: 'sign-ins', table: people.signIns, mine: theirs },
		about: 'Browsers that are signed in with your account, or were until they ran out.',
		columns: { createdAt: 'instant', seenAt: 'instant', expiresAt: 'instant' }
	},
	{
		...{ name: 'invitations', table: people.invitations, mine: theirs },
		about: 'Links that were made for you to set a password, who made each, and whether it was used.',
		columns: { id: 'as-is', createdBy: 'person', createdAt: 'instant', expiresAt: 'instant', usedAt: 'instant', revokedAt: 'instant' }
	},
	{
		...{ name: 'reminders', table: delivery.reminderChoices, mine: theirs },
		about: 'Of what you asked to be reminded: that a check-in, or that a break is due.',
		columns: { id: 'as-is', about: 'as-is', recordedAt: 'instant', endedAt: 'instant' }
	}
];
