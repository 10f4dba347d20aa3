import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Answer, Reason } from '#lib/domain/facts.ts';
import type { LocalDate } from '#lib/domain/time.ts';
import { acknowledge, close, followUp, offer } from '../alert-steps.ts';
import { recordConversation } from '../conversations.ts';
import { alerts, type SupportItem } from '../db/schema/records.ts';
import { openPrompt } from '../opened-prompt.ts';
import type { AlertRow } from '../recipients.ts';
import { answerOffer } from '../support.ts';
import type { Viewer } from '../viewer.ts';
import { viewerWithId, type World } from './world.ts';

/** What a supervisor, or the person concerned, does about an alert; each through the verb that a form would call. */

const prepared = new WeakMap<World, ReturnType<typeof prepare>>();

function prepare({ db }: World) {
	return db
		.select()
		.from(alerts)
		.where(and(eq(alerts.personId, sql.placeholder('person')), isNull(alerts.closedAt)))
		.prepare();
}

/** Somebody's open alerts. */
export function openAlerts(world: World, personId: string): AlertRow[] {
	let query = prepared.get(world);
	if (!query) prepared.set(world, (query = prepare(world)));
	return query.all({ person: personId });
}

export function openAlert(world: World, personId: string, reason: Reason): AlertRow | undefined {
	return openAlerts(world, personId).find((alert) => alert.reason === reason);
}

export function alertWithId(world: World, id: string): AlertRow | undefined {
	return world.db.select().from(alerts).where(eq(alerts.id, id)).get();
}

export function see(world: World, by: Viewer, { id }: AlertRow, at: number): void {
	openPrompt(world.db, by, id, at);
}

export function takeOn(world: World, by: Viewer, { id: alertId }: AlertRow, at: number): void {
	acknowledge(world.db, by, { id: world.ids.uuid(), alertId }, at);
}

export function makeOffer(world: World, by: Viewer, { id: alertId }: AlertRow, items: readonly SupportItem[], at: number): void {
	offer(world.db, by, { id: world.ids.uuid(), alertId, items, manner: null }, at);
}

export function answer(world: World, { id: alertId, personId }: AlertRow, said: Answer, at: number): void {
	answerOffer(world.db, viewerWithId(world, personId), { id: world.ids.uuid(), alertId, answer: said }, at);
}

export function speak(world: World, by: Viewer, { id }: AlertRow, items: readonly SupportItem[], on: LocalDate | null, at: number): void {
	recordConversation(world.db, by, { id: world.ids.uuid(), alertId: id, served: [id], items, on }, at);
}

export function askAgain(world: World, by: Viewer, { id: alertId }: AlertRow, at: number): void {
	followUp(world.db, by, { id: world.ids.uuid(), alertId }, at);
}

export function finish(world: World, by: Viewer, { id: alertId }: AlertRow, at: number): void {
	close(world.db, by, { id: world.ids.uuid(), alertId }, at);
}
