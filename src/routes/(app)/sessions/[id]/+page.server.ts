import { error } from '@sveltejs/kit';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { amend, amendTyped, voidEntry } from '#lib/server/exposure-corrections.ts';
import { entryFor, savedFor } from '#lib/server/exposure-entry.ts';
import { amendSessionForm, amendTotalForm, voidForm } from '#lib/server/exposure-fields.ts';
import { formIds } from '#lib/server/fields.ts';
import { localDate } from '#lib/server/local-time.ts';
import { Refusal } from '#lib/server/refusal.ts';
import type { Actions, PageServerLoad } from './$types';

const moderators = anyOf('moderator');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, moderators);
	const { now } = event.locals;
	const entry = entryOr404(() => entryFor(client(), viewer, event.params.id, now));
	const saved = savedFor(client(), viewer, event.url.searchParams.get('saved'));
	return { entry, saved, today: localDate(viewer.zone, now), formIds: formIds('amend', 'void') };
};

export const actions: Actions = {
	session: action(moderators, amendSessionForm, ({ db, viewer, input, now, event }) => {
		const { id } = amendTyped(db, viewer, { ...input, formId: input.id, id: event.params.id ?? '' }, now);
		return `/sessions/${id}?saved=${id}`;
	}),
	total: action(moderators, amendTotalForm, ({ db, viewer, input, now, event }) => {
		const { id } = amend(db, viewer, { ...input, formId: input.id, id: event.params.id ?? '' }, now);
		return `/sessions/${id}?saved=${id}`;
	}),
	void: action(moderators, voidForm, ({ db, viewer, input, now, event }) => {
		voidEntry(db, viewer, { ...input, id: event.params.id ?? '' }, now);
		return `/sessions/${event.params.id}`;
	})
};

function entryOr404<T>(query: () => T): T {
	try {
		return query();
	} catch (refusal) {
		if (refusal instanceof Refusal && refusal.kind === 'not-found') error(404, refusal.message);
		throw refusal;
	}
}
