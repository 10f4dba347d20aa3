import type { AlarmKind } from './db/schema/alarms.ts';

interface AlarmWords {
	/** What is wrong, in one line. */
	title: string;
	/** What it means, and what to do. */
	todo: string;
}

/** Every alarm in plain words for whoever looks after this Breakwater. Nothing of anybody can stand in them: they are fixed. */
export const alarmWords: Record<AlarmKind, AlarmWords> = {
	email: {
		title: 'E-mail does not go out',
		todo: 'The mail server did not take what was sent to it. It is tried again for a day, and in the app everything is there as always. Check the mail server, its password and certificate, and the settings SMTP_URL and MAIL_FROM.'
	},
	webhook: {
		title: 'Messages to the chat do not go out',
		todo: 'The chat bridge did not take what was sent to it. It is tried again for a day, and in the app everything is there as always. Check that the bridge runs, its certificate, and the settings that begin with WEBHOOK.'
	},
	undelivered: {
		title: 'A message was given up',
		todo: 'Somebody was not told by e-mail or chat that there is something for them in Breakwater: the address was refused, or nothing worked for a day. Check the address or the chat name, then send it again under “Deliveries”.'
	},
	stuck: {
		title: 'Messages are waiting that should be gone',
		todo: 'A message is more than a quarter of an hour late. Check the network and the mail server; where no channel is set up any more, set it up again. Until then ask your team leads and welfare officers to open Breakwater by themselves.'
	},
	scheduler: {
		title: 'The clocks of Breakwater are late',
		todo: 'What time alone makes due (prompts that pass on, breaks, overdue sessions) is more than two minutes behind. Nothing is lost: it is made up for in its order. Check that the machine is not overloaded and its disk is not full, and look for “could not be evaluated” in the log.'
	},
	clock: {
		title: 'The clock of this machine jumped',
		todo: 'The time was set by more than five minutes, or the machine stood still. Compare the clock of the machine with a right one, put it right and let it be set over the network (NTP). After a jump ahead by more than a day nothing is evaluated for an hour, and nothing can be logged; asking for contact works. Once the clock is right, put this away: then it goes on at once. It stays here until you do.'
	},
	chain: {
		title: 'A prompt has nobody left to see it',
		todo: 'It says about whom to nobody, and it waits. Check under “Teams” which team lacks a lead or a welfare officer, and whether somebody there is disabled, has not joined yet or is away.'
	},
	unreachable: {
		title: 'A prompt waits for people whom nothing reaches',
		todo: 'Whoever is asked is told neither by e-mail nor in the chat, so it waits until one of them opens Breakwater. It says about whom to nobody. “Organisation” names everybody whom nothing reaches, and what to do. Until that is done ask your team leads and welfare officers to open Breakwater by themselves.'
	},
	question: {
		title: 'A question about who has looked has nobody to answer it',
		todo: 'Somebody asked why their record was looked at, and there is no head of welfare who could answer: it says whose question it is to nobody. Check under “People” whether a head of welfare is there and has joined; where the only one is the one asked about, name a second.'
	},
	dispute: {
		title: 'No head of welfare can be told of something',
		todo: 'Somebody said that a conversation recorded with them did not happen, and no head of welfare is there who may be told: nobody of that employer holds the role, or only whoever recorded it. It says about whom to nobody, and it waits. Give the role to a second person, under “People”.'
	},
	erasure: {
		title: 'An erasure is more than 28 days old',
		todo: 'Somebody asked that what is kept about them be erased, and it had to be done within 28 days. Carry it out now under “Organisation”, “Records”, or decline it there: the person reads why.'
	},
	trail: {
		title: 'The audit trail is not as it was',
		todo: 'What was written into it earlier is missing or differs from what was exported. Either an older copy of the database was put back, or somebody changed the file. Run “npm run -s audit:verify”: it names the first entry. Ask whoever looks after the machine what was done to it. This stays here until you put it away.'
	},
	records: {
		title: 'The record of somebody could not be kept up',
		todo: 'Something that was due for one person or a few could not be done: closing the account of somebody who has left, taking away what is over, or an erasure. For everybody else it was. It is tried again by itself. Look for “could not be kept up” in the log and ask whoever looks after the machine; where it stays, put back a copy of the database. Was a copy put back whose only administrator had been erased since? Make somebody else an administrator: then they are erased again by themselves.'
	},
	head: {
		title: 'The end of the audit trail is not exported',
		todo: 'Every hour its newest entry is noted outside the database, so that nobody can cut the trail off unseen. That did not work. Check that the folder of DATA_DIR can be written and its disk is not full, and, where AUDIT_WEBHOOK_URL is set, that whoever listens there answers.'
	}
};
