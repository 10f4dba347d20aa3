import { describe, expect, test } from 'vitest';
import { caseContentIn } from '#lib/domain/case-content/case-content.ts';
import type { FieldPurpose } from '#lib/domain/case-content/field-purposes.ts';

const found = (text: string, ...purposes: FieldPurpose[]) => caseContentIn(text, () => false, purposes);

describe('a field that exists for a web address', () => {
	test.each([
		'https://www.planted.example/terms.html',
		'http://planted.org',
		'planted.org/a/b/g10016261/f/201412/PHQ9_English.pdf',
		'planted.org:8443/?v=2024-00417#x',
		'www.planted.org',
		'Free of charge, see https://planted.org/terms (2024) and planted.de.',
		'Web:https://planted.org',
		'https://3114.fr/',
		'https://988.ca',
		'https://www.planted.scot',
		'https://planted.berlin/x',
		'https://forms.planted.org/d/e/1FAIpQLSc9x8Zk3JtQw7uVbYh2/viewform'
	])('takes %s', (text) => {
		expect(found(text, 'web address')).toBeNull();
		expect(found(text)).not.toBeNull();
	});

	test.each([
		['https://planted.org/IMG_2041', 'web address'],
		['https://planted.org/x.jpg', 'web address'],
		['https://planted.org/x.mp4', 'web address'],
		['planted.org/x.zip', 'web address'],
		['https://planted.org/d41d8cd98f00b204e9800998ecf8427e', 'web address'],
		['http://planted.onion/x', 'web address'],
		['https://planted.org/?to=http://planted.onion', 'web address'],
		['https://planted.onion.to/x', 'web address'],
		['planted.i2p', 'web address'],
		['planted.loki', 'web address'],
		['planted.bit', 'web address'],
		['photo.jpg', 'file name'],
		['ftp://planted.org/x', 'web address'],
		['http://192.0.2.7/x', 'web address'],
		['192.0.2.7', 'network address'],
		['planted.scot/x.y', null],
		['https://planted.org/terms case no. 4821/26', 'reference number'],
		['mara@planted.org', 'e-mail address'],
		['mara@planted.org/x', 'e-mail address']
	])('of %s finds: %s', (text, kind) => expect(found(text, 'web address')).toBe(kind));
});

describe('a field that exists for an e-mail address', () => {
	test.each([
		'mara@planted.org',
		'mailto:mara.x+y@planted.example',
		"o'mara@planted.org",
		'mara@planted',
		'mara!@planted.org',
		'{m}*?=@sub_d.planted.org',
		'(mara@planted.org)',
		'Write to mara@planted.org or jo@planted.org.'
	])('takes %s', (text) => {
		expect(found(text, 'e-mail address')).toBeNull();
		expect(found(text)).not.toBeNull();
	});

	test.each([
		['mara@planted.org about case no. 4821/26', 'reference number'],
		['https://planted.org', 'web address'],
		['mara@planted.org https://planted.org/x', 'web address'],
		['mara@planted.org@planted.org', 'e-mail address']
	])('refuses %s', (text, kind) => expect(found(text, 'e-mail address')).toBe(kind));
});

describe('a field that exists for a telephone number', () => {
	test.each(['717003717', ' 4821 3907 12 ', '717003717, day and night', 'Occupational health: 2417718', 'EAP code 48213907'])(
		'takes %s',
		(text) => {
			expect(found(text, 'telephone number')).toBeNull();
			expect(found(text)).toBe('reference number');
		}
	);

	test.each([
		'999',
		'116 123',
		'111, option 2',
		'Text SHOUT to 85258',
		'tel:116123',
		'+49 800 1110111 (24/7)',
		'0800 111 0 111',
		'+1 (2) 4821 3907',
		'tel:48213907',
		'sms:+48213907',
		'tel:(482)1390.7-12',
		'Text to sms:48213907',
		'1-800-273-8255'
	])('takes %s, as any field does', (text) => {
		expect(found(text, 'telephone number')).toBeNull();
		expect(found(text)).toBeNull();
	});

	test.each([
		['Case no. 4821/26', 'reference number'],
		['Case 48213907', 'reference number'],
		['Az. 48213907', 'reference number'],
		['#48213907', 'reference number'],
		['x-48213907', 'reference number'],
		['48213907/26', 'reference number'],
		['48213907-x', 'reference number'],
		['INC48213907', 'reference number'],
		['CR-2026-00417', 'reference number'],
		['123456789012345678901', 'reference number'],
		['xtel:48213907', null],
		['tel:48213907x', 'reference number'],
		['https://planted.org', 'web address']
	])('of %s finds: %s', (text, kind) => expect(found(text, 'telephone number')).toBe(kind));
});

describe('a field that exists for the name in a chat', () => {
	test.each([
		...['@mara:planted.org', '@mara:planted.org:8448', '@mara:chat', '@m.a_r=a/x+y-z:planted.org'],
		...[' mara#4821 ', '@mara#4821', 'U012AB3CD4E', '48213907', '123456789012345678', 'k3w9x7qpz5t8m2v4b6n1c0d3f7'],
		...['users/112233445566778899001', '8:orgid:0b1c2d3e-0000-4000-8000-123456789abc', 'mara.li', '@jo.ng', 'eva.maria.es', 'mara.me']
	])('takes %s', (text) => expect(found(text, 'chat name')).toBeNull());

	test.each(['@mara', 'mara', 'Mara Adler', '@mara_adler'])('takes %s, as any field does', (text) => {
		expect(found(text, 'chat name')).toBeNull();
		expect(found(text)).toBeNull();
	});

	test.each([
		...['mara#48213', '4mara#4821', 'mara#4821 x', 'ref#0417', 'W48213907', 'X48213907', '@2026-00417:planted.org', '2026-00417'],
		...['x @mara:planted.org', '@mara:planted.org/x', 'planted.org/x', 'planted.onion', '@mara:planted.onion', '@mara:192.0.2.7'],
		...[
			'IMG_2041.jpg',
			'IMG_2041#4821',
			'@IMG_2041.jpg:planted.org',
			'@9f86d081884c7d659a2feaa0c55ad015:x',
			'9f86d081884c7d659a2feaa0c55ad015'
		],
		...['mara@planted.org', 'https://planted.org/mara', '1234567', '123456789012345678901']
	])('refuses %s', (text) => expect(found(text, 'chat name')).not.toBeNull());
});

describe('a field that exists for a citation', () => {
	test.each([
		'doi:10.1155/da/1854312',
		'https://doi.org/10.1159/000376585',
		'10.1159/000376585',
		'ISBN 978-3-16-148410-0',
		'Permission ref. PL/2026/17'
	])('takes %s', (text) => {
		expect(found(text, 'citation')).toBeNull();
		expect(found(text)).not.toBeNull();
	});

	test.each([
		['IMG_2041.jpg', 'file name'],
		['10.1000/IMG_2041.jpg', 'file name'],
		['https://doi.org/10.1000/d41d8cd98f00b204e9800998ecf8427e', 'web address'],
		['doi:10.1000/d41d8cd98f00b204e9800998ecf8427e', 'fingerprint'],
		['https://planted.org', 'web address'],
		['d41d8cd98f00b204e9800998ecf8427e', 'fingerprint']
	])('of %s finds: %s', (text, kind) => expect(found(text, 'citation')).toBe(kind));
});

test('an e-mail address is none whose name is that of a picture, or a digest', () => {
	for (const text of ['IMG_2041.jpg@a', 'd41d8cd98f00b204e9800998ecf8427e@planted.org']) {
		expect(found(text, 'e-mail address')).not.toBeNull();
		expect(found(text, 'chat name', 'e-mail address')).not.toBeNull();
	}
});

test('a field is for several things, one beside the other', () => {
	const all = ['e-mail address', 'web address', 'telephone number'] as const;
	expect(found('0800 1110111, help@planted.org or https://planted.org/help', ...all)).toBeNull();
	expect(found('mailto:help@planted.org', ...all)).toBeNull();
	expect(found('0800 1110111, IMG_2041.jpg', ...all)).toBe('file name');
});
