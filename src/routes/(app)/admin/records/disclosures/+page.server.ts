import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { disclosuresFor } from '#lib/server/disclosure-lists.ts';
import {
	askDisclosure,
	confirmDisclosure,
	disclosureReasons,
	endDisclosure,
	forWords,
	withWords,
	type AnswersGround
} from '#lib/server/disclosures.ts';
import { choice, chosenId, formId, formIds, hiddenId } from '#lib/server/fields.ts';
import { peopleWithRecords } from '#lib/server/record-people.ts';
import type { Actions, PageServerLoad } from './$types';

const keeper = anyOf('admin', 'head_of_welfare');
const grounds = ['none', 'consent', 'order'] as const satisfies readonly AnswersGround[];

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, keeper);
	const db = client();
	return {
		disclosures: disclosuresFor(db, viewer, null, event.locals.now),
		people: peopleWithRecords(db, viewer),
		reasons: disclosureReasons.map((value) => ({ value, label: forWords(value) })),
		grounds: grounds.map((value) => ({ value, label: withWords(value) })),
		formIds: formIds('ask')
	};
};

const wanted = v.object({ id: formId, personId: chosenId, reason: choice(disclosureReasons), answers: choice(grounds) });
const one = v.object({ id: hiddenId });

export const actions: Actions = {
	ask: action(keeper, wanted, ({ db, viewer, input, now }) => {
		askDisclosure(db, viewer, input, now);
		return '/admin/records/disclosures?saved=asked';
	}),
	confirm: action(keeper, one, ({ db, viewer, input, now }) => {
		confirmDisclosure(db, viewer, input, now);
		return '/admin/records/disclosures?saved=confirmed';
	}),
	end: action(keeper, one, ({ db, viewer, input, now }) => {
		endDisclosure(db, viewer, input, now);
		return '/admin/records/disclosures?saved=ended';
	})
};
