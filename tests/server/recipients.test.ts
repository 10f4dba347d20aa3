import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { promptsFor } from '#lib/server/alerts.ts';
import { goAway } from '#lib/server/away.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { onCall, people, roles, sharingChoices } from '#lib/server/db/schema/people.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { setHomeTeam } from '#lib/server/people.ts';
import { isAnyChainBroken, possibleRecipients, recipientsOf, routeOf } from '#lib/server/recipients.ts';
import { giveRole } from '#lib/server/roles.ts';
import { chooseSharing, exclude as excludeInPrivacy, includeAgain } from '#lib/server/sharing.ts';
import { myAlerts, withdrawRequest } from '#lib/server/support.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { alertOf, appointmentOverdue, askFor, DAY, exceed, exclude, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
import { cast, type Cast, type FirstName } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const id = () => crypto.randomUUID();

const everyone = (): [FirstName, Viewer][] =>
	(Object.entries(c) as [FirstName, unknown][]).flatMap(([first, who]) =>
		typeof who === 'object' && who !== null && 'roles' in who ? [[first, c.again(who as Viewer)] as [FirstName, Viewer]] : []
	);

const mayOpen = (viewer: Viewer, alertId: string, now: number) => routeOf(db, viewer, alertId, now) !== null;

/** First names of those who may open the alert; the list and the door always say the same. */
function openTo(who: Viewer, now: number): string {
	const alert = alertOf(db, who);
	catchUp(db, who.id, now);
	const names = everyone().filter(([, viewer]) => mayOpen(viewer, alert.id, now));
	const listed = everyone().filter(([, viewer]) => promptsFor(db, viewer, now).some((prompt) => prompt.id === alert.id));
	expect(listed.map(([first]) => first)).toEqual(names.map(([first]) => first));
	return names
		.map(([first]) => first)
		.sort()
		.join(' ');
}

describe('who may open an alert', () => {
	it('Ines over a limit: her first lead, nobody else', () => {
		exceed(db, c.ines, monday);
		expect(openTo(c.ines, monday)).toBe('mara');
	});

	it('… and once escalated also the deputy, never the head of welfare', () => {
		exceed(db, c.ines, monday);
		expect(openTo(c.ines, monday + 2 * DAY)).toBe('jonas mara');
		expect(openTo(c.ines, monday + 20 * DAY)).toBe('jonas mara');
		expect(alertOf(db, c.ines).level).toBe(1);
	});

	it('a lead who moderates is passed over for herself', () => {
		exceed(db, c.mara, monday);
		expect(openTo(c.mara, monday)).toBe('jonas');
	});

	it('a concern shared with Edda: Edda, then other officers of the employer, then the head', () => {
		shareConcern(db, c.ines, c.edda, monday);
		expect(openTo(c.ines, monday)).toBe('edda');
		expect(openTo(c.ines, monday + 1.2 * DAY)).toBe('edda otto');
		expect(openTo(c.ines, monday + 3 * DAY)).toBe('edda hale otto');
	});

	it('a concern where Otto is named for prompts', () => {
		db.insert(sharingChoices).values({ id: id(), personId: c.ines.id, kind: 'prompt', officerId: c.otto.id, recordedAt: monday }).run();
		shareConcern(db, c.ines, c.otto, monday);
		expect(openTo(c.ines, monday)).toBe('otto');
	});

	it('an officer named for trends alone is not prompted', () => {
		db.insert(sharingChoices).values({ id: id(), personId: c.ines.id, kind: 'trends', officerId: c.otto.id, recordedAt: monday }).run();
		shareConcern(db, c.ines, c.edda, monday);
		expect(openTo(c.ines, monday)).toBe('edda');
	});

	it('an overdue session of Ines: the officer of her team; of Kit, a secondee: the one of his employer', () => {
		appointmentOverdue(db, c.ines, monday);
		appointmentOverdue(db, c.kit, monday);
		expect(openTo(c.ines, monday + DAY)).toBe('edda');
		expect(openTo(c.kit, monday + DAY)).toBe('pia');
	});

	it('a secondee over a limit: the lead of the host’s team', () => {
		exceed(db, c.kit, monday);
		expect(openTo(c.kit, monday)).toBe('mara');
	});

	it('contact to a peer stays with peers of the team', () => {
		askFor(db, c.ines, c.rui, 'peer');
		expect(openTo(c.ines, monday)).toBe('rui');
		expect(openTo(c.ines, monday + 10 * DAY)).toBe('rui');
	});

	it('a peer sees nothing else', () => {
		exceed(db, c.ines, monday);
		askFor(db, c.tomas, c.mara, 'lead');
		expect(promptsFor(db, c.rui, monday + 10 * DAY)).toEqual([]);
	});

	it('contact to a lead reaches the head of welfare at level 2', () => {
		askFor(db, c.ines, c.jonas, 'lead');
		expect(openTo(c.ines, monday)).toBe('jonas');
		expect(openTo(c.ines, monday + 5 * HOUR)).toBe('jonas mara');
		expect(openTo(c.ines, monday + 3 * DAY)).toBe('hale jonas mara');
	});

	it('contact today: an hour, then also the lead on call', () => {
		for (const [position, lead] of [c.nell, c.jonas].entries()) {
			db.insert(onCall)
				.values({ id: id(), teamId: c.harbour, personId: lead.id, position, recordedAt: monday - DAY })
				.run();
		}
		askFor(db, c.ines, c.mara, 'lead', monday, 'today');
		expect(openTo(c.ines, monday)).toBe('mara');
		expect(openTo(c.ines, monday + 61 * MINUTE)).toBe('jonas mara nell');
	});

	it('Mara away with Jonas as deputy: Jonas at level 0, until she is back', () => {
		exceed(db, c.ines, monday);
		goAway(db, c.mara, { id: id(), until: '2026-11-09', deputyId: c.jonas.id }, monday + MINUTE);
		expect(openTo(c.ines, monday + HOUR)).toBe('jonas');
		expect(alertOf(db, c.ines).level).toBe(0);
		// He has not opened it: when Mara is back, it is hers.
		expect(openTo(c.ines, monday + 15 * HOUR)).toBe('mara');
	});

	it('an absence begins and ends with the supervisor’s own person-day', () => {
		exceed(db, c.ines, monday);
		goAway(db, c.mara, { id: id(), until: '2026-11-09', deputyId: null }, monday + MINUTE);
		expect(openTo(c.ines, Date.UTC(2026, 10, 9, 23, 59, 59))).toBe('jonas');
		expect(openTo(c.ines, Date.UTC(2026, 10, 10))).toBe('mara');
	});

	it('disabled: passed over at once, the level stays', () => {
		exceed(db, c.ines, monday);
		db.update(people).set({ disabledAt: monday }).where(eq(people.id, c.mara.id)).run();
		const alert = alertOf(db, c.ines);
		expect(recipientsOf(db, alert, monday)).toEqual([{ id: c.jonas.id, as: 'lead', step: 0, name: 'Jonas Pike' }]);
		expect(mayOpen(c.mara, alert.id, monday)).toBe(false);
		expect(alertOf(db, c.ines).level).toBe(0);
	});

	it('never joined: as if disabled', () => {
		exceed(db, c.ines, monday);
		db.update(people).set({ joinedAt: null }).where(eq(people.id, c.mara.id)).run();
		expect(openTo(c.ines, monday)).toBe('jonas');
	});

	it('excluded by the person: passed over, and the door closes at once', () => {
		exceed(db, c.ines, monday);
		exclude(db, c.ines, c.mara);
		expect(openTo(c.ines, monday)).toBe('jonas');
		exceed(db, c.tomas, monday);
		expect(openTo(c.tomas, monday)).toBe('mara');
	});

	it('a role that was not confirmed, or has ended, opens nothing', () => {
		exceed(db, c.ines, monday);
		db.update(roles).set({ endedAt: monday }).where(eq(roles.personId, c.mara.id)).run();
		expect(openTo(c.ines, monday)).toBe('jonas');
		db.update(roles).set({ confirmedAt: null }).where(eq(roles.personId, c.jonas.id)).run();
		expect(openTo(c.ines, monday)).toBe('');
	});

	it('nobody left: the chain is broken, and the admins can be told so', () => {
		exceed(db, c.ines, monday);
		expect(isAnyChainBroken(db, monday)).toBe(false);
		for (const lead of [c.mara, c.jonas]) exclude(db, c.ines, lead);
		expect(recipientsOf(db, alertOf(db, c.ines), monday)).toEqual([]);
		expect(isAnyChainBroken(db, monday)).toBe(true);
		expect(openTo(c.ines, monday)).toBe('');
	});

	it('after moving to another home team, that team’s lead', () => {
		exceed(db, c.ines, monday);
		setHomeTeam(db, system, { personId: c.ines.id, teamId: c.quay }, monday + MINUTE);
		expect(openTo(c.ines, monday + 2 * MINUTE)).toBe('nell');
	});

	it('a membership elsewhere gives nobody a view', () => {
		giveRole(db, system, { id: id(), personId: c.ines.id, role: 'moderator', teamId: c.quay }, monday);
		exceed(db, c.ines, monday);
		expect(openTo(c.ines, monday)).toBe('mara');
	});

	it('an unknown id is nobody’s', () => {
		expect(mayOpen(c.mara, 'nothing', monday)).toBe(false);
	});
});

describe('a concern, and whom the person chose for it', () => {
	const share = (who: Viewer, prompt: Viewer[], now: number) =>
		chooseSharing(db, who, { prompt: prompt.map((officer) => officer.id), trends: [] }, now);
	/** A heavy check-in, which prompts whoever is named. */
	const heavy = (who: Viewer, now: number) => recordCheckIn(db, who, { id: id(), instrument: 'pulse', answers: [4, 4, 4, 4] }, now);
	const open = (viewer: Viewer, now: number) => openPrompt(db, viewer, alertOf(db, c.ines).id, now);

	it('taking back every name leaves it with those of the last save, nobody else', () => {
		share(c.ines, [c.otto], monday);
		heavy(c.ines, monday + MINUTE);
		share(c.ines, [], monday + HOUR);
		expect(openTo(c.ines, monday + 2 * HOUR)).toBe('otto');
	});

	it('whose name was taken back earlier does not come back with the last one', () => {
		share(c.ines, [c.edda, c.otto], monday);
		heavy(c.ines, monday + MINUTE);
		expect(openTo(c.ines, monday + 2 * MINUTE)).toBe('edda otto');
		share(c.ines, [c.otto], monday + HOUR);
		expect(openTo(c.ines, monday + HOUR)).toBe('otto');
		share(c.ines, [], monday + 2 * HOUR);
		expect(openTo(c.ines, monday + 2 * HOUR)).toBe('otto');
	});

	it('whose name was taken back cannot open what they had opened, unless it is passed on to them', () => {
		share(c.ines, [c.edda, c.otto], monday);
		heavy(c.ines, monday + MINUTE);
		open(c.edda, monday + 2 * MINUTE);
		share(c.ines, [c.otto], monday + HOUR);
		expect(openTo(c.ines, monday + HOUR)).toBe('otto');
		expect(myAlerts(db, c.ines, monday + HOUR)[0]?.seenBy).toEqual(['Otto Lind']);
		expect(openTo(c.ines, monday + 1.2 * DAY)).toBe('edda otto');
	});

	it('excluded and allowed again: not until chosen again, also where it had been opened', () => {
		share(c.ines, [c.edda], monday);
		heavy(c.ines, monday + MINUTE);
		open(c.edda, monday + 2 * MINUTE);
		excludeInPrivacy(db, c.ines, { personId: c.edda.id }, monday + HOUR);
		expect(openTo(c.ines, monday + HOUR)).toBe('otto');
		includeAgain(db, c.ines, { personId: c.edda.id }, monday + 2 * HOUR);
		expect(openTo(c.ines, monday + 2 * HOUR)).toBe('otto');
		expect(openTo(c.ines, monday + 3 * DAY)).toBe('hale otto');
		share(c.ines, [c.edda], monday + 3 * DAY);
		expect(openTo(c.ines, monday + 3 * DAY)).toBe('edda hale otto');
	});

	it('excluded after it was shared with them, and allowed again: not until it is shared again', () => {
		shareConcern(db, c.ines, c.edda, monday);
		excludeInPrivacy(db, c.ines, { personId: c.edda.id }, monday + HOUR);
		includeAgain(db, c.ines, { personId: c.edda.id }, monday + 2 * HOUR);
		expect(openTo(c.ines, monday + 2 * HOUR)).toBe('otto');
		shareConcern(db, c.ines, c.edda, monday + 3 * HOUR);
		expect(openTo(c.ines, monday + 3 * HOUR)).toBe('edda');
	});

	it('what is raised after they were allowed again is as if they never were excluded', () => {
		excludeInPrivacy(db, c.ines, { personId: c.edda.id }, monday);
		includeAgain(db, c.ines, { personId: c.edda.id }, monday + MINUTE);
		shareConcern(db, c.ines, c.edda, monday + HOUR);
		expect(openTo(c.ines, monday + HOUR)).toBe('edda');
	});

	it('shared again with another officer: the first one keeps it', () => {
		shareConcern(db, c.ines, c.edda, monday);
		shareConcern(db, c.ines, c.otto, monday + HOUR);
		expect(openTo(c.ines, monday + HOUR)).toBe('edda otto');
	});

	it('shared by hand after one was named: both', () => {
		share(c.ines, [c.otto], monday);
		heavy(c.ines, monday + MINUTE);
		shareConcern(db, c.ines, c.edda, monday + HOUR);
		expect(openTo(c.ines, monday + HOUR)).toBe('edda otto');
	});

	it('with whom an earlier one was shared, a later one is not', () => {
		shareConcern(db, c.ines, c.edda, monday);
		withdrawRequest(db, c.ines, { id: id(), alertId: alertOf(db, c.ines).id }, monday + HOUR);
		shareConcern(db, c.ines, c.otto, monday + 2 * HOUR);
		expect(openTo(c.ines, monday + 2 * HOUR)).toBe('otto');
	});

	it('once withdrawn it opens for whoever had opened it; what is shared later adds nobody', () => {
		shareConcern(db, c.ines, c.edda, monday);
		const alert = alertOf(db, c.ines);
		open(c.edda, monday + MINUTE);
		withdrawRequest(db, c.ines, { id: id(), alertId: alert.id }, monday + HOUR);
		shareConcern(db, c.ines, c.otto, monday + 2 * HOUR);
		expect([c.edda, c.otto].map((officer) => mayOpen(officer, alert.id, monday + 3 * HOUR))).toEqual([true, false]);
	});
});

describe('whom a person can ask', () => {
	const names = (who: Viewer, now = monday) => possibleRecipients(db, who.id, now).map(({ name, kind }) => `${name} (${kind})`);

	it('leads in order, officers of the own employer with the home team’s first, peers', () => {
		expect(names(c.ines)).toEqual([
			'Mara Voss (lead)',
			'Jonas Pike (lead)',
			'Edda Quill (welfare)',
			'Otto Lind (welfare)',
			'Rui Tamm (peer)'
		]);
		expect(names(c.kit)).toEqual(['Mara Voss (lead)', 'Jonas Pike (lead)', 'Pia Dorn (welfare)', 'Rui Tamm (peer)']);
	});

	it('not oneself, nobody excluded or disabled', () => {
		exclude(db, c.rui, c.mara);
		db.update(people).set({ disabledAt: monday }).where(eq(people.id, c.otto.id)).run();
		expect(names(c.rui)).toEqual(['Jonas Pike (lead)', 'Edda Quill (welfare)']);
	});

	it('there now in working hours; in the evening the next morning; away: after the return', () => {
		const there = (name: string, now: number) => possibleRecipients(db, c.ines.id, now).find((each) => each.name === name)?.nextThere;
		const evening = Date.UTC(2026, 10, 9, 20);
		expect(there('Mara Voss', monday)).toBe(monday);
		expect(there('Mara Voss', evening)).toBe(Date.UTC(2026, 10, 10, 9));
		goAway(db, c.mara, { id: id(), until: '2026-11-12', deputyId: null }, monday);
		expect(there('Mara Voss', monday + MINUTE)).toBe(Date.UTC(2026, 10, 13, 9));
		expect(there('Jonas Pike', monday + MINUTE)).toBe(monday + MINUTE);
	});
});
