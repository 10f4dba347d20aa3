import type { AlertState } from '#lib/domain/alert.ts';
import type { Answer, Reason } from '#lib/domain/facts.ts';
import { dateWords } from './local-time.ts';
import type { alertEvents, AlertEventDetail, SupportItem } from './db/schema/records.ts';

/** How the person reads what was put on the table. */
export const itemWords: Record<SupportItem, string> = {
	talk: 'a talk',
	rota: 'a change of rota',
	'non-exposure': 'other work for a while',
	peer: 'a peer supporter',
	counselling: 'counselling',
	'time-off-screen': 'time off screen'
};

/** What was put on the table, in words; an offer without a tick is a talk. */
export function itemsIn(detail: AlertEventDetail | null): string[] {
	const items = detail?.items ?? [];
	return items.length > 0 ? items.map((item) => itemWords[item]) : [itemWords.talk];
}

/** Why somebody was asked to have a word, as its title. */
export const reasonWords: Record<Reason, string> = {
	exposure: 'Hours over a limit',
	contact: 'You asked for contact',
	concern: 'A concern you shared',
	session: 'A welfare session is overdue',
	routine: 'A routine conversation'
};

/** Where it stands, as the person reads it. */
export const stateWords: Record<AlertState | 'closed' | 'corrected', string> = {
	raised: 'waiting for them',
	acknowledged: 'taken on',
	offered: 'waiting for your answer',
	accepted: 'agreed',
	declined: 'not taken up',
	unanswered: 'still open to you',
	'followed-up': 'followed up',
	closed: 'closed',
	corrected: 'closed by a correction'
};

export interface StepFacts {
	reason: Reason;
	event: (typeof alertEvents.$inferSelect)['event'];
	/** `You`, a name, or null where the clock or a rule did it. */
	by: string | null;
	detail: AlertEventDetail | null;
	/** The name of whom the person chose, where the step says. */
	to: string | null;
}

const answerWords: Record<Answer, string> = {
	accepted: 'You accepted.',
	declined: 'You declined. If you change your mind, ask for contact.',
	'not-now': 'You said: not now. Whenever it suits you, ask for contact.'
};

/** One step as a plain sentence; null where another sentence says it already. */
export function stepWords(step: StepFacts): string | null {
	const { event, detail } = step;
	const by = step.by ?? 'Somebody';
	const items = (detail?.items ?? []).map((item) => itemWords[item]).join(', ');
	switch (event) {
		case 'raised':
		case 'renewed':
			return raisedWords(step);
		case 'evidence':
			return 'One more limit for hours was passed.';
		case 'seen':
			return `${by} opened it.`;
		case 'acknowledged':
			return `${by} took it on.`;
		case 'offered':
			return `${by} offered${detail?.manner === 'in-person' ? ' in person' : ''}: ${itemsIn(detail).join(', ')}.`;
		case 'answered':
			return answerWords[detail?.answer ?? 'not-now'];
		case 'conversation':
			return `${by} noted that you talked${items ? `. Agreed: ${items}` : ''}${detail?.on ? `. To speak again: ${dateWords(detail.on)}` : ''}.`;
		case 'followed-up':
			return `${by} noted asking how things are now.`;
		case 'unanswered':
			return 'The offer had no answer, so they were asked to speak to you in person. You can still answer it.';
		case 'escalated':
			return 'Nobody had taken the next step in time, so the next people in line were told as well.';
		case 'withdrawn':
			return 'You withdrew it.';
		case 'corrected':
			return 'After a correction no limit was passed any more. It closed by itself.';
		case 'closed':
			return step.by === 'You' ? null : step.by === null ? 'It closed.' : `${by} closed it.`;
	}
}

function raisedWords({ reason, event, detail, to }: StepFacts): string {
	const again = event === 'renewed';
	switch (reason) {
		case 'exposure':
			return 'Your hours passed a limit, so somebody was asked to offer you support.';
		case 'contact':
			return `You asked ${to ?? 'somebody'} for contact${again ? ' again' : ''}${detail?.when === 'today' ? ', today' : ''}.`;
		case 'concern':
			if (to) return `You shared a concern with ${to}${again ? ' again' : ''}.`;
			return `A check-in of yours prompted whom you have named${again ? ' once more' : ''}. They see neither answers nor scores.`;
		case 'session':
			return 'A welfare session was overdue.';
		case 'routine':
			return 'It was time for a routine conversation. It says nothing about you.';
	}
}
