import { isActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import { resolve } from '$app/paths';
import { personDayOf } from '#lib/domain/time.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { listAccounts } from '#lib/server/directory.ts';
import { employersOf } from '#lib/server/employers.ts';
import { chosenId, chosenIdOrNone, date, email, formId, formIds, name, ticked, zone } from '#lib/server/fields.ts';
import { invitePerson } from '#lib/server/invitations.ts';
import { findOrganisation } from '#lib/server/organisation.ts';
import { openTeams } from '#lib/server/team-pages.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

const admin = anyOf('admin');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, admin);
	const db = client();
	const { now } = event.locals;
	const home = findOrganisation(db)?.zone ?? viewer.zone;
	return {
		accounts: listAccounts(db, viewer, now),
		teams: openTeams(db),
		employers: employersOf(db),
		defaults: { zone: home, startDate: personDayOf(home, '00:00', now) },
		zones,
		formIds: formIds('invite')
	};
};

const invitation = v.object({
	formId,
	name: name(),
	email,
	teamId: chosenIdOrNone,
	moderator: ticked,
	employerId: chosenId,
	zone,
	nights: ticked,
	startDate: date
});

export const actions: Actions = {
	invite: async (event) => {
		let made: { name: string; link: string } | undefined;
		const outcome = await action(admin, invitation, ({ db, viewer, input: { nights, ...account }, now }) => {
			const { token } = invitePerson(db, viewer, { ...account, dayStart: nights ? '12:00' : '00:00' }, now);
			made = { name: account.name, link: new URL(resolve('/(public)/invitation/[token]', { token }), event.url).href };
		})(event);
		return isActionFailure(outcome) ? outcome : { ...outcome, made };
	}
};
