import * as v from 'valibot';
import { settleAppointment } from '#lib/server/appointments.ts';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { openCopies } from '#lib/server/disclosure-openings.ts';
import { disputeConversation, recordedConversations } from '#lib/server/disputes.ts';
import { formId, hiddenChoice, hiddenId } from '#lib/server/fields.ts';
import { ownLinesFor } from '#lib/server/own-lists.ts';
import { consentAsked } from '#lib/server/own-disclosures.ts';
import { ownAppointments } from '#lib/server/own-appointments.ts';
import { plansFor } from '#lib/server/plan-pages.ts';
import { teamNews } from '#lib/server/role-news.ts';
import { answerOffer, myAlerts, offersFor, pagesOfMine, withdrawRequest } from '#lib/server/support.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	const { now } = event.locals;
	const page = Number(event.url.searchParams.get('page'));
	return {
		offers: offersFor(client(), viewer, now),
		alerts: myAlerts(client(), viewer, now, page),
		pages: pagesOfMine(client(), viewer, page),
		plans: plansFor(client(), viewer, 'about', now),
		conversations: recordedConversations(client(), viewer, now),
		lines: ownLinesFor(client(), viewer, now),
		appointments: ownAppointments(client(), viewer, now),
		consentAsked: consentAsked(client(), viewer, now),
		copies: openCopies(client(), viewer, now),
		news: teamNews(client(), viewer, now),
		hasTeam: viewer.homeTeam !== null
	};
};

const answer = v.object({
	id: formId,
	alertId: hiddenId,
	answer: hiddenChoice(['accepted', 'declined', 'not-now']),
	back: hiddenChoice(['/today', '/support'])
});

const settled = v.object({ id: hiddenId, outcome: hiddenChoice(['attended', 'declined']) });

export const actions: Actions = {
	settle: action(signedIn, settled, ({ db, viewer, input, now }) => {
		settleAppointment(db, viewer, input, now);
		return '/support';
	}),
	answer: action(signedIn, answer, ({ db, viewer, input: { back, ...what }, now }) => {
		answerOffer(db, viewer, what, now);
		return back;
	}),
	dispute: action(signedIn, v.object({ conversationId: hiddenId }), ({ db, viewer, input, now }) => {
		disputeConversation(db, viewer, input, now);
		return '/support';
	}),
	withdraw: action(signedIn, v.object({ id: formId, alertId: hiddenId }), ({ db, viewer, input, now }) => {
		withdrawRequest(db, viewer, input, now);
		return '/support';
	})
};
