import { describe, expect, test } from 'vitest';
import { couldNameABody, domainsOf, holdsEmailAddress, holdsLink, holdsNetworkAddress } from '#lib/domain/case-content/addresses.ts';
import { caseContentIn } from '#lib/domain/case-content/case-content.ts';
import { holdsFileName, holdsPath } from '#lib/domain/case-content/file-names.ts';
import { isOrdinaryWriting } from '#lib/domain/case-content/ordinary-writing.ts';

/** Texts between broken bars, backslashes as they are. */
const rows = (texts: TemplateStringsArray) =>
	String.raw(texts)
		.split('¦')
		.map((text) => text.trim().replace(/\s+/g, ' '));

/** Each alone, and with a word on either side: at its edge a pattern looks at what stands beside it. */
const everywhere = (text: string) => [text, `und ${text} so`, `(${text})`];

describe('addresses', () => {
	test.each(['http https ftp ftps sftp rtmp rtmps rtsp ws wss ipfs ipns irc gopher'.split(' ')].flat())(
		'%s: is the beginning of a link',
		(scheme) => {
			for (const rest of ['://x', ':x', ' : // x', ':[', ':/x', ':\\\\x']) expect(holdsLink(scheme + rest), rest).toBe(true);
		}
	);

	test.each(
		rows`ab://x ¦ x1+.-://y ¦ gemini://x ¦ www.x ¦ www2.x ¦ www.ä ¦ www.7 ¦ blob: ¦ magnet:? ¦ data:text/x ¦ localhost:3 ¦ a:b@c ¦ ä7:p@7 ¦
			a b:c@ä`
	)('%s is a link', (text) => {
		for (const each of everywhere(text)) expect(holdsLink(each), each).toBe(true);
	});

	test.each(
		rows`a:// ¦ ://x ¦ 7://x ¦ ahttp: ¦ http: ¦ awww.x ¦ www. ¦ www22.x ¦ www.. ¦ xblob:y ¦ data:7 ¦ localhost:x ¦ mailto:a@b ¦ a:b c@d ¦
			a:@b ¦ a:b@`
	)('%s is none', (text) => expect(holdsLink(text)).toBe(false));

	test.each(
		rows`a@b.de ¦ a @ b.de ¦ a@ b.de ¦ a @b.de ¦ a at b.de ¦ a arroba b.es ¦ a arobase b.fr ¦ ä.b+c@x-y.c.org ¦ a@lan ¦ a at home.it/x ¦ a
			@ home.it was`
	)('%s is an e-mail address', (text) => {
		expect(holdsEmailAddress(text)).toBe(true);
		expect(holdsEmailAddress(`(${text})`)).toBe(true);
	});

	test.each(rows`l@s ¦ a @ b ¦ @mara ¦ a at home.it was ¦ chat b.de ¦ a at 3.11. ¦ b.de`)('%s is none', (text) =>
		expect(holdsEmailAddress(text)).toBe(false)
	);

	test.each(
		rows`1:2:3:4:5:6:7:8 ¦ ::1 ¦ 1:: ¦ fe80::1 ¦ a1:b2:c3:d4:e5:f6 ¦ a1-b2-c3-d4-e5-f6 ¦ 0.0.0.0 ¦ 255.255.255.255 ¦ 99.100.200.249`
	)('%s is of a network', (text) => {
		for (const each of everywhere(text)) expect(holdsNetworkAddress(each), each).toBe(true);
	});

	test.each(rows`256.1.1.1 ¦ 1.2.3 ¦ 1.2.3.4.5 ¦ :: ¦ a::b ¦ x1::2 ¦ 11:22:33:44:55:66 ¦ a1:b2-c3:d4:e5:f6 ¦ 1:2:3:4:5:6:7 ¦ 01.2.3.4`)(
		'%s is not',
		(text) => expect(holdsNetworkAddress(text)).toBe(false)
	);

	test('are domains by their endings', () => {
		expect(
			domainsOf('A.com b.net.x c.i2p d.onion E.DE f.De 3.11.in 3.a.in 11.de dr.in x.mag.in prof.in ing.in dipl.in www.g.de com.x mwww.h.de')
		).toEqual(['a.com', 'b.net.x', 'c.i2p', 'd.onion', 'e.de', '3.a.in', 'g.de', 'mwww.h.de']);
		for (const middle of ['ac', 'co', 'com', 'gob', 'gov', 'gouv', 'net', 'or', 'org']) {
			expect(couldNameABody(`harbour.${middle}.uk`)).toBe(true);
			expect(couldNameABody(`harbour.x${middle}.uk`)).toBe(false);
			expect(couldNameABody(`harbour.${middle}x.uk`)).toBe(false);
		}
	});
});

describe('ordinary writing', () => {
	test.each([
		...[
			['J.de', ' Vries'],
			['M.la', ' Tour'],
			['P.do', ' Carmo'],
			['M.et', ' Mme'],
			['S.A.de', ' C.V.'],
			['d.h.es', ' 3'],
			['Ph.D.in', ' x'],
			['M.Sc.in', ' x'],
			['B.Ed.in', ' x']
		],
		...[
			['le.la', ''],
			['el.la', '!'],
			['Co.kg', ''],
			['agent.es', ''],
			['AGENT.ES', ','],
			['Moderator.in', ''],
			['Schichtleiter.in', '?'],
			['Day.it', ' was'],
			['heute.es', ' ö']
		]
	])('is %s%s', (name, after) => expect(isOrdinaryWriting(name ?? '', after ?? '')).toBe(true));

	test.each([
		...[
			['j.de', ' Vries'],
			['J.de', ''],
			['J.de', 'x y'],
			['J.de', ' -'],
			['J.fr', ' Vries'],
			['Ja.de', ' V'],
			['aJ.de', ' V'],
			['S.A.uk', ' x'],
			['S.Abc.de', ' x'],
			['Abc.d.de', ' x']
		],
		...[
			['t.co.in', ' x'],
			['xM.Sc.in', ' x'],
			['M.Scx.in', ' x'],
			['M.Sc.uk', ' x'],
			['X.Sc.in', ' x'],
			['agent.fr', ''],
			['agents.es', ''],
			['a.agent.es', ''],
			['moderator.in', '']
		],
		...[
			['Moderator.de', ''],
			['mModerator.in', ''],
			['Moderators.in', ''],
			['day.it', ''],
			['day.it', '- x'],
			['day.uk', ' was'],
			['shop.it', ' was'],
			['x.day.it', ' was'],
			['day.it', 's x']
		]
	])('is not %s%s', (name, after) => expect(isOrdinaryWriting(name ?? '', after ?? '')).toBe(false));
});

describe('files', () => {
	test.each(
		rows`a.raw ¦ ä.log ¦ 7.KEY ¦ a).img ¦ a].dat ¦ a_.bin ¦ a-.ini ¦ x.URL ¦ a.MEM, ¦ IMG1234 ¦ img_1234 ¦ dsc-1234 ¦ VID1234 ¦ a.jpg ¦
			é.tar.gz`
	)('%s is one', (text) => expect(holdsFileName(text)).toBe(true));
	test.each(['a.Raw', 'a.rawx', 'a.log7', ' .raw', '!.log', 'a.part_', 'IMG123', 'xIMG1234', 'no.Key', 'a.raws'])('%s is none', (text) =>
		expect(holdsFileName(text)).toBe(false)
	);
	test.each(rows`C:\x ¦ c:/x ¦ c:\7 ¦ C:\$x ¦ \\x ¦ \\7 ¦ file:/ ¦ ~/x ¦ ~/.x ¦ ~/7 ¦ /a/b ¦ /7/.7`)('%s is a path', (text) => {
		for (const each of everywhere(text)) expect(holdsPath(each), each).toBe(true);
	});
	test.each(rows`c://x ¦ xc:\x ¦ c:/ x ¦ \x ¦ profile:/ ¦ a/b ¦ a/b/c ¦ /a ¦ ~x ¦ / / ¦ 1/2`)('%s is none', (text) =>
		expect(holdsPath(text)).toBe(false)
	);
});

test('what most fields hold is not looked at, and what holds no mark neither', () => {
	for (const text of ['', 'none', 'late-shift', '123456', '2026-11-23', '23:59', 'Nothing to see', 'é'])
		expect(caseContentIn(text)).toBeNull();
	for (const text of ['example.org', '1234567']) expect(caseContentIn(text)).not.toBeNull();
	expect(caseContentIn('example.org', () => true)).toBeNull();
});
