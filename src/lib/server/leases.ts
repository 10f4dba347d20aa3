import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { withTx } from './db/tx.ts';

/** What one process at a time does, and a process that does it. */
export interface Lease {
	name: string;
	/** Made up by the process when it starts. */
	holder: string;
}

/**
 * How long a lease holds when its holder is not heard of again. It is renewed with every slice of the work, many times a second: ten
 * seconds are far more than any slice takes, and little to wait after a process that was killed.
 */
export const leaseMs = 10_000;

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		// One that ends so much later than one taken now was taken before the clock was put back. Not any later one: whoever had to wait
		// for the transaction of the other comes with the time at which it began to wait.
		take: db.$client.prepare<{ name: string; holder: string; now: Instant; end: Instant }>(
			`insert into leases (name, holder, expires_at) values (@name, @holder, @end)
			on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
			where holder = excluded.holder or expires_at <= @now or expires_at > @end + ${leaseMs}`
		),
		end: db.$client.prepare<[string], Instant>('select expires_at from leases where name = ?').pluck(),
		release: db.$client.prepare<[string, string]>('delete from leases where name = ? and holder = ?')
	};
}

/**
 * Takes the lease, or renews it. Called first thing in the transaction of each slice of the work, it is also what stops a process that was
 * held up and lost it: nobody else can take it before that transaction ends.
 * @returns null where it is held now; else the instant (UTC ms) from which it can be taken
 */
export function takeLease(db: Db, { name, holder }: Lease, now: Instant): Instant | null {
	return withTx(db, () => {
		const { take, end } = queries(db);
		if (take.run({ name, holder, now, end: now + leaseMs }).changes > 0) return null;
		return end.get(name) ?? now;
	});
}

/** Gives the lease up where it is still held: another need not wait for its end. @throws Refusal `full` */
export function releaseLease(db: Db, { name, holder }: Lease): void {
	withTx(db, () => void queries(db).release.run(name, holder));
}
