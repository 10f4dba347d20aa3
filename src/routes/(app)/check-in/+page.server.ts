import * as v from 'valibot';
import { pulse } from '#lib/domain/instruments/pulse.ts';
import { pulseWords } from '#lib/domain/instruments/pulse-words.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { checkInPage, recordCheckIn } from '#lib/server/check-ins.ts';
import { client } from '#lib/server/db/client.ts';
import { formId, orderedFormIds, text } from '#lib/server/fields.ts';
import { wordsOn } from '#lib/server/organisation.ts';
import { offeredTo } from '#lib/server/questionnaires.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('moderator');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	const db = client();
	const { now } = event.locals;
	return {
		...checkInPage(db, viewer, now),
		offered: offeredTo(db, viewer, now),
		items: pulseWords,
		words: wordsOn(db),
		formIds: orderedFormIds('answer', 'skip')
	};
};

const answer = v.pipe(
	text,
	v.regex(/^[0-4]$/, 'Please choose one answer here, or skip this week.'),
	v.transform(Number),
	v.minValue(pulse.least),
	v.maxValue(pulse.most)
);

export const actions: Actions = {
	answer: action(
		guard,
		v.object({ id: formId, item0: answer, item1: answer, item2: answer, item3: answer }),
		({ db, viewer, input, now }) => {
			const { id, item0, item1, item2, item3 } = input;
			recordCheckIn(db, viewer, { id, instrument: 'pulse', answers: [item0, item1, item2, item3] }, now);
			return `/check-in/${id}`;
		}
	),
	skip: action(guard, v.object({ id: formId }), ({ db, viewer, input, now }) => {
		recordCheckIn(db, viewer, { id: input.id, instrument: 'pulse', answers: 'skipped' }, now);
		return '/today';
	})
};
