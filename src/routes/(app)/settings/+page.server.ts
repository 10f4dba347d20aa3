import { isActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import { resolve } from '$app/paths';
import { paces } from '#lib/domain/delivery.ts';
import { action, slowAction } from '#lib/server/auth/action.ts';
import { enter } from '#lib/server/auth/cookie.ts';
import { anyOf, requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { feedOf, makeFeed, revokeFeed } from '#lib/server/calendar-links.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, choiceOrNone, clock, clockOrNone, formId, formIds, name, password, text, ticked, zone } from '#lib/server/fields.ts';
import { changeOwnDetails, changePassword, lastLink, looks, ownDetails } from '#lib/server/preferences.ts';
import { chooseReminders, remindersOf } from '#lib/server/reminders.ts';
import { chooseHowTold, toldOf, toldRoles } from '#lib/server/told.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return {
		own: ownDetails(client(), viewer),
		link: lastLink(client(), viewer, event.locals.now),
		told: toldOf(client(), viewer, event.locals.now),
		reminders: remindersOf(client(), viewer),
		feed: feedOf(client(), viewer, event.locals.now),
		formIds: formIds('told'),
		zones
	};
};

const chatName = v.pipe(
	text,
	v.trim(),
	v.check((typed) => typed === '' || v.is(name(), typed), 'Please keep this to 80 characters on one line, or leave it empty.'),
	v.transform((typed) => (typed === '' ? null : typed))
);
const told = v.object({
	...{ formId, mail: choice(paces), digestAt: clock, chat: choiceOrNone(paces), chatName },
	...{ quietFrom: clockOrNone, quietTo: clockOrNone }
});
const reminders = v.object({ checkIn: ticked, breakDue: ticked, quietFrom: clockOrNone, quietTo: clockOrNone });
const year = 365 * 86_400;

export const actions: Actions = {
	details: action(signedIn, v.object({ name: name(), zone, dayStart: clock }), ({ db, viewer, input, now }) => {
		changeOwnDetails(db, viewer, input, now);
		return '/settings?saved=details';
	}),
	password: slowAction(signedIn, v.object({ currentPassword: password, password }), async ({ db, viewer, input, now, event }) => {
		await changePassword(db, viewer, input, now);
		await enter(event, viewer.id);
		return '/settings?saved=password';
	}),
	feed: async (event) => {
		let link: string | undefined;
		const outcome = await action(signedIn, v.object({}), ({ db, viewer, now }) => {
			link = new URL(resolve('/(public)/feeds/[token]', { token: makeFeed(db, viewer, now) }), event.url).href;
		})(event);
		return isActionFailure(outcome) ? outcome : { ...outcome, link };
	},
	endFeed: action(signedIn, v.object({}), ({ db, viewer, now }) => {
		revokeFeed(db, viewer, now);
		return '/settings?saved=endFeed';
	}),
	told: action(anyOf(...toldRoles), told, ({ db, viewer, input: { mail, ...rest }, now }) => {
		chooseHowTold(db, viewer, { email: mail, ...rest }, now);
		return '/settings?saved=told';
	}),
	reminders: action(signedIn, reminders, ({ db, viewer, input, now }) => {
		chooseReminders(db, viewer, input, now);
		return '/settings?saved=reminders';
	}),
	look: action(signedIn, v.object({ look: choice(looks) }), ({ input, event }) => {
		event.cookies.set('look', input.look, { path: '/', maxAge: year });
		return '/settings';
	})
};
