import { and, desc, eq } from 'drizzle-orm';
import { isOver, lastDayOf, planItems, type PlanItem, type Planned } from '#lib/domain/plan.ts';
import { addDays, MS_PER_DAY, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { namesOf } from './alerts.ts';
import type { Db } from './db/connection.ts';
import { plans } from './db/schema/plans.ts';
import { localDate } from './local-time.ts';
import { momentWords } from './moments.ts';
import { currentRoute } from './opened-prompt.ts';
import { itemsOf, planBounds } from './plan-items.ts';
import { mayPropose, openBetween, ownPlan, type PlanRow } from './plans.ts';
import { recent, shownDays, supervises } from './plan-readers.ts';
import { plannedWords, planStateWords, planStepWords, type PlanState } from './plan-words.ts';
import { notFound } from './refusal.ts';
import { itemWords } from './support-words.ts';
import type { Viewer } from './viewer.ts';

/** A plan as one of its two people sees it; both see the same. */
export interface Plan {
	id: string;
	/** The other one of the two. */
	other: string;
	/** Whether it is about the viewer; else they are its supervisor. */
	mine: boolean;
	/** Each in words, with its dates. */
	items: string[];
	state: PlanState;
	stateWords: string;
	/** Whether the other one proposed it, so that the viewer can agree to it. */
	mayAgree: boolean;
	/** Whether it waits, or is in force. */
	open: boolean;
	/** Null where something in it has no end. */
	lastDay: LocalDate | null;
}

/** What a form of a plan shows beside one item. */
export interface PlanField {
	value: PlanItem;
	label: string;
	ticked: boolean;
	from: LocalDate;
	until: LocalDate | '';
	/** Between which its dates can lie. */
	earliest: LocalDate;
	latest: LocalDate;
}

export interface OpenedPlan extends Plan {
	steps: { when: string; words: string }[];
	/** A newer version, or a change to it that is proposed. */
	newer: string | null;
	fields: PlanField[];
}

/** The viewer's plans about themself (`about`), or with the people they support (`with`): what waits for them first, what has ended last. */
export function plansFor(db: Db, viewer: Viewer, side: 'about' | 'with', now: Instant): Plan[] {
	if (side === 'with' && !supervises(viewer)) return [];
	const own = eq(side === 'about' ? plans.personId : plans.supervisorId, viewer.id);
	const firstDay = addDays(localDate(viewer.zone, now), -shownDays);
	return reading(db, () => {
		const rows = db
			.select()
			.from(plans)
			.where(and(own, recent(now)))
			.orderBy(desc(plans.proposedAt))
			.all();
		const listed = shown(db, viewer, rows, now).filter(
			({ state, lastDay }) => state !== 'replaced' && (lastDay === null || lastDay >= firstDay)
		);
		const ids = new Set(listed.map(({ id }) => id));
		const about = rows.filter(({ id }) => ids.has(id)).map(personOf);
		noteReading(db, viewer, { kind: 'plan', why: { purpose: 'duty' } }, about, now);
		return listed.sort((a, b) => rank(a) - rank(b));
	});
}

const personOf = ({ personId }: PlanRow) => personId;

function rank({ mayAgree, state, open }: Plan): number {
	return [mayAgree, state === 'proposed', open && state !== 'over', state === 'over', true].indexOf(true);
}

/** What runs, or waits for the viewer's answer, of the plans about them: each one line. */
export function runningPlans(db: Db, viewer: Viewer, now: Instant): Plan[] {
	return plansFor(db, viewer, 'about', now).filter(({ mayAgree, state }) => mayAgree || state === 'agreed');
}

/**
 * What stands on a prompt of the viewer's plan with the person it is about: what waits, and what is in force; where there is none and one can be
 * made, what its form begins with.
 * @throws Refusal `not-found` where the prompt is not the viewer's to see
 */
export function plansOnPrompt(db: Db, viewer: Viewer, alertId: string, now: Instant): { plans: Plan[]; form: PlanField[] | null } {
	return reading(db, () => {
		const route = currentRoute(db, viewer, alertId, now);
		const open = openBetween(db, { personId: route.alert.personId, supervisorId: viewer.id });
		noteReading(db, viewer, { kind: 'plan', why: { alertId } }, open.map(personOf), now);
		return {
			plans: shown(db, viewer, open, now).sort((a, b) => rank(a) - rank(b)),
			form: open.length === 0 && mayPropose(route) ? planFields(viewer, [], now) : null
		};
	});
}

/**
 * One plan of the viewer's, with its steps.
 * @throws Refusal `not-found` for everybody but the two, and for its supervisor four weeks after it ended
 */
export function openPlan(db: Db, viewer: Viewer, planId: string, now: Instant): OpenedPlan {
	return reading(db, () => {
		const row = ownPlan(db, viewer, planId);
		const gone = row.endedAt !== null && row.endedAt <= now - shownDays * MS_PER_DAY;
		if (gone && row.personId !== viewer.id) throw notFound();
		noteReading(db, viewer, { kind: 'plan', why: { alertId: row.alertId } }, [row.personId], now);
		const [plan] = shown(db, viewer, [row], now);
		if (!plan) throw new Error('a plan without a version');
		const newer = openBetween(db, row).find(({ id, proposedAt }) => id !== row.id && proposedAt >= row.proposedAt);
		return {
			...plan,
			steps: stepsOf(viewer, row, plan.other, now),
			newer: newer?.id ?? null,
			fields: planFields(viewer, itemsOf(db, [row.id]).get(row.id) ?? [], now)
		};
	});
}

function stepsOf(viewer: Viewer, row: PlanRow, other: string, now: Instant): OpenedPlan['steps'] {
	const who = (id: string | null) => (id === viewer.id ? 'You' : other);
	const agreeing = row.proposedBy === row.personId ? row.supervisorId : row.personId;
	const at = (instant: Instant, words: string) => ({ when: momentWords(viewer.zone, instant, now), words });
	const steps = [at(row.proposedAt, planStepWords.proposed(who(row.proposedBy)))];
	if (row.agreedAt !== null) steps.push(at(row.agreedAt, planStepWords.agreed(who(agreeing))));
	if (row.endedAt !== null && row.outcome !== null) steps.push(at(row.endedAt, planStepWords[row.outcome](who(row.endedBy))));
	return steps;
}

/** What a form for a plan begins with: what there is and is not over, else nothing ticked and from today on. */
export function planFields({ zone }: Viewer, items: readonly Planned[], now: Instant): PlanField[] {
	const today = localDate(zone, now);
	return planItems.map((value) => {
		const planned = items.find((each) => each.item === value && !isOver([each], today));
		const dates = { from: planned?.from ?? today, until: planned?.until ?? ('' as const) };
		return { value, label: itemWords[value], ticked: planned !== undefined, ...dates, ...planBounds(value, items, today) };
	});
}

function shown(db: Db, viewer: Viewer, rows: readonly PlanRow[], now: Instant): Plan[] {
	const today = localDate(viewer.zone, now);
	const items = itemsOf(
		db,
		rows.map(({ id }) => id)
	);
	const names = namesOf(
		db,
		rows.flatMap(({ personId, supervisorId }) => [personId, supervisorId])
	);
	return rows.map((row) => {
		const planned = items.get(row.id) ?? [];
		const mine = row.personId === viewer.id;
		const other = names.get(mine ? row.supervisorId : row.personId) ?? '';
		const state = stateOf(row, planned, today);
		const by = row.proposedBy === viewer.id ? 'you' : other;
		return {
			...{ id: row.id, other, mine, state, stateWords: planStateWords(state, by, other), open: row.endedAt === null },
			items: planned.map((each) => plannedWords(each, today)),
			...{ mayAgree: state === 'proposed' && row.proposedBy !== viewer.id, lastDay: lastDayOf(planned) }
		};
	});
}

function stateOf({ agreedAt, outcome }: PlanRow, items: readonly Planned[], today: LocalDate): PlanState {
	if (outcome !== null) return outcome;
	if (agreedAt === null) return 'proposed';
	return isOver(items, today) ? 'over' : 'agreed';
}
