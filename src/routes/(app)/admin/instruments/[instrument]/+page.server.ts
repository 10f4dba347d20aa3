import { isActionFailure, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { resolve } from '$app/paths';
import { instruments } from '#lib/domain/instruments/list.ts';
import { counting } from '#lib/domain/instruments/scores.ts';
import type { Wording } from '#lib/domain/instruments/wording.ts';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, formId, formIds, hiddenId, incomplete, text, ticked } from '#lib/server/fields.ts';
import { addPack, checkedWording, packInstrument, packPage, retirePack, wordingOfFile } from '#lib/server/instrument-packs.ts';
import type { Actions, PageServerLoad } from './$types';

const admin = anyOf('admin');
const asked = (event: RequestEvent) => packInstrument(event.params.instrument);

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, admin);
	const instrument = asked(event);
	return {
		...packPage(client(), viewer, instrument, event.locals.now),
		...{ instrument: instruments[instrument], counting: counting[instrument], formIds: formIds('add') }
	};
};

const texts = v.optional(v.pipe(v.array(v.string(incomplete), incomplete), v.maxLength(40, incomplete)), []);
const typed = {
	...{ language: text, title: text, intro: text, items: texts, labels: texts, licence: text, owner: text },
	order: choice(['least', 'largest'])
};
const typedWording = ({ order, ...input }: Omit<Wording, 'largestFirst'> & { order: 'least' | 'largest' }) => ({
	...input,
	largestFirst: order === 'largest'
});
const file = v.object({ source: text, file: text, language: text });

export const actions: Actions = {
	preview: async (event) => {
		let draft: { wording: Wording; notes: string[] } | undefined;
		const outcome = await action(admin, v.object(typed), ({ viewer, input }) => {
			draft = { wording: checkedWording(viewer, asked(event), typedWording(input)), notes: [] };
		})(event);
		return isActionFailure(outcome) ? outcome : { ...outcome, draft };
	},
	read: async (event) => {
		let draft: { wording: Wording; notes: string[] } | undefined;
		const outcome = await action(admin, file, ({ viewer, input }) => {
			draft = wordingOfFile(viewer, asked(event), input);
		})(event);
		return isActionFailure(outcome) ? outcome : { ...outcome, draft };
	},
	add: action(admin, v.object({ id: formId, ...typed, mayUse: ticked }), ({ db, viewer, input: { id, mayUse, ...input }, now, event }) => {
		addPack(db, viewer, { id, instrument: asked(event), wording: typedWording(input), mayUse }, now);
		return resolve('/(app)/admin/instruments/[instrument]', { instrument: asked(event) });
	}),
	retire: action(admin, v.object({ id: hiddenId }), ({ db, viewer, input, now, event }) => {
		retirePack(db, viewer, { id: input.id, instrument: asked(event) }, now);
		return resolve('/(app)/admin/instruments/[instrument]', { instrument: asked(event) });
	})
};
