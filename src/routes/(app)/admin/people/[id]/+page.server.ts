import { isActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import { resolve } from '$app/paths';
import { invite } from '#lib/server/accounts.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { departureOf } from '#lib/server/departure-lists.ts';
import { cancelDeparture, comeBackToAccount, planDeparture } from '#lib/server/departures.ts';
import { findAccount } from '#lib/server/directory.ts';
import { erasureOf } from '#lib/server/erasures.ts';
import { choice, chosenId, clock, date, formId, formIds, hiddenId, name, zone } from '#lib/server/fields.ts';
import { disablePerson, renamePerson, setHomeTeam } from '#lib/server/people.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { endRole, giveRole, organisationRoles, takesTwoPeople, teamRoles } from '#lib/server/roles.ts';
import { openTeams } from '#lib/server/team-pages.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

const admin = anyOf('admin');
const idOf = (event: { params: Partial<Record<string, string>> }) => event.params.id ?? '';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, admin);
	const db = client();
	const { now } = event.locals;
	const account = findAccount(db, viewer, event.params.id, now);
	const departure = departureOf(db, viewer, account.id, now);
	const erasure = erasureOf(db, viewer, account.id, now);
	return {
		account,
		departure,
		erasure,
		teams: openTeams(db),
		takesTwo: takesTwoPeople(db),
		zones,
		formIds: formIds('teamRole', 'wholeRole', 'leave')
	};
};

const days = v.object({ zone, dayStart: clock, startDate: date });
const teamRole = v.object({ id: formId, role: choice(teamRoles), teamId: chosenId });
const wholeRole = v.object({ id: formId, role: choice(organisationRoles) });

export const actions: Actions = {
	rename: action(admin, v.object({ name: name() }), ({ db, viewer, input, event, now }) =>
		renamePerson(db, viewer, { personId: idOf(event), ...input }, now)
	),
	home: action(admin, v.object({ teamId: chosenId }), ({ db, viewer, input, now, event }) => {
		setHomeTeam(db, viewer, { personId: idOf(event), ...input }, now);
	}),
	days: action(admin, days, ({ db, viewer, input, now, event }) => changeDays(db, viewer, { personId: idOf(event), ...input }, now)),
	teamRole: action(
		admin,
		teamRole,
		({ db, viewer, input, now, event }) => void giveRole(db, viewer, { personId: idOf(event), ...input }, now)
	),
	wholeRole: action(admin, wholeRole, ({ db, viewer, input, now, event }) => {
		giveRole(db, viewer, { personId: idOf(event), teamId: null, ...input }, now);
	}),
	endRole: action(admin, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => endRole(db, viewer, input.id, now)),
	disable: action(admin, v.object({}), ({ db, viewer, now, event }) => disablePerson(db, viewer, idOf(event), now)),
	enable: action(admin, v.object({}), ({ db, viewer, event, now }) => comeBackToAccount(db, viewer, idOf(event), now)),
	leave: action(admin, v.object({ id: formId, from: date }), ({ db, viewer, input, now, event }) =>
		planDeparture(db, viewer, { ...input, personId: idOf(event) }, now)
	),
	stay: action(admin, v.object({}), ({ db, viewer, now, event }) => cancelDeparture(db, viewer, { personId: idOf(event) }, now)),
	link: async (event) => {
		let link: string | undefined;
		const outcome = await action(admin, v.object({}), ({ db, viewer, now }) => {
			const token = invite(db, viewer, idOf(event), now);
			link = new URL(resolve('/(public)/invitation/[token]', { token }), event.url).href;
		})(event);
		return isActionFailure(outcome) ? outcome : { ...outcome, link };
	}
};
