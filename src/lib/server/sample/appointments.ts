import { intervalDays } from '#lib/domain/appointments.ts';
import type { AppointmentKind } from '#lib/domain/facts.ts';
import { dateOf, weekdayOfDay, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { appointmentOfficers } from '../appointment-officers.ts';
import { moveAppointment, planAppointment, settleAppointment, withdrawAppointment } from '../appointments.ts';
import type { Viewer } from '../viewer.ts';
import { keys, partOf, type Key } from './cast.ts';
import { randomFor } from './random.ts';
import { backAt, firstDayOf, idOf, isAway, moment, plan, viewerWithId, workdayBack, type World } from './world.ts';

/** The officer who looks after somebody's appointments. */
function officerOf(world: World, person: string, at: Instant): Viewer {
	const [officer] = appointmentOfficers(world.db, person, at);
	if (!officer) throw new Error('nobody looks after their appointments');
	return viewerWithId(world, officer.id);
}

/** Enters an appointment that is due on a day. Returns its id. */
function planEntered(world: World, key: Key, kind: AppointmentKind, due: EpochDay, at: Instant): string {
	const [id, personId] = [world.ids.uuid(), idOf(world, key)];
	plan(world, at, personId, () => {
		planAppointment(world.db, officerOf(world, personId, at), { id, personId, kind, due: dateOf(due) }, at);
	});
	return id;
}

/** Gives it another date. Returns the id of the one in its place. */
function planMoved(world: World, key: Key, id: string, due: EpochDay, at: Instant): string {
	const [formId, person] = [world.ids.uuid(), idOf(world, key)];
	plan(world, at, person, () => moveAppointment(world.db, officerOf(world, person, at), { formId, id, due: dateOf(due) }, at));
	return formId;
}

/** Some say themselves how it ended, of others the officer does. */
function planOutcome(world: World, key: Key, id: string, outcome: 'attended' | 'declined', at: Instant): void {
	const person = idOf(world, key);
	const own = randomFor(`appointments|by|${key}|${at}`).chance(0.5);
	plan(world, at, person, () => {
		settleAppointment(world.db, own ? viewerWithId(world, person) : officerOf(world, person, at), { id, outcome }, at);
	});
}

/** Entered for the wrong person, and taken off again. */
function planMistake(world: World, key: Key, at: Instant): void {
	const person = idOf(world, key);
	const id = planEntered(world, key, 'assessment', world.today + 40, at);
	plan(world, at + 600_000, person, () => withdrawAppointment(world.db, officerOf(world, person, at), id, at + 600_000));
}

/** Counselling that was put off: by which of theirs, and for how many days. */
const putOff: Partial<Record<Key, { nth: number; days: number }>> = {
	juno: { nth: 0, days: 15 },
	tess: { nth: 1, days: 19 },
	faye: { nth: 0, days: 12 }
};

/** Which of theirs was moved to another date, the day before. */
const moved: Partial<Record<Key, number>> = { bea: 1, sol: 1, kit: 0 };

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
			if (due + intervalDays.counselling > open) due = open;
			let id = planEntered(world, key, 'counselling', due, at);
			if (due === open) break;
			if (moved[key] === nth) {
				at = moment(due - 1, 10 * 60 + 40);
				due += 6;
				id = planMoved(world, key, id, due, at);
			}
			const late = putOff[key]?.nth === nth ? putOff[key].days : random.between(-2, 4);
			const day = atWork(world, key, Math.max(due + late, first + 1));
			at = Math.max(at + 60_000, moment(day, random.between(11 * 60, 16 * 60)));
			planOutcome(world, key, id, random.chance(0.06) ? 'declined' : 'attended', at);
			at += 5 * 60_000;
			due = day + intervalDays.counselling;
		}
		if (key === 'tomas') planMistake(world, key, backAt(world, 9, '11:20'));
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
