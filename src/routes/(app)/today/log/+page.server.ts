import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { dayTotalForm, sessionForm } from '#lib/server/exposure-fields.ts';
import { exposureChoices } from '#lib/server/exposure-work.ts';
import { logDayTotal, logTypedSession } from '#lib/server/exposures.ts';
import { orderedFormIds } from '#lib/server/fields.ts';
import { localDate } from '#lib/server/local-time.ts';
import type { Actions, PageServerLoad } from './$types';

const moderators = anyOf('moderator');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, moderators);
	const today = localDate(viewer.zone, event.locals.now);
	return { choices: exposureChoices(client()), today, formIds: orderedFormIds('session', 'total') };
};

export const actions: Actions = {
	session: action(moderators, sessionForm, ({ db, viewer, input, now }) => {
		const { id } = logTypedSession(db, viewer, input, now);
		return `/today?saved=${id}`;
	}),
	total: action(moderators, dayTotalForm, ({ db, viewer, input, now }) => {
		const { id } = logDayTotal(db, viewer, input, now);
		return `/today?saved=${id}`;
	})
};
