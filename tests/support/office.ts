import { eq } from 'drizzle-orm';
import { askDisclosure } from '#lib/server/disclosures.ts';
import { planDeparture } from '#lib/server/departures.ts';
import { erasureRequests } from '#lib/server/db/schema/erasure.ts';
import { askForErasure } from '#lib/server/erasure-requests.ts';
import { placeHold } from '#lib/server/holds.ts';
import type { RouteId } from '$app/types';
import type { PackInstrument } from '#lib/domain/instruments/wording.ts';
import { clockInstant, isoWeekOfDay } from '#lib/domain/time.ts';
import { madeIn, newestList } from '#lib/domain/weekly-list.ts';
import { acknowledge, close, followUp, offer } from '#lib/server/alert-steps.ts';
import { enterAbsence } from '#lib/server/absences.ts';
import { invite } from '#lib/server/accounts.ts';
import { raiseAlarm } from '#lib/server/alarms.ts';
import { moveAppointment, planAppointment, settleAppointment, withdrawAppointment } from '#lib/server/appointments.ts';
import { holdForm } from '#lib/server/auth/held-forms.ts';
import { signIn } from '#lib/server/auth/session.ts';
import { makeFeed } from '#lib/server/calendar-links.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { workTypes } from '#lib/server/db/schema/organisation.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { instrumentPacks } from '#lib/server/db/schema/instruments.ts';
import { disputeConversation } from '#lib/server/disputes.ts';
import { amend, voidEntry } from '#lib/server/exposure-corrections.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { agreeFactor } from '#lib/server/factors.ts';
import { handOver } from '#lib/server/hand-overs.ts';
import { tickLine } from '#lib/server/list-steps.ts';
import { shownAs } from '#lib/server/list-ticks.ts';
import { noteReading } from '#lib/server/access-log.ts';
import { askAbout } from '#lib/server/access-questions.ts';
import { accessEntries, accessQuestions } from '#lib/server/db/schema/access.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { allOptionalFields } from '#lib/server/organisation.ts';
import { policyFor } from '#lib/server/policies.ts';
import { agreeToPlan, changePlan, proposePlan } from '#lib/server/plans.ts';
import { createPerson, disablePerson } from '#lib/server/people.ts';
import { writeWords } from '#lib/server/private-words.ts';
import { giveRole } from '#lib/server/roles.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import { answerOffer } from '#lib/server/support.ts';
import { startTimer } from '#lib/server/timers.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { requireLine } from '#lib/server/weekly-lists.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE } from './alerting.ts';
import { cast, type Cast, type FirstName } from './cast.ts';
import { deadMessage } from './dead-message.ts';
import { setFields } from './exposure.ts';
import { temporaryFolder } from './app.ts';
import { addReports, preparedQuarter, publishedQuarter } from './some-reports.ts';
import { addMadeUp } from './wording.ts';

/** Something to look at: which page, and who looks; `null` is somebody who is not signed in. */
export interface Screen {
	name: string;
	who: FirstName | null;
	path: string;
}

/** The cast in a data folder of its own, in the middle of everything: each page has something to show, and an empty state. */
export interface Office {
	dataDir: string;
	/** Cookie of each, signed in. */
	cookies: Record<FirstName, string>;
	/** By route, so that a test can tell which route has no screen. */
	screens: Partial<Record<RouteId, Screen[]>>;
}

const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };
const everybody = [
	'ada',
	'hale',
	'mara',
	'jonas',
	'edda',
	'rui',
	'ines',
	'tomas',
	'wen',
	'bea',
	'kit',
	'pia',
	'nell',
	'otto',
	'sol'
] as const;
const id = () => crypto.randomUUID();

/** Makes the office as it is now, through the verbs. */
export async function furnishOffice(): Promise<Office> {
	const dataDir = temporaryFolder();
	const now = Date.now();
	const { screens, cookies } = await inOffice(dataDir, async (db) => {
		const c = cast(db, now - 120 * DAY);
		// Wen, Otto and Pia have still to choose what they share.
		for (const who of everybody.filter((name) => !['wen', 'otto', 'pia'].includes(name))) {
			db.update(people).set({ sharingAskedAt: now }).where(eq(people.id, c[who].id)).run();
		}
		const screens = {
			...listScreens(db, c, now),
			...publicScreens(db, c, now),
			...adminScreens(db, c, now),
			...reportScreens(db, c, now),
			...ownScreens(db, c, now),
			...promptScreens(db, c, now),
			...careScreens(db, c, now),
			...deliveryScreens(db, c, now),
			...lookScreens(db, c, now)
		};
		const cookies = {} as Record<FirstName, string>;
		for (const who of everybody) cookies[who] = (await signIn(db, c[who].id, now, limits)).id;
		return { screens, cookies };
	});
	return { dataDir, cookies, screens };
}

/** Works on the office's database while no server is running. */
export async function inOffice<T>(dataDir: string, work: (db: Db) => T | Promise<T>): Promise<T> {
	const db = openDatabase(dataDir, '', 'drizzle');
	try {
		return await work(db);
	} finally {
		db.$client.close();
		db.keys.close();
	}
}

/** Who has looked at Ines's record, and what she asked about it; the parts of it that supervisors may open. */
function lookScreens(db: Db, c: Cast, now: number): Office['screens'] {
	const look = (who: Viewer, kind: 'hours' | 'weekly-list', purpose: 'review' | 'duty', at: number) => {
		noteReading(db, who, { kind, why: { purpose } }, [c.ines.id], at);
		return db.select().from(accessEntries).where(eq(accessEntries.viewerId, who.id)).all().at(-1)?.id ?? '';
	};
	const [answered, asked] = [look(c.hale, 'hours', 'review', now - 3 * DAY), look(c.edda, 'hours', 'review', now - 2 * DAY)];
	look(c.mara, 'weekly-list', 'duty', now - DAY);
	look(c.mara, 'weekly-list', 'duty', now - DAY + HOUR);
	for (const entryId of [answered, asked]) askAbout(db, c.ines, { entryId }, now - DAY);
	db.update(accessQuestions)
		.set({ answer: 'spoken', answeredAt: now - HOUR, answeredBy: c.hale.id })
		.where(eq(accessQuestions.entryId, answered))
		.run();
	const parts = ['', '?show=limits', '?show=hours', '?show=hours&why=review', '?show=agreed', '?show=trends'];
	agreed(db, c, now);
	return {
		'/(app)/people': seenBy('/people', 'hale', 'mara', 'otto'),
		'/(app)/people/[id]': [
			...parts.flatMap((part) => seenBy(`/people/${c.ines.id}${part}`, 'edda')),
			...['', '?show=limits'].flatMap((part) => seenBy(`/people/${c.wen.id}${part}`, 'mara', 'hale'))
		],
		'/(app)/privacy/looks': seenBy('/privacy/looks', 'ines', 'ada')
	};
}

/** Lower limits: Ines has some now and later, Sol later. */
function agreed(db: Db, { edda, otto, ines, sol }: Cast, now: number): void {
	const inDays = (days: number) => new Date(now + days * DAY).toISOString().slice(0, 10);
	const agree = (officer: Viewer, person: Viewer, percent: number, from: string, to: string) =>
		agreeFactor(db, officer, { id: crypto.randomUUID(), personId: person.id, percent, from, to }, now);
	agree(edda, ines, 75, inDays(20), inDays(33));
	agree(otto, sol, 50, inDays(20), inDays(33));
}

/** The same page as several see it. */
function seenBy(path: string, ...who: readonly FirstName[]): Screen[] {
	return who.map((first) => ({ name: `${path} as ${first}`, who: first, path }));
}

function publicScreens(db: Db, c: Cast, now: number): Office['screens'] {
	const account = {
		email: 'lia@example.org',
		employerId: c.ownEmployer,
		zone: 'Europe/London',
		dayStart: '00:00',
		startDate: '2026-11-02'
	};
	const newcomer = createPerson(db, system, { ...account, name: 'Lia Moss' }, now - DAY);
	const held = holdForm(db, c.tomas.id, { path: '/settings?/details', fields: [['name', 'Tomas Reed-Alder']] }, now) ?? '';
	return {
		'/(public)/sign-in': [
			{ name: 'signing in', who: null, path: '/sign-in' },
			{ name: 'signing in after the sign-in ended', who: null, path: '/sign-in?to=/today&ended=' },
			{ name: 'signing in with a form held', who: null, path: '/sign-in?held=x' }
		],
		'/(public)/sign-out': seenBy('/sign-out', 'tomas'),
		'/(public)/invitation/[token]': [
			{ name: 'joining', who: null, path: `/invitation/${invite(db, c.ada, newcomer, now)}` },
			{ name: 'a new password', who: null, path: `/invitation/${invite(db, c.ada, c.sol.id, now)}` }
		],
		'/(app)/held/[token]': seenBy(`/held/${held}`, 'tomas'),
		'/(app)/welcome/sharing': seenBy('/welcome/sharing', 'wen', 'tomas'),
		...policyScreens(c),
		'/(app)/guides': seenBy('/guides', 'mara', 'tomas'),
		'/(app)/guides/conversation': seenBy('/guides/conversation', 'mara'),
		'/(app)/guides/limits': seenBy('/guides/limits', 'ines', 'ada'),
		'/(app)/guides/worried': seenBy('/guides/worried', 'tomas'),
		'/(app)/papers': seenBy('/papers', 'hale', 'tomas'),
		'/(app)/papers/[paper]': [
			...['staff-notice', 'works-council', 'retention'].flatMap((paper) => seenBy(`/papers/${paper}`, 'tomas')),
			...['processing', 'assessment'].flatMap((paper) => seenBy(`/papers/${paper}`, 'hale'))
		]
	};
}

function policyScreens({ harbour, quay }: Cast): Office['screens'] {
	return {
		'/(app)/policy': seenBy('/policy', 'hale', 'tomas'),
		'/(app)/policy/[team]': [...seenBy(`/policy/${harbour}`, 'ines'), ...seenBy(`/policy/${quay}`, 'ada')],
		'/(app)/policy/change': seenBy('/policy/change', 'hale'),
		'/(app)/policy/[team]/change': seenBy(`/policy/${quay}/change`, 'ada'),
		'/(app)/policy/optional': seenBy('/policy/optional', 'hale'),
		'/(app)/policy/simulator': [...seenBy('/policy/simulator', 'ada'), ...seenBy(`/policy/simulator?team=${quay}`, 'hale')],
		'/(app)/policy/simulator/[run]': seenBy('/policy/simulator/ended', 'ada')
	};
}

function reportScreens(db: Db, { hale }: Cast, now: number): Office['screens'] {
	addReports(db, hale, now);
	return {
		'/(app)/reports': seenBy('/reports', 'hale', 'ines', 'ada'),
		'/(app)/reports/fewest': seenBy('/reports/fewest', 'hale'),
		'/(app)/reports/[quarter]': [...seenBy(`/reports/${publishedQuarter}`, 'ines'), ...seenBy(`/reports/${preparedQuarter}`, 'hale')]
	};
}

/** Bea's record is held, and Ada has asked for a copy of it; whoever is gone wants to be erased, and Pia leaves. */
function addRecords(db: Db, { ada, bea, pia }: Cast, gone: string, now: number): void {
	const inDays = (days: number) => new Date(now + days * DAY).toISOString().slice(0, 10);
	placeHold(db, ada, { id: id(), personId: bea.id, kind: 'claim', until: inDays(90) }, now - HOUR);
	askDisclosure(db, ada, { id: id(), personId: bea.id, reason: 'lawyer', answers: 'consent' }, now - HOUR);
	db.insert(erasureRequests)
		.values({ id: id(), personId: gone, askedAt: now - HOUR })
		.run();
	planDeparture(db, ada, { id: id(), personId: pia.id, from: inDays(60) }, now - HOUR);
}

function adminScreens(db: Db, c: Cast, now: number): Office['screens'] {
	addMadeUp(db, c.ada, 'who5', now - 70 * DAY);
	addMadeUp(db, c.ada, 'who5', now - 60 * DAY, { intro: 'Sample words, put right.', largestFirst: true });
	addMadeUp(db, c.ada, 'who5', now - 60 * DAY, { language: 'de', title: 'Erfundener Platzhalter' });
	addMadeUp(db, c.ada, 'proqol5', now - 60 * DAY);
	addOnCall(db, c.ada, { id: id(), teamId: c.harbour, personId: c.jonas.id }, now - DAY);
	addOnCall(db, c.ada, { id: id(), teamId: c.harbour, personId: c.edda.id }, now - DAY);
	const nellsCall = id();
	addOnCall(db, c.ada, { id: nellsCall, teamId: c.harbour, personId: c.nell.id }, now - DAY);
	handOver(db, c.nell, { id: id(), entryId: nellsCall, toId: c.jonas.id }, now - 20 * HOUR);
	// Of Breakwater itself: it stays until it is put away.
	raiseAlarm(db, 'clock', now - DAY);
	// Waits for Hale, because there is a head of welfare.
	giveRole(db, c.ada, { id: id(), personId: c.bea.id, role: 'lead', teamId: c.quay }, now - DAY);
	const account = {
		email: 'oda@example.org',
		employerId: c.ownEmployer,
		zone: 'Europe/London',
		dayStart: '00:00',
		startDate: '2024-11-02'
	};
	const gone = createPerson(db, system, { ...account, name: 'Oda Lark' }, now - DAY);
	disablePerson(db, c.ada, gone, now - HOUR);
	addRecords(db, c, gone, now);
	return {
		'/(app)/admin': seenBy('/admin', 'ada', 'hale'),
		'/(app)/admin/organisation': seenBy('/admin/organisation', 'ada'),
		'/(app)/admin/instruments': seenBy('/admin/instruments', 'ada'),
		'/(app)/admin/instruments/[instrument]': ['who5', 'phq4'].flatMap((each) => seenBy(`/admin/instruments/${each}`, 'ada')),
		'/(app)/admin/records': seenBy('/admin/records', 'ada'),
		'/(app)/admin/records/holds': seenBy('/admin/records/holds', 'ada', 'hale'),
		'/(app)/admin/records/disclosures': seenBy('/admin/records/disclosures', 'ada', 'hale'),
		'/(app)/admin/people': seenBy('/admin/people', 'ada'),
		'/(app)/admin/people/[id]': [...seenBy(`/admin/people/${c.bea.id}`, 'ada'), ...seenBy(`/admin/people/${gone}`, 'ada')],
		'/(app)/admin/teams/[id]': [...seenBy(`/admin/teams/${c.harbour}`, 'ada'), ...seenBy(`/admin/teams/${c.quay}`, 'ada')]
	};
}

/** Ines has used everything; Tomas has just begun. What is recorded about a person is recorded in its order. */
function ownScreens(db: Db, c: Cast, now: number): Office['screens'] {
	const work = { images: workType(db, 'Image and video assessment'), urls: workType(db, 'URL checks for police') };
	const session = (who: Viewer, start: number, minutes: number, recorded = now) =>
		logSession(
			db,
			who,
			{ id: id(), start, end: start + minutes * MINUTE, workTypeId: work.images, violent: 'no', material: ['image'] },
			recorded
		).id;
	chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [c.edda.id] }, now - 60 * DAY);
	askForErasure(db, c.sol, { id: id() }, now - DAY);
	const pulse = (who: Viewer, answers: number[], at: number) => recordCheckIn(db, who, { id: id(), instrument: 'pulse', answers }, at).id;
	const pack = (instrument: PackInstrument) =>
		db
			.select()
			.from(instrumentPacks)
			.all()
			.find((each) => each.instrument === instrument && each.retiredAt === null && each.language === 'en')?.id ?? '';
	const score = (who: Viewer, instrument: PackInstrument, answers: number[], at: number) =>
		recordCheckIn(db, who, { id: id(), instrument, packId: pack(instrument), answers }, at).id;
	score(c.ines, 'who5', [3, 3, 4, 3, 3], now - 40 * DAY);
	score(c.ines, 'who5', [3, 3, 3, 3, 3], now - 24 * DAY);
	pulse(c.ines, [1, 1, 0, 1], now - 21 * DAY);
	pulse(c.ines, [2, 3, 1, 1], now - 14 * DAY);
	for (const days of [9, 8, 7]) session(c.ines, now - days * DAY - 5 * HOUR, 200, now - days * DAY);
	const amended = session(c.ines, now - 2 * DAY - 3 * HOUR, 90, now - 2 * DAY);
	amend(
		db,
		c.ines,
		{ formId: id(), id: amended, version: 1, workTypeId: work.urls, start: now - 2 * DAY - 3 * HOUR, end: now - 2 * DAY - HOUR },
		now - DAY
	);
	const voided = session(c.ines, now - DAY - 3 * HOUR, 60, now - DAY);
	voidEntry(db, c.ines, { id: voided, version: 1, reason: 'twice' }, now - DAY + HOUR);
	const total = logDayTotal(
		db,
		c.ines,
		{ id: id(), date: new Date(now - 3 * DAY).toISOString().slice(0, 10), minutes: 200, workTypeId: work.urls },
		now - DAY + HOUR
	).id;
	const scores = score(c.ines, 'who5', [1, 2, 1, 1, 1], now - 8 * HOUR);
	const scales = score(c.bea, 'proqol5', Array<number>(30).fill(3), now - 8 * HOUR);
	const shared = pulse(c.ines, [4, 4, 2, 1], now - HOUR * 7);
	const kept = pulse(c.bea, [4, 4, 3, 3], now - HOUR * 7);
	session(c.ines, now - 5 * HOUR, 100, now - 3 * HOUR);
	const running = startTimer(db, c.ines, { id: id(), workTypeId: work.images }, now - 100 * MINUTE).id;
	startTimer(db, c.bea, { id: id(), workTypeId: work.urls }, now - 200 * MINUTE);
	for (const who of [c.ines, c.bea]) catchUp(db, who.id, now);
	setFields(db, [...allOptionalFields]);
	writeWords(db, c.ines, { id: id(), text: 'A long day.\nThe walk with Rui helped.' }, now - 80 * DAY);
	writeWords(db, c.ines, { id: id(), text: 'Tomorrow is off.' }, now - DAY);
	return {
		'/(app)/today': seenBy('/today', 'ines', 'bea', 'tomas'),
		'/(app)/today/log': seenBy('/today/log', 'ines'),
		'/(app)/history': seenBy('/history', 'ines', 'tomas'),
		'/(app)/sessions/[id]': [amended, voided, total, running].flatMap((entry) => seenBy(`/sessions/${entry}`, 'ines')),
		'/(app)/check-in': seenBy('/check-in', 'ines', 'tomas'),
		'/(app)/check-in/[id]': [
			...[shared, scores].flatMap((checkIn) => seenBy(`/check-in/${checkIn}`, 'ines')),
			...[kept, scales].flatMap((checkIn) => seenBy(`/check-in/${checkIn}`, 'bea'))
		],
		'/(app)/check-in/questionnaires/[instrument]': [
			...seenBy('/check-in/questionnaires/who5', 'ines', 'tomas'),
			...seenBy('/check-in/questionnaires/proqol5', 'tomas')
		],
		'/(app)/support': seenBy('/support', 'ines', 'bea', 'tomas', 'ada', 'pia', 'jonas'),
		'/(app)/support/contact': seenBy('/support/contact', 'ines', 'sol', 'kit', 'ada'),
		'/(app)/words': seenBy('/words', 'ines', 'mara'),
		'/(app)/privacy': seenBy('/privacy', 'ines', 'ada', 'mara', 'bea'),
		'/(app)/privacy/kept': seenBy('/privacy/kept', 'ines', 'ada'),
		'/(app)/privacy/my-data': seenBy('/privacy/my-data', 'ines'),
		'/(app)/privacy/record': [...seenBy('/privacy/record', 'ines', 'ada'), ...seenBy('/privacy/record?from=2026-13-01', 'ines')],
		'/(app)/privacy/erasure': seenBy('/privacy/erasure', 'ines', 'sol'),
		'/(app)/settings': seenBy('/settings', 'tomas', 'edda', 'ada')
	};
}

function workType(db: Db, name: string): string {
	return db.select().from(workTypes).where(eq(workTypes.name, name)).get()?.id ?? '';
}

/** On the newest list of Harbour Wen waits for a tick, and Kit has one; Quay's has no lines. First of all, because it is long ago. */
function listScreens(db: Db, c: Cast, now: number): Office['screens'] {
	const monday = newestList((each) => madeIn(policyFor(db, c.harbour).policy.calendar, each), now);
	const at = (clock: number) => clockInstant('Europe/London', monday - 3, clock);
	const workTypeId = workType(db, 'URL checks for police');
	for (const who of [c.wen, c.kit]) logSession(db, who, { id: id(), start: at(480), end: at(810), workTypeId }, at(840));
	const line = { teamId: c.harbour, week: isoWeekOfDay(monday), personId: c.kit.id };
	tickLine(db, c.jonas, { id: id(), ...line, changes: ['rota', 'break-cover'], shown: shownAs(requireLine(db, c.jonas, line, now)) }, now);
	return { '/(app)/prompts/weekly-list': seenBy('/prompts/weekly-list', 'mara', 'nell') };
}

/** A prompt in each state for Mara; one for Edda, for Rui, and one that came as far as Hale. */
function promptScreens(db: Db, c: Cast, now: number): Office['screens'] {
	const about = (who: Viewer) => ({ id: id(), alertId: alertOf(db, who).id });
	const at = (step: number) => now - 6 * HOUR + step * MINUTE;
	for (const who of [c.wen, c.kit, c.pia, c.jonas]) askFor(db, who, c.mara, 'lead', at(0));
	acknowledge(db, c.mara, about(c.wen), at(1));
	for (const who of [c.kit, c.pia, c.jonas]) offer(db, c.mara, { ...about(who), items: ['talk', 'rota'], manner: null }, at(2));
	for (const who of [c.pia, c.jonas]) answerOffer(db, who, { ...about(who), answer: 'accepted' }, at(3));
	followUp(db, c.mara, about(c.jonas), at(4));
	askFor(db, c.edda, c.mara, 'lead', at(0));
	for (const step of [acknowledge, followUp, close]) {
		if (step === followUp) offer(db, c.mara, { ...about(c.edda), items: ['talk'], manner: null }, at(5));
		if (step === followUp) answerOffer(db, c.edda, { ...about(c.edda), answer: 'accepted' }, at(6));
		step(db, c.mara, about(c.edda), at(7));
	}
	askFor(db, c.rui, c.jonas, 'lead', at(0));
	const plans = agreeOnPlans(db, c, at(5));
	askFor(db, c.bea, c.rui, 'peer', now - MINUTE, 'soon');
	askFor(db, c.ines, c.mara, 'lead', now - MINUTE, 'today');
	askFor(db, c.sol, c.nell, 'lead', now - 20 * DAY);
	exceed(db, c.kit, now - MINUTE);
	for (const who of [c.sol, c.kit]) catchUp(db, who.id, now);
	const open = (who: Viewer, reader: FirstName) => seenBy(`/prompts/${alertOf(db, who).id}`, reader);
	return {
		'/(app)/prompts': seenBy('/prompts', 'mara', 'edda', 'rui', 'hale', 'otto'),
		'/(app)/prompts/[id]': [
			...[c.ines, c.wen, c.kit, c.pia, c.jonas, c.edda].flatMap((who) => open(who, 'mara')),
			...open(c.bea, 'rui'),
			...open(c.sol, 'hale')
		],
		'/(app)/plans/[id]': plans.flatMap((plan) => seenBy(`/plans/${plan}`, 'pia', 'mara'))
	};
}

/** Pia has a plan in force and another proposed; a talk with Jonas is noted, and one with Pia, who says that it didn't happen. */
function agreeOnPlans(db: Db, c: Cast, at: number): string[] {
	const none = { from: null, until: null };
	const day = (days: number) => new Date(at + days * DAY).toISOString().slice(0, 10);
	const dates = {
		...{ rota: { from: day(0), until: day(14) }, 'non-exposure': none },
		...{ counselling: { from: day(3), until: null }, 'time-off-screen': none }
	};
	const items = ['rota', 'counselling'] as const;
	const [first, second] = [id(), id()];
	proposePlan(db, c.mara, { id: first, alertId: alertOf(db, c.pia).id, items, dates }, at);
	agreeToPlan(db, c.pia, { planId: first }, at + MINUTE);
	changePlan(db, c.mara, { id: second, planId: first, items: ['rota'], dates }, at + 2 * MINUTE);
	for (const who of [c.jonas, c.pia]) {
		const [talk, alertId] = [id(), alertOf(db, who).id];
		recordConversation(db, c.mara, { id: talk, alertId, served: [alertId], items: ['talk'], on: null }, at + MINUTE);
		if (who === c.pia) disputeConversation(db, who, { conversationId: talk }, at + 2 * MINUTE);
	}
	makeFeed(db, c.edda, at);
	return [first, second];
}

/** Two messages that were given up. */
function deliveryScreens(db: Db, c: Cast, now: number): Office['screens'] {
	const alertId = alertOf(db, c.kit).id;
	for (const [n, recipient] of [c.jonas, c.hale].entries()) deadMessage(db, { alertId, recipientId: recipient.id }, now - (n + 2) * HOUR);
	return { '/(app)/admin/deliveries': seenBy('/admin/deliveries', 'ada'), '/(app)/admin/audit': seenBy('/admin/audit', 'ada') };
}

/** Leave that is to come, entered by oneself and by a lead; appointments in every state. */
function careScreens(db: Db, c: Cast, now: number): Office['screens'] {
	const inDays = (days: number) => new Date(now + days * DAY).toISOString().slice(0, 10);
	const leave = (who: Viewer, by: Viewer, from: number, to: number) =>
		enterAbsence(db, by, { id: id(), personId: who.id, from: inDays(from), to: inDays(to), sure: null }, now);
	leave(c.ines, c.ines, 20, 24);
	leave(c.ines, c.ines, -40, -36);
	leave(c.rui, c.mara, 10, 11);
	leave(c.mara, c.mara, 30, 40);
	const plan = (who: Viewer, due: number, kind: 'counselling' | 'assessment' = 'counselling') => {
		const planned = { id: id(), personId: who.id, kind, due: inDays(due) };
		planAppointment(db, c.edda, planned, now);
		return planned.id;
	};
	const settled = plan(c.ines, -20);
	settleAppointment(db, c.edda, { id: settled, outcome: 'attended' }, now);
	settleAppointment(db, c.ines, { id: plan(c.ines, -18), outcome: 'declined' }, now);
	withdrawAppointment(db, c.edda, plan(c.ines, 3), now);
	const [overdue, moved] = [plan(c.ines, -3), id()];
	plan(c.ines, 60, 'assessment');
	moveAppointment(db, c.edda, { formId: moved, id: plan(c.rui, 2), due: inDays(9) }, now);
	return {
		'/(app)/absences': seenBy('/absences', 'ines', 'rui', 'mara', 'ada'),
		'/(app)/absences/team': seenBy('/absences/team', 'mara', 'nell'),
		'/(app)/appointments': seenBy('/appointments', 'edda', 'pia'),
		'/(app)/appointments/plan': [
			...seenBy('/appointments/plan', 'edda'),
			...seenBy(`/appointments/plan?person=${c.ines.id}&kind=assessment`, 'edda')
		],
		'/(app)/appointments/[id]': [overdue, moved, settled].flatMap((each) => seenBy(`/appointments/${each}`, 'edda'))
	};
}
