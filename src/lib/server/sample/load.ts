import type { Instant } from '#lib/domain/time.ts';
import { hashPassword } from '../auth/passwords.ts';
import { firstDue } from '../clocks.ts';
import { catchUp } from '../consequences.ts';
import type { Db } from '../db/connection.ts';
import { withTx } from '../db/tx.ts';
import { planAppointments } from './appointments.ts';
import { toldWeeks } from './asked.ts';
import { password, sampleSignIns, type SignIn } from './cast.ts';
import { planDays, planPresentDay } from './days.ts';
import { found } from './found.ts';
import { planLeave } from './leave.ts';
import { planLists } from './lists.ts';
import { planLowerLimits } from './lower-limits.ts';
import { planPulses } from './pulses.ts';
import { publishLastQuarter } from './report.ts';
import { neededWeeks, planStories } from './stories.ts';
import { react, type Watched } from './supervisors.ts';
import type { World } from './world.ts';

/**
 * Loads the sample organisation: 90 days up to `now` (UTC ms) of what three teams did, told to the same verbs that the screens call.
 * The same `now` gives the same days. All of it is stored, or nothing; it takes some seconds, and the database waits.
 * @returns whom to sign in as
 * @throws Refusal `conflict` where there is an organisation already
 */
export async function loadSample(db: Db, now: Instant): Promise<{ signIn: SignIn[] }> {
	const passwordHash = await hashPassword(password);
	withTx(db, () => {
		const world = found(db, now, passwordHash);
		planLeave(world, neededWeeks(world));
		planDays(world);
		planPresentDay(world);
		planPulses(world, toldWeeks(world));
		planAppointments(world);
		planStories(world);
		planLists(world);
		planLowerLimits(world);
		play(world);
		publishLastQuarter(world);
	});
	return { signIn: sampleSignIns() };
}

/** Lets everything happen in the order of time: what is planned, what time alone makes due in between, and what follows. */
function play(world: World): void {
	const watched: Watched = new Map();
	for (;;) {
		const next = world.agenda.next();
		passTime(world, watched, next ?? world.now);
		const due = world.agenda.next();
		if (due === undefined && next === undefined) return;
		// Time may have made somebody plan something earlier than what was next.
		if (due !== next) continue;
		const planned = world.agenda.take();
		planned?.run(planned.at);
		if (planned) react(world, watched, planned.personId, planned.at);
	}
}

/** As the scheduler does: whoever's clock is due first, at the instant at which it is due. */
function passTime(world: World, watched: Watched, until: Instant): void {
	for (let due = firstDue(world.db); due !== null && due.at <= until; due = firstDue(world.db)) {
		catchUp(world.db, due.personId, due.at);
		react(world, watched, due.personId, due.at);
		const earlier = world.agenda.next();
		if (earlier !== undefined && earlier < until) return;
	}
}
