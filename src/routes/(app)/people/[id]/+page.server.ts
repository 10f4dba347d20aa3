import type { RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { agreeFactor, endFactor } from '#lib/server/factors.ts';
import { date, formId, hiddenId, whole } from '#lib/server/fields.ts';
import { openPart, personPage, recordParts, requirePurpose, statedPurposes } from '#lib/server/people-records.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('lead', 'welfare', 'head_of_welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	const { params, url, locals } = event;
	const part = recordParts.find((each) => each === url.searchParams.get('show')) ?? null;
	const purpose = statedPurposes.find((each) => each === url.searchParams.get('why')) ?? null;
	return {
		person: personPage(client(), viewer, params.id),
		asked: part,
		purpose,
		shown: part && openPart(client(), viewer, { personId: params.id, part, purpose }, locals.now)
	};
};

const agrees = anyOf('welfare', 'head_of_welfare');

/** The person of the page, with the purpose that was stated, and the way back to what was opened for it. */
function openedFor({ params, url }: RequestEvent) {
	const personId = params.id ?? '';
	const purpose = statedPurposes.find((each) => each === url.searchParams.get('why')) ?? null;
	const back = `/people/${personId}?show=agreed${purpose ? `&why=${purpose}` : ''}#part-agreed`;
	return { opened: { personId, part: 'agreed', purpose }, personId, back } as const;
}

export const actions: Actions = {
	agree: action(agrees, v.object({ id: formId, percent: whole(1, 99), from: date, to: date }), ({ db, viewer, input, now, event }) => {
		const { opened, personId, back } = openedFor(event);
		requirePurpose(db, viewer, opened);
		agreeFactor(db, viewer, { ...input, personId }, now);
		return back;
	}),
	end: action(agrees, v.object({ formId, id: hiddenId, from: date }), ({ db, viewer, input, now, event }) => {
		const { opened, personId, back } = openedFor(event);
		requirePurpose(db, viewer, opened);
		endFactor(db, viewer, { ...input, personId }, now);
		return back;
	})
};
