import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { createOrganisation } from '#lib/server/accounts.ts';
import { enterAbsence } from '#lib/server/absences.ts';
import { planAppointment } from '#lib/server/appointments.ts';
import { holdForm } from '#lib/server/auth/held-forms.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { askForContact } from '#lib/server/contact.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { people, roles } from '#lib/server/db/schema/people.ts';
import { alerts } from '#lib/server/db/schema/records.ts';
import { addEmployer } from '#lib/server/employers.ts';
import { logSession } from '#lib/server/exposures.ts';
import { datesWords } from '#lib/server/local-time.ts';
import { allOptionalFields } from '#lib/server/organisation.ts';
import { addPartner, retirePartner } from '#lib/server/partners.ts';
import { createPerson, setHomeTeam } from '#lib/server/people.ts';
import { writeWords } from '#lib/server/private-words.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { confirmRole, giveRole } from '#lib/server/roles.ts';
import type { Random } from '#lib/server/sample/random.ts';
import { chooseSharing, exclude } from '#lib/server/sharing.ts';
import { createTeam } from '#lib/server/teams.ts';
import { findViewer, system, type Viewer } from '#lib/server/viewer.ts';
import { addWorkType, retireWorkType } from '#lib/server/work-types.ts';
import { DAY, HOUR, MINUTE } from './alerting.ts';
import { mayKnow, type Known, type KnownAlert, type Secret, type SupervisingRole, type World } from './privacy-oracle.ts';

/** What was planted about one person: texts that stand nowhere else, by what they give away; and the pages that are theirs. */
export interface Planted {
	about: Known;
	marks: { secret: Secret; text: string }[];
	pages: { session: string; checkIn: string; appointment: string | null; held: string };
}

export interface Office {
	world: World;
	planted: Planted[];
	teams: string[];
	/** ISO week of the list that holds the limits passed. */
	week: string;
}

/** `3 h 07`, as hours are written. */
const hoursMark = (minutes: number) => `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
/** Whether a mark stands in a text, and not as a part of a longer figure. */
export function stands(text: string, mark: string): boolean {
	return text.includes(mark) && new RegExp(`(?<!\\d)${mark}(?!\\d)`).test(text);
}
const dateIn = (now: number, days: number) => new Date(now + days * DAY).toISOString().slice(0, 10);

const mostSubjects = 6;

/** An organisation by chance, with secrets planted in it shortly before `now` (UTC ms): two teams, two employers, up to twenty people. */
export function randomOffice(db: Db, random: Random, now: number): Office {
	const began = now - 40 * DAY;
	const ownEmployer = createOrganisation(db, { name: 'Seawall', zone: 'Europe/London', sample: false }, began);
	const other = random.uuid();
	addEmployer(db, system, { id: other, name: 'Lanternworks' }, began);
	const teams = [random.uuid(), random.uuid()];
	for (const [index, id] of teams.entries()) createTeam(db, system, { id, name: `Team ${index}`, zone: 'Europe/London' }, began);
	const leadsSeeHours = random.chance(0.3);
	db.update(organisation)
		.set({ fields: [...allOptionalFields], leadHours: leadsSeeHours })
		.run();
	const world: World = { ownEmployer, leadsSeeHours, people: [], opened: new Set() };
	const join = (employer: string, team: string, held: readonly (SupervisingRole | 'moderator' | 'admin')[]) =>
		world.people.push(account(db, random, { employer, team, held, number: world.people.length }, began));
	const employer = (secondee: number) => (random.chance(secondee) ? other : ownEmployer);
	for (const team of teams) {
		for (let left = random.between(1, 2); left > 0; left--)
			join(employer(0.2), team, random.chance(0.3) ? ['lead', 'moderator'] : ['lead']);
		join(ownEmployer, team, random.chance(0.3) ? ['welfare', 'moderator'] : ['welfare']);
		if (random.chance(0.7)) join(other, team, ['welfare']);
		if (random.chance(0.5)) join(employer(0.3), team, ['peer', 'moderator']);
		for (let left = random.between(1, 2); left > 0; left--) join(employer(0.4), team, ['moderator']);
	}
	const [first = ''] = teams;
	join(ownEmployer, first, ['admin']);
	if (random.chance(0.6)) join(other, first, ['head_of_welfare']);
	join(ownEmployer, first, ['head_of_welfare']);
	// Not everybody: each has pages that everybody is sent to.
	const subjects = world.people.filter(({ moderates }) => moderates).slice(0, mostSubjects);
	const planted = subjects.map((about, number) => plant(db, random, world, about, number, now));
	for (const { id } of world.people) catchUp(db, id, now);
	const listed = Temporal.Instant.fromEpochMilliseconds(limitDay(now) + 7 * DAY).toZonedDateTimeISO('Europe/London');
	return { world, planted, teams, week: `${listed.yearOfWeek}-W${String(listed.weekOfYear).padStart(2, '0')}` };
}

interface NewAccount {
	employer: string;
	team: string;
	held: readonly (SupervisingRole | 'moderator' | 'admin')[];
	number: number;
}

function account(db: Db, random: Random, { employer, team, held, number }: NewAccount, now: number): Known {
	const id = random.uuid();
	const name = `Person ${number}`;
	const days = { zone: 'Europe/London', dayStart: '00:00', startDate: '2024-01-08' };
	createPerson(db, system, { id, name, email: `person${number}@example.org`, employerId: employer, ...days }, now);
	db.update(people).set({ joinedAt: now, sharingAskedAt: now }).where(eq(people.id, id)).run();
	setHomeTeam(db, system, { personId: id, teamId: team }, now);
	const supervising: Known['roles'] = [];
	for (const role of held) {
		const teamId = role === 'admin' || role === 'head_of_welfare' ? null : team;
		const roleId = random.uuid();
		// The head of welfare of the organisation comes last of all: a second one is confirmed by chance's own hand.
		if (giveRole(db, system, { id: roleId, personId: id, role, teamId }, now) === 'proposed') confirmRole(db, system, roleId, now);
		if (role === 'moderator' || role === 'admin') continue;
		const position = db.select({ position: roles.position }).from(roles).where(eq(roles.id, roleId)).get()?.position ?? 0;
		supervising.push({ id: roleId, role, team: teamId, position });
	}
	const empty = () => new Set<string>();
	return {
		...{ id, name, employer, team, moderates: held.includes('moderator'), admin: held.includes('admin'), roles: supervising },
		...{ disabled: false, excluded: empty(), prompt: empty(), trends: empty(), promptBefore: empty(), barred: empty() }
	};
}

/** Noon of the Tuesday of the week before the week before the last: on no newest list. */
function limitDay(now: number): number {
	const today = Math.floor(now / DAY);
	const monday = today - ((today + 3) % 7);
	return (monday - 21 + 1) * DAY + 12 * HOUR;
}

function plant(db: Db, random: Random, world: World, about: Known, number: number, now: number): Planted {
	const who = viewer(db, about);
	const [workTypeId, partnerId] = [random.uuid(), random.uuid()];
	const [work, partner, words, held] = ['Zephyrine', 'Quillhaven', 'Umberlight', 'Heldover'].map((word) => `${word} ${number} mark`) as [
		string,
		string,
		string,
		string
	];
	addWorkType(db, system, { id: workTypeId, name: work, counts: 'yes' }, now - 39 * DAY);
	addPartner(db, system, { id: partnerId, name: partner }, now - 39 * DAY);
	const day = limitDay(now);
	shareByChance(db, random, world, about, day - 3 * DAY);
	const log = (id: string, end: number, minutes: number) =>
		logSession(db, who, { id, start: end - minutes * MINUTE, end, workTypeId, partnerId, violent: 'yes', aftermath: 8 }, end + MINUTE);
	const [over, session, checkIn, note, absence] = Array.from({ length: 5 }, () => random.uuid()) as [
		string,
		string,
		string,
		string,
		string
	];
	const [overMinutes, minutes] = [365 + 3 * number + random.between(0, 2), 181 + 3 * number + random.between(0, 2)];
	// Long ago, so that it was escalated meanwhile, or just now.
	const [asksEarly, concernedEarly] = [random.chance(0.5), random.chance(0.5)];
	log(over, day + 6 * HOUR, overMinutes);
	// On another day of that week: its sum, which is hours, is not the figure over the limit.
	log(random.uuid(), day + DAY + 4 * HOUR, 60);
	if (asksEarly) askByChance(db, random, world, about, day + DAY);
	recordCheckIn(db, who, { id: random.uuid(), instrument: 'pulse', answers: concernedEarly ? [4, 4, 1, 0] : [1, 0, 1, 0] }, day + 2 * DAY);
	// In the afternoon: hours are shown by the week, and this one must lie in one.
	log(session, now - (now % DAY) - 2 * DAY + 16 * HOUR, minutes);
	recordCheckIn(db, who, { id: checkIn, instrument: 'pulse', answers: [4, 3, 4, number % 5] }, now - HOUR);
	if (!asksEarly) askByChance(db, random, world, about, now - 55 * MINUTE);
	writeWords(db, who, { id: note, text: words }, now - 50 * MINUTE);
	const form = holdForm(db, who.id, { path: '/today/log', fields: [['note', held]] }, now - 40 * MINUTE) ?? '';
	const away = { from: dateIn(now, 21 + 3 * number), to: dateIn(now, 22 + 3 * number) };
	enterAbsence(db, who, { id: absence, personId: who.id, ...away, sure: null }, now - 30 * MINUTE);
	const appointment = planByChance(db, random, world, about, number, now - 20 * MINUTE);
	retireWorkType(db, system, workTypeId, now - MINUTE);
	retirePartner(db, system, partnerId, now - MINUTE);
	const own = [work, partner, words, held, over, session, checkIn, note, absence].map((text) => ({ secret: 'own' as const, text }));
	return {
		about,
		pages: { session, checkIn, appointment: appointment?.id ?? null, held: form },
		marks: [
			...own,
			{ secret: 'limits', text: hoursMark(overMinutes) },
			{ secret: 'hours', text: hoursMark(minutes) },
			// Of two days: one alone stands in forms about other things as well.
			{ secret: 'absence', text: datesWords(away.from, away.to, dateIn(now, 0)) },
			// By its id: its date stands in forms about other things as well, as the first or last day that can be chosen.
			...(appointment ? [{ secret: 'appointment' as const, text: appointment.id }] : [])
		]
	};
}

function viewer(db: Db, { id }: Known): Viewer {
	const found = findViewer(db, id);
	if (!found) throw new Error('nobody, or disabled');
	return found;
}

/** Whom a person can name: officers, and to see trends heads as well, of their own employer; as they are now. */
export function nameable({ people }: World, about: Known, kind: 'prompt' | 'trends'): Known[] {
	const fits = ({ roles }: Known) => roles.some(({ role }) => role === 'welfare' || (kind === 'trends' && role === 'head_of_welfare'));
	return people.filter((each) => each.id !== about.id && each.employer === about.employer && fits(each) && !about.excluded.has(each.id));
}

/** A choice of some of those who can be named, as a form sends it. */
export function someNames(random: Random, world: World, about: Known): { prompt: string[]; trends: string[] } {
	const some = (kind: 'prompt' | 'trends') =>
		nameable(world, about, kind).flatMap(({ id, disabled }) => (!disabled && random.chance(0.5) ? [id] : []));
	return { prompt: some('prompt'), trends: some('trends') };
}

function shareByChance(db: Db, random: Random, world: World, about: Known, now: number): void {
	const chosen = someNames(random, world, about);
	chooseSharing(db, viewer(db, about), chosen, now);
	noteNames(about, chosen);
	const near = supervisorsOf(world, about);
	const passedOver = random.chance(0.3) && near.length > 0 ? random.pick(near) : null;
	if (!passedOver) return;
	exclude(db, viewer(db, about), { personId: passedOver.id }, now + MINUTE);
	notePassedOver(about, passedOver.id);
}

/** What the test remembers of a saved choice. */
export function noteNames(about: Known, { prompt, trends }: { prompt: readonly string[]; trends: readonly string[] }): void {
	if (prompt.length === 0 && about.prompt.size > 0) about.promptBefore = about.prompt;
	about.prompt = new Set(prompt);
	about.trends = new Set(trends);
	for (const id of prompt) about.barred.delete(id);
}

/** What the test remembers of "not this person": whoever was named is not any more. */
export function notePassedOver(about: Known, id: string): void {
	about.excluded.add(id);
	about.barred.add(id);
	const without = (names: ReadonlySet<string>) => new Set([...names].filter((each) => each !== id));
	if (about.prompt.size > 0) {
		about.promptBefore = without(about.prompt);
		about.prompt = without(about.prompt);
	} else about.promptBefore = without(about.promptBefore);
	about.trends = without(about.trends);
}

/** Whom a person can pass over: leads, officers and peers of their team, officers of their employer, heads of welfare. */
export function supervisorsOf({ people }: World, about: Known): Known[] {
	const near = ({ employer, roles }: Known) =>
		roles.some(
			({ role, team }) => team === about.team || role === 'head_of_welfare' || (role === 'welfare' && employer === about.employer)
		);
	return people.filter((each) => each.id !== about.id && !each.disabled && near(each));
}

function askByChance(db: Db, random: Random, world: World, about: Known, now: number): void {
	const asked = supervisorsOf(world, about).filter(({ id }) => !about.excluded.has(id));
	const pairs = asked.flatMap(({ id, roles }) =>
		roles.flatMap(({ role }) => (role === 'head_of_welfare' ? [] : [{ toId: id, toKind: role }]))
	);
	if (pairs.length === 0 || random.chance(0.3)) return;
	try {
		askForContact(db, viewer(db, about), { id: random.uuid(), ...random.pick(pairs), when: 'soon' }, now);
	} catch (refused) {
		// A lead of another employer's officers, say: then nothing is asked.
		if (!(refused instanceof Refusal)) throw refused;
	}
}

function planByChance(db: Db, random: Random, world: World, about: Known, number: number, now: number): { id: string } | null {
	const officers = world.people.filter((each) => each.id !== about.id && mayKnow(world, each, about, 'appointment'));
	if (officers.length === 0) return null;
	const appointment = { id: random.uuid(), due: dateIn(now, 61 + 3 * number) };
	planAppointment(db, viewer(db, random.pick(officers)), { ...appointment, personId: about.id, kind: 'counselling' }, now);
	return appointment;
}

/** All alerts as they are stored. */
export function storedAlerts(db: Db): KnownAlert[] {
	return db
		.select()
		.from(alerts)
		.all()
		.map(({ id, personId, reason, level, toId, toKind, closedAt }) => ({
			id,
			personId,
			reason,
			level,
			toId,
			toKind,
			closed: closedAt !== null
		}));
}

/** Roles in force of somebody, for whoever ends one. */
export function rolesHeld(db: Db, { id }: Known): string[] {
	const held = and(eq(roles.personId, id), isNull(roles.endedAt), isNotNull(roles.confirmedAt));
	return db
		.select({ id: roles.id })
		.from(roles)
		.where(held)
		.all()
		.map((role) => role.id);
}
