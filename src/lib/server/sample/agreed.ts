import { desc, eq } from 'drizzle-orm';
import { planItems, type PlanItem } from '#lib/domain/plan.ts';
import { addDays, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { conversations } from '../db/schema/records.ts';
import { disputeConversation } from '../disputes.ts';
import { localDate } from '../local-time.ts';
import type { PlanForm } from '../plan-items.ts';
import { agreeToPlan, openBetween, proposePlan } from '../plans.ts';
import { zone, type Key } from './cast.ts';
import { speak } from './steps.ts';
import { ask, step, tell } from './telling.ts';
import { backAt, idOf, plan, viewerOf, type World } from './world.ts';

/** What came of an offer: a plan in force, a plan that waits for a yes, and a conversation that one of the two remembers otherwise. */
export function tellAgreed(world: World): void {
	proposing(world, 'noor', ['rota', 'time-off-screen'], backAt(world, 8, '15:05'));
	agreeing(world, 'noor', backAt(world, 7, '09:10'));
	proposing(world, 'pell', ['non-exposure'], backAt(world, 1, '14:30'));
	tellDispute(world);
}

/** Juno asked Nell for a word; Nell noted that they had one, and Juno says that it didn't happen. The head of welfare has not read it yet. */
function tellDispute(world: World): void {
	tell(world, 'juno', 'contact', backAt(world, 4, '10:00'));
	ask(world, 'juno', 'nell', 'lead', 'soon', backAt(world, 4, '10:05'));
	step(world, 'juno', 'contact', 'nell', backAt(world, 4, '11:40'), (_world, nell, alert, at) =>
		speak(world, nell, alert, ['talk'], null, at)
	);
	const said = backAt(world, 2, '09:25');
	plan(world, said, idOf(world, 'juno'), () => {
		const { db } = world;
		const juno = viewerOf(world, 'juno');
		const theirs = eq(conversations.personId, juno.id);
		const last = db.select().from(conversations).where(theirs).orderBy(desc(conversations.recordedAt)).get();
		if (last?.recordedBy === idOf(world, 'nell')) disputeConversation(db, juno, { conversationId: last.id }, said);
	});
}

/** Who has to be at work for what is told here. */
export const agreedDays: readonly (readonly [Key, number])[] = [
	['juno', 4],
	['nell', 4],
	['juno', 2]
];

/** Mara proposes a plan for two weeks from the next day on, to somebody who has accepted her offer. */
function proposing(world: World, key: Key, items: readonly PlanItem[], at: Instant): void {
	const form = { id: world.ids.uuid(), items, dates: datesOf(items, addDays(localDate(zone, at), 1)) };
	step(world, key, 'exposure', 'mara', at, (_world, mara, { id: alertId }) => proposePlan(world.db, mara, { ...form, alertId }, at));
}

function agreeing(world: World, key: Key, at: Instant): void {
	const [personId, supervisorId] = [idOf(world, key), idOf(world, 'mara')];
	plan(world, at, personId, () => {
		const [proposed] = openBetween(world.db, { personId, supervisorId });
		if (proposed) agreeToPlan(world.db, viewerOf(world, key), { planId: proposed.id }, at);
	});
}

function datesOf(items: readonly PlanItem[], from: LocalDate): PlanForm['dates'] {
	const until = addDays(from, 13);
	const none = { from: null, until: null };
	const dates = planItems.map((item) => [item, items.includes(item) ? { from, until } : none] as const);
	return Object.fromEntries(dates) as PlanForm['dates'];
}
