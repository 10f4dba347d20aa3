import * as records from './db/schema/records.ts';
import { hoursByDay, limitsByDay, seenByRole, type SumsFile } from './disclosed-sums.ts';
import type { ArchiveFile } from './own-archive/file.ts';
import { files } from './own-archive/files.ts';

/** Single sessions are nobody else's (domain.md §6): they go where answers go, with consent or by an order. */
const sessions: ArchiveFile = {
	...{ name: 'sessions', table: records.exposures, mine: 'person_id = @me' },
	about: 'Times of exposure, each version of each entry. Neither what was seen nor how it felt.',
	columns: {
		...{ id: 'as-is', version: 'as-is', kind: 'as-is', state: 'as-is', start: 'instant', end: 'instant', date: 'as-is', minutes: 'as-is' },
		...{ counts: 'yes-no', voidReason: 'as-is', recordedAt: 'instant', recordedBy: 'person', supersededAt: 'instant' }
	}
};

const reasons = seenByRole.map((reason) => `'${reason}'`).join(', ');

/**
 * Without a ground: the prompts that somebody's role shows. By date, because the hour of a limit is the hour at which a session ended; numbered, because an
 * id can hold an instant, and that of a step counts everybody's.
 */
const promptsByDate: ArchiveFile[] = [
	{
		...{ name: 'prompts', table: records.alerts, mine: `person_id = @me and reason in (${reasons})` },
		about: 'Prompts about hours, appointments and routine conversations: where each stands, how far it was passed on, and its dates.',
		columns: {
			...{ id: 'prompt', reason: 'as-is', state: 'as-is', level: 'as-is', raisedAt: 'date', enteredAt: 'date' },
			...{ clockStartedAt: 'date', clockMs: 'as-is', clockWorkingMinutes: 'as-is', dueAt: 'date', closedAt: 'date' }
		}
	},
	{
		name: 'prompt-steps',
		table: records.alertEvents,
		mine: `alert_id in (select id from alerts where person_id = @me and reason in (${reasons}))`,
		about: 'Every step of these prompts: offers, answers, conversations, follow-ups, who did it and on which date.',
		columns: { alertId: 'prompt', at: 'date', event: 'as-is', level: 'as-is', actorId: 'person', detail: 'details' }
	}
];

function ofArchive(name: string): ArchiveFile {
	const file = files.find((each) => each.name === name);
	if (!file) throw new Error(`the archive has no file ${name}`);
	return file;
}

/**
 * What a court or a lawyer may have of somebody's record (domain.md §6): account, sums of hours, limits passed, prompts and their steps. Contact, shared
 * concerns, times of day, single sessions and answers only on a ground: the person's consent, or an order.
 */
export function disclosedFiles(onGround: boolean): (ArchiveFile | SumsFile)[] {
	const account = ['account', 'home-teams', 'roles'].map(ofArchive);
	const given = ['prompts', 'prompt-steps'].map(ofArchive);
	const more = onGround ? [...given, sessions, ofArchive('check-ins')] : promptsByDate;
	return [...account, hoursByDay, limitsByDay(onGround), ...more];
}
