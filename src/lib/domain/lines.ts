import type { Reason } from './facts.ts';

/** As what somebody can be chosen for contact. */
export type RecipientKind = 'lead' | 'welfare' | 'peer';
/** As what somebody receives an alert. */
export type RoutedAs = RecipientKind | 'head';

/** What of an alert decides who receives it. */
export interface Routed {
	reason: Reason;
	level: number;
	/** Of contact: whom the person chose last, and as what. */
	toId: string | null;
	toKind: RecipientKind | null;
	today: boolean;
}

/** Ids of everybody who may be asked about one person. The person may be among them; they are passed over. */
export interface Supervisors {
	person: string;
	/** Leads of the home team in order: first, deputy, … For a secondee this is the host's team. */
	leads: readonly string[];
	/** Welfare officers employed by the person's own employer, of whichever team. */
	officers: readonly string[];
	/** Those of them who are welfare officers of the home team. */
	homeOfficers: readonly string[];
	/** Officers whom the person has named for a concern. */
	named: readonly string[];
	/** Officers with whom the person shared this concern by hand. */
	shared: readonly string[];
	/** Officers who see this concern only once the person chooses them again: excluded while it was open, whether or not still. */
	barred: readonly string[];
	/** Peer supporters of the home team. */
	peers: readonly string[];
	/** Heads of welfare of the person's own employer. */
	heads: readonly string[];
	/** Heads of welfare of the organisation itself, to which the home team belongs. */
	hostHeads: readonly string[];
	/** The home team's on-call list, by what its members are. */
	onCall: Readonly<Record<RecipientKind, readonly string[]>>;
}

/** Who cannot be asked at the moment, and why it matters which. */
export interface Standing {
	/** "Not this person", said by the person concerned. */
	excluded: ReadonlySet<string>;
	/** Accounts that are disabled or were never opened. */
	gone: ReadonlySet<string>;
	/** Absent today, with the deputy they named (null: nobody). */
	away: ReadonlyMap<string, string | null>;
}

/** Somebody who sees the alert, from which step of the line on, and as what. */
export interface Recipient {
	id: string;
	as: RoutedAs;
	/** Place in the remaining chain: 0 is asked first. */
	step: number;
}

interface Group {
	as: RoutedAs;
	/** In order; some may be passed over. */
	ids: readonly string[];
	/** Who may stand here or stand in: nobody outside of it, whoever named them. */
	pool: readonly string[];
}

/** The kind of supervisor an alert is for: what the person chose for a contact, else what the reason says. It never changes with the level. */
export function kindOf(alert: Pick<Routed, 'reason' | 'toKind'>): RecipientKind {
	if (alert.reason === 'contact') return alert.toKind ?? 'lead';
	return alert.reason === 'concern' || alert.reason === 'session' ? 'welfare' : 'lead';
}

function leadLine(alert: Routed, { leads, hostHeads, onCall }: Supervisors): Group[] {
	const isContact = alert.reason === 'contact';
	const first = isContact && alert.toId !== null ? [alert.toId] : leads.slice(0, 1);
	const pool = alert.today ? [...leads, ...onCall.lead] : leads;
	const line: Group[] = [
		{ as: 'lead', ids: first, pool },
		{ as: 'lead', ids: pool, pool }
	];
	return isContact ? [...line, { as: 'head', ids: hostHeads, pool: hostHeads }] : line;
}

function firstOfWellbeing({ reason, toId }: Routed, { named, shared, homeOfficers }: Supervisors): readonly string[] {
	if (reason === 'contact') return toId === null ? homeOfficers : [toId];
	if (reason === 'concern') return [...shared, ...named];
	return named.length > 0 ? named : homeOfficers;
}

function wellbeingLine(alert: Routed, supervisors: Supervisors): Group[] {
	const { officers, barred, heads } = supervisors;
	const pool = alert.reason === 'concern' ? officers.filter((id) => !barred.includes(id)) : officers;
	return [
		{ as: 'welfare', ids: firstOfWellbeing(alert, supervisors), pool },
		{ as: 'welfare', ids: pool, pool },
		{ as: 'head', ids: heads, pool: heads }
	];
}

function peerLine({ toId }: Routed, { peers }: Supervisors): Group[] {
	return [
		{ as: 'peer', ids: toId === null ? [] : [toId], pool: peers },
		{ as: 'peer', ids: peers, pool: peers }
	];
}

/**
 * The whole line of an alert, before anybody is passed over.
 *
 * - Lead line (exposure, routine, contact to a lead): the first lead, or for a contact the lead chosen → the other leads → for a contact,
 *   the organisation's heads of welfare.
 * - Wellbeing line (concern, session, contact to welfare): of a contact the officer chosen; of a concern those named and all it was
 *   shared with by hand; of a session those named, and where nobody is, the home team's → the other officers of the person's employer → that
 *   employer's heads of welfare.
 * - Peer line: the peer chosen → the other peers of the home team. It ends there.
 * - A contact for today reaches, with its second step, also those of the same kind on the home team's on-call list.
 */
function lineOf(alert: Routed, supervisors: Supervisors): Group[] {
	const kind = kindOf(alert);
	if (kind === 'lead') return leadLine(alert, supervisors);
	return kind === 'welfare' ? wellbeingLine(alert, supervisors) : peerLine(alert, supervisors);
}

/**
 * Who fills a place: its holder; the deputy of an absent holder (and that one's, where they are absent too), if they are of the same kind
 * for this line. Somebody excluded or gone, and the person themself, names no deputy here. Null: the place is passed over.
 */
function standsIn(holder: string, pool: readonly string[], person: string, { excluded, gone, away }: Standing): string | null {
	const tried = new Set<string>();
	let next: string | null = holder;
	while (next !== null && !tried.has(next)) {
		tried.add(next);
		if (next === person || excluded.has(next) || gone.has(next) || !pool.includes(next)) return null;
		if (!away.has(next)) return next;
		next = away.get(next) ?? null;
	}
	return null;
}

/**
 * The line with everybody passed over who has to be: each person stands at their first place only, and a step left without anybody is
 * taken by the next one that has somebody. The level does not change by it.
 */
function remainingLine(alert: Routed, supervisors: Supervisors, standing: Standing): { as: RoutedAs; ids: string[] }[] {
	const placed = new Set<string>();
	const remaining: { as: RoutedAs; ids: string[] }[] = [];
	for (const { as, ids, pool } of lineOf(alert, supervisors)) {
		const here: string[] = [];
		for (const holder of ids) {
			const id = standsIn(holder, pool, supervisors.person, standing);
			if (id === null || placed.has(id)) continue;
			placed.add(id);
			here.push(id);
		}
		if (here.length > 0) remaining.push({ as, ids: here });
	}
	return remaining;
}

/**
 * Everybody who sees an alert at its level, in the order in which they were asked: whoever was asked at a lower level still sees it.
 * Where the level is higher than the remaining line is long, its last step stays. Empty: nobody is left, the chain is broken.
 */
export function recipientsAt(alert: Routed, supervisors: Supervisors, standing: Standing): Recipient[] {
	return remainingLine(alert, supervisors, standing)
		.slice(0, alert.level + 1)
		.flatMap(({ as, ids }, step) => ids.map((id) => ({ id, as, step })));
}

/**
 * As what somebody stands in the alert's line at any level, away or not; null where they do not, or are excluded, gone or the person.
 * Whoever was asked and opened it keeps it by this when the one they stood in for is back. Not so a concern: of that only whom the
 * person chose, and whom its present level reaches, so that a name taken back counts from the moment it is saved.
 */
export function standsInLine(alert: Routed, supervisors: Supervisors, standing: Standing, id: string): RoutedAs | null {
	if (id === supervisors.person || standing.excluded.has(id) || standing.gone.has(id)) return null;
	if (alert.reason === 'concern') {
		const there: Standing = { ...standing, away: new Map() };
		return recipientsAt(alert, supervisors, there).find((recipient) => recipient.id === id)?.as ?? null;
	}
	const group = lineOf(alert, supervisors).find(({ ids, pool }) => ids.includes(id) && pool.includes(id));
	return group?.as ?? null;
}
