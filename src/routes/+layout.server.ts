import { client } from '#lib/server/db/client.ts';
import { defaultHelpLines, findOrganisation } from '#lib/server/organisation.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals: { viewer, look } }) => {
	const organisation = findOrganisation(client());
	return {
		organisation: organisation?.name ?? null,
		sample: organisation?.sample ?? false,
		helpLines: organisation?.helpLines ?? [...defaultHelpLines],
		viewer: viewer && {
			name: viewer.name,
			roles: [...new Set(viewer.roles.map(({ role }) => role))],
			homeTeam: viewer.homeTeam?.name ?? null
		},
		look
	};
};
