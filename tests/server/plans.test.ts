import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlanItem } from '#lib/domain/plan.ts';
import { acknowledge, followUp, offer } from '#lib/server/alert-steps.ts';
import { goAway } from '#lib/server/away.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { accessEntries } from '#lib/server/db/schema/access.ts';
import { people, roles } from '#lib/server/db/schema/people.ts';
import { plans } from '#lib/server/db/schema/plans.ts';
import { ownRecord } from '#lib/server/own-record.ts';
import { disablePerson } from '#lib/server/people.ts';
import type { PlanForm } from '#lib/server/plan-items.ts';
import { openPlan, plansFor, plansOnPrompt, runningPlans } from '#lib/server/plan-pages.ts';
import { agreeToPlan, changePlan, endPlan, proposePlan } from '#lib/server/plans.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { endRole } from '#lib/server/roles.ts';
import { exclude, includeAgain } from '#lib/server/sharing.ts';
import { answerOffer } from '#lib/server/support.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
let alertId: string;
/** Ines accepted what Mara offered, on Monday at noon. */
const noon = monday + 2 * HOUR;

beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	askFor(db, c.ines, c.mara, 'lead');
	alertId = alertOf(db, c.ines).id;
	offer(db, c.mara, { id: uuid(), alertId, items: ['talk', 'rota'], manner: null }, monday + HOUR);
	answerOffer(db, c.ines, { id: uuid(), alertId, answer: 'accepted' }, noon);
});

const uuid = () => crypto.randomUUID();
const none = { from: null, until: null };
type Dates = Partial<Record<PlanItem, [from: string | null, until?: string | null]>>;

/** A form with these ticks and dates; `beside` are dates of what is not ticked. */
function form(ticked: Dates, beside: Dates = {}): PlanForm {
	const of = (item: PlanItem) => {
		const given = ticked[item] ?? beside[item];
		return given ? { from: given[0], until: given[1] ?? null } : none;
	};
	return {
		...{ id: uuid(), items: Object.keys(ticked) as PlanItem[] },
		dates: {
			rota: of('rota'),
			'non-exposure': of('non-exposure'),
			counselling: of('counselling'),
			'time-off-screen': of('time-off-screen')
		}
	};
}
const rota: Dates = { rota: ['2026-11-09', '2026-11-20'] };

function proposed(ticked = rota, by = c.mara, at = noon): string {
	const what = form(ticked);
	proposePlan(db, by, { ...what, alertId }, at);
	return what.id;
}
function agreed(ticked = rota): string {
	const planId = proposed(ticked);
	agreeToPlan(db, c.ines, { planId }, noon + HOUR);
	return planId;
}
function changed(who: Viewer, planId: string, ticked: Dates, at = noon + DAY): string {
	const what = form(ticked);
	changePlan(db, who, { ...what, planId }, at);
	return what.id;
}
function refusalOf(act: () => void): Refusal {
	try {
		act();
	} catch (refusal) {
		if (refusal instanceof Refusal) return refusal;
		throw refusal;
	}
	throw new Error('it was taken');
}
const about = (who: Viewer, now = noon + DAY) => plansFor(db, who, 'about', now);
const withPeople = (who: Viewer, now = noon + DAY) => plansFor(db, who, 'with', now);
const statesIn = (list: { state: string }[]) => list.map(({ state }) => state);

describe('a plan', () => {
	it('is proposed by Mara, agreed to by Ines, and reads the same to both', () => {
		const id = proposed({ rota: ['2026-11-09', '2026-11-20'], counselling: ['2026-11-12'] });
		const items = ['a change of rota, 9 to 20 November', 'counselling, from Thursday 12 November'];
		expect(about(c.ines)).toMatchObject([{ id, other: 'Mara Voss', mine: true, items, state: 'proposed', mayAgree: true }]);
		expect(withPeople(c.mara)).toMatchObject([
			{ id, other: 'Ines Calder', mine: false, items, stateWords: 'waiting for Ines Calder', mayAgree: false }
		]);
		agreeToPlan(db, c.ines, { planId: id }, noon + HOUR);
		agreeToPlan(db, c.ines, { planId: id }, noon + 2 * HOUR);
		expect(statesIn(about(c.ines))).toEqual(['agreed']);
		expect(openPlan(db, c.mara, id, noon + HOUR).steps).toEqual([
			{ when: 'today, 12:00', words: 'You proposed it.' },
			{ when: 'today, 13:00', words: 'Ines Calder agreed.' }
		]);
		expect(openPlan(db, c.ines, id, noon + HOUR).steps.map(({ words }) => words)).toEqual(['Mara Voss proposed it.', 'You agreed.']);
	});

	it('stands on Today while it waits for her or runs, and not once its days have passed', () => {
		const id = proposed();
		expect(runningPlans(db, c.ines, noon)).toHaveLength(1);
		agreeToPlan(db, c.ines, { planId: id }, noon);
		expect(runningPlans(db, c.ines, Date.UTC(2026, 10, 20, 23, 59))).toHaveLength(1);
		expect(runningPlans(db, c.ines, Date.UTC(2026, 10, 21))).toEqual([]);
		expect(statesIn(about(c.ines, Date.UTC(2026, 10, 21)))).toEqual(['over']);
		expect(about(c.ines, Date.UTC(2026, 11, 20))).toEqual([]);
		expect(runningPlans(db, c.mara, noon)).toEqual([]);
	});

	it('without a last day runs until one of the two ends it', () => {
		agreed({ 'non-exposure': ['2026-11-09'], rota: ['2026-11-09', '2026-11-10'] });
		expect(runningPlans(db, c.ines, monday + 300 * DAY)).toHaveLength(1);
	});

	it.each(['ines', 'mara'] as const)('is ended by %s, without a reason, and both see when', (first) => {
		const planId = agreed();
		endPlan(db, c[first], { planId }, noon + DAY);
		endPlan(db, c.ines, { planId }, noon + 2 * DAY);
		for (const who of [c.ines, c.mara]) expect(openPlan(db, who, planId, noon + DAY).steps.at(-1)?.when).toBe('today, 12:00');
		expect(statesIn(about(c.ines))).toEqual(['ended']);
		expect(runningPlans(db, c.ines, noon + DAY)).toEqual([]);
		expect(about(c.ines, noon + 30 * DAY)).toEqual([]);
		expect(plansOnPrompt(db, c.mara, alertId, noon + DAY).form).not.toBeNull();
	});

	it('is noted as looked at by Mara as long as it stands on her list, and not after', () => {
		agreed();
		const looks = () => db.select().from(accessEntries).all().length;
		expect([withPeople(c.mara, monday + 60 * DAY), looks()]).toEqual([[], 0]);
		expect([withPeople(c.mara).length, looks()]).toEqual([1, 1]);
	});

	it('is declined by whoever is asked, and withdrawn by whoever asked', () => {
		endPlan(db, c.ines, { planId: proposed() }, noon + HOUR);
		endPlan(db, c.mara, { planId: proposed() }, noon + HOUR);
		expect(
			db
				.select({ outcome: plans.outcome })
				.from(plans)
				.all()
				.map(({ outcome }) => outcome)
		).toEqual(['declined', 'withdrawn']);
	});
});

describe('a change', () => {
	it('is another version, and the plan in force stays so until the other one agrees', () => {
		const first = agreed();
		const second = changed(c.ines, first, { 'time-off-screen': ['2026-11-16', '2026-11-20'] });
		expect(withPeople(c.mara).map(({ id, state, mayAgree }) => [id, state, mayAgree])).toEqual([
			[second, 'proposed', true],
			[first, 'agreed', false]
		]);
		expect(openPlan(db, c.mara, first, noon + DAY).newer).toBe(second);
		agreeToPlan(db, c.mara, { planId: second }, noon + DAY);
		expect(about(c.ines).map(({ id, state }) => [id, state])).toEqual([[second, 'agreed']]);
		expect(openPlan(db, c.ines, first, noon + DAY)).toMatchObject({ state: 'replaced', newer: second, open: false });
	});

	it('can answer a proposal, which it takes the place of', () => {
		const first = proposed();
		const second = changed(c.ines, first, { rota: ['2026-11-16', '2026-11-20'] });
		expect(about(c.ines).map(({ id, mayAgree }) => [id, mayAgree])).toEqual([[second, false]]);
		expect(refusalOf(() => agreeToPlan(db, c.ines, { planId: first }, noon + DAY)).kind).toBe('conflict');
		expect(refusalOf(() => agreeToPlan(db, c.ines, { planId: second }, noon + DAY)).message).toMatch(/the other one agrees/);
	});

	it('that waits ends with the plan that it would have changed', () => {
		const first = agreed();
		changed(c.mara, first, { rota: ['2026-11-16'] });
		endPlan(db, c.ines, { planId: first }, noon + DAY);
		expect(statesIn(about(c.ines)).sort()).toEqual(['declined', 'ended']);
	});

	it('is not proposed to somebody whose account is closed; the plan can still be ended', () => {
		const planId = agreed();
		db.update(people).set({ disabledAt: noon }).where(eq(people.id, c.mara.id)).run();
		expect(refusalOf(() => changed(c.ines, planId, rota)).kind).toBe('conflict');
		endPlan(db, c.ines, { planId }, noon + DAY);
		expect(statesIn(about(c.ines))).toEqual(['ended']);
	});

	it('nor is theirs agreed to, with which nobody would keep', () => {
		const planId = proposed();
		disablePerson(db, c.ada, c.mara.id, noon + HOUR);
		expect(refusalOf(() => agreeToPlan(db, c.ines, { planId }, noon + DAY)).message).toMatch(/^They have no account here any more/);
		expect(statesIn(about(c.ines))).toEqual(['proposed']);
		endPlan(db, c.ines, { planId }, noon + DAY);
		expect(statesIn(about(c.ines))).toEqual(['declined']);
	});

	it('a year on, as its form begins, keeps the first days that were agreed', () => {
		const planId = agreed({ rota: ['2026-11-09'], 'non-exposure': ['2026-11-09', '2026-11-30'] });
		const later = noon + 360 * DAY;
		const fields = openPlan(db, c.mara, planId, later).fields;
		expect(fields.map(({ value, ticked, from, until, earliest }) => [value, ticked, from, until, earliest])).toEqual([
			['rota', true, '2026-11-09', '', '2026-11-09'],
			['non-exposure', false, '2027-11-04', '', '2026-11-09'],
			['counselling', false, '2027-11-04', '', '2027-08-06'],
			['time-off-screen', false, '2027-11-04', '', '2027-08-06']
		]);
		const dates = Object.fromEntries(fields.map(({ value, from, until }) => [value, [from, until || null]])) as Dates;
		const also: Dates = { rota: dates.rota, counselling: dates.counselling };
		for (const wrong of [
			{ ...also, rota: ['2026-11-08'] },
			{ ...also, counselling: ['2027-08-05'] }
		] as Dates[])
			expect(refusalOf(() => changed(c.mara, planId, wrong, later)).kind).toBe('invalid');
		const changedTo = changed(c.mara, planId, also, later);
		expect(openPlan(db, c.ines, changedTo, later).items).toEqual([
			'a change of rota, from Monday 9 November 2026',
			'counselling, from Thursday 4 November'
		]);
	});

	it('of what has ended is refused', () => {
		const planId = agreed();
		endPlan(db, c.mara, { planId }, noon + HOUR);
		expect(refusalOf(() => changed(c.ines, planId, rota)).kind).toBe('conflict');
	});
});

describe('who sees a plan', () => {
	it('the two, and nobody else: no other lead, officer, head, administrator or colleague', () => {
		const planId = agreed();
		for (const who of [c.jonas, c.edda, c.hale, c.ada, c.tomas, c.rui, c.nell]) {
			for (const act of [
				() => openPlan(db, who, planId, noon + DAY),
				() => endPlan(db, who, { planId }, noon + DAY),
				() => agreeToPlan(db, who, { planId }, noon + DAY),
				() => changed(who, planId, rota)
			])
				expect(refusalOf(act).kind).toBe('not-found');
			expect([...about(who), ...withPeople(who)]).toEqual([]);
		}
	});

	it('not whoever stands in for Mara: Jonas sees the prompt and proposes a plan of his own', () => {
		const planId = agreed();
		goAway(db, c.mara, { id: uuid(), until: '2026-11-13', deputyId: c.jonas.id }, noon + HOUR);
		expect(plansOnPrompt(db, c.jonas, alertId, noon + DAY).plans).toEqual([]);
		proposePlan(db, c.jonas, { ...form({ counselling: ['2026-11-12'] }), alertId }, noon + DAY);
		expect(about(c.ines).map(({ other, state }) => [other, state])).toEqual([
			['Jonas Pike', 'proposed'],
			['Mara Voss', 'agreed']
		]);
		expect(openPlan(db, c.mara, planId, noon + DAY).state).toBe('agreed');
	});

	it('with "not this person" it ends, and reads to Mara like any end; taking that back opens nothing again', () => {
		const planId = agreed();
		changed(c.mara, planId, { rota: ['2026-11-16'] }, noon + 2 * HOUR);
		exclude(db, c.ines, { personId: c.mara.id }, noon + DAY);
		expect(openPlan(db, c.mara, planId, noon + DAY).steps.at(-1)?.words).toBe('Ines Calder ended it.');
		expect(statesIn(withPeople(c.mara)).sort()).toEqual(['declined', 'ended']);
		includeAgain(db, c.ines, { personId: c.mara.id }, noon + 2 * DAY);
		expect(runningPlans(db, c.ines, noon + 2 * DAY)).toEqual([]);
	});
});

describe('a plan that has ended', () => {
	const canRead = (now: number) => ownRecord(db, c.again(c.ines), now).plans;

	it('stays open to its supervisor for four weeks, who is named as long; to the person it stays', () => {
		const planId = agreed();
		const end = noon + DAY;
		endPlan(db, c.ines, { planId }, end);
		exclude(db, c.ines, { personId: c.mara.id }, end);
		const last = end + 28 * DAY - 1;
		expect([openPlan(db, c.mara, planId, last).state, canRead(last)]).toEqual(['ended', ['Mara Voss']]);
		expect(refusalOf(() => openPlan(db, c.mara, planId, last + 1)).kind).toBe('not-found');
		expect(canRead(last + 1)).toEqual([]);
		expect(openPlan(db, c.ines, planId, end + 400 * DAY).state).toBe('ended');
	});

	it('or one in force, is closed at once to a supervisor who supervises nobody any more', () => {
		const planId = agreed();
		expect(canRead(noon + DAY)).toEqual(['Mara Voss']);
		const [role] = db.select().from(roles).where(eq(roles.personId, c.mara.id)).all();
		endRole(db, c.ada, role?.id ?? '', noon + DAY);
		const mara = c.again(c.mara);
		for (const act of [
			() => openPlan(db, mara, planId, noon + DAY),
			() => endPlan(db, mara, { planId }, noon + DAY),
			() => changed(mara, planId, rota)
		])
			expect(refusalOf(act).kind).toBe('not-found');
		expect([withPeople(mara), canRead(noon + DAY)]).toEqual([[], []]);
		endPlan(db, c.ines, { planId }, noon + DAY);
	});
});

describe('a proposal', () => {
	it('comes after something was accepted, from whoever sees the prompt', () => {
		askFor(db, c.tomas, c.mara, 'lead', noon);
		const early = alertOf(db, c.tomas).id;
		const propose = (who: Viewer, of: string, at = noon + HOUR) => proposePlan(db, who, { ...form(rota), alertId: of }, at);
		expect(plansOnPrompt(db, c.mara, early, noon + HOUR)).toEqual({ plans: [], form: null });
		expect(refusalOf(() => propose(c.mara, early)).kind).toBe('conflict');
		acknowledge(db, c.mara, { id: uuid(), alertId: early }, noon + MINUTE);
		expect(refusalOf(() => propose(c.mara, early)).kind).toBe('conflict');
		expect(refusalOf(() => propose(c.jonas, alertId)).kind).toBe('not-found');
		followUp(db, c.mara, { id: uuid(), alertId }, noon + MINUTE);
		propose(c.mara, alertId);
		expect(refusalOf(() => propose(c.mara, alertId)).message).toMatch(/a plan already/);
	});

	it('is not for a peer supporter, who can give nothing of it', () => {
		askFor(db, c.tomas, c.rui, 'peer', noon);
		const toPeer = alertOf(db, c.tomas).id;
		offer(db, c.rui, { id: uuid(), alertId: toPeer, items: ['talk'], manner: null }, noon);
		answerOffer(db, c.tomas, { id: uuid(), alertId: toPeer, answer: 'accepted' }, noon);
		expect(plansOnPrompt(db, c.rui, toPeer, noon).form).toBeNull();
		expect(refusalOf(() => proposePlan(db, c.rui, { ...form(rota), alertId: toPeer }, noon)).kind).toBe('conflict');
	});

	it('sent twice is one; its form stands for nothing else', () => {
		const what = form(rota);
		for (const at of [noon, noon + MINUTE]) proposePlan(db, c.mara, { ...what, alertId }, at);
		expect(withPeople(c.mara)).toHaveLength(1);
		const change = form({ rota: ['2026-11-16'] });
		for (const at of [noon + HOUR, noon + 2 * HOUR]) changePlan(db, c.ines, { ...change, planId: what.id }, at);
		expect(db.select().from(plans).all()).toHaveLength(2);
		expect(refusalOf(() => changePlan(db, c.mara, { ...change, planId: what.id }, noon + DAY)).kind).toBe('conflict');
	});

	it.each([
		['nothing ticked', {}, 'items'],
		['no first day', { rota: [null] }, 'rota-from'],
		['long ago', { rota: ['2026-08-10'] }, 'rota-from'],
		['over a year ahead', { counselling: ['2027-11-12'] }, 'counselling-from'],
		['an end before its start', { rota: ['2026-11-20', '2026-11-19'] }, 'rota-until'],
		['an end that has passed', { 'non-exposure': ['2026-11-02', '2026-11-08'] }, 'non-exposure-until'],
		['an end over a year ahead', { 'time-off-screen': ['2026-11-20', '2027-11-12'] }, 'time-off-screen-until']
	] as [string, Dates, string][])('is refused with %s', (_, ticked, field) => {
		expect(Object.keys(refusalOf(() => proposed(ticked)).fields)).toEqual([field]);
		expect(db.select().from(plans).all()).toEqual([]);
	});

	it('takes the first and the last day that it can, and no date beside what is not ticked', () => {
		const what = form({ rota: ['2026-08-11', '2027-11-10'] }, { counselling: ['1999-01-01', '1998-01-01'] });
		proposePlan(db, c.mara, { ...what, alertId }, noon);
		expect(withPeople(c.mara)[0]?.items).toEqual(['a change of rota, 11 August 2026 to 10 November 2027']);
	});
});
