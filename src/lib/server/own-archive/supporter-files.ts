import * as delivery from '../db/schema/delivery.ts';
import * as feeds from '../db/schema/feeds.ts';
import * as people from '../db/schema/people.ts';
import { theirs, type ArchiveFile } from './file.ts';

/** How somebody who supports others is told of things, and when they were on call. */
export const supporterFiles: readonly ArchiveFile[] = [
	{
		...{ name: 'how-i-am-told', table: delivery.deliveryChoices, mine: theirs },
		about: 'How you chose to be told, and when nothing is to be sent.',
		columns: {
			...{ id: 'as-is', email: 'as-is', chat: 'as-is', chatName: 'as-is', digestAt: 'as-is', quietFrom: 'as-is', quietTo: 'as-is' },
			recordedAt: 'instant'
		}
	},
	{
		...{ name: 'messages-to-me', table: delivery.messages, mine: 'recipient_id = @me' },
		about:
			'Messages that went to you: reminders, and where you support others, that something waits. About whom is not yours to take along.',
		columns: {
			...{
				id: 'as-is',
				checkInOf: 'as-is',
				breakOf: 'as-is',
				level: 'as-is',
				channel: 'as-is',
				n: 'as-is',
				urgent: 'yes-no',
				state: 'as-is',
				dueAt: 'instant'
			},
			...{ attempts: 'as-is', createdAt: 'instant', triedSince: 'instant', endedAt: 'instant' }
		}
	},
	{
		...{ name: 'on-call', table: people.onCall, mine: theirs },
		about: 'When you were on call for a team, and to whom you handed it over.',
		columns: {
			...{ id: 'as-is', teamId: 'team', position: 'as-is', recordedAt: 'instant', recordedBy: 'person', endedAt: 'instant' },
			...{ handedTo: 'person', handedAt: 'instant' }
		}
	},
	{
		...{ name: 'hand-overs', table: people.handOvers, mine: '@me in (from_id, to_id)' },
		about: 'Being on call, handed over by you or to you.',
		columns: { id: 'as-is', teamId: 'team', fromId: 'person', toId: 'person', recordedAt: 'instant' }
	},
	{
		...{ name: 'calendar-links', table: feeds.calendarFeeds, mine: theirs },
		about: 'Links under which a calendar program fetched your dates.',
		columns: { id: 'as-is', createdAt: 'instant', fetchedAt: 'instant', revokedAt: 'instant' }
	}
];
