import { beforeEach, describe, expect, test } from 'vitest';
import { caseContentFound, caseContentOf } from '#lib/server/case-content.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { addEmployer } from '#lib/server/employers.ts';
import { bodyName, fieldsThatNameBodies, name } from '#lib/server/fields.ts';
import { changeHelpLines, changeOrganisation } from '#lib/server/organisation.ts';
import { ownNames } from '#lib/server/own-names.ts';
import { addPartner, retirePartner } from '#lib/server/partners.ts';
import * as v from 'valibot';
import { monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
const id = () => crypto.randomUUID();
const found = (text: string) => caseContentOf('reason', text, ownNames(db));

beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday);
});

describe('names of bodies that are domains', () => {
	test('can be written once an administrator has them in a list, and not before', () => {
		const names = ['Seawall.net', 'lanternline.ie', 'Harbour.org.uk', 'helpers.ie', 'listeners.de', 'linked.org'];
		for (const body of names) expect(found(`Agreed with ${body} today`)).toBe('web address');
		changeOrganisation(db, c.ada, { name: 'Seawall.net', zone: 'Europe/London' }, monday);
		addEmployer(db, c.ada, { id: id(), name: 'Lanternline.ie' }, monday);
		addPartner(db, c.ada, { id: id(), name: 'Harbour.org.uk (police)' }, monday);
		const line = { name: 'Helpers.ie, day and night', detail: 'listeners.de', href: 'https://www.linked.org/now/page.de' };
		changeHelpLines(db, c.ada, [line, { name: 'Samaritans', detail: '116 123', href: 'tel:116123' }], monday);
		for (const body of names) expect(found(`Agreed with ${body} today`)).toBeNull();
		for (const other of ['page.de', 'board.seawall.net', 'seawall.net/x', 'www.linked.org', 'mara@helpers.ie'])
			expect(found(other)).not.toBeNull();
	});

	test('stay when a partner body is no longer offered: entries keep it', () => {
		const partner = { id: id(), name: 'Harbour.ie' };
		addPartner(db, c.ada, partner, monday);
		retirePartner(db, c.ada, partner.id, monday);
		expect(found('For Harbour.ie')).toBeNull();
	});

	test('are none before there is an organisation', () => {
		expect(ownNames(memoryDb())('seawall.net')).toBe(false);
	});
});

describe('a field in which an administrator names a body', () => {
	const bodies = fieldsThatNameBodies(v.object({ id: name(), name: bodyName }));

	test('is marked in its form', () => {
		expect(bodies).toEqual(['name']);
		expect(fieldsThatNameBodies(v.string())).toEqual([]);
	});

	test('takes a domain, and in a list too', () => {
		expect(caseContentFound({ name: 'Lanternline.ie' }, ownNames(db), bodies)).toBeNull();
		expect(caseContentFound({ name: ['Samaritans', 'Lanternline.ie 1-800-273-8255'] }, ownNames(db), bodies)).toBeNull();
		expect(caseContentFound({ name: 'Lanternline.ie' }, ownNames(db))?.errors).toHaveProperty('name');
		expect(caseContentFound({ id: 'Lanternline.ie' }, ownNames(db), bodies)?.errors).toHaveProperty('id');
	});

	test.each(['https://lanternline.ie', 'lanternline.ie/x', 'mara@lanternline.ie', 'example.onion', 'board.example.net', 'logo.png'])(
		'refuses %s',
		(text) => expect(caseContentFound({ name: text }, ownNames(db), bodies)?.errors).toHaveProperty('name')
	);
});
