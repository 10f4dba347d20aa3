import { beforeEach, describe, expect, test } from 'vitest';
import { appointmentsFor, openAppointment, planningFor } from '#lib/server/appointment-lists.ts';
import { moveAppointment, planAppointment, settleAppointment, withdrawAppointment } from '#lib/server/appointments.ts';
import { enterAbsence } from '#lib/server/absences.ts';
import { goAway } from '#lib/server/away.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { ownAppointments } from '#lib/server/own-appointments.ts';
import { disablePerson } from '#lib/server/people.ts';
import { changePolicy, newestVersion } from '#lib/server/policy-changes.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import { storedFacts } from '#lib/server/stored-facts.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { DAY, exclude, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const id = () => crypto.randomUUID();
/** Monday 9 November 2026, ten in the morning. */
const now = monday + HOUR;

/** Facts of one person lie in order: each a minute after the one before. */
let clock = now;
const tick = () => (clock += MINUTE);

let db: Db;
let c: Cast;
beforeEach(() => {
	clock = now;
	db = memoryDb();
	c = cast(db, monday);
});

/** Edda plans counselling for Ines, unless told otherwise. Returns its id. */
function plan(due: string, { by = c.edda, of = c.ines, at = tick(), kind = 'counselling' as 'counselling' | 'assessment' } = {}): string {
	const planned = { id: id(), personId: of.id, kind, due };
	planAppointment(db, by, planned, at);
	return planned.id;
}
const attended = (of: string, by: Viewer = c.edda, at = tick()) => settleAppointment(db, by, { id: of, outcome: 'attended' }, at);
const mine = (who: Viewer = c.ines, at = now + 2 * HOUR) => ownAppointments(db, who, at);
const list = (who: Viewer, at = now + 2 * HOUR) => appointmentsFor(db, who, at);
const sessionFindings = () =>
	db.$client.prepare<[], [string, number]>(`select period, at from findings where rule = 'session-overdue' order by at`).raw().all();
const kinds = (person: Viewer) =>
	[...storedFacts(db)]
		.filter((fact) => fact.type.startsWith('appointment') && (!('person' in fact) || fact.person === person.id))
		.map(({ type }) => type);

function agrees(): void {
	const differences: unknown[] = [];
	compareWithReplay(db, (difference) => differences.push(difference));
	expect(differences).toEqual([]);
}

describe('Planning', () => {
	test('puts an appointment where Ines sees it: what, by when, who entered it, and who else sees it', () => {
		plan('2026-12-03');
		expect(mine()).toMatchObject({
			open: [{ kind: 'Counselling', due: 'due Thursday 3 December', enteredBy: 'Edda Quill', outcome: null }],
			settled: [],
			kept: null,
			seenBy: ['Edda Quill']
		});
	});

	test('is done once however often the form is sent, and a used form stands for nothing else', () => {
		const form = { id: id(), personId: c.ines.id, kind: 'counselling', due: '2026-12-03' } as const;
		planAppointment(db, c.edda, form, now);
		planAppointment(db, c.edda, form, now + MINUTE);
		expect(mine().open).toHaveLength(1);
		expect(() => planAppointment(db, c.edda, { ...form, due: '2026-12-04' }, now)).toThrow(/with something else in it/);
		expect(() => plan('2026-12-03')).toThrow('One of this kind is planned for that day already.');
		plan('2026-12-03', { kind: 'assessment' });
		expect(mine().open).toHaveLength(2);
	});

	test.each([
		['2025-11-07', 'more than a year ago'],
		['2028-11-12', 'more than two years ahead']
	])('asks about the year of %s', (due, words) => {
		expect(() => plan(due)).toThrow(words);
		expect(mine().open).toEqual([]);
	});

	test('takes the days just inside', () => {
		plan('2025-11-08');
		plan('2028-11-10');
		expect(mine().open).toHaveLength(2);
	});
});

describe('Whose appointments an officer sees and plans', () => {
	const inCare = (who: Viewer, at = now) => planningFor(db, who, { personId: null, kind: null }, at).people.map(({ name }) => name);
	const refused = (by: Viewer, of: Viewer) => expect(() => plan('2026-12-03', { by, of })).toThrow('Please choose somebody from the list.');

	test('those of the home team, of the same employer', () => {
		expect(inCare(c.edda)).toEqual([
			...['Bea Lund', 'Ines Calder', 'Jonas Pike', 'Mara Voss', 'Otto Lind', 'Rui Tamm', 'Tomas Reed', 'Wen Alder']
		]);
		// Kit is seconded by Lanternworks, and so is Pia, who is an officer of the same team.
		expect(inCare(c.pia)).toEqual(['Kit Ferro']);
		// Of an officer it is another one who looks after them.
		expect(inCare(c.otto)).toEqual(['Edda Quill', 'Nell Oram', 'Sol Marsh']);
		refused(c.edda, c.kit);
		refused(c.otto, c.ines);
		refused(c.edda, c.edda);
	});

	test('nobody else sees any, and a stranger’s id is the same as an unknown one', () => {
		const planned = plan('2026-12-03');
		for (const who of [c.mara, c.hale, c.ada, c.rui, c.tomas, c.otto, c.pia]) {
			expect(list(who)).not.toHaveProperty('soon.0');
			expect(list(who).later).toEqual([]);
			expect(() => openAppointment(db, who, planned, now)).toThrow('There is nothing here');
			expect(() => settleAppointment(db, who, { id: planned, outcome: 'attended' }, now)).toThrow('There is nothing here');
			expect(() => moveAppointment(db, who, { formId: id(), id: planned, due: '2026-12-04' }, now)).toThrow('There is nothing here');
			expect(() => withdrawAppointment(db, who, planned, now)).toThrow('There is nothing here');
			refused(who, c.ines);
		}
		expect(() => openAppointment(db, c.edda, id(), now)).toThrow('There is nothing here');
		// Ines says how it ended; when it is, her officer does.
		expect(() => withdrawAppointment(db, c.ines, planned, now)).toThrow('There is nothing here');
	});

	test('also of somebody who said “not this person”: a name that is missing would tell; somebody else looks after them as well', () => {
		plan('2026-12-03');
		const before = [inCare(c.edda), list(c.edda), inCare(c.pia)];
		exclude(db, c.ines, c.edda);
		expect([inCare(c.edda), list(c.edda), inCare(c.pia)]).toEqual(before);
		// With nobody left in the team, the employer’s other officer.
		expect(inCare(c.otto)).toContain('Ines Calder');
		expect(mine().seenBy).toEqual(['Otto Lind', 'Edda Quill']);
	});

	test('also of whoever named them', () => {
		db.$client
			.prepare(`insert into roles (id, person_id, role, team_id, proposed_at, confirmed_at) values ('r', ?, 'welfare', ?, 0, 0)`)
			.run(c.otto.id, c.harbour);
		db.$client.prepare(`update roles set ended_at = 1 where id = 'r'`).run();
		expect(inCare(c.otto)).not.toContain('Ines Calder');
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, now);
		db.$client.prepare(`update sharing_choices set officer_id = ?`).run(c.otto.id);
		expect(inCare(c.otto)).toContain('Ines Calder');
		expect(inCare(c.edda)).toContain('Ines Calder');
	});

	test('a deputy sees them while the officer is away, and no longer', () => {
		goAway(db, c.edda, { id: id(), until: '2026-11-11', deputyId: c.otto.id }, now);
		expect(inCare(c.otto)).toContain('Ines Calder');
		expect(inCare(c.otto, now + 3 * DAY)).not.toContain('Ines Calder');
		expect(inCare(c.edda)).toContain('Ines Calder');
	});

	test('nobody who has left', () => {
		plan('2026-12-03');
		disablePerson(db, c.ada, c.ines.id, now);
		expect(inCare(c.edda)).not.toContain('Ines Calder');
		expect(list(c.edda).later).toEqual([]);
		refused(c.edda, c.ines);
	});
});

describe('How an appointment ends', () => {
	test('Ines says herself that she went, or would rather not; Edda says it too; each sees who said it', () => {
		const [first, second, third] = [plan('2026-11-10'), plan('2026-11-11'), plan('2026-11-12')];
		attended(first, c.ines);
		settleAppointment(db, c.ines, { id: second, outcome: 'declined' }, now + 2 * HOUR);
		attended(third, c.edda, now + 3 * HOUR);
		expect(mine(c.ines, now + DAY).settled.map(({ outcome }) => outcome)).toEqual([
			'Attended, recorded yesterday by Edda Quill',
			'Declined, recorded yesterday by you',
			'Attended, recorded yesterday by you'
		]);
		expect(openAppointment(db, c.edda, second, now + DAY).outcome).toBe('Declined, recorded yesterday by Ines Calder');
		expect(kinds(c.ines).slice(-3)).toEqual(['appointment-attended', 'appointment-declined', 'appointment-attended']);
		agrees();
	});

	test('stays as it was said: the same again does nothing, another outcome is refused without saying which it was', () => {
		const planned = plan('2026-11-10');
		attended(planned);
		attended(planned, c.ines, now + 2 * HOUR);
		expect(openAppointment(db, c.edda, planned, now + DAY).outcome).toBe('Attended, recorded yesterday by Edda Quill');
		for (const change of [
			() => settleAppointment(db, c.ines, { id: planned, outcome: 'declined' }, now + 3 * HOUR),
			() => moveAppointment(db, c.edda, { formId: id(), id: planned, due: '2026-11-20' }, now + 3 * HOUR),
			() => withdrawAppointment(db, c.edda, planned, now + 3 * HOUR)
		]) {
			expect(change).toThrow('How this appointment ended is recorded already, and stays so; nothing was changed.');
		}
	});

	test('nothing is prompted for what was attended or declined in time', () => {
		attended(plan('2026-11-02'));
		settleAppointment(db, c.ines, { id: plan('2026-11-03'), outcome: 'declined' }, tick());
		catchUp(db, c.ines.id, now + 20 * DAY);
		expect(sessionFindings()).toEqual([]);
	});

	test('an overdue one prompts after seven days that were no leave, and taken-back leave counts for nothing', () => {
		const planned = plan('2026-11-10');
		enterAbsence(db, c.ines, { id: id(), personId: c.ines.id, from: '2026-11-11', to: '2026-11-13', sure: null }, now + HOUR);
		catchUp(db, c.ines.id, now + 20 * DAY);
		expect(sessionFindings()).toEqual([[planned, Date.UTC(2026, 10, 21)]]);
		agrees();
	});
});

describe('Another date', () => {
	test('is a new appointment that says what it replaces; the old one is to be attended no longer', () => {
		const planned = plan('2026-11-10');
		const form = { formId: id(), id: planned, due: '2026-11-24' };
		moveAppointment(db, c.edda, form, now + HOUR);
		moveAppointment(db, c.edda, form, now + 2 * HOUR);
		expect(mine().open).toMatchObject([{ id: form.formId, due: 'due Tuesday 24 November' }]);
		expect(mine().settled).toMatchObject([{ id: planned, outcome: 'Moved to another date, recorded today by Edda Quill' }]);
		expect(kinds(c.ines)).toEqual(['appointment', 'appointment', 'appointment-drop']);
		// Only the new date counts, and only from it are the seven days counted.
		catchUp(db, c.ines.id, now + 30 * DAY);
		expect(sessionFindings()).toEqual([[form.formId, Date.UTC(2026, 11, 2)]]);
		agrees();
	});

	test('does not hide for how long it has been put off', () => {
		let planned = plan('2026-11-10');
		for (const due of ['2026-11-17', '2026-12-01']) {
			const formId = id();
			moveAppointment(db, c.edda, { formId, id: planned, due }, now + HOUR);
			planned = formId;
		}
		expect(openAppointment(db, c.edda, planned, now + DAY).first).toEqual({ due: 'Tuesday 10 November', moves: 2 });
		expect(mine().kept).toBeNull();
	});

	test('has to be another one', () => {
		const planned = plan('2026-11-10');
		expect(() => moveAppointment(db, c.edda, { formId: id(), id: planned, due: '2026-11-10' }, now)).toThrow(
			'This is the date that it has.'
		);
		expect(() => moveAppointment(db, c.edda, { formId: id(), id: planned, due: '2036-11-10' }, now)).toThrow('two years ahead');
	});

	test('what was entered by mistake is taken off, once, and stays on record as that', () => {
		const planned = plan('2026-11-01');
		withdrawAppointment(db, c.edda, planned, now + HOUR);
		withdrawAppointment(db, c.edda, planned, now + 2 * HOUR);
		expect(mine()).toMatchObject({
			open: [],
			kept: null,
			settled: [{ outcome: 'Taken off, entered by mistake, recorded today by Edda Quill' }]
		});
		catchUp(db, c.ines.id, now + 20 * DAY);
		expect(sessionFindings()).toEqual([]);
		agrees();
	});
});

describe('An appointment that is left open', () => {
	test('is found overdue once, however many months of routine conversations follow', () => {
		const before = newestVersion(db, null);
		const patch = { ...before?.patch, rules: { 'routine-conversation': { days: 7 } } };
		changePolicy(db, system, { id: id(), teamId: null, patch, reason: 'A talk each week', basedOn: before?.id ?? null }, tick());
		plan('2026-11-10');
		const open = `select id from alerts where person_id = ? and reason = 'routine' and closed_at is null`;
		for (let talk = 1; talk <= 45; talk++) {
			const at = now + (talk * 8 + 4) * DAY;
			catchUp(db, c.ines.id, at);
			const alertId = db.$client.prepare<[string], string>(open).pluck().get(c.ines.id) ?? '';
			recordConversation(db, c.mara, { id: id(), alertId, served: [alertId], items: [], on: null }, at);
		}
		expect(sessionFindings()).toHaveLength(1);
		const routine = `select count(*) from findings where rule = 'routine-conversation' and person_id = ?`;
		expect(db.$client.prepare(routine).pluck().get(c.ines.id)).toBe(45);
		agrees();
	});
});

describe('What an officer has to see to', () => {
	test('overdue, the next two weeks, later, what was recorded lately, and who has nothing planned', () => {
		plan('2026-11-06');
		const soon = plan('2026-11-09', { of: c.tomas });
		plan('2026-11-23', { of: c.wen });
		plan('2026-11-24', { of: c.bea });
		attended(plan('2026-11-05', { of: c.rui }));
		const shown = list(c.edda);
		const lines = (rows: { person: string; due: string }[]) => rows.map(({ person, due }) => `${person} ${due}`);
		expect(lines(shown.overdue)).toEqual(['Ines Calder was due Friday 6 November']);
		expect(lines(shown.soon)).toEqual(['Tomas Reed due today', 'Wen Alder due Monday 23 November']);
		expect(lines(shown.later)).toEqual(['Bea Lund due Tuesday 24 November']);
		expect(shown.recent).toMatchObject([{ person: 'Rui Tamm', outcome: 'Attended, recorded today' }]);
		expect(shown.unplanned.filter(({ kind }) => kind === 'counselling')).toEqual([
			{ personId: c.rui.id, person: 'Rui Tamm', kind: 'counselling', kindWords: 'Counselling', last: 'Monday 9 November' }
		]);
		// Whoever moderates: not the leads, who are in her care too.
		expect(shown.unplanned.filter(({ kind }) => kind === 'assessment').map(({ person }) => person)).toEqual([
			...['Bea Lund', 'Ines Calder', 'Rui Tamm', 'Tomas Reed', 'Wen Alder']
		]);
		expect(Object.keys(shown.soon[0] ?? {}).sort()).toEqual(['due', 'id', 'kind', 'outcome', 'person']);
		attended(soon, c.tomas);
		expect(list(c.edda, now + 30 * DAY).recent).toEqual([]);
	});

	test('who had an assessment is on nobody’s list until the next one comes near', () => {
		const listed = (at: number) => list(c.edda, at).unplanned.some(({ person, kind }) => person === 'Ines Calder' && kind === 'assessment');
		expect(listed(now)).toBe(true);
		attended(plan('2026-11-09', { kind: 'assessment' }));
		expect(listed(now + 322 * DAY)).toBe(false);
		expect(listed(now + 323 * DAY)).toBe(true);
	});

	test('the next one is proposed 28 days after counselling, 365 after an assessment, and never in the past', () => {
		const next = (kind: string, at = now + DAY) => planningFor(db, c.edda, { personId: c.ines.id, kind }, at).due;
		expect(next('counselling')).toBe('2026-12-08');
		attended(plan('2026-11-09'));
		attended(plan('2026-11-09', { kind: 'assessment' }));
		expect(next('counselling')).toBe('2026-12-07');
		expect(next('assessment')).toBe('2027-11-09');
		expect(next('counselling', now + 40 * DAY)).toBe('2026-12-19');
		// Somebody who is not in her care is not chosen, whatever the address says.
		expect(planningFor(db, c.edda, { personId: c.kit.id, kind: 'massage' }, now)).toMatchObject({ personId: null, kind: 'counselling' });
	});
});

describe('What Ines sees of how many were kept', () => {
	test('attended of those due in the last twelve months; moved and taken off ones were never to be attended', () => {
		const past = ['2026-02-02', '2026-03-02', '2026-04-06', '2026-05-04'].map((due) => plan(due));
		for (const planned of past.slice(0, 2)) attended(planned);
		settleAppointment(db, c.ines, { id: past[2] ?? '', outcome: 'declined' }, tick());
		plan('2027-01-01');
		withdrawAppointment(db, c.edda, plan('2026-06-01'), tick());
		moveAppointment(db, c.edda, { formId: id(), id: plan('2026-07-01'), due: '2026-12-24' }, tick());
		expect(mine().kept).toEqual({ attended: 2, due: 4 });
		// Attended before its day: it counts from then on.
		attended(plan('2026-11-20'));
		expect(mine().kept).toEqual({ attended: 3, due: 5 });
		expect(mine(c.ines, Date.UTC(2027, 1, 3)).kept).toEqual({ attended: 2, due: 6 });
	});
});
