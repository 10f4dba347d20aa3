import type { Role } from '../viewer.ts';

/** Everybody here is made up. example.org belongs to nobody (RFC 2606). */

export const organisationName = 'Seawall Hotline (sample)';
export const zone = 'Europe/London';
/** The employer that seconds one of the moderators, with two welfare officers of its own. */
export const otherEmployer = 'Tern & Vale Ltd';
export const partnerNames = [
	'Northshire Police',
	'Westmark Police',
	'Eastholm Constabulary',
	'Harbour Host Ltd',
	'Clearline Networks',
	'Sister hotline abroad'
] as const;
export const password = 'slate harbour lantern 27';

export const teamNames = { harbour: 'Harbour', quay: 'Quay', lantern: 'Lantern' } as const;
export type TeamKey = keyof typeof teamNames;

/** How somebody works; minutes of clock time are counted from midnight. */
export interface Habit {
	/** Exposure on an ordinary day, in minutes. */
	minutes: number;
	/** When the day begins. */
	start: number;
	/** Share of sessions with the timer; the others are logged by hand. */
	timer: number;
	/** Share of breaks missed. */
	misses: number;
	/** Share of days logged the next morning only. */
	late: number;
	/** A week so many weeks ago in which too much was asked of them. */
	heavyWeek?: number;
	work: readonly string[];
}

export interface Part {
	name: string;
	team: TeamKey;
	/** Roles in the home team, or of the whole organisation. */
	roles: readonly Role[];
	/** Roles in other teams. */
	elsewhere?: readonly (readonly [Role, TeamKey])[];
	secondedBy?: true;
	night?: true;
	/** Days ago that they joined; the others were there from the first day. */
	joinedDaysAgo?: number;
	/** Share of prompts that wait until they are passed on. */
	slow?: number;
	habit?: Habit;
}

const images = ['Image and video assessment', 'Image and video assessment', 'URL checks for police', 'Image-hash list work'];
const urls = ['URL checks for police', 'URL checks for police', 'Hosting trace and takedown', 'Image and video assessment'];
const reports = ['Report triage', 'Report triage', 'Image and video assessment', 'Safeguarding referral'];
const identify = ['Victim identification', 'Image and video assessment', 'Offender identification and data analysis'];
const quality = ['Quality assurance', 'Report triage', 'Image-hash list work'];

function habit(minutes: number, start: string, timer: number, work: readonly string[], more: Partial<Habit> = {}): Habit {
	const [hour = 9, minute = 0] = start.split(':').map(Number);
	return { minutes, start: hour * 60 + minute, timer, misses: 0.08, late: 0.04, work, ...more };
}

export const parts = {
	ada: { name: 'Ada Finch', team: 'quay', roles: ['admin'] },
	mara: { name: 'Mara Voss', team: 'harbour', roles: ['lead'], slow: 0.08 },
	jonas: {
		name: 'Jonas Pike',
		team: 'harbour',
		roles: ['lead'],
		elsewhere: [
			['lead', 'quay'],
			['lead', 'lantern']
		],
		slow: 0.1
	},
	edda: { name: 'Edda Quill', team: 'harbour', roles: ['welfare'], elsewhere: [['welfare', 'lantern']], slow: 0.08 },
	rui: { name: 'Rui Tamm', team: 'harbour', roles: ['peer', 'moderator'], slow: 0.1, habit: habit(225, '09:00', 0.6, reports) },
	ines: { name: 'Ines Calder', team: 'harbour', roles: ['moderator'], habit: habit(235, '08:55', 0.8, images) },
	tomas: { name: 'Tomas Reed', team: 'harbour', roles: ['moderator'], habit: habit(250, '08:30', 0.3, urls) },
	wen: { name: 'Wen Alder', team: 'harbour', roles: ['moderator'], habit: habit(240, '09:20', 0.5, identify, { heavyWeek: 7 }) },
	bea: { name: 'Bea Lund', team: 'harbour', roles: ['moderator'], habit: habit(230, '09:05', 0.7, images, { misses: 0.14 }) },
	noor: { name: 'Noor Haske', team: 'harbour', roles: ['moderator'], habit: habit(245, '08:45', 0.4, urls, { late: 0.1 }) },
	ivo: { name: 'Ivo Marlin', team: 'harbour', roles: ['moderator'], habit: habit(215, '09:30', 0.9, reports) },
	tess: { name: 'Tess Okuna', team: 'harbour', roles: ['moderator'], habit: habit(190, '09:15', 0.2, quality) },
	pell: { name: 'Pell Rowan', team: 'harbour', roles: ['moderator'], habit: habit(245, '08:50', 0.5, images) },
	odd: { name: 'Odd Berry', team: 'harbour', roles: ['moderator'], joinedDaysAgo: 24, habit: habit(110, '09:30', 0.9, reports) },
	nell: { name: 'Nell Oram', team: 'quay', roles: ['lead'], elsewhere: [['lead', 'harbour']], slow: 0.3 },
	sander: { name: 'Sander Vim', team: 'quay', roles: ['lead', 'moderator'], slow: 0.12, habit: habit(150, '09:10', 0.5, quality) },
	otto: { name: 'Otto Lind', team: 'quay', roles: ['welfare'], slow: 0.2 },
	pia: { name: 'Pia Dorn', team: 'quay', roles: ['welfare'], secondedBy: true, slow: 0.1 },
	marit: { name: 'Marit Oake', team: 'quay', roles: ['welfare'], secondedBy: true },
	kit: { name: 'Kit Ferro', team: 'quay', roles: ['moderator'], secondedBy: true, habit: habit(240, '09:00', 0.6, identify) },
	sol: { name: 'Sol Marsh', team: 'quay', roles: ['moderator'], habit: habit(245, '08:40', 0.5, images) },
	lio: { name: 'Lio Marr', team: 'quay', roles: ['peer', 'moderator'], habit: habit(220, '09:25', 0.4, reports) },
	juno: { name: 'Juno Fell', team: 'quay', roles: ['moderator'], habit: habit(255, '08:50', 0.6, images, { heavyWeek: 5 }) },
	bram: { name: 'Bram Tully', team: 'quay', roles: ['moderator'], habit: habit(235, '09:00', 0.3, urls, { late: 0.12 }) },
	cleo: { name: 'Cleo Wick', team: 'quay', roles: ['moderator'], habit: habit(240, '09:35', 0.5, identify, { heavyWeek: 9 }) },
	yara: { name: 'Yara Stent', team: 'lantern', roles: ['lead'], slow: 0.1 },
	milo: { name: 'Milo Ansty', team: 'lantern', roles: ['moderator'], night: true, habit: habit(225, '22:05', 0.6, reports) },
	faye: { name: 'Faye Orrin', team: 'lantern', roles: ['moderator'], habit: habit(220, '12:30', 0.5, reports) },
	gus: { name: 'Gus Tolley', team: 'lantern', roles: ['peer', 'moderator'], habit: habit(205, '12:10', 0.4, quality) },
	hale: { name: 'Hale Brandt', team: 'harbour', roles: ['head_of_welfare'], slow: 0.05 }
} as const satisfies Record<string, Part>;

export type Key = keyof typeof parts;
export const keys = Object.keys(parts) as Key[];
export const partOf: Record<Key, Part> = parts;

/** On call for contact "today", in order; Lantern has nobody and offers no "today". */
export const callList: readonly (readonly [Key, TeamKey])[] = [
	['mara', 'harbour'],
	['jonas', 'harbour'],
	['edda', 'harbour'],
	['otto', 'harbour'],
	['rui', 'harbour'],
	['nell', 'quay'],
	['sander', 'quay'],
	['otto', 'quay'],
	['edda', 'quay'],
	['lio', 'quay']
];

export interface SignIn {
	email: string;
	password: string;
	as: string;
}

export const emailOf = (key: Key) => `${key}@example.org`;

const suggested: readonly (readonly [Key, string])[] = [
	['ines', 'moderator: an offer waits for an answer, a check-in is due'],
	['mara', 'lead of Harbour: prompts, promises, what is due'],
	['jonas', 'deputy lead of Harbour, and second lead of Lantern'],
	['sander', 'deputy lead of Quay, who also moderates'],
	['edda', 'welfare officer of Harbour and Lantern'],
	['rui', 'peer supporter, who also moderates'],
	['hale', 'head of welfare: what was passed on, and a role to confirm'],
	['ada', 'administrator: people, teams, roles'],
	['milo', 'night worker: a day begins at 12:00'],
	['kit', 'secondee: wellbeing goes to welfare officers of another employer']
];

/** Whom to sign in as, and what there is to see. */
export function sampleSignIns(): SignIn[] {
	return suggested.map(([key, as]) => ({ email: emailOf(key), password, as: `${parts[key].name}, ${as}` }));
}
