import { eq } from 'drizzle-orm';
import { dateOf, weekdayOfDay, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { recordFact } from '../consequences.ts';
import { appointments } from '../db/schema/records.ts';
import { keys, partOf, type Key } from './cast.ts';
import { randomFor } from './random.ts';
import { firstDayOf, idOf, isAway, moment, plan, workdayBack, type World } from './world.ts';

// No verb enters appointments yet: these two functions do what it will do.

type Kind = (typeof appointments.$inferSelect)['kind'];

/** Enters an appointment that is due on a day. Returns its id. */
function planEntered(world: World, key: Key, kind: Kind, due: EpochDay, at: Instant): string {
	const [id, person] = [world.ids.uuid(), idOf(world, key)];
	plan(world, at, person, () => {
		recordFact(world.db, at, {
			...{ personId: person, actorId: null },
			fact: (recordedAt) => ({ type: 'appointment', at: recordedAt, id, person, kind, due: dateOf(due) }),
			write: (recordedAt) =>
				void world.db
					.insert(appointments)
					.values({ id, personId: person, kind, due: dateOf(due), recordedAt })
					.run()
		});
	});
	return id;
}

function planOutcome(world: World, key: Key, id: string, outcome: 'attended' | 'declined', at: Instant): void {
	const person = idOf(world, key);
	plan(world, at, person, () => {
		recordFact(world.db, at, {
			...{ personId: person, actorId: person },
			fact: (recordedAt) => ({ type: `appointment-${outcome}` as const, at: recordedAt, id, person }),
			write: (outcomeAt) => void world.db.update(appointments).set({ outcome, outcomeAt }).where(eq(appointments.id, id)).run()
		});
	});
}

const counsellingDays = 28;
/** Counselling that was put off: by which of theirs, and for how many days. */
const putOff: Partial<Record<Key, { nth: number; days: number }>> = {
	juno: { nth: 0, days: 15 },
	tess: { nth: 1, days: 19 },
	faye: { nth: 0, days: 12 }
};

/** Whose last counselling is overdue: the alert came as this working day, counted back, began. */
const stillOpen: Partial<Record<Key, number>> = { wen: 1, lio: 4 };
/** The day on which more than the seven days of grace have passed. */
const overdueAfter = 8;

/** Counselling every four weeks for whoever moderates, and a yearly assessment for some. */
export function planAppointments(world: World): void {
	for (const key of keys) {
		if (!partOf[key].habit || partOf[key].joinedDaysAgo !== undefined) continue;
		const random = randomFor(`appointments|${key}`);
		const first = firstDayOf(world, key);
		let due = first + random.between(4, 30);
		const entered = moment(first, 9 * 60 + 30);
		for (let nth = 0, at = entered; at <= world.now; nth++) {
			const open = stillOpen[key] === undefined ? Infinity : workdayBack(world, stillOpen[key]) - overdueAfter;
			if (due + counsellingDays > open) due = open;
			const id = planEntered(world, key, 'counselling', due, at);
			if (due === open) break;
			const late = putOff[key]?.nth === nth ? putOff[key].days : random.between(-2, 4);
			const day = atWork(world, key, Math.max(due + late, first + 1));
			at = Math.max(at + 60_000, moment(day, random.between(11 * 60, 16 * 60)));
			planOutcome(world, key, id, random.chance(0.06) ? 'declined' : 'attended', at);
			at += 5 * 60_000;
			due = day + counsellingDays;
		}
		if (random.chance(0.5)) planAssessment(world, key, first + random.between(20, 80), entered + 60_000);
	}
}

function planAssessment(world: World, key: Key, due: EpochDay, at: Instant): void {
	const id = planEntered(world, key, 'assessment', due, at);
	planOutcome(world, key, id, 'attended', moment(atWork(world, key, due), 14 * 60 + 20));
}

function atWork(world: World, key: Key, day: EpochDay): EpochDay {
	return isAway(world, key, day) || weekdayOfDay(day) > 4 ? atWork(world, key, day + 1) : day;
}
