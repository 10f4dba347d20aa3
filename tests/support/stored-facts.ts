import { randomUUID } from 'node:crypto';
import { and, eq, isNull, max } from 'drizzle-orm';
import type { Fact } from '#lib/domain/facts.ts';
import type { PackInstrument } from '#lib/domain/instruments/wording.ts';
import { formatOutput, type Output } from '#lib/domain/output.ts';
import type { Instant } from '#lib/domain/time.ts';
import { recordFact } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { instrumentPacks } from '#lib/server/db/schema/instruments.ts';
import { policies, teams } from '#lib/server/db/schema/organisation.ts';
import { absences, factors, homeTeams, people, personVersions, sharingChoices } from '#lib/server/db/schema/people.ts';
import * as records from '#lib/server/db/schema/records.ts';
import { appointments, checkIns, clocks, contactRequests, conversations, exposures } from '#lib/server/db/schema/records.ts';
import { exposureOf } from '#lib/server/exposure-rows.ts';
import { firstVersion, insertVersion, replaceVersion, type NewVersion } from '#lib/server/exposure-versions.ts';
import { seal } from '#lib/server/seal.ts';
import { storedOutputs as outputsStored } from '#lib/server/stored-outputs.ts';
import { violentWeek } from '#lib/server/violent-findings.ts';

/**
 * Facts as replay.md has them, stored as the verbs store them but without what only screens ask for: shows that the tables give
 * the rules back what they need. The database must hold an employer `seawall`.
 */
export function storeFact(db: Db, fact: Fact): void {
	if (fact.type === 'policy') {
		if (fact.team !== undefined) ensureTeam(db, fact.team, fact.at);
		db.insert(policies)
			.values({ id: randomUUID(), teamId: fact.team ?? null, patch: fact.policy, reason: 'test', recordedAt: fact.at })
			.run();
		return;
	}
	const personId = 'person' in fact ? fact.person : personOf(db, fact.id);
	if (fact.type === 'person' && !db.select().from(people).where(eq(people.id, personId)).get()) return firstFact(db, fact);
	recordFact(db, fact.at, {
		personId,
		actorId: null,
		fact: (at) => ({ ...fact, at }),
		write: (at, outputs) => write(db, personId, { ...fact, at }, outputs)
	});
}

function personOf(db: Db, id: string): string {
	const row = db.select({ person: exposures.personId }).from(exposures).where(eq(exposures.id, id)).get();
	const appointment = db.select({ person: appointments.personId }).from(appointments).where(eq(appointments.id, id)).get();
	const found = row ?? appointment;
	if (!found) throw new Error(`no row ${id}`);
	return found.person;
}

function ensureTeam(db: Db, id: string, at: Instant): void {
	db.insert(teams).values({ id, name: id, zone: 'UTC', createdAt: at }).onConflictDoNothing().run();
}

function firstFact(db: Db, fact: Extract<Fact, { type: 'person' }>): void {
	const { person: id, at, zone, startDate, dayStart = '00:00' } = fact;
	db.insert(people).values({ id, name: id, email: id, emailKey: id, employerId: 'seawall', createdAt: at }).run();
	db.insert(personVersions).values({ personId: id, version: 1, zone, dayStart, startDate, recordedAt: at }).run();
	db.insert(clocks).values({ personId: id, firstFactAt: at, lastFactAt: at, advancedTo: at, nextDueAt: at }).run();
}

function write(db: Db, personId: string, fact: Exclude<Fact, { type: 'policy' }>, outputs: readonly Output[]): void {
	const { at } = fact;
	const common = { id: 'id' in fact ? fact.id : randomUUID(), personId, recordedAt: at };
	const exposure = { ...firstVersion(personId, common.id), counts: true, recordedAt: at };
	const found =
		'violent' in fact && fact.violent ? { private: { violent: fact.violent, aftermath: null }, finding: violentWeek(outputs) } : {};
	switch (fact.type) {
		case 'person': {
			const version =
				(db
					.select({ n: max(personVersions.version) })
					.from(personVersions)
					.where(eq(personVersions.personId, personId))
					.get()?.n ?? 0) + 1;
			db.insert(personVersions)
				.values({ personId, version, zone: fact.zone, dayStart: fact.dayStart ?? '00:00', startDate: fact.startDate, recordedAt: at })
				.run();
			return;
		}
		case 'member':
			ensureTeam(db, fact.team, at);
			db.update(homeTeams)
				.set({ endedAt: at })
				.where(and(eq(homeTeams.personId, personId), isNull(homeTeams.endedAt)))
				.run();
			db.insert(homeTeams)
				.values({ ...common, teamId: fact.team })
				.run();
			return;
		case 'factor':
			db.insert(factors)
				.values({ ...common, factor: Math.round(fact.factor * 1000), from: fact.from, to: fact.to ?? null })
				.run();
			return;
		case 'session':
			return insertVersion(db, { ...exposure, ...found, kind: 'session', state: 'ended', start: fact.start, end: fact.end });
		case 'timer-start':
			return insertVersion(db, { ...exposure, kind: 'timer', state: 'running', start: at });
		case 'timer-stop':
			return nextVersion(db, personId, fact.id, { ...found, recordedAt: at, state: 'ended', end: fact.end ?? at });
		case 'amend':
			return nextVersion(db, personId, fact.id, { recordedAt: at, start: fact.start, end: fact.end });
		case 'void':
			return nextVersion(db, personId, fact.id, { recordedAt: at, state: 'void', voidReason: 'other' });
		case 'day-total':
			return insertVersion(db, { ...exposure, kind: 'day-total', state: 'ended', date: fact.date, minutes: fact.minutes });
		case 'check-in': {
			const concern = outputs.find((output) => output.kind === 'finding' && output.rule === 'concern') ?? null;
			const place = { table: 'check_ins', row: common.id, person: personId } as const;
			const sealed = fact.answers ? seal(db, place, { answers: fact.answers, concern }) : null;
			const packId = sealed === null || fact.instrument === 'pulse' ? null : packOf(db, fact.instrument, personId);
			db.insert(checkIns)
				.values({ ...common, instrument: fact.instrument, skipped: sealed === null, sealed, packId })
				.run();
			return;
		}
		case 'sharing':
			if (fact.prompt)
				db.insert(sharingChoices)
					.values({ ...common, kind: 'prompt', officerId: personId })
					.run();
			else db.update(sharingChoices).set({ endedAt: at }).where(eq(sharingChoices.personId, personId)).run();
			return;
		case 'share-concern':
			db.insert(records.sharedConcerns)
				.values({ ...common, officerId: personId })
				.run();
			return;
		case 'contact-request':
			db.insert(contactRequests)
				.values({ ...common, toId: personId, toKind: 'lead', when: fact.when })
				.run();
			return;
		case 'absence':
			db.insert(absences)
				.values({ ...common, from: fact.from, to: fact.to })
				.run();
			return;
		case 'conversation':
			db.insert(conversations)
				.values({ ...common, reasons: fact.reasons ?? [], items: [], recordedBy: personId })
				.run();
			return;
		case 'appointment':
			db.insert(appointments)
				.values({ ...common, kind: fact.kind, due: fact.due })
				.run();
			return;
		case 'appointment-attended':
		case 'appointment-declined': {
			const outcome = fact.type === 'appointment-attended' ? 'attended' : 'declined';
			db.update(appointments).set({ outcome, outcomeAt: at }).where(eq(appointments.id, fact.id)).run();
			return;
		}
		default:
			// Steps of an alert leave no row of their own here: their verbs append events that the rules do not read.
			return;
	}
}

/** The wording that an instrument was answered with: there are answers without any here. */
function packOf(db: Db, instrument: PackInstrument, recordedBy: string): string {
	const id = `pack of ${instrument}`;
	const words = { language: 'en', title: id, intro: '', items: [], labels: [], largestFirst: false, licence: '', owner: '' };
	db.insert(instrumentPacks)
		.values({ ...words, id, instrument, recordedAt: 0, recordedBy })
		.onConflictDoNothing()
		.run();
	return id;
}

function nextVersion(db: Db, personId: string, id: string, change: Partial<NewVersion> & { recordedAt: Instant }): void {
	const before = exposureOf(db, personId, id);
	if (!before) throw new Error(`no current version of ${id}`);
	replaceVersion(db, before, { ...change, recordedBy: personId });
}

/** What is stored of findings and alert events, as `replay` prints it, in its order. */
export function storedOutputs(db: Db): Record<string, unknown>[] {
	return inOrder([...outputsStored(db)].map(({ printed }) => printed));
}

/** Outputs of the rules as plain objects in replay's order. */
export function printed(outputs: readonly Output[]): Record<string, unknown>[] {
	return inOrder(outputs.map((output) => formatOutput(output)));
}

function inOrder(rows: Record<string, unknown>[]): Record<string, unknown>[] {
	const key = (row: Record<string, unknown>) =>
		[row['at'], row['person'], row['rule'] ?? row['event'], row['period'] ?? row['reason']].join('|');
	return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
