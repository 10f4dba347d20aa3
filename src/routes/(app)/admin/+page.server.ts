import * as v from 'valibot';
import { resolve } from '$app/paths';
import { dismissAlarm } from '#lib/server/alarms.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { erasureClocks } from '#lib/server/erasure-requests.ts';
import { formId, formIds, hiddenId, name, zone } from '#lib/server/fields.ts';
import { findOrganisation } from '#lib/server/organisation.ts';
import { overview } from '#lib/server/overview.ts';
import { confirmRole, refuseRole } from '#lib/server/roles.ts';
import { createTeam } from '#lib/server/teams.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

const reading = anyOf('admin', 'head_of_welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, reading);
	const db = client();
	const { now } = event.locals;
	return {
		...overview(db, viewer, now),
		erasures: erasureClocks(db, viewer, now),
		zone: findOrganisation(db)?.zone ?? viewer.zone,
		zones,
		formIds: formIds('team')
	};
};

export const actions: Actions = {
	confirm: action(reading, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => confirmRole(db, viewer, input.id, now)),
	refuse: action(reading, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => refuseRole(db, viewer, input.id, now)),
	putAway: action(anyOf('admin'), v.object({ id: hiddenId }), ({ db, viewer, input, now }) => dismissAlarm(db, viewer, input.id, now)),
	team: action(anyOf('admin'), v.object({ id: formId, name: name(), zone }), ({ db, viewer, input, now }) => {
		createTeam(db, viewer, input, now);
		return resolve('/(app)/admin/teams/[id]', { id: input.id });
	})
};
