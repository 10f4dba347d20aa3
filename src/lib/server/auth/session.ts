import { and, eq, gt, isNull, lt, notInArray, or, sql } from 'drizzle-orm';
import { Lucia, TimeSpan, type Adapter } from 'lucia';
import { audit } from '../audit.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import { holds } from '../db/schema/keeping.ts';
import { heldForms, signIns } from '../db/schema/people.ts';
import { isFull, withTx } from '../db/tx.ts';
import type { Settings } from '../settings.ts';
import { tellPerson } from '../telling.ts';
import { findViewer, hasRole, type Viewer } from '../viewer.ts';
import { tokenHash } from './token.ts';

declare module 'lucia' {
	interface Register {
		Lucia: Lucia<Record<never, never>, { viewer: Viewer }>;
		DatabaseUserAttributes: { viewer: Viewer };
	}
}

/** How long a sign-in lasts. */
export type Limits = Pick<Settings, 'IDLE_MINUTES' | 'IDLE_MINUTES_SUPERVISORS' | 'SIGN_IN_HOURS'>;

/** Who a session id belongs to; or whose it was, where it ended of its own accord less than a day ago. */
export type Reading = { viewer: Viewer } | { viewer: null; expired: string | null };

const minute = 60_000;
const hour = 60 * minute;
/** How long an ended sign-in still tells whose it was, so that what they were typing can be kept for them. */
const rememberedMs = 24 * hour;
/** `seen_at` is written at most this often; in between memory knows better. */
const seenEveryMs = minute;
const mostInMemory = 20_000;

/**
 * Signs a person in with a new session id, which is stored nowhere; `before`, what the browser had until now, ends.
 * @throws Refusal `full`
 */
export async function signIn(
	db: Db,
	personId: string,
	now: number,
	limits: Limits,
	before?: string
): Promise<{ id: string; expiresAt: number }> {
	forgetSignIns(db, limits, now);
	// Not by signOut: what was held over for the person waits for exactly this sign-in.
	if (before)
		withTx(
			db,
			() =>
				void db
					.delete(signIns)
					.where(eq(signIns.idHash, tokenHash(before)))
					.run()
		);
	const session = await luciaAt(db, now, limits).lucia.createSession(personId, {});
	return { id: session.id, expiresAt: now + limits.SIGN_IN_HOURS * hour };
}

/**
 * Reads a session id out of a cookie, and notes that it was used.
 * @param used false where nobody did anything, such as for a page that looks again by itself: that does not count
 */
export async function readSession(db: Db, id: string, now: number, limits: Limits, used = true): Promise<Reading> {
	if (!/^[a-z2-7]{40}$/.test(id)) return { viewer: null, expired: null };
	const { lucia, ended } = luciaAt(db, now, limits, used);
	const { user } = await lucia.validateSession(id);
	return user ? { viewer: user.viewer } : { viewer: null, expired: ended() };
}

/** Whether a sign-in is in force at `now`; asking does not count as using it. @param idHash of its id, as it is stored */
export function isInForce(db: Db, idHash: string, now: number, limits: Limits): boolean {
	const queries = queriesOf(db);
	const row = queries.find.get(idHash);
	const viewer = row && findViewer(db, row.personId);
	return viewer ? now < endOf(row, queries.seen.get(idHash), viewer, limits) : false;
}

/** Ends one sign-in for good, with what was held over for it. @throws Refusal `full` */
export function signOut(db: Db, id: string, now: number): void {
	withTx(db, () => {
		const row = db
			.delete(signIns)
			.where(eq(signIns.idHash, tokenHash(id)))
			.returning({ personId: signIns.personId })
			.get();
		if (!row) return;
		const { personId } = row;
		tellPerson(db, personId);
		db.delete(heldForms).where(eq(heldForms.personId, personId)).run();
		audit(db, { id: personId }, { action: 'sign-in.out', subject: { kind: 'person', id: personId } }, now);
	});
}

/** Ends every sign-in of a person: after a new password, or when the account is disabled. @throws Refusal `full` */
export function endAllSessions(db: Db, personId: string): void {
	withTx(db, () => {
		tellPerson(db, personId);
		db.delete(signIns).where(eq(signIns.personId, personId)).run();
		db.delete(heldForms).where(eq(heldForms.personId, personId)).run();
	});
}

/** Forgets sign-ins that ended more than a day ago, but for those of people on whose record a legal hold stands. @throws Refusal `full` */
export function forgetSignIns(db: Db, limits: Limits, now: number): void {
	const idle = Math.max(limits.IDLE_MINUTES, limits.IDLE_MINUTES_SUPERVISORS) * minute;
	withTx(db, () => {
		const held = db
			.select({ id: holds.personId })
			.from(holds)
			.where(and(isNull(holds.liftedAt), gt(holds.untilAt, now)));
		const ended = or(lt(signIns.expiresAt, now - rememberedMs), lt(signIns.seenAt, now - rememberedMs - idle));
		db.delete(signIns)
			.where(and(ended, notInArray(signIns.personId, held)))
			.run();
	});
}

/**
 * Lucia over our own adapter, for one instant. Lucia knows one sliding lifetime and reads the machine's clock; we have two limits
 * that hang on the person's roles, and are given the time. So the adapter holds the truth: it decides at `now`, answers only with
 * sessions that are in force, and names an expiry that Lucia neither reaches nor slides.
 */
function luciaAt(
	db: Db,
	now: number,
	limits: Limits,
	used = true
): { lucia: Lucia<Record<never, never>, { viewer: Viewer }>; ended: () => string | null } {
	let ended: string | null = null;
	const queries = queriesOf(db);
	const adapter: Adapter = {
		async getSessionAndUser(id) {
			const idHash = tokenHash(id);
			const row = queries.find.get(idHash);
			const viewer = row && findViewer(db, row.personId);
			if (!row || !viewer) return [null, null];
			const end = endOf(row, queries.seen.get(idHash), viewer, limits);
			if (now >= end) {
				if (now < end + rememberedMs) ended = row.personId;
				if (end < row.expiresAt) tolerant(() => queries.end.run({ idHash, at: end }));
				return [null, null];
			}
			if (used) noteSeen(queries, idHash, row.seenAt, now);
			// The caller's id, never the hash: Lucia hands it on to whoever sets the cookie.
			return [
				{ id, userId: viewer.id, expiresAt: new Date(Date.now() + lifetime.milliseconds()), attributes: {} },
				{ id: viewer.id, attributes: { viewer } }
			];
		},
		async setSession(session) {
			const expiresAt = now + limits.SIGN_IN_HOURS * hour;
			const row = { idHash: tokenHash(session.id), personId: session.userId, createdAt: now, seenAt: now, expiresAt };
			withTx(db, () => {
				db.insert(signIns).values(row).run();
				const { personId } = row;
				audit(db, { id: personId }, { action: 'sign-in.in', subject: { kind: 'person', id: personId } }, now);
			});
		},
		async deleteSession(id) {
			signOut(db, id, now);
		},
		async deleteUserSessions(personId) {
			endAllSessions(db, personId);
		},
		// Never called by what we use of Lucia: listing would need ids that nobody has, the expiry is ours.
		async getUserSessions() {
			return [];
		},
		async updateSessionExpiration() {},
		async deleteExpiredSessions() {}
	};
	const lucia = new Lucia(adapter, { sessionExpiresIn: lifetime, getUserAttributes: ({ viewer }) => ({ viewer }) });
	return { lucia, ended: () => ended };
}

const lifetime = new TimeSpan(72, 'h');

interface SignInRow {
	personId: string;
	seenAt: number;
	expiresAt: number;
}

/** When it ends, or ended: the idle limit counts from the last request, whichever of memory and file knows the later one. */
function endOf(row: SignInRow, seenInMemory: number | undefined, viewer: Viewer, limits: Limits): number {
	const supervises = hasRole(viewer, 'lead', 'welfare', 'head_of_welfare', 'admin');
	const idle = (supervises ? limits.IDLE_MINUTES_SUPERVISORS : limits.IDLE_MINUTES) * minute;
	return Math.min(row.expiresAt, Math.max(row.seenAt, seenInMemory ?? 0) + idle);
}

function noteSeen(queries: Queries, idHash: string, written: number, now: number): void {
	if (queries.seen.size >= mostInMemory) queries.seen.clear();
	queries.seen.set(idHash, now);
	if (now - written >= seenEveryMs) tolerant(() => queries.touch.run({ idHash, at: now }));
}

/** A full disk stops nobody from reading: memory holds the instant until there is room. */
function tolerant(write: () => void): void {
	try {
		write();
	} catch (error) {
		if (!isFull(error)) throw error;
	}
}

type Queries = ReturnType<typeof prepare>;
const queriesOf = perDatabase(prepare);

function prepare(db: Db) {
	const byHash = eq(signIns.idHash, sql.placeholder('idHash'));
	return {
		seen: new Map<string, number>(),
		find: db.$client.prepare<[string], SignInRow>(
			'select person_id as personId, seen_at as seenAt, expires_at as expiresAt from sign_ins where id_hash = ?'
		),
		touch: db
			.update(signIns)
			.set({ seenAt: sql`${sql.placeholder('at')}` })
			.where(byHash)
			.prepare(),
		end: db
			.update(signIns)
			.set({ expiresAt: sql`${sql.placeholder('at')}` })
			.where(byHash)
			.prepare()
	};
}
