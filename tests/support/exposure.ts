import type { Db } from '#lib/server/db/connection.ts';
import { organisation, workTypes, type OptionalField } from '#lib/server/db/schema/organisation.ts';
import { alerts, findings } from '#lib/server/db/schema/records.ts';
import { Refusal } from '#lib/server/refusal.ts';

/** One work type of each sort: counts, does not, asks, is no longer used. */
export function workIds(db: Db): { images: string; urls: string; none: string; asks: string; retired: string } {
	const all = db.select().from(workTypes).all();
	const byName = (name: string) => all.find((type) => type.name === name)?.id ?? '';
	db.insert(workTypes).values({ id: 'retired', name: 'Archive sorting', counts: 'yes', position: 99, retiredAt: 1 }).run();
	return {
		images: byName('Image and video assessment'),
		urls: byName('URL checks for police'),
		none: byName('Non-exposure work'),
		asks: byName('Safeguarding referral'),
		retired: 'retired'
	};
}

/** Turns all optional fields off but these. */
export function setFields(db: Db, fields: OptionalField[]): void {
	db.update(organisation).set({ fields }).run();
}

/** What a verb refuses with; fails where it does not refuse. */
export function refusalOf(verb: () => unknown): Refusal {
	try {
		verb();
	} catch (refusal) {
		if (refusal instanceof Refusal) return refusal;
		throw refusal;
	}
	throw new Error('it was not refused');
}

/** Findings about exposure. Routine ones are left out: when they come depends on a person's id. */
export function exposureFindings(db: Db): (typeof findings.$inferSelect)[] {
	return db
		.select()
		.from(findings)
		.all()
		.filter(({ rule }) => rule !== 'routine-conversation' && rule !== 'nothing-logged');
}

/** Alerts about exposure; see {@link exposureFindings}. */
export function exposureAlerts(db: Db): (typeof alerts.$inferSelect)[] {
	return db
		.select()
		.from(alerts)
		.all()
		.filter(({ reason }) => reason === 'exposure');
}
