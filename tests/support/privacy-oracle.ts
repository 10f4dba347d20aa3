/**
 * Who may read what about whom, by hand from the table in domain.md §6 and the lines in §5: nothing here asks the product. What is kept here is
 * what the test told the product, and what of it the product took.
 */

export type SupervisingRole = 'lead' | 'welfare' | 'peer' | 'head_of_welfare';

/** Somebody with an account, as the test knows them. */
export interface Known {
	id: string;
	name: string;
	employer: string;
	/** Home team. */
	team: string;
	moderates: boolean;
	admin: boolean;
	/** Supervising roles in force, leads in the order of their team's list; `team` is null for a head of welfare. */
	roles: { id: string; role: SupervisingRole; team: string | null; position: number }[];
	disabled: boolean;
	/** "Not this person". */
	excluded: Set<string>;
	/** Whom a concern may prompt, and who may see bands and trends. */
	prompt: Set<string>;
	trends: Set<string>;
	/** Where nobody is left to be prompted: who were the last, each not passed over since. */
	promptBefore: Set<string>;
	/** Passed over at some time, and not named since. */
	barred: Set<string>;
}

/** An alert as it is stored: facts about it, and no right. */
export interface KnownAlert {
	id: string;
	personId: string;
	reason: 'exposure' | 'contact' | 'concern' | 'session' | 'routine';
	level: number;
	toId: string | null;
	toKind: 'lead' | 'welfare' | 'peer' | null;
	closed: boolean;
}

export interface World {
	ownEmployer: string;
	leadsSeeHours: boolean;
	people: Known[];
	/** `viewer alert`: who has opened which. */
	opened: Set<string>;
}

export type Secret =
	/** Sessions with their details, answers, words, a form that waits, their ids. */
	'own' | 'limits' | 'hours' | 'trends' | 'absence' | 'appointment';

const holds = ({ roles }: Known, role: SupervisingRole, team?: string) =>
	roles.some((each) => each.role === role && (team === undefined || each.team === team));

/** Never oneself, an account that is disabled, or somebody whom the person passes over. */
const mayBeAsked = (about: Known, who: Known) => who.id !== about.id && !who.disabled && !about.excluded.has(who.id);

/** Whether one column of the table in §6 has a "yes" for this viewer, and §5 does not pass them over; of alerts see {@link mayRead}. */
export function mayKnow(world: World, viewer: Known, about: Known, secret: Secret): boolean {
	if (viewer.disabled) return false;
	if (viewer.id === about.id) return true;
	if (secret === 'own') return false;
	const { leads, cares, heads, sameEmployer } = standing(world, viewer, about);
	// Dates and hours go with a role: a gap would tell who was passed over.
	if (secret === 'absence') return leads;
	if (secret === 'appointment') return officersOf(world, about).includes(viewer.id);
	if (secret === 'hours') return !about.disabled && (cares || heads || (leads && world.leadsSeeHours));
	if (!mayBeAsked(about, viewer)) return false;
	if (secret === 'trends')
		return about.trends.has(viewer.id) && sameEmployer && (holds(viewer, 'welfare') || holds(viewer, 'head_of_welfare'));
	return !about.disabled && (cares || heads || leads);
}

/** Whether there is a page of this person for whoever has the viewer's roles: it is no sign whether they were passed over. */
export function hasPage(world: World, viewer: Known, about: Known): boolean {
	if (viewer.disabled || about.disabled || viewer.id === about.id) return false;
	const { leads, cares, heads } = standing(world, viewer, about);
	return leads || cares || heads;
}

/** What somebody is to a person by their roles alone. */
function standing({ ownEmployer }: World, viewer: Known, about: Known) {
	const sameEmployer = viewer.employer === about.employer;
	return {
		sameEmployer,
		leads: holds(viewer, 'lead', about.team),
		// The wellbeing line of a secondee is that of their own employer.
		cares: sameEmployer && holds(viewer, 'welfare', about.team),
		heads: holds(viewer, 'head_of_welfare') && (sameEmployer || viewer.employer === ownEmployer)
	};
}

/**
 * Officers who keep the session ledger: of the person's employer, those of the home team and those named; where there is none, the others. Somebody
 * passed over is replaced where nobody else is left, and stays: also where they were there only because others had been passed over before.
 */
function officersOf({ people }: World, about: Known): string[] {
	const there = people.filter((who) => who.id !== about.id && !who.disabled && who.employer === about.employer && holds(who, 'welfare'));
	const among = (all: readonly Known[]) => {
		const near = all.filter((who) => holds(who, 'welfare', about.team) || about.prompt.has(who.id));
		return near.length > 0 ? near : all;
	};
	const without = (kept?: string) => there.filter(({ id }) => id === kept || !about.excluded.has(id));
	return [there, without(), ...[...about.excluded].map(without)].flatMap(among).map(({ id }) => id);
}

/** Whether an alert is the viewer's to read: about themselves, routed or escalated to them. */
export function mayRead(world: World, viewer: Known, about: Known, alert: KnownAlert): boolean {
	if (viewer.disabled) return false;
	if (viewer.id === about.id) return true;
	if (!mayBeAsked(about, viewer)) return false;
	const line = lineOf(world, about, alert).map((group) => group.filter((who) => mayBeAsked(about, who)).map(({ id }) => id));
	const first = line.map((group, index) => group.filter((id) => !line.slice(0, index).flat().includes(id)));
	const reached = first.filter((group) => group.length > 0).slice(0, alert.level + 1);
	if (!alert.closed && reached.flat().includes(viewer.id)) return true;
	// Who has opened it keeps it while they stand in its line; of a concern only those whom it has reached.
	const kept = alert.reason === 'concern' ? reached : line;
	return world.opened.has(`${viewer.id} ${alert.id}`) && kept.flat().includes(viewer.id);
}

/** The steps of §5, before anybody is passed over. */
function lineOf({ people, ownEmployer }: World, about: Known, { reason, toId, toKind }: KnownAlert): Known[][] {
	const inTeam = (role: SupervisingRole) => people.filter((who) => holds(who, role, about.team));
	const place = (who: Known) => who.roles.find(({ role, team }) => role === 'lead' && team === about.team)?.position ?? 0;
	const leads = inTeam('lead').sort((a, b) => place(a) - place(b));
	const heads = (employer: string) => people.filter((who) => who.employer === employer && holds(who, 'head_of_welfare'));
	const officers = people.filter((who) => who.employer === about.employer && holds(who, 'welfare'));
	const home = officers.filter((who) => holds(who, 'welfare', about.team));
	const asked = (among: Known[]) => among.filter(({ id }) => id === toId);
	if (reason === 'exposure' || reason === 'routine') return [leads.slice(0, 1), leads];
	if (reason === 'contact' && toKind === 'lead') return [asked(leads), leads, heads(ownEmployer)];
	if (reason === 'contact' && toKind === 'peer') return [asked(inTeam('peer')), inTeam('peer')];
	if (reason === 'contact') return [asked(officers), officers, heads(about.employer)];
	const chosen = about.prompt.size > 0 ? about.prompt : about.promptBefore;
	const named = officers.filter(({ id }) => chosen.has(id));
	if (reason === 'session') return [named.length > 0 ? named : home, officers, heads(about.employer)];
	return [named, officers.filter(({ id }) => !about.barred.has(id) || chosen.has(id)), heads(about.employer)];
}
