import { beforeEach, describe, expect, test } from 'vitest';
import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { checkInResult } from '#lib/server/check-in-results.ts';
import { checkInDue, recordCheckIn } from '#lib/server/check-ins.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { optionalVersions, type OptionalField } from '#lib/server/db/schema/organisation.ts';
import { exposures } from '#lib/server/db/schema/records.ts';
import { logSession } from '#lib/server/exposures.ts';
import { changeOptional, optionalPage } from '#lib/server/optional-parts.ts';
import { allOptionalFields, findOrganisation, instrumentsOn, sessionFields } from '#lib/server/organisation.ts';
import type { Actor } from '#lib/server/viewer.ts';
import { HOUR, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf, workIds } from '../support/exposure.ts';

let db: Db;
let c: Cast;
const id = () => crypto.randomUUID();
const everyInstrument: InstrumentId[] = ['pulse', 'who5', 'phq4', 'proqol5'];

beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday);
});

function turn(
	fields: readonly OptionalField[],
	instruments: readonly InstrumentId[],
	who: Actor = c.hale,
	reason = 'Fewer questions'
): void {
	changeOptional(db, who, { id: id(), fields, instruments, reason, basedOn: optionalPage(db, c.hale, monday).version }, monday);
}

test('everything that can be left out is on the policy’s page, once', () => {
	const ids = optionalPage(db, c.ines, monday).groups.flatMap(({ parts }) => parts.map(({ id }) => id));
	expect(ids.toSorted()).toEqual([...allOptionalFields, ...everyInstrument, 'lead-hours'].toSorted());
});

describe('optional fields and instruments', () => {
	test('are on in a new organisation, all but free text', () => {
		expect(findOrganisation(db)?.fields).toEqual(sessionFields);
		expect(allOptionalFields.filter((field) => !sessionFields.includes(field))).toEqual(['words']);
		expect([...instrumentsOn(db)]).toEqual(everyInstrument);
	});

	test('are turned on and off, and it is kept who did it, when and why', () => {
		turn(['partner', 'material'], ['who5', 'pulse']);
		expect(findOrganisation(db)).toMatchObject({ fields: ['material', 'partner'], instruments: ['pulse', 'who5'] });
		turn(['material'], ['pulse', 'who5', 'phq4'], c.ada, 'Partners stand elsewhere');
		const { versions } = optionalPage(db, c.ines, monday + HOUR);
		expect(versions.map(({ who, when, why, changes }) => [who, when, why, ...changes])).toEqual([
			['Ada Finch', 'today, 10:00', 'Partners stand elsewhere', 'Partner body: turned off', 'PHQ-4: turned on'],
			[
				...['Hale Brandt', 'today, 10:00', 'Fewer questions', 'Known or first seen: turned off', 'Violent or not: turned off'],
				...['Filters in use: turned off', 'How it left one: turned off', 'PHQ-4: turned off', 'ProQOL 5: turned off']
			],
			['Breakwater', 'today, 10:00', 'Defaults on setting up']
		]);
	});

	test('are for administrators and heads of welfare to choose', () => {
		for (const who of [c.ines, c.mara, c.edda, c.rui]) expect(refusalOf(() => turn([], [], who)).kind).toBe('not-allowed');
	});

	test('are refused without a reason, without a difference, and on an older version', () => {
		expect(refusalOf(() => turn([], [], c.ada, ' ')).fields).toHaveProperty('reason');
		expect(refusalOf(() => turn(sessionFields, everyInstrument)).fields).toHaveProperty('parts');
		const version = { id: id(), fields: [], instruments: [], reason: 'None', basedOn: optionalPage(db, c.ada, monday).version };
		changeOptional(db, c.ada, version, monday);
		changeOptional(db, c.ada, version, monday + 1);
		expect(refusalOf(() => changeOptional(db, c.hale, { ...version, id: id() }, monday)).message).toContain(
			'Somebody else has changed this'
		);
		expect(db.select().from(optionalVersions).all()).toHaveLength(2);
	});

	test('know no others', () => {
		turn(['case-number' as OptionalField], ['phq9' as InstrumentId]);
		expect(findOrganisation(db)).toMatchObject({ fields: [], instruments: [] });
	});

	test('are never rewritten: the table refuses it', () => {
		expect(() => db.update(optionalVersions).set({ reason: 'Another' }).run()).toThrow(/append-only/);
		expect(() => db.delete(optionalVersions).run()).toThrow(/append-only/);
	});
});

describe('what is off', () => {
	test('is not taken of a session', () => {
		turn(['partner'], everyInstrument);
		const workTypeId = workIds(db).images;
		const entry = {
			id: id(),
			start: monday - HOUR,
			end: monday,
			workTypeId,
			violent: 'yes',
			material: ['live'],
			context: 'known'
		} as const;
		logSession(db, c.ines, { ...entry, material: [...entry.material] }, monday);
		expect(db.select().from(exposures).all()).toMatchObject([{ material: null, context: null, filters: null }]);
	});

	test('is no check-in to answer; what was answered before stays the person’s own to read', () => {
		const before = id();
		recordCheckIn(db, c.ines, { id: before, instrument: 'pulse', answers: [0, 1, 2, 3] }, monday);
		turn(allOptionalFields, ['who5']);
		const later = monday + 8 * 24 * HOUR;
		expect(checkInDue(db, c.ines, later)).toBe(false);
		for (const answers of [[0, 0, 0, 0], 'skipped'] as const) {
			expect(refusalOf(() => recordCheckIn(db, c.ines, { id: id(), instrument: 'pulse', answers }, later)).message).toContain(
				'turned this check-in off'
			);
		}
		expect(checkInResult(db, c.ines, before, later)).toMatchObject({ checkIn: { answers: [0, 1, 2, 3] } });
	});
});
