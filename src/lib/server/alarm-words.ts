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
		todo: 'The time was set by more than five minutes, or the machine stood still. Compare the clock of the machine with a right one, put it right and let it be set over the network (NTP). After a jump ahead by more than a day nothing is evaluated for an hour. This stays here until you put it away.'
	},
	chain: {
		title: 'A prompt has nobody left to see it',
		todo: 'It says about whom to nobody, and it waits. Check under “Teams” which team lacks a lead or a welfare officer, and whether somebody there is disabled, has not joined yet or is away.'
	}
};
