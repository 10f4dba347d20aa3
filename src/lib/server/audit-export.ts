import { randomUUIDv7 } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import { endAlarm, raiseAlarm } from './alarms.ts';
import { exportedHeads, headOf, headsFile, lastHeld, noteHead, type ExportedHead } from './audit-heads.ts';
import { compareHeads, verifyEntries, type Bound } from './audit-verify.ts';
import { errorCode, type Db } from './db/connection.ts';
import { signedPost, type WebhookSettings } from './delivery/webhook.ts';
import { findOrganisation } from './organisation.ts';

export interface AuditExport {
	/** Exports the head now; otherwise every hour. Settles once whoever listens elsewhere has it, or has not taken it. */
	export(): Promise<void>;
	/** Exports it for the last time. */
	stop(): Promise<void>;
}

/** What is known of the trail of this process. */
export interface TrailState {
	/** When its head was exported last; null where that has not worked yet. */
	exportedAt: Instant | null;
	/**
	 * Whether what was written since the trail held last was looked through at the last export, and held; null: not looked at yet. Once it does not,
	 * it stays so, also over a new start, until all of that holds again and every exported head agrees.
	 */
	holds: boolean | null;
	/** Whether heads also go elsewhere. */
	elsewhere: boolean;
}

const everyMs = 3_600_000;
const states = new WeakMap<Db, TrailState>();

/** The state of the trail as this process knows it; null where it exports nothing. */
export function trailState(db: Db): TrailState | null {
	return states.get(db) ?? null;
}

/**
 * Notes the newest entry of the audit trail outside the database, now and every hour, and sends it to a listener elsewhere where there is one; looks
 * first whether what was written since it held last holds, and still follows from it. What fails raises an alarm.
 * @param clock UTC ms
 */
export function startAuditExport(
	db: Db,
	{ dataDir, webhook }: { dataDir: string; webhook: WebhookSettings | null },
	clock: () => Instant = Date.now
): AuditExport {
	const file = headsFile(dataDir);
	const send = webhook === null || findOrganisation(db)?.sample ? null : signedPost(webhook, clock);
	const held = lastHeld(file);
	const state: TrailState = { exportedAt: null, holds: held.since ? null : false, elsewhere: send !== null };
	states.set(db, state);
	/** Up to where it held last; and the newest entry when it was looked at last, whether it held then or not. */
	let [known, seen] = [boundOf(held.head), boundOf(held.last)];
	/** Whether the alarm about what is broken now is stored. */
	let told = !held.since;

	async function exportNow(): Promise<void> {
		let worked = true;
		try {
			const newest = headOf(db, clock());
			look(newest);
			if (newest === null) return;
			const head: ExportedHead = state.holds === false ? { ...newest, broken: true } : newest;
			noteHead(file, head);
			state.exportedAt = clock();
			await send?.(JSON.stringify({ id: randomUUIDv7(), kind: 'audit-head', ...head }));
		} catch (fault) {
			worked = false;
			console.error(`The head of the audit trail could not be exported (${errorCode(fault)}).`);
		}
		settle(worked);
	}

	/**
	 * The first time from what is in the file, which the trail must still hold. A break raises its alarm once: put away, that is over, and the state
	 * goes on telling. What breaks after it raises one of its own.
	 */
	function look(head: ExportedHead | null): void {
		state.holds = head === null ? holdsEmpty() : holdsUpTo(head);
		if (state.holds !== false) {
			known = boundOf(head);
			told = false;
		} else if (!told || (seen !== null && !holdsSince(seen))) {
			raiseAlarm(db, 'trail', clock());
			told = true;
		}
		seen = boundOf(head);
	}

	/** Without an entry it holds only before Breakwater was set up. */
	const holdsEmpty = (): boolean | null => (known !== null || state.holds === false || findOrganisation(db) ? false : null);

	/** Compares all heads at the start and after a break, where they are not known to agree; there is one an hour. */
	function holdsUpTo({ seq }: ExportedHead): boolean | null {
		if (state.holds !== true && compareHeads(db, seq, exportedHeads(file)).broken !== null) return false;
		if (known === null) return state.holds === false ? false : null;
		return holdsSince(known);
	}

	function holdsSince(bound: Bound): boolean {
		const mac = db.$client.prepare<[number], Buffer>('select mac from audit_entries where seq = ?').pluck().get(bound.seq);
		return mac?.equals(bound.mac) === true && verifyEntries(db, bound).broken === null;
	}

	function settle(worked: boolean): void {
		try {
			if (worked) endAlarm(db, 'head', clock());
			else raiseAlarm(db, 'head', clock());
		} catch (fault) {
			console.error(`An alarm about the audit trail could not be stored (${errorCode(fault)}).`);
		}
	}

	const timer = setInterval(() => void exportNow(), everyMs).unref();
	void exportNow();
	return {
		export: exportNow,
		stop() {
			clearInterval(timer);
			return exportNow();
		}
	};
}

function boundOf(head: ExportedHead | null): Bound | null {
	return head && { seq: head.seq, mac: Buffer.from(head.mac, 'hex') };
}
