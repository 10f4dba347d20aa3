import { randomUUIDv7 } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import { endAlarm, raiseAlarm } from './alarms.ts';
import { headOf, headsFile, lastHead, noteHead, type ExportedHead } from './audit-heads.ts';
import { verifyEntries, type Bound } from './audit-verify.ts';
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
	/** Whether what was written since the export before was looked through then, and held; null: not looked at yet. */
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
 * first whether what was written since the time before holds, and still follows from it. What fails raises an alarm.
 * @param clock UTC ms
 */
export function startAuditExport(
	db: Db,
	{ dataDir, webhook }: { dataDir: string; webhook: WebhookSettings | null },
	clock: () => Instant = Date.now
): AuditExport {
	const file = headsFile(dataDir);
	const send = webhook === null || findOrganisation(db)?.sample ? null : signedPost(webhook, clock);
	const state: TrailState = { exportedAt: null, holds: null, elsewhere: send !== null };
	states.set(db, state);
	let known = boundOf(lastHead(file));

	async function exportNow(): Promise<void> {
		let worked = true;
		try {
			const head = headOf(db, clock());
			look(head);
			if (head === null) return;
			noteHead(file, head);
			state.exportedAt = clock();
			await send?.(JSON.stringify({ id: randomUUIDv7(), kind: 'audit-head', ...head }));
		} catch (fault) {
			worked = false;
			console.error(`The head of the audit trail could not be exported (${errorCode(fault)}).`);
		}
		settle(worked);
	}

	/** The first time from what is in the file, which the trail must still hold. An empty trail holds only before Breakwater was set up. */
	function look(head: ExportedHead | null): void {
		state.holds = head === null ? (known || findOrganisation(db) ? false : null) : holdsSince(known);
		if (state.holds === false) raiseAlarm(db, 'trail', clock());
		known = boundOf(head) ?? known;
	}

	function holdsSince(before: Bound | null): boolean | null {
		if (before === null) return null;
		const mac = db.$client.prepare<[number], Buffer>('select mac from audit_entries where seq = ?').pluck().get(before.seq);
		return mac?.equals(before.mac) === true && verifyEntries(db, before).broken === null;
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
