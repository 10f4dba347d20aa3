import * as v from 'valibot';
import { openAppointment } from '#lib/server/appointment-lists.ts';
import { moveAppointment, settleAppointment, withdrawAppointment } from '#lib/server/appointments.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { date, formId, hiddenChoice } from '#lib/server/fields.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	return { appointment: openAppointment(client(), viewer, event.params.id, event.locals.now) };
};

const outcome = v.object({ outcome: hiddenChoice(['attended', 'declined']) });

export const actions: Actions = {
	settle: action(guard, outcome, ({ db, viewer, input, now, event }) => {
		const id = event.params.id ?? '';
		settleAppointment(db, viewer, { id, ...input }, now);
		return `/appointments/${id}`;
	}),
	move: action(guard, v.object({ formId, due: date }), ({ db, viewer, input, now, event }) => {
		moveAppointment(db, viewer, { id: event.params.id ?? '', ...input }, now);
		return `/appointments/${input.formId}`;
	}),
	withdraw: action(guard, v.object({}), ({ db, viewer, now, event }) => {
		withdrawAppointment(db, viewer, event.params.id ?? '', now);
		return '/appointments';
	})
};
