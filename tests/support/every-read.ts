import { eq } from 'drizzle-orm';
import { enterAbsence } from '#lib/server/absences.ts';
import { teamAbsences } from '#lib/server/absence-lists.ts';
import { noteReading } from '#lib/server/access-log.ts';
import { askAbout, questionsFor } from '#lib/server/access-questions.ts';
import { offer } from '#lib/server/alert-steps.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { appointmentsFor } from '#lib/server/appointment-lists.ts';
import { planAppointment } from '#lib/server/appointments.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { accessEntries, type ReadKind } from '#lib/server/db/schema/access.ts';
import { findAccount } from '#lib/server/directory.ts';
import { disclosurePack } from '#lib/server/disclosure-pack.ts';
import { askDisclosure, confirmDisclosure } from '#lib/server/disclosures.ts';
import { disputeConversation, disputesFor } from '#lib/server/disputes.ts';
import { headroomFor } from '#lib/server/headroom.ts';
import { allHolds, placeHold } from '#lib/server/holds.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { openPart } from '#lib/server/people-records.ts';
import { openPlan } from '#lib/server/plan-pages.ts';
import { proposePlan } from '#lib/server/plans.ts';
import { prepareReportAtOnce } from '#lib/server/reports.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import { answerOffer } from '#lib/server/support.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { listsFor } from '#lib/server/weekly-lists.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE } from './alerting.ts';
import { cast, type Cast } from './cast.ts';

/** Every kind of reading somebody's record that there is: a new one does not compile until it stands here. */
export type EveryRead = Record<ReadKind, () => unknown>;

const id = () => crypto.randomUUID();
const none = { from: null, until: null };

/** An office in which each kind of read has something to show, and such reads; `monday` in the morning (UTC ms). */
export function furnishReads(db: Db, monday: number): { people: Cast; reads: EveryRead } {
	const people = cast(db, monday - 60 * DAY);
	const { ada, hale, mara, jonas, edda, ines, tomas, wen } = people;
	exceed(db, ines, monday - 5 * DAY);
	catchUp(db, ines.id, monday);
	chooseSharing(db, ines, { prompt: [], trends: [edda.id] }, monday);
	enterAbsence(db, wen, { id: id(), personId: wen.id, from: '2026-11-16', to: '2026-11-20', sure: null }, monday);
	planAppointment(db, edda, { id: id(), personId: ines.id, kind: 'counselling', due: '2026-11-12' }, monday);
	placeHold(db, ada, { id: id(), personId: ines.id, kind: 'court', until: '2026-12-01' }, monday);
	const [alertId, planId] = plan(db, people, monday);
	const disclosure = { id: id(), personId: ines.id, reason: 'court', answers: 'none' } as const;
	askDisclosure(db, ada, disclosure, monday);
	confirmDisclosure(db, hale, disclosure, monday);
	dispute(db, people, monday);
	question(db, edda, ines, monday);
	const now = monday + 2 * DAY;
	const part = (which: 'limits' | 'hours' | 'agreed' | 'trends') => () =>
		openPart(db, edda, { personId: ines.id, part: which, purpose: which === 'hours' ? 'review' : null }, now);
	const reads: EveryRead = {
		prompt: () => openPrompt(db, mara, alertId, now),
		prompts: () => promptsFor(db, mara, now),
		'weekly-list': () => listsFor(db, mara, null, now),
		...{ limits: part('limits'), hours: part('hours'), agreed: part('agreed'), trends: part('trends') },
		headroom: () => headroomFor(db, jonas, now),
		absences: () => teamAbsences(db, mara, now),
		appointments: () => appointmentsFor(db, edda, now),
		plan: () => openPlan(db, mara, planId, now),
		dispute: () => disputesFor(db, hale, now),
		account: () => findAccount(db, ada, tomas.id, now),
		keeping: () => allHolds(db, hale, now),
		question: () => questionsFor(db, hale, now),
		disclosure: () => disclosurePack(db, ada, disclosure.id, now),
		report: () => prepareReportAtOnce(db, hale, '2026-Q3', now)
	};
	return { people, reads };
}

/** A plan that follows an offer that was taken; the alert, and the plan. */
function plan(db: Db, { mara, ines }: Cast, monday: number): [string, string] {
	askFor(db, ines, mara, 'lead', monday);
	const [alertId, planId] = [alertOf(db, ines).id, id()];
	offer(db, mara, { id: id(), alertId, items: ['rota'], manner: null }, monday + MINUTE);
	answerOffer(db, ines, { id: id(), alertId, answer: 'accepted' }, monday + 2 * MINUTE);
	const dates = { rota: { from: '2026-11-09', until: null }, 'non-exposure': none, counselling: none, 'time-off-screen': none };
	proposePlan(db, mara, { id: planId, alertId, items: ['rota'], dates }, monday + HOUR);
	return [alertId, planId];
}

function dispute(db: Db, { mara, tomas }: Cast, monday: number): void {
	askFor(db, tomas, mara, 'lead', monday);
	const [alertId, conversationId] = [alertOf(db, tomas).id, id()];
	recordConversation(db, mara, { id: conversationId, alertId, served: [alertId], items: ['talk'], on: null }, monday + HOUR);
	disputeConversation(db, tomas, { conversationId }, monday + HOUR);
}

function question(db: Db, officer: Viewer, who: Viewer, monday: number): void {
	noteReading(db, officer, { kind: 'hours', why: { purpose: 'review' } }, [who.id], monday);
	const entry = db.select().from(accessEntries).where(eq(accessEntries.kind, 'hours')).get();
	askAbout(db, who, { entryId: entry?.id ?? '' }, monday + HOUR);
}
