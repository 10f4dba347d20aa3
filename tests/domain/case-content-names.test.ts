import { describe, expect, test } from 'vitest';
import { couldNameABody } from '#lib/domain/case-content/addresses.ts';
import { caseContentIn, domainsInName } from '#lib/domain/case-content/case-content.ts';

const known = new Set(['lanternline.ie', 'seawall.net']);
const isKnown = (domain: string) => known.has(domain);

describe('a name that is a domain', () => {
	test.each([
		'Lanternline.ie',
		'LANTERNLINE.IE',
		'lanternline.ie',
		'Agreed with seawall.net: two hours.',
		'Shall we ask lanternline.ie?',
		'Shall we ask Lanternline.ie? Yes.',
		'„seawall.net“ hat angerufen.',
		'Die Kollegin (seawall.net) war da.',
		'Lanternline.ie, seawall.net and we',
		'The people of Lanternline.ie.'
	])('passes where it is known: %j', (text) => {
		expect(caseContentIn(text, isKnown)).toBeNull();
		expect(caseContentIn(text)).toBe('web address');
	});

	test.each([
		['lanternline.ie/', 'web address'],
		['lanternline.ie/report', 'web address'],
		['lanternline.ie\\report', 'web address'],
		['lanternline.ie:8080', 'web address'],
		['lanternline.ie:x', 'web address'],
		['lanternline.ie?id=7', 'web address'],
		['lanternline.ie?x', 'web address'],
		['lanternline.ie#top', 'web address'],
		['lanternline.ie&x', 'web address'],
		['lanternline.ie=x', 'web address'],
		['lanternline.ie%20', 'web address'],
		['lanternline.ie~x', 'web address'],
		['lanternline.ie@x', 'web address'],
		['https://lanternline.ie', 'web address'],
		['www.lanternline.ie', 'web address'],
		['board.lanternline.ie', 'web address'],
		['lanternline.ie.example.org', 'web address'],
		['lanternline.ie, then example.org', 'web address'],
		['mara@lanternline.ie', 'e-mail address'],
		['mara at lanternline.ie', 'e-mail address'],
		['Lanternline.ie photo.jpg', 'file name'],
		['Lanternline.ie CR-2026-00417', 'reference number']
	] as const)('is refused with more to it: %j', (text, kind) => {
		expect(caseContentIn(text, isKnown)).toBe(kind);
	});

	test.each(['lanternline.ie', 'seawall.net', 'inboard.org', 'harbour.org.uk', 'harbour.co.uk', 'seawall-line.de', 'wb.eu', 'buro.de'])(
		'could be that of a body: %s',
		(domain) => expect(couldNameABody(domain)).toBe(true)
	);

	test.each([
		...[
			'board.example.net',
			'a.b.org.uk',
			'harbour.org.uk.ie',
			'example.onion',
			'example.i2p',
			'harbour.xxx',
			'harbour.xyz',
			'harbour.test'
		],
		...['xn--bcher-kva.de', 'x.de', 'com', '', 'localhost']
	])('could not: %s', (domain) => expect(couldNameABody(domain)).toBe(false));

	test('is found in the name of a body as an eye reads it', () => {
		expect(domainsInName('Lanternline.ie and WWW.Seawall.net, e. V.')).toEqual(['lanternline.ie', 'seawall.net']);
		expect(domainsInName('S\u{435}awall[.]net')).toEqual(['seawall.net']);
		expect(domainsInName('Harbour Police, St. John. It is.No')).toEqual([]);
	});
});
