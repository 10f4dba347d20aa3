import { and, asc, eq, isNotNull, isNull, ne } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { appointmentOfficers } from './appointment-officers.ts';
import type { Db } from './db/connection.ts';
import { people, roles, sharingChoices } from './db/schema/people.ts';
import { alerts } from './db/schema/records.ts';
import { seenByRole } from './disclosed-sums.ts';
import { openCopies, type OpenCopy } from './disclosure-openings.ts';
import { headsTold, openDisputes } from './dispute-heads.ts';
import { listReaders } from './own-lists.ts';
import { whoMayOpen } from './person-rights.ts';
import { planReaders } from './plan-readers.ts';
import { readersOf } from './readers.ts';
import { headsKeeping } from './record-people.ts';
import { fewestInForce } from './report-floors.ts';
import { officersOf } from './sharing.ts';
import { rosterFor } from './supervisors.ts';
import { reasonWords } from './support-words.ts';
import { hasRole, type Role, type Viewer } from './viewer.ts';

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
	/** Who agrees on lower limits with them and reads which are agreed. */
	agreed: string[];
	/** Who sees whether room is left today and this week: the leads, also those passed over, whom a gap in their list would tell. */
	headroom: string[];
	/** Who sees the dates of absences: the leads; and who sees and plans appointments; both in the same way. */
	absences: string[];
	appointments: string[];
	/** Whom a concern prompts, and who can open bands and trends: those named who can still be. */
	prompted: string[];
	trends: string[];
	/** The open prompts about them; whether they stand in a copy without consent or an order too. */
	prompts: { reason: string; readers: string[]; inEveryCopy: boolean }[];
	/** Who can read a plan with them, also for four weeks after its end; who reads of a conversation that they say didn't happen. */
	plans: string[];
	disputes: string[];
	/** Who looks after accounts, leaving and wishes to be erased; and who decides about legal holds and copies, and reads of them. */
	account: string[];
	holds: string[];
	/** Who can open a copy of the record because two people decided on one, until when, and whether sessions and answers are in it. */
	copies: OpenCopy[];
	/** How many people are at least behind a figure of the organisation's next report. */
	fewest: number;
}

/** Who can see what of the viewer, by name, as things stand at `now` (UTC ms). */
export function ownRecord(db: Db, viewer: Viewer, now: Instant): OwnRecord {
	const roster = rosterFor(db, [viewer.id], now);
	const { supervisors, standing } = roster.about(viewer.id);
	const names = (ids: readonly string[]) => ids.map((id) => roster.name(id));
	const leads = supervisors.leads.filter((id) => id !== viewer.id && !standing.gone.has(id));
	const may = whoMayOpen(db, viewer);
	const admins = holders(db, viewer, 'admin');
	return {
		limits: viewer.homeTeam ? listReaders(db, viewer, viewer.homeTeam.id) : [],
		...{ openedLimits: may.limits, hours: may.hours, agreed: may.agreed, trends: may.trends },
		headroom: hasRole(viewer, 'moderator') ? names(leads) : [],
		absences: names(leads),
		appointments: appointmentOfficers(db, viewer.id, now).map(({ name }) => name),
		prompted: prompted(db, viewer),
		prompts: openPrompts(db, viewer, now),
		plans: planReaders(db, viewer, now),
		disputes: disputeReaders(db, viewer, now),
		account: admins.map(({ name }) => name),
		holds: keepers(db, viewer, admins),
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
	return open.map((alert) => ({
		...{ reason: reasonWords[alert.reason], readers: readers(alert) },
		inEveryCopy: seenByRole.some((each) => each === alert.reason)
	}));
}

function disputeReaders(db: Db, viewer: Viewer, now: Instant): string[] {
	const own = openDisputes(db).filter(({ conversation }) => conversation.personId === viewer.id);
	const told = own.flatMap(({ conversation, dispute }) => {
		const { ids, name } = headsTold(db, conversation, dispute.told, now);
		return ids.map(name);
	});
	return [...new Set(told)];
}

interface Named {
	id: string;
	name: string;
}

/** Who decides about holds and copies: administrators, and those heads of welfare who keep the viewer's record. */
function keepers(db: Db, viewer: Viewer, admins: readonly Named[]): string[] {
	const keeping = headsKeeping(db, viewer.id);
	const heads = holders(db, viewer, 'head_of_welfare').filter(({ id }) => keeping.includes(id));
	return [...new Set([...admins, ...heads].map(({ name }) => name))].sort();
}

function holders(db: Db, viewer: Viewer, role: Role): Named[] {
	return db
		.selectDistinct({ id: people.id, name: people.name })
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.where(
			and(
				...[eq(roles.role, role), isNull(roles.endedAt), isNotNull(roles.confirmedAt)],
				...[isNull(people.disabledAt), isNotNull(people.joinedAt), ne(people.id, viewer.id)]
			)
		)
		.orderBy(asc(people.name))
		.all();
}
