import type { Reason } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import { askForContact, type NewContact } from '../contact.ts';
import type { SupportItem } from '../db/schema/records.ts';
import type { AlertRow } from '../recipients.ts';
import type { Viewer } from '../viewer.ts';
import type { Key } from './cast.ts';
import { answer, makeOffer, openAlert } from './steps.ts';
import { idOf, plan, viewerOf, type World } from './world.ts';

/** From here on the steps of this person's alerts for a reason are told, not left to chance. */
export function tell(world: World, key: Key, reason: Reason, from: Instant): void {
	world.told.set(`${idOf(world, key)}|${reason}`, from);
}

/** What one of them does about an alert. */
export type Step = (world: World, by: Viewer, alert: AlertRow, at: Instant) => void;

/** A step of an alert that was raised since it is told; where there is none the story goes without it. */
export function step(world: World, about: Key, reason: Reason, by: Key, at: Instant, act: Step): void {
	const personId = idOf(world, about);
	plan(world, at, personId, () => {
		const alert = openAlert(world, personId, reason);
		if (alert && alert.raisedAt >= (world.told.get(`${personId}|${reason}`) ?? Infinity)) act(world, viewerOf(world, by), alert, at);
	});
}

export function offering(...items: SupportItem[]): Step {
	return (world, by, alert, at) => makeOffer(world, by, alert, items, at);
}

export const accepting: Step = (world, _by, alert, at) => answer(world, alert, 'accepted', at);
export const notNow: Step = (world, _by, alert, at) => answer(world, alert, 'not-now', at);

export function ask(world: World, key: Key, to: Key, toKind: NewContact['toKind'], when: NewContact['when'], at: Instant): void {
	const id = world.ids.uuid();
	plan(world, at, idOf(world, key), () => askForContact(world.db, viewerOf(world, key), { id, toId: idOf(world, to), toKind, when }, at));
}
