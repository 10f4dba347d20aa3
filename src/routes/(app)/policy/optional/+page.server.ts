import * as v from 'valibot';
import { resolve } from '$app/paths';
import { instrumentIds } from '#lib/domain/instruments/instrument.ts';
import { action } from '#lib/server/auth/action.ts';
import { author, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choices, formId, formIds, hidden, name } from '#lib/server/fields.ts';
import { changeOptional, optionalPage } from '#lib/server/optional-parts.ts';
import { allOptionalFields } from '#lib/server/organisation.ts';
import { longestReason } from '#lib/server/policy-changes.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, author);
	return { optional: optionalPage(client(), viewer, event.locals.now), formIds: formIds('optional') };
};

const optional = v.object({
	...{ id: formId, basedOn: hidden, reason: name(longestReason) },
	...{ fields: choices(allOptionalFields), instruments: choices(instrumentIds), supervision: choices(['lead-hours']) }
});

export const actions: Actions = {
	default: action(author, optional, ({ db, viewer, input: { supervision, ...input }, now }) => {
		changeOptional(db, viewer, { ...input, leadHours: supervision.includes('lead-hours'), basedOn: input.basedOn || null }, now);
		return resolve('/(app)/policy');
	})
};
