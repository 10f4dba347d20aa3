import { conversationFrom, stateAfter } from './alert.ts';
import { closeAlert, enter } from './alert-events.ts';
import { rememberCheckIn } from './concern.ts';
import { correct } from './correction.ts';
import { evaluateExposure } from './evaluation.ts';
import type { ConversationFact, Fact, PersonFact, ResponseFact, StepFact } from './facts.ts';
import {
	insertAbsence,
	insertDayTotal,
	insertFactor,
	insertSession,
	remeasure,
	removeDayTotal,
	removeSession,
	replaceAbsences,
	replaceFactors
} from './measures.ts';
import type { Output } from './output.ts';
import type { Session } from './person-state.ts';
import type { Moment } from './rules/rule.ts';
import type { DayRange } from './working-time.ts';

const together = (a: DayRange, b: DayRange): DayRange => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) });

function recordSession(moment: Moment, { id, start, end }: Session, out: Output[]): void {
	evaluateExposure(moment, insertSession(moment.state, { id, start, end }), out);
}

function stopTimer(moment: Moment, fact: Fact & { type: 'timer-stop' }, out: Output[]): void {
	const { timer } = moment.state;
	if (timer === null) return;
	moment.state.timer = null;
	recordSession(moment, { id: timer.id, start: timer.start, end: fact.end ?? fact.at }, out);
}

function amend(moment: Moment, { id, start, end }: Fact & { type: 'amend' }, out: Output[]): void {
	const old = moment.state.sessions.findLast((session) => session.id === id);
	if (old === undefined) return;
	const before = removeSession(moment.state, old);
	evaluateExposure(moment, together(before, insertSession(moment.state, { id, start, end })), out);
	correct(moment, out);
}

function correctDayTotal(moment: Moment, { id, date, minutes }: Fact & { type: 'day-total-corrected' }, out: Output[]): void {
	const old = moment.state.dayTotals.find((total) => total.id === id);
	if (old === undefined) return;
	const before = removeDayTotal(moment.state, old);
	evaluateExposure(moment, together(before, insertDayTotal(moment.state, { id, date, minutes })), out);
	correct(moment, out);
}

function voidEntry(moment: Moment, { id }: Fact & { type: 'void' }, out: Output[]): void {
	const { state } = moment;
	const session = state.sessions.findLast((each) => each.id === id);
	const total = state.dayTotals.find((each) => each.id === id);
	const touched = session ? removeSession(state, session) : total && removeDayTotal(state, total);
	if (touched === undefined) return;
	evaluateExposure(moment, touched, out);
	correct(moment, out);
}

function replacePerson({ state }: Moment, fact: PersonFact): void {
	state.zone = fact.zone;
	state.dayStart = fact.dayStart ?? '00:00';
	state.startDate = fact.startDate;
	remeasure(state);
}

function converse(moment: Moment, { reasons = [] }: ConversationFact, out: Output[]): void {
	const { state, now } = moment;
	state.lastConversationAt = now;
	for (const reason of reasons) {
		const alert = state.alerts[reason];
		if (alert === undefined) continue;
		if (reason === 'routine') closeAlert(moment, alert, out);
		else if (conversationFrom.includes(alert.state)) enter(moment, alert, 'accepted');
	}
}

function step(moment: Moment, fact: StepFact | ResponseFact, out: Output[]): void {
	const alert = moment.state.alerts[fact.reason];
	if (alert === undefined) return;
	const to = stateAfter(fact.type, fact.type === 'response' ? fact.answer : undefined);
	if (to === null) closeAlert(moment, alert, out);
	else enter(moment, alert, to);
}

/** Changes the person's state by a checked fact, and evaluates what a fact about exposure touches. */
export function change(moment: Moment, fact: Fact, out: Output[]): void {
	const { state } = moment;
	switch (fact.type) {
		case 'policy':
		case 'share-concern':
		case 'concern-forgotten':
			return;
		case 'person':
			return replacePerson(moment, fact);
		case 'member':
			state.team = fact.team;
			return;
		case 'factor':
			return insertFactor(state, { factor: fact.factor, from: fact.from, to: fact.to ?? null });
		case 'factors-corrected':
			return replaceFactors(state, fact.factors);
		case 'absence':
			return insertAbsence(state, { from: fact.from, to: fact.to });
		case 'absences-corrected':
			return replaceAbsences(state, fact.absences);
		case 'session':
			return recordSession(moment, fact, out);
		case 'timer-start':
			state.timer = { id: fact.id, start: fact.at };
			return;
		case 'timer-stop':
			return stopTimer(moment, fact, out);
		case 'timer-drop':
			state.timer = null;
			return;
		case 'day-total':
			return evaluateExposure(moment, insertDayTotal(state, { id: fact.id, date: fact.date, minutes: fact.minutes }), out);
		case 'day-total-corrected':
			return correctDayTotal(moment, fact, out);
		case 'amend':
			return amend(moment, fact, out);
		case 'void':
			return voidEntry(moment, fact, out);
		case 'check-in':
			if (fact.answers !== undefined) rememberCheckIn(state, fact.instrument, fact.answers);
			return;
		case 'sharing':
			state.prompt = fact.prompt;
			return;
		case 'contact-request':
			state.lastContactAt = fact.at;
			return;
		case 'conversation':
			return converse(moment, fact, out);
		case 'appointment':
			state.appointments.push({ id: fact.id, kind: fact.kind, due: fact.due });
			return;
		case 'appointment-attended':
		case 'appointment-declined':
		case 'appointment-drop':
			state.appointments = state.appointments.filter(({ id }) => id !== fact.id);
			return;
		default:
			return step(moment, fact, out);
	}
}
