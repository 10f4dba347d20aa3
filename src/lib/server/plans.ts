import { and, eq, isNotNull, isNull, or } from 'drizzle-orm';
import { planItems, type PlanItem, type Planned } from '#lib/domain/plan.ts';
import { addDays, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { plannedItems, plans } from './db/schema/plans.ts';
import { withTx } from './db/tx.ts';
import { localDate } from './local-time.ts';
import { currentRoute } from './opened-prompt.ts';
import { supervises } from './plan-readers.ts';
import type { Route } from './recipients.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { tellPerson } from './telling.ts';
import type { Actor, Viewer } from './viewer.ts';

export type PlanRow = typeof plans.$inferSelect;

/** What a form says of a plan: what was ticked, and the dates beside each item, ticked or not. */
export interface PlanForm {
	/** The form's id, which becomes the plan's. */
	id: string;
	items: readonly PlanItem[];
	dates: Readonly<Record<PlanItem, { from: LocalDate | null; until: LocalDate | null }>>;
}

/** How far ahead, and how far back, a plan may reach, in days. */
export const planDays = { ahead: 366, back: 90 };

/**
 * Proposes the first plan with the person of a prompt whose offer they have accepted. It is in force once they agree. Sent twice it is proposed
 * once.
 * @throws Refusal `not-found` for an alert that is not the viewer's to see; `conflict` before anything was accepted, for a peer supporter, or where
 * the two have a plan; `invalid` on `items` or a date
 */
export function proposePlan(db: Db, viewer: Viewer, { alertId, ...form }: PlanForm & { alertId: string }, now: Instant): void {
	withTx(db, () => {
		const route = currentRoute(db, viewer, alertId, now);
		const pair = { personId: route.alert.personId, supervisorId: viewer.id };
		if (isRepeated(db, viewer, form.id, pair)) return;
		if (!mayPropose(route))
			throw new Refusal('conflict', 'A plan can be proposed once an offer was accepted, or agreed in a conversation. Nothing was saved.');
		if (openBetween(db, pair).length > 0)
			throw new Refusal('conflict', 'The two of you have a plan already. Open it to propose a change; nothing was saved.');
		insertVersion(db, viewer, { ...pair, alertId }, form, now);
	});
}

/** Whether a plan can be made from this prompt by whoever sees it so: not by a peer, who can give nothing of what a plan holds. */
export function mayPropose({ alert, as }: Route): boolean {
	return as !== 'peer' && (alert.state === 'accepted' || alert.state === 'followed-up');
}

/**
 * Proposes another version of a plan, by either of the two: it takes the place of a proposal that waits, and once the other one agrees, of the
 * plan in force.
 * @throws Refusal `not-found` for a plan that is not the viewer's; `conflict` where it has ended meanwhile, or the other one's account is closed;
 * `invalid` on `items` or a date
 */
export function changePlan(db: Db, viewer: Viewer, { planId, ...form }: PlanForm & { planId: string }, now: Instant): void {
	withTx(db, () => {
		const plan = ownPlan(db, viewer, planId);
		if (isRepeated(db, viewer, form.id, plan)) return;
		if (plan.endedAt !== null) throw endedMeanwhile();
		const other = plan.personId === viewer.id ? plan.supervisorId : plan.personId;
		if (!hasAccount(db, other))
			throw new Refusal('conflict', 'They have no account here any more, so they cannot agree to a change. You can end the plan.');
		const waiting = openBetween(db, plan).find(({ agreedAt }) => agreedAt === null);
		if (waiting) endVersion(db, viewer, waiting, 'replaced', now);
		insertVersion(db, viewer, plan, form, now);
	});
}

/**
 * Agrees to what the other one proposed: it is in force, in place of an earlier version. Safe to call twice.
 * @throws Refusal `not-found` for a plan that is not the viewer's; `conflict` for one's own proposal, or one that has ended meanwhile
 */
export function agreeToPlan(db: Db, viewer: Viewer, { planId }: { planId: string }, now: Instant): void {
	withTx(db, () => {
		const plan = ownPlan(db, viewer, planId);
		if (plan.endedAt !== null) throw endedMeanwhile();
		if (plan.proposedBy === viewer.id)
			throw new Refusal('conflict', 'You proposed this yourself: the other one agrees to it. Nothing was changed.');
		if (plan.agreedAt !== null) return;
		const before = openBetween(db, plan).find(({ agreedAt }) => agreedAt !== null);
		if (before) endVersion(db, viewer, before, 'replaced', now);
		db.update(plans).set({ agreedAt: now }).where(eq(plans.id, plan.id)).run();
		audit(db, viewer, { action: 'plan.agreed', subject: { kind: 'plan', id: plan.id } }, now);
		tellBoth(db, plan);
	});
}

/**
 * Ends a plan, by either of the two, at any time and without a reason; with a plan in force a proposal to change it ends as well. A proposal alone
 * is declined, or withdrawn by whoever made it. Safe to call twice.
 * @throws Refusal `not-found` for a plan that is not the viewer's
 */
export function endPlan(db: Db, viewer: Viewer, { planId }: { planId: string }, now: Instant): void {
	withTx(db, () => {
		const plan = ownPlan(db, viewer, planId);
		if (plan.endedAt !== null) return;
		const ended = plan.agreedAt === null ? [plan] : openBetween(db, plan);
		for (const each of ended) endVersion(db, viewer, each, outcomeBy(viewer, each), now);
	});
}

/** Ends what a person has agreed on with somebody whom they pass over from now on. It reads like any end. Call it in the transaction of that. */
export function endPlansWith(db: Db, viewer: Viewer, supervisorId: string, now: Instant): void {
	for (const each of openBetween(db, { personId: viewer.id, supervisorId })) endVersion(db, viewer, each, outcomeBy(viewer, each), now);
}

/** Ends the plans of somebody who leaves, in the transaction of that; where no person closes their account, they count as ended by themself. */
export function endAllPlans(db: Db, actor: Pick<Actor, 'id'>, personId: string, now: Instant): void {
	const theirs = and(or(eq(plans.personId, personId), eq(plans.supervisorId, personId)), isNull(plans.endedAt));
	for (const plan of db.select().from(plans).where(theirs).all())
		endVersion(db, actor, plan, plan.agreedAt === null ? 'withdrawn' : 'ended', now, actor.id ?? personId);
}

type Pair = Pick<PlanRow, 'personId' | 'supervisorId'>;

/** The plan of two people that is in force, and the proposal that waits for an answer. */
export function openBetween(db: Db, { personId, supervisorId }: Pair): PlanRow[] {
	const open = and(eq(plans.personId, personId), eq(plans.supervisorId, supervisorId), isNull(plans.endedAt));
	return db.select().from(plans).where(open).all();
}

/**
 * A plan of the viewer's: with a supervisor, or with a person, as long as the viewer supervises anybody. For everybody else there is none.
 * @throws Refusal `not-found`
 */
export function ownPlan(db: Db, viewer: Viewer, planId: string): PlanRow {
	const plan = db.select().from(plans).where(eq(plans.id, planId)).get();
	if (plan?.personId !== viewer.id && !(plan?.supervisorId === viewer.id && supervises(viewer))) throw notFound();
	return plan;
}

function isRepeated(db: Db, viewer: Viewer, id: string, pair: Pair): boolean {
	const earlier = db.select().from(plans).where(eq(plans.id, id)).get();
	if (!earlier) return false;
	if (earlier.proposedBy === viewer.id && earlier.personId === pair.personId && earlier.supervisorId === pair.supervisorId) return true;
	throw new Refusal('conflict', 'This form was sent before, with something else in it. Please load the page again; nothing new was saved.');
}

function insertVersion(db: Db, viewer: Viewer, of: Pair & { alertId: string }, form: PlanForm, now: Instant): void {
	const { personId, supervisorId, alertId } = of;
	const items = plannedIn(form, localDate(viewer.zone, now));
	db.insert(plans).values({ id: form.id, personId, supervisorId, alertId, proposedBy: viewer.id, proposedAt: now }).run();
	for (const item of items)
		db.insert(plannedItems)
			.values({ planId: form.id, ...item })
			.run();
	audit(db, viewer, { action: 'plan.proposed', subject: { kind: 'plan', id: form.id } }, now);
	tellBoth(db, of);
}

type Outcome = NonNullable<PlanRow['outcome']>;

function endVersion(db: Db, actor: Pick<Actor, 'id'>, plan: PlanRow, outcome: Outcome, now: Instant, endedBy = actor.id): void {
	db.update(plans).set({ endedAt: now, endedBy, outcome }).where(eq(plans.id, plan.id)).run();
	audit(db, actor, { action: 'plan.ended', subject: { kind: 'plan', id: plan.id }, detail: { outcome } }, now);
	tellBoth(db, plan);
}

/** The open pages of the two. */
function tellBoth(db: Db, { personId, supervisorId }: Pair): void {
	for (const id of [personId, supervisorId]) tellPerson(db, id);
}

function outcomeBy(viewer: Viewer, { agreedAt, proposedBy }: PlanRow): 'ended' | 'withdrawn' | 'declined' {
	if (agreedAt !== null) return 'ended';
	return proposedBy === viewer.id ? 'withdrawn' : 'declined';
}

/** What was ticked, with its dates. @throws Refusal `invalid` on `items`, or on `<item>-from` or `<item>-until` */
function plannedIn({ items, dates }: PlanForm, today: LocalDate): Planned[] {
	const ticked = planItems.filter((item) => items.includes(item));
	if (ticked.length === 0) throw invalid('items', 'Please tick at least one thing that the two of you plan.');
	const [earliest, latest] = [addDays(today, -planDays.back), addDays(today, planDays.ahead)];
	return ticked.map((item) => {
		const { from, until } = dates[item];
		if (from === null) throw invalid(`${item}-from`, 'Please give the first day of this.');
		if (from < earliest || from > latest)
			throw invalid(`${item}-from`, 'Please choose a day within the last three months or the coming year.');
		if (until !== null && until < from) throw invalid(`${item}-until`, 'The last day lies before the first. Please check the two.');
		if (until !== null && until < today) throw invalid(`${item}-until`, 'This date has passed. Please choose today or a later day.');
		if (until !== null && until > latest) throw invalid(`${item}-until`, 'Please choose a day within a year.');
		return { item, from, until };
	});
}

function hasAccount(db: Db, personId: string): boolean {
	const open = and(eq(people.id, personId), isNull(people.disabledAt), isNotNull(people.joinedAt));
	return db.select({ id: people.id }).from(people).where(open).get() !== undefined;
}

function endedMeanwhile(): Refusal {
	return new Refusal('conflict', 'Meanwhile this plan was changed, or has ended. Please load the page again; nothing was saved.');
}
