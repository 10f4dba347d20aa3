import * as v from 'valibot';
import { appointmentKinds } from '#lib/domain/appointments.ts';
import { planningFor } from '#lib/server/appointment-lists.ts';
import { kindWords } from '#lib/server/appointment-words.ts';
import { planAppointment } from '#lib/server/appointments.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, chosenId, date, formId, formIds } from '#lib/server/fields.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	const asked = { personId: event.url.searchParams.get('person'), kind: event.url.searchParams.get('kind') };
	return {
		planning: planningFor(client(), viewer, asked, event.locals.now),
		kinds: appointmentKinds.map((value) => ({ value, label: kindWords[value] })),
		formIds: formIds('plan')
	};
};

const appointment = v.object({ id: formId, personId: chosenId, kind: choice(appointmentKinds), due: date });

export const actions: Actions = {
	default: action(guard, appointment, ({ db, viewer, input, now }) => {
		planAppointment(db, viewer, input, now);
		return '/appointments';
	})
};
