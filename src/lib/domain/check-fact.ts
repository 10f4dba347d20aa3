import { mayStep } from './alert.ts';
import type { Fact, ResponseFact, StepFact } from './facts.ts';
import { InvalidFact } from './invalid-fact.ts';
import { measuresOf } from './measures.ts';
import type { PersonState } from './person-state.ts';
import { epochDay, type Instant, type LocalDate } from './time.ts';

const LONGEST_SESSION_MS = 16 * 3_600_000;

function checkInterval(start: Instant, end: Instant, at: Instant, field: string): void {
	if (end <= start) throw new InvalidFact(field, 'The end does not lie after the start.');
	if (end > at) throw new InvalidFact(field, 'The end lies after the instant of recording.');
	if (end - start > LONGEST_SESSION_MS) throw new InvalidFact(field, 'A session lasts at most 16 hours.');
}

function checkStep(state: PersonState, fact: StepFact | ResponseFact): void {
	const alert = state.alerts[fact.reason];
	if (alert === undefined) throw new InvalidFact('reason', `No ${fact.reason} alert is open.`);
	if (!mayStep(fact.type, alert)) {
		throw new InvalidFact('type', `The ${fact.reason} alert is ${alert.state}: ${fact.type} is not possible.`);
	}
}

function runningTimer({ timer }: PersonState, id: string): { start: Instant } {
	if (timer?.id !== id) throw new InvalidFact('id', 'No timer with this id is running.');
	return timer;
}

function checkTimerStop(state: PersonState, fact: Fact & { type: 'timer-stop' }): void {
	const { start } = runningTimer(state, fact.id);
	checkInterval(start, fact.end ?? fact.at, fact.at, fact.end === undefined ? 'at' : 'end');
}

// From the end: mostly it is one of the last.
const hasSession = ({ sessions }: PersonState, id: string) => sessions.findLastIndex((session) => session.id === id) !== -1;

const hasDayTotal = ({ dayTotals }: PersonState, id: string) => dayTotals.some((total) => total.id === id);

function checkDate(state: PersonState, { date, at }: { date: LocalDate; at: Instant }): void {
	if (epochDay(date) > measuresOf(state).days.of(at)) throw new InvalidFact('date', 'A day total cannot lie in the future.');
}

/** Throws InvalidFact for a fact that cannot follow upon the person's state; changes nothing. */
export function checkFact(state: PersonState, fact: Fact): void {
	if (fact.at < state.advancedTo) throw new InvalidFact('at', 'This lies before what was already evaluated.');
	switch (fact.type) {
		case 'session':
			return checkInterval(fact.start, fact.end, fact.at, 'end');
		case 'timer-start':
			if (state.timer !== null) throw new InvalidFact('person', 'A timer is already running.');
			return;
		case 'timer-stop':
			return checkTimerStop(state, fact);
		case 'timer-drop':
			return void runningTimer(state, fact.id);
		case 'day-total':
			return checkDate(state, fact);
		case 'day-total-corrected':
			if (!hasDayTotal(state, fact.id)) throw new InvalidFact('id', 'This is no current day total.');
			return checkDate(state, fact);
		case 'amend':
			if (!hasSession(state, fact.id)) throw new InvalidFact('id', 'This is no current session.');
			return checkInterval(fact.start, fact.end, fact.at, 'end');
		case 'void':
			if (hasSession(state, fact.id) || hasDayTotal(state, fact.id)) return;
			throw new InvalidFact('id', 'This is no current session or day total.');
		case 'contact-request':
			if (state.lastContactAt !== fact.at) return;
			throw new InvalidFact('at', 'There was a request for contact at the very same instant.');
		case 'appointment-attended':
		case 'appointment-declined':
		case 'appointment-drop':
			if (state.appointments.some(({ id }) => id === fact.id)) return;
			throw new InvalidFact('id', 'This is no open appointment.');
		case 'acknowledge':
		case 'offer':
		case 'response':
		case 'follow-up':
		case 'close':
		case 'withdraw':
			return checkStep(state, fact);
		default:
			return;
	}
}
