import { highestLevel } from '#lib/domain/alert.ts';
import type { Reason } from '#lib/domain/facts.ts';
import { addDays, MS_PER_DAY, MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import type { SupportItem } from '../db/schema/records.ts';
import { localDate } from '../local-time.ts';
import { recipientsOf, type AlertRow } from '../recipients.ts';
import type { Viewer } from '../viewer.ts';
import { partOf, zone } from './cast.ts';
import { randomFor, type Random } from './random.ts';
import { alertWithId, answer, askAgain, finish, makeOffer, openAlerts, see, speak, takeOn } from './steps.ts';
import { keyOf, plan, viewerWithId, workingLater, type World } from './world.ts';

/** Which open alerts were looked at, and in which state: what changes is reacted to once. */
export type Watched = Map<string, string>;

/** Plans what people do about the alerts of one person that changed. What a story tells is left to it. */
export function react(world: World, watched: Watched, personId: string, at: Instant): void {
	for (const alert of openAlerts(world, personId)) {
		const sight = `${alert.state}|${alert.level}|${alert.enteredAt}|${alert.clockStartedAt}`;
		if (watched.get(alert.id) === sight) continue;
		watched.set(alert.id, sight);
		const toldFrom = world.told.get(`${personId}|${alert.reason}`);
		if (toldFrom === undefined || alert.raisedAt < toldFrom) reactTo(world, alert, at);
	}
}

function reactTo(world: World, alert: AlertRow, at: Instant): void {
	const { reason, raisedAt, state, level } = alert;
	const random = randomFor(`${keyOf(world, alert.personId)}|${reason}|${raisedAt}|${state}|${level}|${alert.enteredAt}`);
	const turn = { world, alert, at, random };
	if (state === 'offered') return answerSome(turn);
	const by = lastAsked(world, alert, at);
	if (!by) return;
	if (state === 'raised' && reason === 'routine') return speakInPassing(turn, by);
	if (state === 'raised') return respond(turn, by);
	if (state === 'acknowledged') return reachOut(turn, by);
	if (state === 'unanswered') return speakInPerson(turn);
	if (state === 'accepted') return stayInTouch(turn);
	if (state === 'followed-up') return later(turn, random.between(1, 2500), (who, now, then) => finish(world, who, now, then));
	if (state === 'declined') return leaveOrAskAgain(turn);
}

interface Turn {
	world: World;
	alert: AlertRow;
	at: Instant;
	random: Random;
}

/** Who was asked last: the one whose turn it is. Nobody where the chain is broken. */
function lastAsked(world: World, alert: AlertRow, at: Instant): Viewer | null {
	const asked = recipientsOf(world.db, alert, at);
	const step = Math.max(...asked.map((each) => each.step));
	const turn = asked.find((each) => each.step === step);
	return turn ? viewerWithId(world, turn.id) : null;
}

type Act = (by: Viewer, alert: AlertRow, at: Instant) => void;

/** So many working minutes later, if nothing changed meanwhile, by whoever's turn it is then. */
function later(turn: Turn, minutes: number, act: Act): void {
	when(turn, workingLater(turn.world, turn.at, minutes), act);
}

function when({ world, alert }: Turn, at: Instant, act: Act): void {
	plan(world, at, alert.personId, () => {
		const current = alertWithId(world, alert.id);
		if (!current || current.state !== alert.state || current.level !== alert.level || current.enteredAt !== alert.enteredAt) return;
		const by = lastAsked(world, current, at);
		if (by) act(by, current, at);
	});
}

/** Whether this one waits until its clock runs out; never where nobody else would be asked. */
function letsPass({ world, alert, random }: Turn, by: Viewer): boolean {
	const share = partOf[keyOf(world, by.id)].slow ?? 0;
	return alert.level < highestLevel(alert.reason) && random.chance(share);
}

function speakInPassing(turn: Turn, by: Viewer): void {
	const { world, random } = turn;
	if (letsPass(turn, by)) return;
	if (random.chance(0.55))
		later(turn, random.between(40, 440), (who, alert, at) => speak(world, who, alert, random.chance(0.3) ? ['talk'] : [], null, at));
	else later(turn, random.between(20, 420), (who, alert, at) => openThen(world, who, alert, at, takeOn));
}

function openThen(
	world: World,
	who: Viewer,
	alert: AlertRow,
	at: Instant,
	act: (world: World, who: Viewer, alert: AlertRow, at: Instant) => void
): void {
	see(world, who, alert, at);
	plan(world, at + 2 * MS_PER_MINUTE, alert.personId, (then) => {
		if (alertWithId(world, alert.id)?.state === alert.state) act(world, who, alert, then);
	});
}

function respond(turn: Turn, by: Viewer): void {
	const { world, alert, at, random } = turn;
	if (letsPass(turn, by)) return;
	const offers = random.chance(0.2);
	const act: Act = (who, current, then) =>
		openThen(world, who, current, then, (...step) =>
			offers ? makeOffer(step[0], step[1], step[2], itemsFor(current.reason, random), step[3]) : takeOn(...step)
		);
	if (alert.reason === 'contact' && alert.today) when(turn, at + random.between(6, 40) * MS_PER_MINUTE, act);
	else later(turn, alert.reason === 'contact' ? random.between(10, 170) : random.between(20, 400), act);
}

function reachOut(turn: Turn, by: Viewer): void {
	const { world, alert, at, random } = turn;
	if (letsPass(turn, by)) return;
	const items = itemsFor(alert.reason, random);
	const speaks = alert.reason === 'routine' || random.chance(0.25);
	const act: Act = (who, current, then) =>
		speaks ? speak(world, who, current, items, null, then) : makeOffer(world, who, current, items, then);
	if (alert.reason === 'contact' && alert.today) when(turn, at + random.between(15, 150) * MS_PER_MINUTE, act);
	else later(turn, alert.reason === 'contact' ? random.between(15, 200) : random.between(30, 800), act);
}

/** The person's own answer: most accept; some decline, say "not now", or say nothing. */
function answerSome(turn: Turn): void {
	const { world, alert, random } = turn;
	const share = random.next();
	if (share > 0.9) return;
	const said = share < 0.72 ? 'accepted' : share < 0.82 ? 'declined' : 'not-now';
	const at = workingLater(world, turn.at, random.between(15, 1300));
	plan(world, at, alert.personId, () => {
		const current = alertWithId(world, alert.id);
		if (current?.state === 'offered' && current.enteredAt === alert.enteredAt) answer(world, current, said, at);
	});
}

function speakInPerson(turn: Turn): void {
	const { world, alert, random } = turn;
	const items = itemsFor(alert.reason, random);
	const minutes = alert.reason === 'contact' ? random.between(20, 200) : random.between(60, 800);
	if (random.chance(0.65)) later(turn, minutes, (who, current, at) => speak(world, who, current, items, dayToSpeakAgain(at), at));
	else later(turn, minutes, (who, current, at) => makeOffer(world, who, current, items, at));
}

function dayToSpeakAgain(at: Instant): string {
	return addDays(localDate(zone, at), 14);
}

/** One to three and a half weeks later they ask how things are now; some close it at once. */
function stayInTouch(turn: Turn): void {
	const { world, alert, random } = turn;
	const at = workingLater(world, turn.at + random.between(6, 23) * MS_PER_DAY, random.between(20, 300));
	when(turn, at, (who, current, then) => (random.chance(0.85) ? askAgain(world, who, current, then) : finish(world, who, alert, then)));
}

function leaveOrAskAgain(turn: Turn): void {
	const { world, alert, random } = turn;
	const items = itemsFor(alert.reason, random);
	if (random.chance(0.7)) later(turn, random.between(200, 1400), (who, current, at) => finish(world, who, current, at));
	else later(turn, random.between(300, 2400), (who, current, at) => makeOffer(world, who, current, items, at));
}

const offered: Record<Reason, readonly (readonly SupportItem[])[]> = {
	exposure: [['talk', 'rota'], ['non-exposure'], ['rota', 'time-off-screen'], ['talk', 'non-exposure']],
	contact: [['talk'], ['talk'], ['talk', 'rota'], ['peer']],
	concern: [
		['talk', 'counselling'],
		['talk', 'time-off-screen'],
		['peer', 'counselling']
	],
	session: [['counselling'], ['counselling', 'rota']],
	routine: [['talk'], []]
};

function itemsFor(reason: Reason, random: Random): readonly SupportItem[] {
	return random.pick(offered[reason]);
}
