import { eq } from 'drizzle-orm';
import type { RouteId } from '$app/types';
import { acknowledge, close, followUp, offer } from '#lib/server/alert-steps.ts';
import { invite } from '#lib/server/accounts.ts';
import { holdForm } from '#lib/server/auth/held-forms.ts';
import { signIn } from '#lib/server/auth/session.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { workTypes } from '#lib/server/db/schema/organisation.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { amend, voidEntry } from '#lib/server/exposure-corrections.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { createPerson, disablePerson } from '#lib/server/people.ts';
import { giveRole } from '#lib/server/roles.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import { answerOffer } from '#lib/server/support.ts';
import { startTimer } from '#lib/server/timers.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE } from './alerting.ts';
import { cast, type Cast, type FirstName } from './cast.ts';
import { temporaryFolder } from './app.ts';

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
		const screens = { ...publicScreens(db, c, now), ...adminScreens(db, c, now), ...ownScreens(db, c, now), ...promptScreens(db, c, now) };
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
		'/(app)/guides': seenBy('/guides', 'mara', 'tomas'),
		'/(app)/guides/conversation': seenBy('/guides/conversation', 'mara'),
		'/(app)/guides/limits': seenBy('/guides/limits', 'ines', 'ada'),
		'/(app)/guides/worried': seenBy('/guides/worried', 'tomas')
	};
}

function adminScreens(db: Db, c: Cast, now: number): Office['screens'] {
	addOnCall(db, c.ada, { id: id(), teamId: c.harbour, personId: c.jonas.id }, now - DAY);
	addOnCall(db, c.ada, { id: id(), teamId: c.harbour, personId: c.edda.id }, now - DAY);
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
	return {
		'/(app)/admin': seenBy('/admin', 'ada', 'hale'),
		'/(app)/admin/organisation': seenBy('/admin/organisation', 'ada'),
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
	chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, now - 60 * DAY);
	const pulse = (who: Viewer, answers: number[], at: number) => recordCheckIn(db, who, { id: id(), instrument: 'pulse', answers }, at).id;
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
	const shared = pulse(c.ines, [4, 4, 2, 1], now - HOUR * 7);
	const kept = pulse(c.bea, [4, 4, 3, 3], now - HOUR * 7);
	session(c.ines, now - 5 * HOUR, 100, now - 3 * HOUR);
	const running = startTimer(db, c.ines, { id: id(), workTypeId: work.images }, now - 100 * MINUTE).id;
	startTimer(db, c.bea, { id: id(), workTypeId: work.urls }, now - 200 * MINUTE);
	for (const who of [c.ines, c.bea]) catchUp(db, who.id, now);
	return {
		'/(app)/today': seenBy('/today', 'ines', 'bea', 'tomas'),
		'/(app)/today/log': seenBy('/today/log', 'ines'),
		'/(app)/history': seenBy('/history', 'ines', 'tomas'),
		'/(app)/sessions/[id]': [amended, voided, total, running].flatMap((entry) => seenBy(`/sessions/${entry}`, 'ines')),
		'/(app)/check-in': seenBy('/check-in', 'ines', 'tomas'),
		'/(app)/check-in/[id]': [...seenBy(`/check-in/${shared}`, 'ines'), ...seenBy(`/check-in/${kept}`, 'bea')],
		'/(app)/support': seenBy('/support', 'ines', 'bea', 'tomas', 'ada'),
		'/(app)/support/contact': seenBy('/support/contact', 'ines', 'sol', 'kit', 'ada'),
		'/(app)/privacy': seenBy('/privacy', 'ines', 'ada', 'mara'),
		'/(app)/settings': seenBy('/settings', 'tomas', 'ada')
	};
}

function workType(db: Db, name: string): string {
	return db.select().from(workTypes).where(eq(workTypes.name, name)).get()?.id ?? '';
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
		]
	};
}
