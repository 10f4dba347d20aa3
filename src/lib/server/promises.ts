import type { Instant } from '#lib/domain/time.ts';
import { chosenDates, eventsFor } from './alert-events.ts';
import { dueOf, followUpAt, namesOf } from './alerts.ts';
import type { Db } from './db/connection.ts';
import type { SupportItem } from './db/schema/records.ts';
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

/** What the viewer promised and has not followed up yet, the next one due first. */
export function promisesFor(db: Db, viewer: Viewer, now: Instant): Promised[] {
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
		.sort((a, b) => followUpAt(a) - followUpAt(b))
		.flatMap((alert) => {
			const promised = events.findLast(({ alertId, event }) => alertId === alert.id && (event === 'offered' || event === 'conversation'));
			if (promised?.actorId !== viewer.id) return [];
			const due = dueOf(viewer.zone, alert, dates.get(alert.id), now) ?? dueWords(viewer.zone, followUpAt(alert), now);
			return [{ alertId: alert.id, person: names.get(alert.personId) ?? '', items: itemsOf(promised.detail?.items), due }];
		});
}

function itemsOf(items: readonly SupportItem[] | undefined): string[] {
	return (items ?? []).map((item) => itemWords[item]);
}
