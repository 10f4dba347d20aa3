import { and, asc, eq, gt, isNull, type SQL } from 'drizzle-orm';
import { addDays, personDayStart, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { reading } from './access-log.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { holdKinds, holds, type HoldKind } from './db/schema/keeping.ts';
import { withTx } from './db/tx.ts';
import { dateWords, localDate } from './local-time.ts';
import { dayWords } from './moments.ts';
import { keptBy, namesById, noteListed, recordPerson, requireKeeper, requireKeeperOf } from './record-people.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { tellPerson } from './telling.ts';
import type { Viewer } from './viewer.ts';

export { holdKinds };

/** Why nothing of somebody may go, in words. */
export const holdWords: Record<HoldKind, string> = {
	court: 'a court case',
	claim: 'a claim that was made or is expected',
	investigation: 'an internal investigation',
	regulator: 'a request of a regulator',
	'asked-by-person': 'a wish of the person themselves'
};

/** A hold stands for two years at most; whoever needs it longer places another one. */
export const longestHoldDays = 731;

export interface NewHold {
	/** The form's id, which becomes the hold's. */
	id: string;
	personId: string;
	kind: HoldKind;
	/** The last date on which it stands. */
	until: LocalDate;
}

export interface Hold {
	id: string;
	personId: string;
	kind: HoldKind;
	/** `a court case`. */
	why: string;
	by: string;
	placed: string;
	until: string;
	/** Whether the viewer placed it: then somebody else lifts it. */
	own: boolean;
}

/**
 * Places a legal hold: until it ends nothing of the person goes, whatever its time. One person is enough, because it takes nothing away. Sent twice, it
 * is placed once.
 * @throws Refusal `not-allowed`, `not-found`; `invalid` on `until`; `conflict` where they are erased already
 */
export function placeHold(db: Db, viewer: Viewer, { id, personId, kind, until }: NewHold, now: Instant): void {
	requireKeeper(viewer);
	withTx(db, () => {
		if (db.select({ id: holds.id }).from(holds).where(eq(holds.id, id)).get()) return;
		requireKeeperOf(db, viewer, personId);
		const person = recordPerson(db, personId);
		const today = localDate(person.zone, now);
		if (person.erasedAt !== null) throw new Refusal('conflict', 'They are erased already, so there is nothing left to hold.');
		if (until < today) throw invalid('until', 'This date has passed. Please choose today or a later day.');
		if (until > addDays(today, longestHoldDays))
			throw invalid('until', 'Please choose a day within two years. Another one can be placed then.');
		db.insert(holds)
			.values({
				id,
				personId,
				kind,
				placedBy: viewer.id,
				placedAt: now,
				until,
				untilAt: personDayStart(person.zone, '00:00', addDays(until, 1))
			})
			.run();
		audit(db, viewer, { action: 'record.hold-placed', subject: { kind: 'person', id: personId }, detail: { hold: id, kind, until } }, now);
		tellPerson(db, personId);
	});
}

/**
 * Lifts a hold before its date, as somebody other than who placed it: what it kept may go for good. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`
 */
export function liftHold(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	requireKeeper(viewer);
	withTx(db, () => {
		const hold = db.select().from(holds).where(eq(holds.id, id)).get();
		if (!hold) throw notFound();
		requireKeeperOf(db, viewer, hold.personId);
		if (hold.liftedAt !== null || hold.untilAt <= now) return;
		if (hold.placedBy === viewer.id)
			throw new Refusal(
				'not-allowed',
				'You placed this yourself, so somebody else lifts it: the head of welfare or another administrator.'
			);
		if (hold.personId === viewer.id) throw new Refusal('not-allowed', 'This is about you, so somebody else lifts it.');
		db.update(holds).set({ liftedAt: now, liftedBy: viewer.id }).where(eq(holds.id, id)).run();
		audit(db, viewer, { action: 'record.hold-lifted', subject: { kind: 'person', id: hold.personId }, detail: { hold: id } }, now);
		tellPerson(db, hold.personId);
	});
}

const standing = (now: Instant) => and(isNull(holds.liftedAt), gt(holds.untilAt, now));

/** Whether nothing of the person may go. */
export function isHeld(db: Db, personId: string, now: Instant): boolean {
	return (
		db
			.select({ id: holds.id })
			.from(holds)
			.where(and(eq(holds.personId, personId), standing(now)))
			.get() !== undefined
	);
}

/** Of whom nothing may go. */
export function heldPeople(db: Db, now: Instant): ReadonlySet<string> {
	const rows = db.select({ personId: holds.personId }).from(holds).where(standing(now)).all();
	return new Set(rows.map(({ personId }) => personId));
}

/** The holds that stand on the viewer's own record: who, why, until when. */
export function holdOf(db: Db, viewer: Viewer, now: Instant): Hold[] {
	return shown(db, viewer, eq(holds.personId, viewer.id), now);
}

/**
 * The holds that stand on somebody's record, noted for them.
 * @throws Refusal `not-allowed` for anybody but administrators and heads of welfare; `full` where it cannot be noted
 */
export function holdsOn(db: Db, viewer: Viewer, personId: string, now: Instant): Hold[] {
	requireKeeper(viewer);
	return noted(db, viewer, and(eq(holds.personId, personId), keptBy(db, viewer, holds.personId)), now);
}

/** All holds that stand on records which the viewer keeps, with the names of those they are about, noted for each of them. @throws Refusal as {@link holdsOn} */
export function allHolds(db: Db, viewer: Viewer, now: Instant): (Hold & { name: string })[] {
	requireKeeper(viewer);
	const names = namesById(db);
	return noted(db, viewer, keptBy(db, viewer, holds.personId), now).map((hold) => ({ ...hold, name: names.get(hold.personId) ?? '' }));
}

function noted(db: Db, viewer: Viewer, whose: SQL | undefined, now: Instant): Hold[] {
	return reading(db, () => {
		const found = shown(db, viewer, whose, now);
		const about = found.map(({ personId }) => personId);
		noteListed(db, viewer, about, now);
		return found;
	});
}

function shown(db: Db, viewer: Viewer, whose: SQL | undefined, now: Instant): Hold[] {
	const names = namesById(db);
	return db
		.select()
		.from(holds)
		.where(and(whose, standing(now)))
		.orderBy(asc(holds.untilAt))
		.all()
		.map(({ id, personId, kind, placedBy, placedAt, until }) => ({
			...{ id, personId, kind, why: holdWords[kind], own: placedBy === viewer.id },
			by: names.get(placedBy) ?? '',
			placed: dayWords(viewer.zone, placedAt, now),
			until: dateWords(until, localDate(viewer.zone, now))
		}));
}
