import { beforeEach, describe, expect, it } from 'vitest';
import { isoWeek, personDayOf } from '#lib/domain/time.ts';
import { changeAbsence, enterAbsence, takeBackAbsence } from '#lib/server/absences.ts';
import { acceptInvitation, invite, setUp } from '#lib/server/accounts.ts';
import { dismissAlarm, raiseAlarm } from '#lib/server/alarms.ts';
import { acknowledge, close, followUp, offer } from '#lib/server/alert-steps.ts';
import { moveAppointment, planAppointment, settleAppointment, withdrawAppointment } from '#lib/server/appointments.ts';
import { verifyTrail } from '#lib/server/audit-verify.ts';
import { auditWords, type AuditAction } from '#lib/server/audit-words.ts';
import { personWith } from '#lib/server/auth/credentials.ts';
import { signIn, signOut } from '#lib/server/auth/session.ts';
import { takeCalendar } from '#lib/server/calendar.ts';
import { makeFeed, revokeFeed } from '#lib/server/calendar-links.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { alarms } from '#lib/server/db/schema/alarms.ts';
import { roles } from '#lib/server/db/schema/people.ts';
import { sendAgain, sendAllAgain, sendTest } from '#lib/server/deliveries.ts';
import { openPosts } from '#lib/server/delivery/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { acknowledgeDispute, disputeConversation } from '#lib/server/disputes.ts';
import { addEmployer, renameEmployer } from '#lib/server/employers.ts';
import { agreeFactor, endFactor } from '#lib/server/factors.ts';
import { voidEntry } from '#lib/server/exposure-corrections.ts';
import { logSession } from '#lib/server/exposures.ts';
import { handOver } from '#lib/server/hand-overs.ts';
import { addPack, retirePack } from '#lib/server/instrument-packs.ts';
import { invitePerson } from '#lib/server/invitations.ts';
import { takeBackTicks, tickLine } from '#lib/server/list-steps.ts';
import { shownAs } from '#lib/server/list-ticks.ts';
import { addOnCall, moveOnCall, removeOnCall } from '#lib/server/on-call.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { changeOptional, optionalPage } from '#lib/server/optional-parts.ts';
import { changeHelpLines, changeOrganisation } from '#lib/server/organisation.ts';
import { addPartner, renamePartner, restorePartner, retirePartner } from '#lib/server/partners.ts';
import { createPerson, disablePerson, enablePerson, renamePerson, setHomeTeam } from '#lib/server/people.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { agreeToPlan, changePlan, endPlan, proposePlan } from '#lib/server/plans.ts';
import { changePolicy, newestVersion } from '#lib/server/policy-changes.ts';
import { formOfPolicy } from '#lib/server/policy-form.ts';
import { changeOwnDetails, changePassword } from '#lib/server/preferences.ts';
import { confirmRole, endRole, giveRole, refuseRole } from '#lib/server/roles.ts';
import { moveLead } from '#lib/server/lead-order.ts';
import { chooseSharing, decideLater, exclude, includeAgain } from '#lib/server/sharing.ts';
import { startSimulation } from '#lib/server/simulations.ts';
import { answerOffer, withdrawRequest } from '#lib/server/support.ts';
import { closeTeam, createTeam, renameTeam } from '#lib/server/teams.ts';
import { chooseHowTold } from '#lib/server/told.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { requireLine } from '#lib/server/weekly-lists.ts';
import { addWorkType, changeWorkType, restoreWorkType, retireWorkType } from '#lib/server/work-types.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { deadMessage } from '../support/dead-message.ts';
import { workIds } from '../support/exposure.ts';
import { madeUp } from '../support/wording.ts';

let db: Db;
let c: Cast;
const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };
/** What is typed into every form below. No entry may hold any of it. */
const typed = 'Zephyrine';
const password = 'quiet harbour lantern seven';
const uuid = () => crypto.randomUUID();

beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 8 * DAY);
	openOutbox(db, new Set(['email']), () => {});
});

interface Entry {
	seq: number;
	action: AuditAction;
	actorId: string | null;
}
const since = (seq: number) =>
	db.$client.prepare<[number], Entry>('select seq, action, actor_id as actorId from audit_entries where seq > ? order by seq').all(seq);
const last = () => db.$client.prepare<[], number>('select coalesce(max(seq), 0) from audit_entries').pluck().get() ?? 0;

/** A verb, what has to be there before it, who does it (null: nobody), and what it leaves. */
interface Case {
	name: string;
	leaves: readonly AuditAction[];
	by: () => string | null;
	/** Makes what is needed and returns the verb. */
	act: () => (() => unknown) | Promise<() => unknown>;
}
const cases: Case[] = [];
const covered = new Set<AuditAction>();
function leaves(name: string, actions: readonly AuditAction[], by: Case['by'], act: Case['act']): void {
	cases.push({ name, leaves: actions, by, act });
	for (const action of actions) covered.add(action);
}

const ada = () => c.ada.id;
const account = () => ({
	...{ name: typed, email: `${typed}@example.org`, employerId: c.ownEmployer, zone: 'Europe/London' },
	...{ dayStart: '00:00', startDate: '2026-01-05' }
});
const now = monday;

// Accounts
leaves('making an account', ['account.created'], ada, () => () => createPerson(db, c.ada, account(), now));
leaves(
	'inviting somebody',
	['account.created', 'account.home-team', 'role.given', 'account.invited'],
	ada,
	() => () => invitePerson(db, c.ada, { ...account(), formId: uuid(), teamId: c.harbour, moderator: true }, now)
);
leaves('a new link', ['account.invited'], ada, () => () => invite(db, c.ada, c.ines.id, now));
leaves(
	'joining by a link',
	['account.days-changed', 'account.joined'],
	() => db.$client.prepare<[], string>('select id from people order by rowid desc limit 1').pluck().get() ?? '',
	() => {
		const personId = createPerson(db, c.ada, account(), now);
		const token = invite(db, c.ada, personId, now);
		return () => acceptInvitation(db, token, { password, zone: 'Europe/Paris', dayStart: '12:00' }, now);
	}
);
leaves(
	'a password set by a link',
	['account.password-set'],
	() => c.ines.id,
	() => {
		const token = invite(db, c.ada, c.ines.id, now);
		return () => acceptInvitation(db, token, { password, zone: 'Europe/London', dayStart: '00:00' }, now);
	}
);
async function withPassword(who: Viewer): Promise<void> {
	await acceptInvitation(db, invite(db, c.ada, who.id, now), { password, zone: who.zone, dayStart: who.dayStart }, now);
}
leaves(
	'a changed password',
	['account.password-changed'],
	() => c.ines.id,
	async () => {
		await withPassword(c.ines);
		return () => changePassword(db, c.ines, { currentPassword: password, password: `${typed} over the sea` }, now);
	}
);
leaves(
	'a wrong present password',
	['sign-in.wrong-password'],
	() => c.ines.id,
	async () => {
		await withPassword(c.ines);
		return () => changePassword(db, c.ines, { currentPassword: typed, password }, now).catch(() => {});
	}
);
leaves('another name', ['account.renamed'], ada, () => () => renamePerson(db, c.ada, { personId: c.ines.id, name: typed }, now));
leaves(
	'own details',
	['account.renamed', 'account.days-changed'],
	() => c.ines.id,
	() => () => changeOwnDetails(db, c.ines, { name: typed, zone: 'Europe/Paris', dayStart: '12:00' }, now)
);
leaves(
	'other days',
	['account.days-changed'],
	ada,
	() => () => changeDays(db, c.ada, { personId: c.ines.id, zone: 'UTC', dayStart: '00:00', startDate: '2025-01-06' }, now)
);
leaves('another home team', ['account.home-team'], ada, () => () => setHomeTeam(db, c.ada, { personId: c.ines.id, teamId: c.quay }, now));
leaves('a disabled account', ['account.disabled'], ada, () => () => disablePerson(db, c.ada, c.ines.id, now));
leaves('an account enabled again', ['account.enabled'], ada, () => {
	disablePerson(db, c.ada, c.ines.id, now);
	return () => enablePerson(db, c.ada, c.ines.id, now);
});
leaves(
	'how somebody is told',
	['account.told-changed'],
	() => c.mara.id,
	() => () =>
		chooseHowTold(
			db,
			c.mara,
			{ formId: uuid(), email: 'digest', digestAt: '08:00', quietFrom: null, quietTo: null, chat: null, chatName: typed },
			now
		)
);
leaves(
	'a calendar link',
	['account.calendar-link-made'],
	() => c.mara.id,
	() => () => makeFeed(db, c.mara, now)
);
leaves(
	'taking one’s own dates along',
	['export.calendar'],
	() => c.ines.id,
	() => () => takeCalendar(db, c.ines, now)
);
leaves(
	'the end of a calendar link',
	['account.calendar-link-ended'],
	() => c.mara.id,
	() => {
		makeFeed(db, c.mara, now);
		return () => revokeFeed(db, c.mara, now);
	}
);
leaves(
	'setting up',
	['organisation.set-up', 'account.created', 'account.joined', 'role.given'],
	() => null,
	() => {
		db = memoryDb();
		return () => setUp(db, { organisation: typed, zone: 'Europe/London', name: typed, email: `${typed}@example.org`, password }, now);
	}
);

// Signing in
leaves(
	'signing in',
	['sign-in.in'],
	() => c.ines.id,
	() => () => signIn(db, c.ines.id, now, limits)
);
leaves(
	'signing out',
	['sign-in.out'],
	() => c.ines.id,
	async () => {
		const { id } = await signIn(db, c.ines.id, now, limits);
		return () => signOut(db, id, now);
	}
);
const fails = (email: string) => personWith(db, { email, password: typed, address: '192.0.2.7' }, now).catch(() => {});
leaves(
	'a wrong password',
	['sign-in.failed'],
	() => null,
	async () => {
		await withPassword(c.ines);
		return () => fails('ines@example.org');
	}
);
leaves(
	'an unknown address',
	['sign-in.failed'],
	() => null,
	() => () => fails(`${typed}@example.org`)
);

// Roles
const role = (who: Viewer, name: 'lead' | 'peer', id = uuid()) => ({ id, personId: who.id, role: name, teamId: c.harbour });
const proposal = () => {
	const what = role(c.ines, 'lead');
	giveRole(db, c.ada, what, now);
	return what.id;
};
leaves('a role', ['role.given'], ada, () => () => giveRole(db, c.ada, role(c.ines, 'peer'), now));
leaves('a proposed role', ['role.proposed'], ada, () => () => proposal());
leaves(
	'a confirmed role',
	['role.confirmed'],
	() => c.hale.id,
	() => {
		const id = proposal();
		return () => confirmRole(db, c.hale, id, now);
	}
);
leaves(
	'a refused role',
	['role.refused'],
	() => c.hale.id,
	() => {
		const id = proposal();
		return () => refuseRole(db, c.hale, id, now);
	}
);
const roleOf = (who: Viewer, name: string) =>
	db
		.select()
		.from(roles)
		.all()
		.find((each) => each.personId === who.id && each.role === name)?.id ?? '';
leaves('the end of a role', ['role.ended'], ada, () => () => endRole(db, c.ada, roleOf(c.jonas, 'lead'), now));
leaves('the end of a role of somebody on call', ['role.ended', 'team.on-call-removed'], ada, () => {
	addOnCall(db, c.ada, { id: uuid(), teamId: c.harbour, personId: c.jonas.id }, now);
	return () => endRole(db, c.ada, roleOf(c.jonas, 'lead'), now);
});
leaves(
	'another order of leads',
	['role.moved'],
	ada,
	() => () => moveLead(db, c.ada, { formId: uuid(), id: roleOf(c.jonas, 'lead'), direction: 'up' }, now)
);

// Teams and being on call
const team = () => {
	const id = uuid();
	createTeam(db, c.ada, { id, name: typed, zone: 'UTC' }, now);
	return id;
};
leaves('a team', ['team.created'], ada, () => team);
leaves('another name of a team', ['team.renamed'], ada, () => () => renameTeam(db, c.ada, { teamId: c.quay, name: typed }, now));
leaves('a closed team', ['team.closed'], ada, () => {
	const id = team();
	return () => closeTeam(db, c.ada, id, now);
});
const onCall = (...who: Viewer[]) =>
	who.map((each) => {
		const id = uuid();
		addOnCall(db, c.ada, { id, teamId: c.harbour, personId: each.id }, now);
		return id;
	});
leaves('somebody on call', ['team.on-call-added'], ada, () => () => onCall(c.mara));
leaves('nobody on call', ['team.on-call-removed'], ada, () => {
	const [id = ''] = onCall(c.mara);
	return () => removeOnCall(db, c.ada, id, now);
});
leaves('another order on call', ['team.on-call-moved'], ada, () => {
	const [id = ''] = onCall(c.mara, c.jonas);
	return () => moveOnCall(db, c.ada, { formId: uuid(), id, direction: 'down' }, now);
});
leaves(
	'handing over',
	['team.handed-over'],
	() => c.mara.id,
	() => {
		const [entryId = ''] = onCall(c.mara, c.jonas);
		return () => handOver(db, c.mara, { id: uuid(), entryId, toId: c.jonas.id }, now);
	}
);
leaves(
	'on call again',
	['team.on-call-again'],
	() => c.mara.id,
	() => {
		const [entryId = ''] = onCall(c.mara, c.jonas);
		handOver(db, c.mara, { id: uuid(), entryId, toId: c.jonas.id }, now);
		return () => handOver(db, c.mara, { id: uuid(), entryId, toId: c.mara.id }, now + 1);
	}
);

// Lists, help lines, instruments, policy
leaves(
	'another name of the organisation',
	['organisation.changed'],
	ada,
	() => () => changeOrganisation(db, c.ada, { name: typed, zone: 'Europe/London' }, now)
);
leaves(
	'another zone of the organisation',
	['organisation.changed', 'policy.changed'],
	ada,
	() => () => changeOrganisation(db, c.ada, { name: 'Seawall', zone: 'Asia/Tokyo' }, now)
);
leaves(
	'help lines',
	['organisation.help-lines'],
	ada,
	() => () => changeHelpLines(db, c.ada, [{ name: typed, detail: typed, href: '' }], now)
);
leaves('an employer', ['organisation.employer-added'], ada, () => () => addEmployer(db, c.ada, { id: uuid(), name: typed }, now));
leaves(
	'another name of an employer',
	['organisation.employer-renamed'],
	ada,
	() => () => renameEmployer(db, c.ada, { employerId: c.lanternworks, name: typed }, now)
);
const work = () => {
	const id = uuid();
	addWorkType(db, c.ada, { id, name: typed, counts: 'yes' }, now);
	return id;
};
leaves('a work type', ['organisation.work-type-added'], ada, () => work);
leaves('a changed work type', ['organisation.work-type-changed'], ada, () => {
	const id = work();
	return () => changeWorkType(db, c.ada, { id, name: typed, counts: 'ask' }, now);
});
leaves('a retired work type', ['organisation.work-type-retired'], ada, () => {
	const id = work();
	return () => retireWorkType(db, c.ada, id, now);
});
leaves('a restored work type', ['organisation.work-type-restored'], ada, () => {
	const id = work();
	retireWorkType(db, c.ada, id, now);
	return () => restoreWorkType(db, c.ada, id, now);
});
const partner = () => {
	const id = uuid();
	addPartner(db, c.ada, { id, name: typed }, now);
	return id;
};
leaves('a partner body', ['organisation.partner-added'], ada, () => partner);
leaves('another name of a partner body', ['organisation.partner-renamed'], ada, () => {
	const id = partner();
	return () => renamePartner(db, c.ada, { id, name: `${typed} North` }, now);
});
leaves('a retired partner body', ['organisation.partner-retired'], ada, () => {
	const id = partner();
	return () => retirePartner(db, c.ada, id, now);
});
leaves('a restored partner body', ['organisation.partner-restored'], ada, () => {
	const id = partner();
	retirePartner(db, c.ada, id, now);
	return () => restorePartner(db, c.ada, id, now);
});
const pack = () => {
	const id = uuid();
	addPack(db, c.ada, { id, instrument: 'who5', wording: madeUp('who5', { owner: typed }), mayUse: true }, now);
	return id;
};
leaves('the wording of an instrument', ['organisation.instrument-added'], ada, () => pack);
leaves('no wording of an instrument', ['organisation.instrument-retired'], ada, () => {
	const id = pack();
	return () => retirePack(db, c.ada, { id, instrument: 'who5' }, now);
});
leaves(
	'a policy',
	['policy.changed'],
	() => c.hale.id,
	() => () => {
		const before = newestVersion(db, null);
		const patch = { ...before?.patch, breakLength: 15 };
		changePolicy(db, c.hale, { id: uuid(), teamId: null, patch, reason: typed, basedOn: before?.id ?? null }, now);
	}
);
leaves('optional parts', ['policy.optional-changed'], ada, () => () => {
	const basedOn = optionalPage(db, c.ada, now).version;
	changeOptional(db, c.ada, { id: uuid(), fields: ['material'], instruments: ['pulse'], reason: typed, basedOn }, now);
});
leaves(
	'a policy tried out',
	['policy.simulated'],
	ada,
	() => () => startSimulation(db, c.ada, { formId: uuid(), teamId: null, days: '28', form: formOfPolicy({}) }, now)
);

// Messages and alarms
const dead = () => {
	askFor(db, c.ines, c.edda, 'welfare');
	return deadMessage(db, { alertId: alertOf(db, c.ines).id, recipientId: c.jonas.id }, now);
};
leaves('a message sent again', ['delivery.sent-again'], ada, () => {
	const id = dead();
	return () => sendAgain(db, c.ada, id, now);
});
leaves('all sent again', ['delivery.all-sent-again'], ada, () => {
	dead();
	return () => sendAllAgain(db, c.ada, now);
});
leaves('a test message', ['delivery.tested'], ada, () => {
	openPosts(db, { webhook: () => Promise.resolve() });
	return () => sendTest(db, c.ada, { formId: uuid(), channel: 'webhook', to: typed }, now);
});
leaves('an alarm put away', ['delivery.alarm-put-away'], ada, () => {
	raiseAlarm(db, 'clock', now);
	return () => dismissAlarm(db, c.ada, db.select().from(alarms).get()?.id ?? '', now);
});

// Prompts
const contact = () => {
	askFor(db, c.ines, c.mara, 'lead');
	return alertOf(db, c.ines).id;
};
const offered = () => {
	const alertId = contact();
	offer(db, c.mara, { id: uuid(), alertId, items: ['talk'], manner: null }, now + MINUTE);
	return alertId;
};
const accepted = () => {
	const alertId = offered();
	answerOffer(db, c.ines, { id: uuid(), alertId, answer: 'accepted' }, now + 2 * MINUTE);
	return alertId;
};
const later = now + HOUR;
const mara = () => c.mara.id;
const ines = () => c.ines.id;
const edda = () => c.edda.id;
leaves(
	'a session over the limit',
	['alert.raised'],
	() => null,
	() => () => {
		exceed(db, c.ines, now);
		catchUp(db, c.ines.id, later);
	}
);
leaves(
	'a further reason',
	['alert.escalated', 'alert.evidence'],
	() => null,
	() => {
		exceed(db, c.ines, now);
		catchUp(db, c.ines.id, later);
		return () => {
			exceed(db, c.ines, now + DAY);
			catchUp(db, c.ines.id, now + DAY + HOUR);
		};
	}
);
leaves(
	'a corrected session',
	['alert.corrected'],
	() => null,
	() => {
		const start = now - 7 * HOUR;
		const { id } = logSession(db, c.ines, { id: uuid(), start, end: now, workTypeId: workIds(db).images }, now);
		catchUp(db, c.ines.id, later);
		return () => {
			voidEntry(db, c.ines, { id, version: 1, reason: 'by-mistake' }, later);
			catchUp(db, c.ines.id, later + HOUR);
		};
	}
);
leaves(
	'asking for contact',
	['alert.raised'],
	() => null,
	() => contact
);
leaves(
	'asking anew',
	['alert.renewed'],
	() => null,
	() => {
		contact();
		return () => askFor(db, c.ines, c.jonas, 'lead', later);
	}
);
leaves('an opened prompt', ['alert.seen'], mara, () => {
	const id = contact();
	return () => openPrompt(db, c.mara, id, later);
});
leaves('taking it on', ['alert.acknowledged'], mara, () => {
	const alertId = contact();
	return () => acknowledge(db, c.mara, { id: uuid(), alertId }, later);
});
leaves('an offer', ['alert.offered'], mara, () => {
	const alertId = contact();
	return () => offer(db, c.mara, { id: uuid(), alertId, items: ['talk'], manner: null }, later);
});
leaves('an answer', ['alert.answered'], ines, () => {
	const alertId = offered();
	return () => answerOffer(db, c.ines, { id: uuid(), alertId, answer: 'accepted' }, later);
});
leaves('a conversation', ['alert.conversation'], mara, () => {
	const alertId = contact();
	return () => recordConversation(db, c.mara, { id: uuid(), alertId, served: [alertId], items: ['talk'], on: null }, later);
});
leaves('following up', ['alert.followed-up'], mara, () => {
	const alertId = accepted();
	return () => followUp(db, c.mara, { id: uuid(), alertId }, later);
});
leaves('closing', ['alert.closed'], mara, () => {
	const alertId = accepted();
	followUp(db, c.mara, { id: uuid(), alertId }, later);
	return () => close(db, c.mara, { id: uuid(), alertId }, later + 1);
});
leaves('withdrawing', ['alert.withdrawn', 'alert.closed'], ines, () => {
	const alertId = contact();
	return () => withdrawRequest(db, c.ines, { id: uuid(), alertId }, later);
});
leaves(
	'time without anybody',
	['alert.escalated'],
	() => null,
	() => {
		contact();
		return () => catchUp(db, c.ines.id, now + 8 * HOUR);
	}
);
leaves(
	'an offer without an answer',
	['alert.unanswered', 'alert.escalated'],
	() => null,
	() => {
		offered();
		return () => catchUp(db, c.ines.id, now + 8 * DAY);
	}
);

// What people plan, mark and enter for one another
const talk = () => {
	const [alertId, id] = [contact(), uuid()];
	recordConversation(db, c.mara, { id, alertId, served: [alertId], items: ['talk'], on: null }, now + MINUTE);
	return id;
};
leaves('marking a conversation', ['conversation.disputed'], ines, () => {
	const conversationId = talk();
	return () => disputeConversation(db, c.ines, { conversationId }, later);
});
leaves(
	'acknowledging that',
	['conversation.dispute-noted'],
	() => c.hale.id,
	() => {
		const conversationId = talk();
		disputeConversation(db, c.ines, { conversationId }, later);
		return () => acknowledgeDispute(db, c.hale, { conversationId }, later + 1);
	}
);
const none = { from: null, until: null };
const planForm = () => ({
	...{ id: uuid(), items: ['rota' as const] },
	dates: {
		rota: { from: '2026-11-09', until: null },
		...{ 'non-exposure': none, counselling: none, 'time-off-screen': none }
	}
});
const plan = () => {
	const what = { ...planForm(), alertId: accepted() };
	proposePlan(db, c.mara, what, later);
	return what.id;
};
leaves('a plan', ['plan.proposed'], mara, () => {
	const alertId = accepted();
	return () => proposePlan(db, c.mara, { ...planForm(), alertId }, later);
});
leaves('agreeing to a plan', ['plan.agreed'], ines, () => {
	const planId = plan();
	return () => agreeToPlan(db, c.ines, { planId }, later);
});
leaves('another proposal', ['plan.ended', 'plan.proposed'], ines, () => {
	const planId = plan();
	return () => changePlan(db, c.ines, { ...planForm(), planId }, later);
});
leaves('the end of a plan', ['plan.ended'], ines, () => {
	const planId = plan();
	return () => endPlan(db, c.ines, { planId }, later);
});
const appointment = () => {
	const id = uuid();
	planAppointment(db, c.edda, { id, personId: c.ines.id, kind: 'counselling', due: '2026-12-01' }, now);
	return id;
};
leaves('an appointment', ['appointment.planned'], edda, () => appointment);
leaves('an appointment attended', ['appointment.settled'], ines, () => {
	const id = appointment();
	return () => settleAppointment(db, c.ines, { id, outcome: 'attended' }, later);
});
leaves('an appointment moved', ['appointment.moved'], edda, () => {
	const id = appointment();
	return () => moveAppointment(db, c.edda, { formId: uuid(), id, due: '2026-12-08' }, later);
});
leaves('an appointment taken off', ['appointment.withdrawn'], edda, () => {
	const id = appointment();
	return () => withdrawAppointment(db, c.edda, id, later);
});
const dates = { from: '2026-11-12', to: '2026-11-13', sure: null };
const absence = (by: Viewer) => {
	const id = uuid();
	enterAbsence(db, by, { id, personId: c.ines.id, ...dates }, now);
	return id;
};
leaves('an absence for somebody', ['absence.entered'], mara, () => () => absence(c.mara));
leaves('other dates for somebody', ['absence.changed'], mara, () => {
	const id = absence(c.mara);
	return () => changeAbsence(db, c.mara, { formId: uuid(), id, ...dates, to: '2026-11-14' }, later);
});
leaves('taken back for somebody', ['absence.taken-back'], mara, () => {
	const id = absence(c.mara);
	return () => takeBackAbsence(db, c.mara, id, later);
});
const line = () => {
	exceed(db, c.ines, now - 5 * DAY, 6);
	const week = isoWeek(personDayOf('Europe/London', '00:00', now));
	const named = { teamId: c.harbour, week, personId: c.ines.id };
	return { id: uuid(), ...named, shown: shownAs(requireLine(db, c.mara, named, now)) };
};
const agree = () => {
	const id = uuid();
	agreeFactor(db, c.edda, { id, personId: c.ines.id, percent: 50, from: '2026-11-10', to: '2026-11-20' }, now);
	return id;
};
leaves('lower limits', ['factor.agreed'], edda, () => agree);
leaves('lower limits taken back', ['factor.ended'], edda, () => {
	const id = agree();
	return () => endFactor(db, c.edda, { formId: uuid(), id, personId: c.ines.id, from: '2026-11-10' }, later);
});
leaves('a tick', ['list.ticked'], mara, () => {
	const what = line();
	return () => tickLine(db, c.mara, { ...what, changes: ['rota'] }, now);
});
leaves('a tick taken back', ['list.taken-back'], mara, () => {
	const what = line();
	tickLine(db, c.mara, { ...what, changes: ['rota'] }, now);
	return () => takeBackTicks(db, c.mara, { ...what, id: uuid() }, later);
});

// Sharing: one entry, whatever it was
const share = () => chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, now);
leaves('sharing', ['sharing.changed'], ines, () => share);
leaves('not this person', ['sharing.changed'], ines, () => () => exclude(db, c.ines, { personId: c.edda.id }, now));
leaves('not this person, who was named', ['sharing.changed'], ines, () => {
	share();
	return () => exclude(db, c.ines, { personId: c.edda.id }, later);
});
leaves('including again', ['sharing.changed'], ines, () => {
	exclude(db, c.ines, { personId: c.edda.id }, now);
	return () => includeAgain(db, c.ines, { personId: c.edda.id }, later);
});

// What changes nothing
leaves('the same sharing again', [], ines, () => {
	share();
	return share;
});
leaves('deciding later', [], ines, () => () => decideLater(db, c.ines, now));
leaves('an absence of one’s own', [], ines, () => () => absence(c.ines));
leaves('the same name again', [], ada, () => () => renamePerson(db, c.ada, { personId: c.ines.id, name: c.ines.name }, now));
leaves('an account that is disabled already', [], ada, () => {
	disablePerson(db, c.ada, c.ines.id, now);
	return () => disablePerson(db, c.ada, c.ines.id, now);
});

/** Names and addresses, whole and in parts, other lists in words that somebody chose, and whatever was typed. */
function chosenWords(): RegExp {
	const people = db.$client.prepare<[], string>('select name from people union select email from people').pluck().all();
	const lists = db.$client.prepare<[], string>(
		`select name from teams union select name from employers union select name from partners union select name from work_types
		union select name from organisation union select help.value ->> 'name' from organisation, json_each(help_lines) as help`
	);
	const words = [...people, ...people.flatMap((text) => text.split(/[\s@]+/)), ...lists.pluck().all(), typed];
	return new RegExp(`\\b(${words.map((text) => RegExp.escape(text)).join('|')})\\b`, 'i');
}

describe('what a verb leaves in the audit trail', () => {
	it.each(cases.map((each) => [each.name, each] as const))('%s', async (_, { leaves: expected, by, act }) => {
		const verb = await act();
		const before = last();
		await verb();
		const entries = since(before);
		expect(entries.map(({ action }) => action)).toEqual(expected);
		if (entries[0]) expect(entries[0].actorId).toBe(by());
		expect(verifyTrail(db, []).broken).toBeNull();
		const all = db.$client.prepare<[], Record<string, unknown>>('select * from audit_entries').all();
		const said = all
			.map(({ mac, ...entry }) => JSON.stringify([entry, typeof mac]))
			.join(' ')
			.toLowerCase();
		expect(said).not.toMatch(chosenWords());
	});

	it('is tried for every action but those of records, reports, keys and exports, whose own tests do', () => {
		const elsewhere = /^(record|report|key|export)\.|^account\.(leaves|stays)$/;
		const missing = Object.keys(auditWords).filter((action) => !covered.has(action as AuditAction) && !elsewhere.test(action));
		expect(missing).toEqual([]);
	});
});
