import * as v from 'valibot';
import { resolve } from '$app/paths';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choice } from '#lib/server/fields.ts';
import { findReport, publishReport } from '#lib/server/reports.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return findReport(client(), viewer, event.params.quarter, event.locals.now);
};

const sure = v.object({ sure: v.optional(choice(['yes'])) });

export const actions: Actions = {
	publish: action(anyOf('head_of_welfare'), sure, ({ db, viewer, input, now, event }) => {
		const quarter = event.params['quarter'] ?? '';
		publishReport(db, viewer, { quarter, sure: input.sure === 'yes' }, now);
		return resolve('/(app)/reports/[quarter]', { quarter });
	})
};
