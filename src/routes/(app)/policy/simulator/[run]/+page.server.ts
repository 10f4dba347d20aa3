import * as v from 'valibot';
import { resolve } from '$app/paths';
import { action } from '#lib/server/auth/action.ts';
import { author, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { findSimulation, stopSimulation } from '#lib/server/simulations.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, author);
	return { simulation: findSimulation(client(), viewer, event.params.run, event.locals.now) };
};

export const actions: Actions = {
	stop: action(author, v.object({}), ({ db, viewer, now, event }) => {
		const run = event.params['run'] ?? '';
		stopSimulation(db, viewer, run, now);
		return resolve('/(app)/policy/simulator/[run]', { run });
	})
};
