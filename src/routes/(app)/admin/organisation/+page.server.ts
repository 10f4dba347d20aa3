import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { addEmployer, employersOf, renameEmployer } from '#lib/server/employers.ts';
import { bodyName, bodyNames, choice, formId, formIds, hiddenId, incomplete, name, zone } from '#lib/server/fields.ts';
import { changeHelpLines, changeOrganisation, findOrganisation } from '#lib/server/organisation.ts';
import { addPartner, partnersOf, renamePartner, restorePartner, retirePartner } from '#lib/server/partners.ts';
import { notFound } from '#lib/server/refusal.ts';
import { addWorkType, changeWorkType, countings, restoreWorkType, retireWorkType, workTypesOf } from '#lib/server/work-types.ts';
import { zones } from '#lib/server/zones.ts';
import type { Actions, PageServerLoad } from './$types';

const admin = anyOf('admin');

export const load: PageServerLoad = (event) => {
	requireViewer(event, admin);
	const db = client();
	const organisation = findOrganisation(db);
	if (!organisation) throw notFound();
	return {
		...{ zone: organisation.zone, zones, employers: employersOf(db), workTypes: workTypesOf(db), partners: partnersOf(db) },
		formIds: formIds('workType', 'partner', 'employer')
	};
};

const texts = v.optional(v.pipe(v.array(v.string(), incomplete), v.maxLength(40, 'Please keep this to 40 lines.')), []);
const lines = v.pipe(
	v.object({ name: v.pipe(texts, bodyNames), detail: texts, href: texts }),
	v.transform((typed) =>
		typed.name.map((text, index) => ({ name: text, detail: typed.detail[index] ?? '', href: typed.href[index] ?? '' }))
	)
);
const row = v.object({ id: hiddenId });
const named = v.object({ id: hiddenId, name: bodyName });
const counted = { name: name(), counts: choice(countings) };

export const actions: Actions = {
	organisation: action(admin, v.object({ name: bodyName, zone }), ({ db, viewer, input, now }) =>
		changeOrganisation(db, viewer, input, now)
	),
	helpLines: action(admin, lines, ({ db, viewer, input, now }) => changeHelpLines(db, viewer, input, now)),
	addWorkType: action(admin, v.object({ id: formId, ...counted }), ({ db, viewer, input, now }) => addWorkType(db, viewer, input, now)),
	changeWorkType: action(admin, v.object({ id: hiddenId, ...counted }), ({ db, viewer, input, now }) =>
		changeWorkType(db, viewer, input, now)
	),
	retireWorkType: action(admin, row, ({ db, viewer, input, now }) => retireWorkType(db, viewer, input.id, now)),
	restoreWorkType: action(admin, row, ({ db, viewer, input, now }) => restoreWorkType(db, viewer, input.id, now)),
	addPartner: action(admin, v.object({ id: formId, name: bodyName }), ({ db, viewer, input, now }) => addPartner(db, viewer, input, now)),
	renamePartner: action(admin, named, ({ db, viewer, input, now }) => renamePartner(db, viewer, input, now)),
	retirePartner: action(admin, row, ({ db, viewer, input, now }) => retirePartner(db, viewer, input.id, now)),
	restorePartner: action(admin, row, ({ db, viewer, input, now }) => restorePartner(db, viewer, input.id, now)),
	addEmployer: action(admin, v.object({ id: formId, name: bodyName }), ({ db, viewer, input, now }) => addEmployer(db, viewer, input, now)),
	renameEmployer: action(admin, named, ({ db, viewer, input, now }) =>
		renameEmployer(db, viewer, { employerId: input.id, name: input.name }, now)
	)
};
