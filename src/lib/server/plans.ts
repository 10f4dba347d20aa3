import { and, eq, isNotNull, isNull, or } from 'drizzle-orm';
import type { Planned } from '#lib/domain/plan.ts';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { plannedItems, plans } from './db/schema/plans.ts';
import { withTx } from './db/tx.ts';
import { localDate } from './local-time.ts';
import { currentRoute } from './opened-prompt.ts';
import { itemsOf, plannedIn, type PlanForm } from './plan-items.ts';
import { supervises } from './plan-readers.ts';
import type { Route } from './recipients.ts';
import { notFound, Refusal } from './refusal.ts';
import { tellPerson } from './telling.ts';
import type { Actor, Viewer } from './viewer.ts';

export type PlanRow = typeof plans.$inferSelect;

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
		insertVersion(db, viewer, { ...pair, alertId, items: [] }, form, now);
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
		requireOther(db, viewer, plan);
		const waiting = openBetween(db, plan).find(({ agreedAt }) => agreedAt === null);
		if (waiting) endVersion(db, viewer, waiting, 'replaced', now);
		insertVersion(db, viewer, { ...plan, items: itemsOf(db, [plan.id]).get(plan.id) ?? [] }, form, now);
	});
}

/**
 * Agrees to what the other one proposed: it is in force, in place of an earlier version. Safe to call twice.
 * @throws Refusal `not-found` for a plan that is not the viewer's; `conflict` for one's own proposal, one that has ended meanwhile,
 * or where the other one's account is closed
 */
export function agreeToPlan(db: Db, viewer: Viewer, { planId }: { planId: string }, now: Instant): void {
	withTx(db, () => {
		const plan = ownPlan(db, viewer, planId);
		if (plan.endedAt !== null) throw endedMeanwhile();
		if (plan.proposedBy === viewer.id)
			throw new Refusal('conflict', 'You proposed this yourself: the other one agrees to it. Nothing was changed.');
		if (plan.agreedAt !== null) return;
		requireOther(db, viewer, plan);
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

/** @param of `items`: what the version that it is to replace holds */
function insertVersion(db: Db, viewer: Viewer, of: Pair & { alertId: string; items: Planned[] }, form: PlanForm, now: Instant): void {
	const { personId, supervisorId, alertId } = of;
	const items = plannedIn(form, of.items, localDate(viewer.zone, now));
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

/** @throws Refusal `conflict` where the other one of the two has no account any more */
function requireOther(db: Db, viewer: Viewer, { personId, supervisorId }: Pair): void {
	const other = personId === viewer.id ? supervisorId : personId;
	const open = and(eq(people.id, other), isNull(people.disabledAt), isNotNull(people.joinedAt));
	if (db.select({ id: people.id }).from(people).where(open).get()) return;
	throw new Refusal('conflict', 'They have no account here any more, so nothing new can be agreed with them. You can end the plan.');
}

function endedMeanwhile(): Refusal {
	return new Refusal('conflict', 'Meanwhile this plan was changed, or has ended. Please load the page again; nothing was saved.');
}
