import { describe, expect, test } from 'vitest';
import { joined, plainText } from '#lib/domain/case-content/plain-text.ts';

describe('text as an eye reads it', () => {
	test.each([
		...[
			'аạɑα=a',
			'вЬ=b',
			'сς=c',
			'ԁ=d',
			'еҽε=e',
			'һн=h',
			'іıι=i',
			'ј=j',
			'кκ=k',
			'м=m',
			'оοσ=o',
			'рρ=p',
			'ѕ=s',
			'тτ=t',
			'ν=v',
			'хχ=x',
			'уγ=y'
		],
		...['АΑ=A', 'ВΒ=B', 'С=C', 'ЕΕ=E', 'НΗ=H', 'ІΙ=I', 'Ј=J', 'КΚ=K', 'МΜ=M', 'ОΟ=O', 'РΡ=P', 'Ѕ=S', 'ТΤ=T', 'ХΧ=X'],
		...[
			'‐‑‒–—−﹘=-',
			'。․=.',
			'⁄∕⧸╱=/',
			'⧵∖╲=\\',
			'∶꞉ː=:',
			'\u{A0}\u{2003}\u{2028}= ',
			'٠۰０०=0',
			'٣۳３३=3',
			'٩۹９९=9',
			'\u{1D7D7}\u{1D7E1}=9'
		]
	])('makes each of %s', (pair) => {
		const alike = [...pair].slice(0, -2);
		const letter = [...pair].at(-1) ?? '';
		expect(alike.length).toBeGreaterThanOrEqual(1);
		for (const each of alike) if (each !== 'ạ') expect(plainText(`é${each}`), each).toBe(`e${letter}`);
	});

	test.each([
		...[
			['fatigué.es', 'fatiguees'],
			['É.e', 'Ee'],
			['é.x', 'e.x'],
			['naïve', 'naive'],
			['日本', '日本'],
			['a\u{200B}b\u{AD}c', 'abc'],
			['ﬁ', 'fi'],
			['a\u{3164}b', 'ab']
		],
		...[
			['plain é\nline', 'plain e line'],
			['plain\nline', 'plain\nline']
		]
	])('%j is %j', (text, plain) => expect(plainText(text ?? '')).toBe(plain));

	test.each([
		...[
			['a[.]b', 'a.b'],
			['a ( dot ) b', 'a.b'],
			['a{d0t}b', 'a.b'],
			['a<punkt>b', 'a.b'],
			['a(point)b', 'a.b'],
			['a[punto]b', 'a.b'],
			['a (at) b', 'a@b']
		],
		...[
			['a [ at ] b', 'a@b'],
			['a(@)b', 'a@b'],
			['a{arroba}b', 'a@b'],
			['a<arobase>b', 'a@b'],
			['a[.com', 'a.com'],
			['a.)org', 'a.org'],
			['a,net', 'a.net']
		],
		...[
			['a,onion', 'a.onion'],
			['a(.)onion', 'a.onion'],
			['a,common', 'a,common'],
			[' ,com', ' ,com'],
			['http[:]//x', 'http://x'],
			['http[ : ]//x', 'http://x']
		],
		...[
			['http[://]x', 'http://x'],
			['http:[//]x', 'http://x'],
			['a[/]x', 'a/x'],
			['hxxp://x', 'http://x'],
			['h**ps :x', 'https :x'],
			['HXXP:x', 'http:x']
		],
		...[
			['h__p:x', 'http:x'],
			['shxxp:x', 'shxxp:x'],
			['hxxp x', 'hxxp x'],
			['hxp:x', 'hxp:x'],
			['hxxps:x', 'https:x'],
			['a dot de', 'a.de'],
			['a punkt nl', 'a.nl']
		],
		...[
			['a point com', 'a.com'],
			['a point de', 'a point de'],
			['a punto org', 'a.org'],
			['a dot dex', 'a dot dex'],
			['1 dot 2', '1.2'],
			['aDOTcom', 'a.com']
		],
		...[
			['aDOTcomx', 'aDOTcomx'],
			['a . com', 'a.com'],
			['a .com', 'a.com'],
			['a . info', 'a.info'],
			['a . comx', 'a . comx'],
			['! . com', '! . com']
		],
		...[
			['a. com/x', 'a.com/x'],
			['a. com', 'a. com'],
			['!. com/', '!. com/'],
			['x (at', 'x (at'],
			['a (that) b', 'a (that) b'],
			['8:30 (:', '8:30 (:']
		]
	])('%j is meant as %j', (text, meant) => expect(joined(text ?? '')).toBe(meant));
});
