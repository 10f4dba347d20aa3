import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, chosenId, date, formId, formIds, hiddenId } from '#lib/server/fields.ts';
import { allHolds, holdKinds, holdWords, liftHold, placeHold } from '#lib/server/holds.ts';
import { peopleWithRecords } from '#lib/server/record-people.ts';
import type { Actions, PageServerLoad } from './$types';

const keeper = anyOf('admin', 'head_of_welfare');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, keeper);
	const db = client();
	return {
		holds: allHolds(db, viewer, event.locals.now),
		people: peopleWithRecords(db, viewer),
		kinds: holdKinds.map((value) => ({ value, label: holdWords[value] })),
		formIds: formIds('place')
	};
};

const hold = v.object({ id: formId, personId: chosenId, kind: choice(holdKinds), until: date });

export const actions: Actions = {
	place: action(keeper, hold, ({ db, viewer, input, now }) => {
		placeHold(db, viewer, input, now);
		return '/admin/records/holds?saved=placed';
	}),
	lift: action(keeper, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => {
		liftHold(db, viewer, input, now);
		return '/admin/records/holds?saved=lifted';
	})
};
