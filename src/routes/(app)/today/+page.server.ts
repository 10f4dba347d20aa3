import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { savedFor } from '#lib/server/exposure-entry.ts';
import { dismissForm, nameForm, repairForm, startForm, stopForm } from '#lib/server/exposure-fields.ts';
import { orderedFormIds } from '#lib/server/fields.ts';
import { dismissNotice } from '#lib/server/notices.ts';
import { consentAsked } from '#lib/server/own-disclosures.ts';
import { runningPlans } from '#lib/server/plan-pages.ts';
import { questionnairesDue } from '#lib/server/questionnaires.ts';
import { offersFor } from '#lib/server/support.ts';
import { nameRunning, repairTimer, startTimer, stopTimer } from '#lib/server/timers.ts';
import { todayFor } from '#lib/server/today.ts';
import { listsReady } from '#lib/server/weekly-lists.ts';
import type { Actions, PageServerLoad } from './$types';

const moderators = anyOf('moderator');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, moderators);
	const db = client();
	const { now } = event.locals;
	return {
		today: todayFor(db, viewer, now),
		offers: offersFor(db, viewer, now),
		consentAsked: consentAsked(db, viewer, now),
		plans: runningPlans(db, viewer, now),
		listsReady: listsReady(db, viewer, now),
		questionnairesDue: questionnairesDue(db, viewer, now),
		saved: savedFor(db, viewer, event.url.searchParams.get('saved')),
		formIds: orderedFormIds('start', 'stop', 'repair')
	};
};

export const actions: Actions = {
	start: action(moderators, startForm, ({ db, viewer, input, now }) => {
		startTimer(db, viewer, { ...input, stopRunning: input.stopRunning === 'yes' }, now);
		return '/today';
	}),
	name: action(moderators, nameForm, ({ db, viewer, input, now }) => {
		nameRunning(db, viewer, { ...input, id: input.timer }, now);
		return '/today';
	}),
	stop: action(moderators, stopForm, ({ db, viewer, input, now }) => {
		const { id } = stopTimer(db, viewer, { ...input, formId: input.id, id: input.timer }, now);
		return `/today?saved=${id}`;
	}),
	repair: action(moderators, repairForm, ({ db, viewer, input, now }) => {
		repairTimer(db, viewer, { ...input, formId: input.id, id: input.timer }, now);
		return `/today?saved=${input.timer}`;
	}),
	dismiss: action(moderators, dismissForm, ({ db, viewer, input, now }) => {
		dismissNotice(db, viewer, input.notice, now);
		return '/today';
	})
};
