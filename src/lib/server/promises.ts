import type { Instant, LocalDate } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { chosenDates, eventsFor } from './alert-events.ts';
import { dueOf, followUpAt, namesOf } from './alerts.ts';
import type { Db } from './db/connection.ts';
import type { SupportItem } from './db/schema/records.ts';
import { localDate } from './local-time.ts';
import { dueWords, type Due } from './prompt-words.ts';
import { routesOf } from './recipients.ts';
import { itemWords } from './support-words.ts';
import type { Viewer } from './viewer.ts';

/** An accepted offer that the viewer made, or what they agreed in a conversation. */
export interface Promised {
	alertId: string;
	person: string;
	items: string[];
	due: Due;
}

/** One of them as its dates. */
interface Dated extends Promised {
	personId: string;
	/** The day by which to follow up: the one that was chosen, else that of the clock, in the viewer's zone. */
	on: LocalDate;
	/** When it was promised (UTC ms). */
	at: Instant;
}

/** What the viewer promised and has not followed up yet: what is overdue longest first, then what is due next. */
export function promisesFor(db: Db, viewer: Viewer, now: Instant): Promised[] {
	return reading(db, () => {
		const promises = datedPromises(db, viewer, now);
		const about = promises.map(({ personId }) => personId);
		noteReading(db, viewer, { kind: 'prompts', why: { purpose: 'duty' } }, about, now);
		return promises.map(({ alertId, person, items, due }) => ({ alertId, person, items, due }));
	});
}

/** The same, with the day by which to follow up. Not noted: for what shows nobody's name. */
export function datedPromises(db: Db, viewer: Viewer, now: Instant): Dated[] {
	const rows = routesOf(db, viewer, now)
		.map(({ alert }) => alert)
		.filter(({ state }) => state === 'accepted');
	const events = eventsFor(db, viewer, rows);
	const dates = chosenDates(events);
	const names = namesOf(
		db,
		rows.map(({ personId }) => personId)
	);
	return rows
		.flatMap((alert) => {
			const promised = events.findLast(({ alertId, event }) => alertId === alert.id && (event === 'offered' || event === 'conversation'));
			if (promised?.actorId !== viewer.id) return [];
			const due = dueOf(viewer.zone, alert, dates.get(alert.id), now) ?? dueWords(viewer.zone, followUpAt(alert), now);
			const on = dates.get(alert.id) ?? localDate(viewer.zone, followUpAt(alert));
			const { id: alertId, personId } = alert;
			const person = names.get(personId) ?? '';
			return [{ alertId, personId, person, items: itemsOf(promised.detail?.items), due, on, at: promised.at }];
		})
		.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.at - b.at));
}

function itemsOf(items: readonly SupportItem[] | undefined): string[] {
	return (items ?? []).map((item) => itemWords[item]);
}
