import * as v from 'valibot';
import { instruments } from '#lib/domain/instruments/list.ts';
import { pulseWords } from '#lib/domain/instruments/pulse-words.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { checkInResult, shareConcern } from '#lib/server/check-in-results.ts';
import { client } from '#lib/server/db/client.ts';
import { chosenId, formId, formIds } from '#lib/server/fields.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('moderator');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	const result = checkInResult(client(), viewer, event.params.id, event.locals.now);
	const scored = result.instrument === 'pulse' ? null : result.instrument;
	return { ...result, scored, name: scored && instruments[scored].name, items: pulseWords, formIds: formIds('share') };
};

export const actions: Actions = {
	share: action(guard, v.object({ id: formId, officerId: chosenId }), ({ db, viewer, input, now, event }) => {
		const checkInId = event.params.id ?? '';
		shareConcern(db, viewer, { ...input, checkInId }, now);
		return `/check-in/${checkInId}`;
	})
};
