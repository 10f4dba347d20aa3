import { isActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import { action } from '#lib/server/auth/action.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import { departuresFor } from '#lib/server/departure-lists.ts';
import { askedErasures } from '#lib/server/erasure-requests.ts';
import { carryOutErasure, declineErasure, declineReasons, declineWords } from '#lib/server/erasure-answers.ts';
import { choice, formId, formIds, hidden, hiddenId, name, ticked, whole } from '#lib/server/fields.ts';
import { longestReason } from '#lib/server/policy-changes.ts';
import { changeRetention, durationFields, retentionInForce, retentionVersionsFor, type Durations } from '#lib/server/retention.ts';
import { dryRun, type GoingShown } from '#lib/server/retention-due.ts';
import { runsFor } from '#lib/server/retention-runs.ts';
import type { Actions, PageServerLoad } from './$types';

const admin = anyOf('admin');

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, admin);
	const db = client();
	const { now } = event.locals;
	const inForce = retentionInForce(db);
	return {
		...{ inForce, fields: durationFields, versions: retentionVersionsFor(db, viewer, now), runs: runsFor(db, viewer, now) },
		going: dryRun(db, viewer, inForce, now),
		departures: departuresFor(db, viewer, now),
		erasures: askedErasures(db, viewer, now),
		declineReasons: declineReasons.map((value) => ({ value, label: declineWords[value] })),
		formIds: formIds('change')
	};
};

const durations = Object.fromEntries(durationFields.map(({ name, least, most }) => [name, whole(least, most)])) as Record<
	keyof Durations,
	ReturnType<typeof whole>
>;

export const actions: Actions = {
	preview: async (event) => {
		let shown: { going: GoingShown; tried: Durations } | undefined;
		const outcome = await action(admin, v.object(durations), ({ db, viewer, input, now }) => {
			shown = { going: dryRun(db, viewer, input, now), tried: input };
		})(event);
		return isActionFailure(outcome) ? outcome : { ...outcome, ...shown };
	},
	change: action(
		admin,
		v.object({ id: formId, ...durations, reason: name(longestReason), basedOn: hidden, sure: ticked }),
		({ db, viewer, input, now }) => {
			changeRetention(db, viewer, { ...input, basedOn: input.basedOn || null }, now);
			return '/admin/records?saved=durations';
		}
	),
	carryOut: action(admin, v.object({ id: hiddenId }), ({ db, viewer, input, now }) => {
		carryOutErasure(db, viewer, input, now);
		return '/admin/records?saved=erased#erasures';
	}),
	decline: action(admin, v.object({ id: hiddenId, reason: choice(declineReasons) }), ({ db, viewer, input, now }) => {
		declineErasure(db, viewer, input, now);
		return '/admin/records?saved=declined#erasures';
	})
};
