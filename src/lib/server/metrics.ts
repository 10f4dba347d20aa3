import { createHash, timingSafeEqual } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { alarmKinds } from './db/schema/alarms.ts';
import { lateMs, oldestWaitingSince } from './punctuality.ts';

/** Whether a request may read the figures: with `Authorization: Bearer` and the token that is set. Without one set, nobody may. */
export function mayReadMetrics(authorization: string | null, token: string): boolean {
	if (token === '' || authorization === null) return false;
	const digest = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(authorization), digest(`Bearer ${token}`));
}

type Sample = [labels: Record<string, string>, value: number];

/**
 * Figures about Breakwater itself, as Prometheus reads them (text format 0.0.4). None of them is about a person or a team.
 * @param delayMs 99th percentile of the event loop's delay
 */
export function metrics(db: Db, delayMs: number, now: Instant): string {
	const since = oldestWaitingSince(db, now);
	const plain = (value: number): Sample[] => [[{}, value]];
	return [
		metric('process_start_time_seconds', 'When the process started', plain(Math.round(now / 1000 - process.uptime()))),
		metric('process_resident_memory_bytes', 'Memory of the process', plain(process.memoryUsage.rss())),
		metric('breakwater_event_loop_delay_p99_seconds', 'Delay of the event loop over half a minute', plain(delayMs / 1000)),
		metric('breakwater_messages', 'Messages of the outbox by state and channel', messagesBy(db)),
		metric(
			'breakwater_oldest_message_seconds',
			'How long the oldest message waits that should be gone',
			plain(since === null ? 0 : (now - since) / 1000)
		),
		metric('breakwater_clocks_late_seconds', 'How far the clock that is due first lies behind', plain(lateMs(db, now) / 1000)),
		metric('breakwater_alarm_open', 'Whether an alarm of this kind is open, put away or not', openBy(db)),
		metric('breakwater_database_bytes', 'Size of the database', plain(databaseBytes(db)))
	].join('');
}

function metric(name: string, help: string, samples: Sample[]): string {
	const lines = samples.map(([labels, value]) => `${name}${labelled(labels)} ${value}`);
	return [`# HELP ${name} ${help}.`, `# TYPE ${name} gauge`, ...lines, ''].join('\n');
}

function labelled(labels: Record<string, string>): string {
	const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
	return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function messagesBy(db: Db): Sample[] {
	const counts = db.$client
		.prepare<[], { state: string; channel: string; count: number }>(
			'select state, channel, count(*) as count from messages group by state, channel'
		)
		.all();
	const count = (state: string, channel: string) => counts.find((each) => each.state === state && each.channel === channel)?.count ?? 0;
	return ['email', 'webhook'].flatMap((channel) =>
		['waiting', 'sent', 'dropped', 'dead'].map((state): Sample => [{ state, channel }, count(state, channel)])
	);
}

function openBy(db: Db): Sample[] {
	const open = db.$client.prepare<[], string>('select kind from alarms where ended_at is null').pluck().all();
	return alarmKinds.map((kind) => [{ kind }, open.includes(kind) ? 1 : 0]);
}

function databaseBytes(db: Db): number {
	return Number(db.$client.pragma('page_count', { simple: true })) * Number(db.$client.pragma('page_size', { simple: true }));
}
