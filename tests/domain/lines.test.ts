import { describe, expect, it } from 'vitest';
import { kindOf, recipientsAt, standsInLine, type Routed, type Standing, type Supervisors } from '#lib/domain/lines.ts';

/** Ines, a moderator of the Harbour team: Mara leads it, Jonas and Nils are deputies. */
const ines: Supervisors = {
	person: 'Ines',
	leads: ['Mara', 'Jonas', 'Nils'],
	officers: ['Edda', 'Olga', 'Pia'],
	homeOfficers: ['Edda'],
	named: [],
	shared: [],
	barred: [],
	peers: ['Rui', 'Kim'],
	heads: ['Hale'],
	hostHeads: ['Hale'],
	onCall: { lead: ['Jonas', 'Duty'], welfare: ['Olga'], peer: [] }
};
/** A secondee in the same team: another employer with officers and a head of its own. */
const secondee: Supervisors = { ...ines, person: 'Sol', officers: ['Xenia', 'Yara'], homeOfficers: [], heads: ['Zoe'] };

const everybody: Standing = { excluded: new Set(), gone: new Set(), away: new Map() };
const away = (...pairs: [string, string | null][]): Standing => ({ ...everybody, away: new Map(pairs) });
const gone = (...ids: string[]): Standing => ({ ...everybody, gone: new Set(ids) });
const excluded = (...ids: string[]): Standing => ({ ...everybody, excluded: new Set(ids) });

const plain = { toId: null, toKind: null, today: false } as const;
const exposure = (level: number): Routed => ({ reason: 'exposure', level, ...plain });
const routine = (level: number): Routed => ({ reason: 'routine', level, ...plain });
const concern = (level: number): Routed => ({ reason: 'concern', level, ...plain });
const session = (level: number): Routed => ({ reason: 'session', level, ...plain });
const contact = (level: number, toId: string, toKind: Routed['toKind'], today = false): Routed => ({
	reason: 'contact',
	level,
	toId,
	toKind,
	today
});

type Row = [situation: string, alert: Routed, supervisors: Supervisors, standing: Standing, sees: string];

/** Who sees it: the steps of the line separated by " → ". */
function sees(alert: Routed, supervisors: Supervisors, standing: Standing): string {
	const steps: string[][] = [];
	for (const { id, step } of recipientsAt(alert, supervisors, standing)) (steps[step] ??= []).push(id);
	return steps.map((ids) => ids.join(' ')).join(' → ');
}

const situations: Row[] = [
	// The lead line
	['exposure: the first lead', exposure(0), ines, everybody, 'Mara'],
	['exposure escalated: also the deputies', exposure(1), ines, everybody, 'Mara → Jonas Nils'],
	['routine: the first lead', routine(0), ines, everybody, 'Mara'],
	['routine escalated: also the deputies, never the head', routine(2), ines, everybody, 'Mara → Jonas Nils'],
	['contact to the first lead', contact(0, 'Mara', 'lead'), ines, everybody, 'Mara'],
	['contact to a deputy: the one chosen first', contact(0, 'Jonas', 'lead'), ines, everybody, 'Jonas'],
	['contact to a deputy escalated: the other leads, in order', contact(1, 'Jonas', 'lead'), ines, everybody, 'Jonas → Mara Nils'],
	['contact to a lead at level 2: the head of welfare', contact(2, 'Mara', 'lead'), ines, everybody, 'Mara → Jonas Nils → Hale'],
	['a lead asks for contact themself with the first lead', contact(0, 'Jonas', 'lead'), { ...ines, person: 'Mara' }, everybody, 'Jonas'],
	['exposure of the first lead: the deputies at once', exposure(0), { ...ines, person: 'Mara' }, everybody, 'Jonas Nils'],
	['exposure of the first lead, escalated: still the deputies', exposure(1), { ...ines, person: 'Mara' }, everybody, 'Jonas Nils'],
	['exposure of a deputy: the first lead', exposure(1), { ...ines, person: 'Jonas' }, everybody, 'Mara → Nils'],
	// The wellbeing line
	['concern: the officer named', concern(0), { ...ines, named: ['Olga'] }, everybody, 'Olga'],
	['concern: two officers named', concern(0), { ...ines, named: ['Olga', 'Pia'] }, everybody, 'Olga Pia'],
	['concern shared for once: that officer', concern(0), { ...ines, shared: ['Pia'] }, everybody, 'Pia'],
	[
		'concern shared for once where another is named: both',
		concern(0),
		{ ...ines, shared: ['Pia'], named: ['Olga'] },
		everybody,
		'Pia Olga'
	],
	['concern shared with two, one after the other: both', concern(0), { ...ines, shared: ['Pia', 'Edda'] }, everybody, 'Pia Edda'],
	['concern: who has to be chosen again is left out', concern(1), { ...ines, named: ['Olga'], barred: ['Edda'] }, everybody, 'Olga → Pia'],
	['… also where nobody is named any more', concern(0), { ...ines, barred: ['Edda'] }, everybody, 'Olga Pia'],
	['… but not left out of anything else', session(0), { ...ines, barred: ['Edda'] }, everybody, 'Edda'],
	['concern escalated: other officers of the employer', concern(1), { ...ines, named: ['Olga'] }, everybody, 'Olga → Edda Pia'],
	['concern at level 2: the head of welfare', concern(2), { ...ines, named: ['Olga'] }, everybody, 'Olga → Edda Pia → Hale'],
	['an officer named who is one no more is passed over', concern(0), { ...ines, named: ['Otto'] }, everybody, 'Edda Olga Pia'],
	['session: the officer named', session(0), { ...ines, named: ['Pia'] }, everybody, 'Pia'],
	['session with nobody named: the home team’s', session(0), ines, everybody, 'Edda'],
	['session escalated twice', session(2), ines, everybody, 'Edda → Olga Pia → Hale'],
	[
		'contact to an officer: the one chosen, whoever is named',
		contact(0, 'Olga', 'welfare'),
		{ ...ines, named: ['Edda'] },
		everybody,
		'Olga'
	],
	['contact to an officer never reaches a lead', contact(2, 'Olga', 'welfare'), ines, everybody, 'Olga → Edda Pia → Hale'],
	['an officer’s own session: other officers', session(0), { ...ines, person: 'Edda' }, everybody, 'Olga Pia'],
	// The peer line
	['contact to a peer', contact(0, 'Rui', 'peer'), ines, everybody, 'Rui'],
	['contact to a peer escalated: other peers of the team', contact(1, 'Rui', 'peer'), ines, everybody, 'Rui → Kim'],
	['contact to a peer at level 2: never wider', contact(2, 'Rui', 'peer'), ines, everybody, 'Rui → Kim'],
	['the only peer away: the chain is broken', contact(0, 'Rui', 'peer'), { ...ines, peers: ['Rui'] }, away(['Rui', null]), ''],
	// Secondees
	['a secondee’s exposure: the host team’s lead', exposure(0), secondee, everybody, 'Mara'],
	['a secondee’s session: officers of the own employer', session(1), secondee, everybody, 'Xenia Yara → Zoe'],
	[
		'a secondee’s concern at level 2: the own employer’s head',
		concern(2),
		{ ...secondee, named: ['Yara'] },
		everybody,
		'Yara → Xenia → Zoe'
	],
	[
		'a secondee’s contact to a lead at level 2: the host’s head',
		contact(2, 'Mara', 'lead'),
		secondee,
		everybody,
		'Mara → Jonas Nils → Hale'
	],
	['a secondee who named an officer of the host: passed over', concern(0), { ...secondee, named: ['Edda'] }, everybody, 'Xenia Yara'],
	// Today
	['contact today: the one chosen', contact(0, 'Mara', 'lead', true), ines, everybody, 'Mara'],
	['contact today escalated: also leads on call', contact(1, 'Mara', 'lead', true), ines, everybody, 'Mara → Jonas Nils Duty'],
	['contact today at level 2: as the line', contact(2, 'Mara', 'lead', true), ines, everybody, 'Mara → Jonas Nils Duty → Hale'],
	['contact today to an officer: no lead on call', contact(1, 'Edda', 'welfare', true), ines, everybody, 'Edda → Olga Pia'],
	['contact today to a peer: nobody of another kind on call', contact(2, 'Rui', 'peer', true), ines, everybody, 'Rui → Kim'],
	['contact when it suits: nobody on call', contact(1, 'Mara', 'lead'), ines, everybody, 'Mara → Jonas Nils'],
	// Passing over
	['the first lead away: the deputies at level 0', exposure(0), ines, away(['Mara', null]), 'Jonas Nils'],
	['the first lead away with Nils as deputy: Nils', exposure(0), ines, away(['Mara', 'Nils']), 'Nils'],
	['… and escalated: the remaining one', exposure(1), ines, away(['Mara', 'Nils']), 'Nils → Jonas'],
	['a deputy who is away too, with a deputy: that one', exposure(0), ines, away(['Mara', 'Nils'], ['Nils', 'Jonas']), 'Jonas'],
	['two who name each other: nobody of them', exposure(0), ines, away(['Mara', 'Nils'], ['Nils', 'Mara']), 'Jonas'],
	['a deputy of another kind does not stand in', exposure(0), ines, away(['Mara', 'Edda']), 'Jonas Nils'],
	['an officer away with an officer as deputy', concern(0), { ...ines, named: ['Olga'] }, away(['Olga', 'Pia']), 'Pia'],
	['the deputy is the person concerned: passed over', exposure(0), { ...ines, person: 'Jonas' }, away(['Mara', 'Jonas']), 'Nils'],
	['the deputy is excluded: passed over', exposure(0), ines, { ...away(['Mara', 'Jonas']), excluded: new Set(['Jonas']) }, 'Nils'],
	['an excluded lead away names nobody', exposure(0), ines, { ...away(['Mara', 'Nils']), excluded: new Set(['Mara']) }, 'Jonas Nils'],
	['the first lead disabled', exposure(0), ines, gone('Mara'), 'Jonas Nils'],
	['the first lead excluded by the person', exposure(0), ines, excluded('Mara'), 'Jonas Nils'],
	['passing over does not change the level', exposure(1), ines, excluded('Mara'), 'Jonas Nils'],
	['a deputy excluded is left out at level 1', exposure(1), ines, excluded('Jonas'), 'Mara → Nils'],
	['contact: the one chosen disabled since, level 1 reaches the head', contact(1, 'Mara', 'lead'), ines, gone('Mara'), 'Jonas Nils → Hale'],
	['all leads away: an exposure has nobody left', exposure(1), ines, away(['Mara', null], ['Jonas', null], ['Nils', null]), ''],
	['all leads away: a contact goes to the head', contact(0, 'Mara', 'lead'), ines, gone('Mara', 'Jonas', 'Nils'), 'Hale'],
	['the head excluded as well: the chain is broken', contact(2, 'Mara', 'lead'), ines, gone('Mara', 'Jonas', 'Nils', 'Hale'), ''],
	['nobody in the team at all', exposure(0), { ...ines, leads: [] }, everybody, '']
];

describe('who sees an alert', () => {
	it.each(situations)('%s', (_, alert, supervisors, standing, expected) => {
		expect(sees(alert, supervisors, standing)).toBe(expected);
	});

	it('nobody stands at two places', () => {
		for (const [situation, alert, supervisors, standing] of situations) {
			const ids = recipientsAt(alert, supervisors, standing).map(({ id }) => id);
			expect(new Set(ids).size, situation).toBe(ids.length);
		}
	});

	it('the person, the excluded, the gone and the absent are never among them', () => {
		for (const [situation, alert, supervisors, standing] of situations) {
			for (const { id } of recipientsAt(alert, supervisors, standing)) {
				expect(id !== supervisors.person && !standing.excluded.has(id) && !standing.gone.has(id) && !standing.away.has(id), situation).toBe(
					true
				);
			}
		}
	});

	it('escalation only adds', () => {
		for (const [situation, alert, supervisors, standing] of situations) {
			const lower = recipientsAt({ ...alert, level: 0 }, supervisors, standing);
			const higher = recipientsAt({ ...alert, level: 2 }, supervisors, standing);
			expect(higher.slice(0, lower.length), situation).toEqual(lower);
		}
	});

	it('only a contact to a lead, and the wellbeing line, ever reach a head of welfare', () => {
		for (const [situation, alert, supervisors, standing] of situations) {
			const heads = recipientsAt({ ...alert, level: 2 }, supervisors, standing).filter(({ as }) => as === 'head');
			if (heads.length > 0) expect(alert.reason === 'contact' || kindOf(alert) === 'welfare', situation).toBe(true);
			if (kindOf(alert) === 'peer') expect(heads, situation).toEqual([]);
		}
	});
});

describe('who stands in a line at all', () => {
	it.each<[string, Routed, Standing, string, string | null]>([
		['a deputy of an exposure at level 0', exposure(0), everybody, 'Jonas', 'lead'],
		['an absent first lead', exposure(0), away(['Mara', null]), 'Mara', 'lead'],
		['an officer of an exposure', exposure(1), everybody, 'Edda', null],
		['a lead of a concern', concern(2), everybody, 'Mara', null],
		['the head of an exposure', exposure(1), everybody, 'Hale', null],
		['the head of a contact', contact(0, 'Mara', 'lead'), everybody, 'Hale', 'head'],
		['somebody excluded', exposure(0), excluded('Mara'), 'Mara', null],
		['somebody disabled', exposure(0), gone('Mara'), 'Mara', null],
		['the person', exposure(0), everybody, 'Ines', null],
		['a peer of a contact to a lead', contact(2, 'Mara', 'lead'), everybody, 'Rui', null]
	])('%s', (_, alert, standing, id, expected) => {
		expect(standsInLine(alert, ines, standing, id)).toBe(expected);
	});

	it.each<[string, Routed, Supervisors, Standing, string, string | null]>([
		['named', concern(0), { ...ines, named: ['Olga'] }, everybody, 'Olga', 'welfare'],
		['named and away', concern(0), { ...ines, named: ['Olga'] }, away(['Olga', null]), 'Olga', 'welfare'],
		['shared with', concern(0), { ...ines, shared: ['Pia'], named: ['Olga'] }, everybody, 'Pia', 'welfare'],
		['another officer', concern(0), { ...ines, named: ['Olga'] }, everybody, 'Edda', null],
		['another officer, once passed on', concern(1), { ...ines, named: ['Olga'] }, everybody, 'Edda', 'welfare'],
		['the head before it is passed on to them', concern(1), { ...ines, named: ['Olga'] }, everybody, 'Hale', null],
		['the head, once passed on', concern(2), { ...ines, named: ['Olga'] }, everybody, 'Hale', 'head'],
		['who has to be chosen again', concern(2), { ...ines, named: ['Olga'], barred: ['Edda'] }, everybody, 'Edda', null]
	])('of a concern: %s', (_, alert, supervisors, standing, id, expected) => {
		expect(standsInLine(alert, supervisors, standing, id)).toBe(expected);
	});
});

describe('a request for contact with nobody chosen', () => {
	const asked = (level: number, toKind: Routed['toKind']): Routed => ({ ...plain, reason: 'contact', level, toKind });

	it('goes to the leads unless a kind was chosen', () => {
		expect(kindOf(asked(0, null))).toBe('lead');
		expect(sees(asked(0, null), ines, everybody)).toBe('Mara');
		expect(sees(asked(0, 'lead'), ines, everybody)).toBe('Mara');
	});

	it('goes to the home team’s officers, or to all its peers', () => {
		expect(sees(asked(0, 'welfare'), ines, everybody)).toBe('Edda');
		expect(sees(asked(0, 'peer'), ines, everybody)).toBe('Rui Kim');
		expect(recipientsAt(asked(0, 'peer'), ines, everybody)[0]).toEqual({ id: 'Rui', as: 'peer', step: 0 });
	});
});

describe('whoever stands in a line', () => {
	it('is neither the person themself nor somebody of another kind', () => {
		const chosen = contact(0, 'Edda', 'lead');
		expect(standsInLine(chosen, ines, everybody, 'Edda')).toBeNull();
		expect(standsInLine(exposure(0), { ...ines, person: 'Mara' }, everybody, 'Mara')).toBeNull();
		expect(standsInLine(contact(0, 'Rui', 'peer'), ines, everybody, 'Kim')).toBe('peer');
	});
});
