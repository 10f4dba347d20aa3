import { isActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import { resolve } from '$app/paths';
import { action, slowAction } from '#lib/server/auth/action.ts';
import { enter } from '#lib/server/auth/cookie.ts';
import { anyOf, requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { feedOf, makeFeed, revokeFeed } from '#lib/server/calendar-feeds.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, clock, clockOrNone, formId, formIds, name, text, ticked, zone } from '#lib/server/fields.ts';
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
		told: toldOf(client(), viewer),
		reminders: remindersOf(client(), viewer),
		feed: feedOf(client(), viewer, event.locals.now),
		formIds: formIds('told'),
		zones
	};
};

const password = v.pipe(text, v.minLength(1, 'Please fill this in.'), v.maxLength(1000, 'Please check this: it is very long.'));
const chatName = v.pipe(
	text,
	v.trim(),
	v.check((typed) => typed === '' || v.is(name(), typed), 'Please keep this to 80 characters on one line, or leave it empty.'),
	v.transform((typed) => (typed === '' ? null : typed))
);
const told = v.object({
	...{ formId, mail: choice(['at-once', 'digest', 'off']), digestAt: clock },
	...{ quietFrom: clockOrNone, quietTo: clockOrNone, chatName }
});
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
	reminders: action(signedIn, v.object({ checkIn: ticked }), ({ db, viewer, input, now }) => {
		chooseReminders(db, viewer, input, now);
		return '/settings?saved=reminders';
	}),
	look: action(signedIn, v.object({ look: choice(looks) }), ({ input, event }) => {
		event.cookies.set('look', input.look, { path: '/', maxAge: year });
		return '/settings';
	})
};
