import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { requireViewer, signedIn } from '#lib/server/auth/guard.ts';
import { askForContact, contactKinds, contactPage } from '#lib/server/contact.ts';
import { client } from '#lib/server/db/client.ts';
import { choice, formId, formIds, text } from '#lib/server/fields.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, signedIn);
	return { ...contactPage(client(), viewer, event.locals.now), formIds: formIds('ask') };
};

/** `lead:…`: as what, and who. */
const to = v.pipe(
	text,
	v.minLength(1, 'Please choose whom you would like to talk to.'),
	v.maxLength(80, 'Please choose somebody from the list.'),
	v.transform((value) => ({ toKind: value.split(':', 1)[0] ?? '', toId: value.slice(value.indexOf(':') + 1) })),
	v.object({ toKind: v.picklist(contactKinds, 'Please choose somebody from the list.'), toId: v.string() })
);

export const actions: Actions = {
	default: action(
		signedIn,
		v.object({ id: formId, to, when: choice(['soon', 'today']) }),
		({ db, viewer, input: { id, to, when }, now }) => {
			askForContact(db, viewer, { id, ...to, when }, now);
			return '/support';
		}
	)
};
