import { openAlarms } from '#lib/server/alarms.ts';
import { client } from '#lib/server/db/client.ts';
import { defaultHelpLines, findOrganisation } from '#lib/server/organisation.ts';
import { unopenedFor } from '#lib/server/unopened.ts';
import { hasRole } from '#lib/server/viewer.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals: { viewer, look, now }, url }) => {
	const organisation = findOrganisation(client());
	const isAdmin = viewer !== null && hasRole(viewer, 'admin');
	return {
		organisation: organisation?.name ?? null,
		sample: organisation?.sample ?? false,
		helpLines: organisation?.helpLines ?? [...defaultHelpLines],
		viewer: viewer && {
			name: viewer.name,
			roles: [...new Set(viewer.roles.map(({ role }) => role))],
			homeTeam: viewer.homeTeam?.name ?? null,
			/** Prompts that wait for this person and that they have not opened yet. */
			unopened: unopenedFor(client(), viewer, now)
		},
		/** What is wrong with Breakwater itself. Asking for the path has it looked up anew with every page, but for administrators alone. */
		alarms: isAdmin && url.pathname !== '' ? openAlarms(client(), viewer, now).map(({ title }) => title) : [],
		look,
		/** When this was made, UTC ms. */
		now
	};
};
