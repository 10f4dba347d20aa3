import * as v from 'valibot';
import { resolve } from '$app/paths';
import { action } from '#lib/server/auth/action.ts';
import { author, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, formId, formIds, hidden, incomplete } from '#lib/server/fields.ts';
import { simulatedDays, simulatorPage, startSimulation } from '#lib/server/simulations.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, author);
	const asked = (name: string) => event.url.searchParams.get(name) ?? '';
	const page = simulatorPage(client(), viewer, asked('team') || null, event.locals.now, asked('from'));
	return { ...page, zones, lengths: simulatedDays, formIds: formIds('simulation') };
};

const team = v.pipe(
	hidden,
	v.maxLength(64, incomplete),
	v.transform((id) => (id === '' ? null : id))
);
/** The policy's own fields are read by their paths. */
const simulation = v.looseObject({ id: formId, team, days: choice(simulatedDays) });

export const actions: Actions = {
	default: action(author, simulation, ({ db, viewer, input, now }) => {
		const run = startSimulation(db, viewer, { formId: input.id, teamId: input.team, days: input.days, form: input }, now);
		return resolve('/(app)/policy/simulator/[run]', { run });
	})
};
