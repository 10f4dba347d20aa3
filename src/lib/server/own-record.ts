import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { appointmentOfficers } from './appointment-officers.ts';
import type { Db } from './db/connection.ts';
import { plans } from './db/schema/plans.ts';
import { people, roles, sharingChoices } from './db/schema/people.ts';
import { alerts } from './db/schema/records.ts';
import { openCopies, type OpenCopy } from './disclosure-openings.ts';
import { headsTold, openDisputes } from './dispute-heads.ts';
import { listReaders } from './own-lists.ts';
import { whoMayOpen } from './person-rights.ts';
import { readersOf } from './readers.ts';
import { fewestInForce } from './report-floors.ts';
import { officersOf } from './sharing.ts';
import { rosterFor } from './supervisors.ts';
import { reasonWords } from './support-words.ts';
import { hasRole, type Viewer } from './viewer.ts';

/**
 * Who can see which part of the viewer's record at this moment, by name (domain.md §6), from the functions that decide it for those who look. What
 * they have not looked at yet is theirs to open; what they do open is noted.
 */
export interface OwnRecord {
	/** Who reads a line of theirs on the weekly list. */
	limits: string[];
	/** Who can open the limits passed, or the hours, on a page about them; for hours they state why. */
	openedLimits: string[];
	hours: string[];
	/** Who sees whether room is left today and this week: the leads, also those passed over, whom a gap in their list would tell. */
	headroom: string[];
	/** Who sees the dates of absences: the leads; and who sees and plans appointments; both in the same way. */
	absences: string[];
	appointments: string[];
	/** Whom a concern prompts, and who can open bands and trends: those named who can still be. */
	prompted: string[];
	trends: string[];
	/** The open prompts about them. */
	prompts: { reason: string; readers: string[] }[];
	/** With whom they have a plan; who reads of a conversation that they say didn't happen. */
	plans: string[];
	disputes: string[];
	/** Who looks after accounts, and who can place a legal hold and reads of it. */
	account: string[];
	holds: string[];
	/** Who can open a copy of the record because two people decided on one, until when, and whether sessions and answers are in it. */
	copies: OpenCopy[];
	/** How many people are at least behind a figure of the organisation's next report. */
	fewest: number;
}

export function ownRecord(db: Db, viewer: Viewer, now: Instant): OwnRecord {
	const roster = rosterFor(db, [viewer.id], now);
	const { supervisors, standing } = roster.about(viewer.id);
	const names = (ids: readonly string[]) => ids.map((id) => roster.name(id));
	const leads = supervisors.leads.filter((id) => id !== viewer.id && !standing.gone.has(id));
	const may = whoMayOpen(db, viewer);
	return {
		limits: viewer.homeTeam ? listReaders(db, viewer, viewer.homeTeam.id) : [],
		...{ openedLimits: may.limits, hours: may.hours, trends: may.trends },
		headroom: hasRole(viewer, 'moderator') ? names(leads) : [],
		absences: names(leads),
		appointments: appointmentOfficers(db, viewer.id, now).map(({ name }) => name),
		prompted: prompted(db, viewer),
		prompts: openPrompts(db, viewer, now),
		plans: planned(db, viewer),
		disputes: disputeReaders(db, viewer, now),
		account: holders(db, viewer, ['admin']),
		holds: holders(db, viewer, ['admin', 'head_of_welfare']),
		copies: openCopies(db, viewer, now),
		fewest: fewestInForce(db)
	};
}

function prompted(db: Db, viewer: Viewer): string[] {
	const named = db
		.select({ officerId: sharingChoices.officerId })
		.from(sharingChoices)
		.where(and(eq(sharingChoices.personId, viewer.id), eq(sharingChoices.kind, 'prompt'), isNull(sharingChoices.endedAt)))
		.all();
	return officersOf(db, viewer)
		.filter(({ id }) => named.some(({ officerId }) => officerId === id))
		.map(({ name }) => name);
}

function openPrompts(db: Db, viewer: Viewer, now: Instant): OwnRecord['prompts'] {
	const open = db
		.select()
		.from(alerts)
		.where(and(eq(alerts.personId, viewer.id), isNull(alerts.closedAt)))
		.orderBy(asc(alerts.raisedAt))
		.all();
	if (open.length === 0) return [];
	const readers = readersOf(db, viewer.id, open, now);
	return open.map((alert) => ({ reason: reasonWords[alert.reason], readers: readers(alert) }));
}

function planned(db: Db, viewer: Viewer): string[] {
	return db
		.selectDistinct({ name: people.name })
		.from(plans)
		.innerJoin(people, eq(people.id, plans.supervisorId))
		.where(and(eq(plans.personId, viewer.id), isNull(plans.endedAt), isNull(people.disabledAt)))
		.orderBy(asc(people.name))
		.all()
		.map(({ name }) => name);
}

function disputeReaders(db: Db, viewer: Viewer, now: Instant): string[] {
	const own = openDisputes(db).filter(({ conversation }) => conversation.personId === viewer.id);
	const told = own.flatMap(({ conversation, dispute }) => {
		const { ids, name } = headsTold(db, conversation, dispute.told, now);
		return ids.map(name);
	});
	return [...new Set(told)];
}

function holders(db: Db, viewer: Viewer, wanted: readonly string[]): string[] {
	const held = db
		.selectDistinct({ id: people.id, name: people.name, role: roles.role })
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.where(and(isNull(roles.endedAt), isNotNull(roles.confirmedAt), isNull(people.disabledAt), isNotNull(people.joinedAt)))
		.orderBy(asc(people.name))
		.all();
	return [...new Set(held.filter(({ id, role }) => id !== viewer.id && wanted.includes(role)).map(({ name }) => name))];
}
