import { describe, expect, test } from 'vitest';
import { holdsFingerprint } from '#lib/domain/case-content/fingerprints.ts';
import { holdsReferenceNumber } from '#lib/domain/case-content/reference-numbers.ts';
import { withoutTelephoneNumbers } from '#lib/domain/case-content/telephone-numbers.ts';

/** Texts between broken bars, backslashes as they are. */
const rows = (texts: TemplateStringsArray) =>
	String.raw(texts)
		.split('¦')
		.map((text) => text.trim().replace(/\s+/g, ' '));

/** Each alone, and with a word on either side: at its edge a pattern looks at what stands beside it. */
const everywhere = (text: string) => [text, `und ${text} so`, `(${text})`];

describe('a fingerprint', () => {
	test.each(
		rows`d41d8cd9-8f00b204-e9800998 ¦ abcd1234 abcd1234 abcd1234 ¦ ab12-cd34-ef56-ab12-cd34-ef56 ¦ abcdef1234567890-abcd1234-abcd1234 ¦
			0xabcdef ¦ 0x7f0001 ¦ f0a1b2c3 ¦ 1a2b3c4d ¦ abcdefab12345678 ¦ deadbeef00000001 ¦ 00000000a1b2c3d4 ¦
			1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 ¦ 100,200;130 ; 4, 5,6,7,8,9,10,11,12,13,14,15,116 ¦ aa bb cc 11 22 33 44 55 ¦
			aa.11.bb.22.cc.33.44.55 ¦ Ab3/Xy7+Qw9_Lm2-Zt5/Kk8 ¦ abcd1efg2hijklmnopqr ¦ ABCDEFGHIJ2KLMNOP3QR== ¦ 1B2M2Y8AsgTpgAmY7PhCfg== ¦
			1B2M2Y8AsgTpgAmY7PhCfg=`
	)('is %s', (text) => {
		for (const each of everywhere(text)) expect(holdsFingerprint(each), each).toBe(true);
	});

	test.each(
		rows`abcd1234 abcd1234 ¦ abcd abcd abcd abcd abcd abcd ¦ 1234 1234 1234 1234 1234 1234 ¦ abcd1234 12345678 12345678 ¦ abc1 abc2 abc3
			abc4 ¦ xabcd1234 abcd1234 abcd1234 ¦ abcd1234 abcd1234 abcd1234x ¦ 0xabcde ¦ 0xabcdefg ¦ x0xabcdef ¦ 24dec2026 ¦ abcdef12 ¦
			abcdefabcdef ¦ 12345678 ¦ 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15 ¦ 11 22 33 44 55 66 77 88 ¦ aa bb 11 22 33 44 55 66 ¦ aa bb cc dd 11
			22 33 ¦ accommodation-services ¦ abcd1efghijklmnopqrst ¦ nonexposurework-and-training ¦ Bereitschaft-dienst-planung-7 ¦ a1b2c3z`
	)('is not %s', (text) => {
		for (const each of everywhere(text)) expect(holdsFingerprint(each), each).toBe(false);
	});
});

describe('a telephone number', () => {
	const words =
		'call called calling ring rang dial phone telephone tel mobile fax helpline,help line,sms,ruf,rufe,rufen,telefon,handy,mobil,durchwahl,appeler,appelle,appelez,portable,llamar,llama,llame,llamad,telefono,movil';

	test.each(words.split(/,|(?<!help) /))('is what follows "%s"', (word) => {
		for (const between of [' ', ': ', '. ', '.: ', ' on ', ' al '])
			expect(withoutTelephoneNumbers(`${word}${between}71700371`), between).toBe(' ');
	});

	test.each(
		rows`+44 20 7946 0018 ¦ +442079460018 ¦ +12345678 ¦ +123456789012345 ¦ 0123456789 ¦ 012345678901 ¦ 00441234567 ¦ 0044123456789 ¦
			08001234 ¦ 08081234567 ¦ 08051234 ¦ 03001234 ¦ 03451234 ¦ 08451234 ¦ 09001234567 ¦ 030/12345 ¦ 03012/12345 ¦ 0171-2345678 ¦ 01 23
			45 67 89 ¦ 01.23.45.67.89 ¦ 01-23-45-67-89 ¦ 02 123 45 67 ¦ 02 1234 5678 ¦ 06-12345678 ¦ 0800 111 ¦ 0800 111 0 111 ¦ (020) 7946
			0018 ¦ 0049 30 901820 ¦ 0049 1234567 ¦ 004 1234567 ¦ 1-800-273-8255 ¦ 1 (800) 273-8255 ¦ 1 (800)273-8255 ¦ (800) 273-8255 ¦
			(800)273-8255 ¦ 800-273-8255 ¦ 833 456 4566 ¦ 844.456.4566 ¦ 855-456-4566 ¦ 866-456-4566 ¦ 877-456-4566 ¦ 888-456-4566 ¦
			1.212.555.0199`
	)('is %s', (number) => {
		for (const [before, after] of [
			['', ''],
			['x ', ' y'],
			['(', ')'],
			['', ', then']
		] as const)
			if (!number.startsWith('(') || before !== '(')
				expect(withoutTelephoneNumbers(before + number + after).replace(/[ ()]/g, '')).toBe((before + after).replace(/[ ()]/g, ''));
	});

	test.each(
		rows`+1234567 ¦ +1234567890123456 ¦ 012345678 ¦ 0123456789012 ¦ 0012345678 ¦ 0800123 ¦ 0123/2026 ¦ 0123/26 ¦ 0123456/12345 ¦
			01/12345678 ¦ 04-2026-00417 ¦ 012345 67 890 ¦ 0800 11 ¦ 0000 1234567 ¦ 0800 111 1111 1111 1 ¦ 123-456-7890 ¦ 2-800-273-8255 ¦
			1-100-273-8255 ¦ (100) 273-8255 ¦ 800-273-82555 ¦ x800-273-8255 ¦ 9-800-273-8255 ¦ 800-273-8255-1 ¦ 822-456-4566 ¦ x0123456789 ¦
			0123456789x ¦ 06-02345678 ¦ 06-123456789 ¦ 48213907 ¦ called 482139 ¦ called 2026/1234567 ¦ recall 71700371 ¦ call about 71700371
			¦ call 71700371-2 ¦ call 12345678901234 ¦ 0030/1/123456 ¦ 02 1 2 3 4`
	)('is not %s', (text) => expect(withoutTelephoneNumbers(text)).toBe(text));
});

describe('a reference number', () => {
	test.each(
		rows`# 4821 ¦ 123456-789 ¦ 12345678_001 ¦ 2026/1234 ¦ 2000-1234 ¦ 2026-123 ¦ 1234/2026 ¦ 345/26 ¦ 799/41 ¦ 221/60 ¦ 100/39 ¦ 2025/27 ¦
			1-CR-1234 ¦ 12-A-123 ¦ 123456/KLM/12 ¦ CR-12-345 ¦ AB_12_3456 ¦ KW-47-123 ¦ XKW-47-2026 ¦ KWX-47-2026 ¦ XYZ-4821 ¦ XISO-45001 ¦
			ISOX-45001 ¦ D-101155 B ¦ D-10115 ¦ X-10115 Berlin ¦ XD-10115 Berlin ¦ DX-10115 Berlin ¦ case 4821 ¦ ref 417 ¦ ref A4 ¦ ref A-4 ¦
			ref A/4 ¦ NCMEC report 123 ¦ report: 4821 ¦ case=4821 ¦ 32-11-2026 ¦ 33-01-2026 ¦ 03-32-2026 ¦ 2026-1300-3 ¦ 2026-10-3200 ¦ 03-11-20267 ¦ 1234567 ¦ 9990001 ¦ 19001301 ¦ 20261331 ¦ 20261132 ¦ 120261123 ¦ 202611231
			¦ 18261123 ¦ 1234 5678 ¦ 1234-567-8 ¦ 12345 678 ¦ 2024 2025 12345 ¦ 1230 12345 ¦ 20261123 12345 ¦ 9100 000 00 ¦ 1234567 890 ¦
			2026-1299 ¦ 2026-0061`
	)('is %s', (text) => expect(holdsReferenceNumber(text), text).toBe(true));

	test.each(
		rows`#123 ¦ ref 12 ¦ ref 2026 ¦ case 417 ¦ ref 24/7 ¦ case 24/7 ¦ KW-47-2026 ¦ cw-47-2026 ¦ w-47-2026 ¦ wk-47-2026 ¦ q-01-2026 ¦
			s-01-2026 ¦ sem-01-2026 ¦ A-12-34 ¦ FY-2026 ¦ ISO-45001 ¦ DIN-12464 ¦ EN-12464 ¦ IEC-27001 ¦ BS-12345 ¦ NF-12345 ¦ UNE-12345 ¦
			D-10115 Berlin ¦ A-1010 Wien ¦ CH-8001 Bern ¦ NL-1234 Gouda ¦ 2025/2026 ¦ 2000-0600 ¦ 2025/26 ¦ 1999/00 ¦ 80/40 ¦ 120/80 ¦ 220/130
			¦ 80/41 ¦ 100/40 ¦ 1000000 ¦ 90000000 ¦ 20261123 ¦ 19991231 ¦ 20260101 ¦ 20261001 ¦ 20260229 ¦ 2024 2025 2026 ¦ 1200 1230 ¦
			20261123 20261124 ¦ 1 000 000 ¦ 12 345 678 ¦ 123 456 789 ¦ 1234 567 ¦ 10 20 30 40 50 ¦ 2026-11-23 ¦ 2026/1/3 ¦ 2026-1-31 ¦
			2026/12/30 ¦ 3.11.2026 ¦ 03/11/2026 ¦ 31-12-26 ¦ 30.1.26 ¦ 1/31/2026 ¦ 12/30/2026 ¦ 29.9.99 ¦ 10.10.2026 ¦ Directiva 2003/88 ¦
			Directive 2003/88 ¦ Regulation 2016/679 ¦ (EU) 2016/679 ¦ 2003/88/EC ¦ 89/391/EWG ¦ 2003/1234/UE ¦ Ley 31/1995 ¦ Loi no. 2016/1088
			¦ Verordnung Nr. 2016/679 ¦ Reglamento n.o 2016/679 ¦ RD 488/1997 ¦ DSGVO 2016/679 ¦ 03-11-2026 ¦ 3-11-2026 ¦ 13-12-2026 ¦ 29-09-2026 ¦
			31-01-2026 ¦ 30-10-2026 ¦ 1-29-2026 ¦ 01-31-2026 ¦ 12-30-2026 ¦ 2026-1-03 ¦ 2026-10-31`
	)('is not %s', (text) => {
		for (const each of [text, `am ${text} so`, `(${text})`]) expect(holdsReferenceNumber(each), each).toBe(false);
	});
});
