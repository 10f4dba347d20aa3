import * as v from 'valibot';
import { resolve } from '$app/paths';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, chosenId, formId, formIds, hiddenChoice, hiddenId, name } from '#lib/server/fields.ts';
import { handOversOf } from '#lib/server/hand-overs.ts';
import { addOnCall, moveOnCall, removeOnCall } from '#lib/server/on-call.ts';
import { setHomeTeam } from '#lib/server/people.ts';
import { endRole, giveRole, teamRoles } from '#lib/server/roles.ts';
import { moveLead } from '#lib/server/lead-order.ts';
import { findTeam } from '#lib/server/team-pages.ts';
import { closeTeam, renameTeam } from '#lib/server/teams.ts';
import type { Actions, PageServerLoad } from './$types';

const admin = anyOf('admin');
const idOf = (event: { params: Partial<Record<string, string>> }) => event.params.id ?? '';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, admin);
	const { id } = event.params;
	const handOvers = handOversOf(client(), viewer, id, event.locals.now);
	return { team: findTeam(client(), viewer, id), handOvers, formIds: formIds('role', 'onCall', 'move') };
};

const row = v.object({ id: hiddenId });
const move = v.object({ formId, id: hiddenId, direction: hiddenChoice(['up', 'down']) });

export const actions: Actions = {
	rename: action(admin, v.object({ name: name() }), ({ db, viewer, input, event, now }) =>
		renameTeam(db, viewer, { teamId: idOf(event), ...input }, now)
	),
	member: action(admin, v.object({ personId: chosenId }), ({ db, viewer, input, now, event }) => {
		setHomeTeam(db, viewer, { teamId: idOf(event), ...input }, now);
	}),
	role: action(admin, v.object({ id: formId, personId: chosenId, role: choice(teamRoles) }), ({ db, viewer, input, now, event }) => {
		giveRole(db, viewer, { teamId: idOf(event), ...input }, now);
	}),
	endRole: action(admin, row, ({ db, viewer, input, now }) => endRole(db, viewer, input.id, now)),
	moveLead: action(admin, move, ({ db, viewer, input, now }) => moveLead(db, viewer, input, now)),
	onCall: action(admin, v.object({ id: formId, personId: chosenId }), ({ db, viewer, input, now, event }) => {
		addOnCall(db, viewer, { teamId: idOf(event), ...input }, now);
	}),
	moveOnCall: action(admin, move, ({ db, viewer, input, now }) => moveOnCall(db, viewer, input, now)),
	removeOnCall: action(admin, row, ({ db, viewer, input, now }) => removeOnCall(db, viewer, input.id, now)),
	close: action(admin, v.object({}), ({ db, viewer, now, event }) => {
		closeTeam(db, viewer, idOf(event), now);
		return resolve('/(app)/admin');
	})
};
