import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { client } from '#lib/server/db/client.ts';
import { formId, hiddenId, orderedFormIds } from '#lib/server/fields.ts';
import { packInstrument } from '#lib/server/instrument-packs.ts';
import { questionnaireFor, typedAnswers } from '#lib/server/questionnaires.ts';
import type { Actions, PageServerLoad } from './$types';

const guard = anyOf('moderator');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, guard);
	const instrument = packInstrument(event.params.instrument);
	const language = event.url.searchParams.get('language');
	return {
		instrument,
		...questionnaireFor(client(), viewer, instrument, language, event.locals.now),
		formIds: orderedFormIds('answer', 'skip')
	};
};

export const actions: Actions = {
	answer: action(guard, v.looseObject({ id: formId, packId: hiddenId }), ({ db, viewer, input, now, event }) => {
		const instrument = packInstrument(event.params.instrument);
		const answers = typedAnswers(instrument, input);
		const { id } = recordCheckIn(db, viewer, { id: input.id, packId: input.packId, instrument, answers }, now);
		return `/check-in/${id}`;
	}),
	skip: action(guard, v.object({ id: formId }), ({ db, viewer, input, now, event }) => {
		recordCheckIn(db, viewer, { id: input.id, instrument: packInstrument(event.params.instrument), answers: 'skipped' }, now);
		return '/check-in';
	})
};
