import * as v from 'valibot';
import { action, slowAction } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { deliveriesFor, sendAgain, sendAllAgain, sendTest } from '#lib/server/deliveries.ts';
import { formId, formIds, hiddenId, name } from '#lib/server/fields.ts';
import type { Actions, PageServerLoad } from './$types';

const admin = anyOf('admin');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, admin);
	return { deliveries: deliveriesFor(client(), viewer, event.locals.now), formIds: formIds('email', 'chat') };
};

export const actions: Actions = {
	email: slowAction(admin, v.object({ formId }), async ({ db, viewer, input, now }) => {
		await sendTest(db, viewer, { ...input, channel: 'email', to: '' }, now);
		return '/admin/deliveries?tried=email';
	}),
	chat: slowAction(admin, v.object({ formId, chatName: name() }), async ({ db, viewer, input, now }) => {
		await sendTest(db, viewer, { formId: input.formId, channel: 'webhook', to: input.chatName }, now);
		return '/admin/deliveries?tried=chat';
	}),
	again: action(admin, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => {
		sendAgain(db, viewer, input.id, now);
		return '/admin/deliveries?again=';
	}),
	allAgain: action(admin, v.object({}), ({ db, viewer, now }) => {
		sendAllAgain(db, viewer, now);
		return '/admin/deliveries?again=';
	})
};
