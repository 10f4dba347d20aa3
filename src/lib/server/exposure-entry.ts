import { durationWords } from '#lib/domain/duration.ts';
import { MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { shownMinutes } from './day-list.ts';
import type { Db } from './db/connection.ts';
import { exposureOf, overlapping, versionsOf, type Exposure } from './exposure-rows.ts';
import { openPrivate } from './exposure-versions.ts';
import { exposureChoices, partnerName, workTypeName, type Choices } from './exposure-work.ts';
import { dateWords, localDate, spanWords } from './local-time.ts';
import { clockWords, momentWords } from './moments.ts';
import { notFound } from './refusal.ts';
import { whichOf } from './typed-times.ts';
import type { Viewer } from './viewer.ts';

/** What an entry's form shows, as text. */
export interface EntryValues {
	workTypeId: string;
	counts: string;
	date: string;
	start: string;
	end: string;
	/** `first` or `second` where the clocks went back and showed the time twice. */
	startWhich: string;
	endWhich: string;
	minutes: string;
	material: string[];
	context: string;
	violent: string;
	filters: string[];
	aftermath: string;
	partnerId: string;
}

export interface Entry {
	id: string;
	version: number;
	kind: 'session' | 'timer' | 'day-total';
	state: 'running' | 'ended' | 'void';
	title: string;
	date: string;
	time: string;
	length: string;
	counts: boolean;
	voidReason: Exposure['voidReason'];
	overlaps: string[];
	values: EntryValues;
	choices: Choices;
	/** What was said when, newest first; the current one too. */
	versions: { version: number; when: string; words: string }[];
}

/** An entry of the viewer's own with all its versions. @throws Refusal `not-found` for an unknown id and for anybody else's */
export function entryFor(db: Db, viewer: Viewer, id: string, now: Instant): Entry {
	const versions = versionsOf(db, viewer.id, id);
	const row = versions.at(-1);
	if (!row) throw notFound();
	const { start, end, state } = row;
	return {
		id,
		version: row.version,
		kind: row.kind,
		state,
		title: workTypeName(db, row.workTypeId, row.kind),
		date: dateWords(dateOfEntry(viewer, row), localDate(viewer.zone, now)),
		time: timeWords(viewer, row),
		length: durationWords(row.minutes ?? shownMinutes(start ?? now, end ?? now)),
		counts: row.counts,
		voidReason: row.voidReason,
		overlaps: state === 'ended' && start !== null && end !== null ? overlapWords(db, viewer, id, start, end) : [],
		values: valuesOf(db, viewer, row),
		choices: exposureChoices(db, row),
		versions: versions.map((version, index) => versionWords(db, viewer, version, versions[index - 1], now)).reverse()
	};
}

/** What a page says after an entry was saved; null where there is nothing of the viewer's under this id. */
export interface Saved {
	id: string;
	time: string;
	work: string;
	counts: boolean;
	overlaps: string[];
}

/** The remark on an entry just saved. `id` comes out of the address: an unknown or another person's says nothing. */
export function savedFor(db: Db, viewer: Viewer, id: string | null): Saved | null {
	const row = id === null ? null : exposureOf(db, viewer.id, id.slice(0, 64));
	if (!row || row.state !== 'ended') return null;
	const { start, end, counts } = row;
	const overlaps = start !== null && end !== null ? overlapWords(db, viewer, row.id, start, end) : [];
	return { id: row.id, time: timeWords(viewer, row), work: workTypeName(db, row.workTypeId, row.kind), counts, overlaps };
}

/** `09:10–10:00` for each other session that [start, end) shares time with. */
export function overlapWords(db: Db, { id: personId, zone }: Viewer, id: string, start: Instant, end: Instant): string[] {
	return overlapping(db, personId, id, start, end).map((other) => spanWords(zone, other.start, other.end));
}

function dateOfEntry({ zone }: Viewer, { date, start }: Exposure): string {
	return date ?? localDate(zone, start ?? 0);
}

function timeWords({ zone }: Viewer, { start, end, minutes }: Exposure): string {
	if (start === null) return `Day total of ${durationWords(minutes ?? 0)}`;
	return end === null ? `since ${clockWords(zone, start)}` : spanWords(zone, start, end);
}

function valuesOf(db: Db, viewer: Viewer, row: Exposure): EntryValues {
	const { violent, aftermath } = openPrivate(db, row);
	const clock = (at: Instant | null) => (at === null ? '' : clockWords(viewer.zone, at));
	const which = (at: Instant | null) => (at === null ? '' : (whichOf(viewer.zone, at) ?? ''));
	return {
		workTypeId: row.workTypeId ?? '',
		counts: row.counts ? 'yes' : 'no',
		date: dateOfEntry(viewer, row),
		start: clock(row.start),
		end: clock(row.end),
		startWhich: which(row.start),
		endWhich: which(row.end),
		minutes: row.minutes === null ? '' : String(row.minutes),
		material: row.material ?? [],
		context: row.context ?? '',
		violent: violent ?? '',
		filters: row.filters ?? [],
		aftermath: aftermath === null ? '' : String(aftermath),
		partnerId: row.partnerId ?? ''
	};
}

function versionWords(db: Db, viewer: Viewer, row: Exposure, before: Exposure | undefined, now: Instant): Entry['versions'][number] {
	return { version: row.version, when: momentWords(viewer.zone, row.recordedAt, now), words: changeWords(db, viewer, row, before) };
}

function changeWords(db: Db, viewer: Viewer, row: Exposure, before: Exposure | undefined): string {
	const work = workTypeName(db, row.workTypeId, row.kind);
	if (!before) return row.kind === 'timer' ? `Timer started: ${work}` : `Logged: ${timeWords(viewer, row)}, ${work}`;
	if (row.state === 'void') return 'Taken out of the count';
	const changes: string[] = [];
	if (before.state === 'running' && row.state === 'ended') changes.push(stopWords(viewer, row));
	else if (before.start !== row.start || before.end !== row.end || before.date !== row.date || before.minutes !== row.minutes) {
		changes.push(`${spanOf(viewer, before, row)} changed to ${spanOf(viewer, row, before)}`);
	}
	if (before.workTypeId !== row.workTypeId) changes.push(`work changed to ${work}`);
	if (before.partnerId !== row.partnerId) changes.push(`partner changed to ${partnerName(db, row.partnerId) ?? 'none'}`);
	return changes.length > 0 ? changes.join('; ') : 'Details changed';
}

/** With the day of a total that was moved to another one. */
function spanOf(viewer: Viewer, row: Exposure, other: Exposure): string {
	return row.date === other.date || row.date === null ? timeWords(viewer, row) : `${timeWords(viewer, row)} on ${dateWords(row.date)}`;
}

/** A minute's difference is the form being sent, not a correction. */
function stopWords({ zone }: Viewer, { start, end, recordedAt }: Exposure): string {
	const stopped = end ?? recordedAt;
	if (recordedAt - stopped < MS_PER_MINUTE) return `Timer stopped: ${spanWords(zone, start ?? stopped, stopped)}`;
	const apart = localDate(zone, recordedAt) === localDate(zone, stopped) ? '' : ` on ${dateWords(localDate(zone, recordedAt))}`;
	return `The timer ran until ${clockWords(zone, recordedAt)}${apart}; corrected to ${clockWords(zone, stopped)}`;
}
