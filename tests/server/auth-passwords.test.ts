import { argon2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isCommonPassword } from '#lib/server/auth/common-passwords.ts';
import { commonPhrases, commonWords } from '#lib/server/auth/common-words.ts';
import { checkPassword, dummyHash, hashPassword, needsRehash, verifyPassword } from '#lib/server/auth/passwords.ts';
import { Refusal } from '#lib/server/refusal.ts';

const owner = { name: 'Ines Calder', email: 'ines.c@example.org', organisation: 'Seawall Hotline' };

function refusal(password: string, whose = owner): string | null {
	try {
		checkPassword(password, whose);
		return null;
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		expect(error.kind).toBe('invalid');
		return error.fields.password ?? '';
	}
}

describe('a hash', () => {
	test('is argon2id with 19 MiB, two passes and one lane, and salted anew each time', async () => {
		const [a, b] = [await hashPassword('velvet otter counts'), await hashPassword('velvet otter counts')];
		expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
		expect(b).not.toBe(a);
		expect([await verifyPassword(a, 'velvet otter counts'), await verifyPassword(b, 'velvet otter counts')]).toEqual([true, true]);
	});

	test('fits its own password alone', async () => {
		const hash = await hashPassword('velvet otter counts');
		for (const other of ['', 'velvet otter count', 'Velvet otter counts', 'velvet otter counts '])
			expect(await verifyPassword(hash, other)).toBe(false);
	});

	test('takes the same keys on every system: composed and decomposed letters are one password', async () => {
		const hash = await hashPassword('grüne Möwen zählen'.normalize('NFD'));
		expect(await verifyPassword(hash, 'grüne Möwen zählen'.normalize('NFC'))).toBe(true);
	});

	test('that is malformed or of another kind is nobody’s', async () => {
		for (const hash of [
			'',
			'x',
			'$2b$10$abcdefghijklmnopqrstuv',
			'$argon2id$v=19$m=19456,t=2,p=1$$',
			dummyHash.replace('argon2id', 'argon2i')
		]) {
			expect(await verifyPassword(hash, '')).toBe(false);
		}
	});

	test('made with lower parameters still fits, and is to be made again', async () => {
		const nonce = Buffer.alloc(16, 7);
		const tag = argon2Sync('argon2id', { message: 'velvet otter counts', nonce, memory: 8192, passes: 1, parallelism: 1, tagLength: 32 });
		const weak = `$argon2id$v=19$m=8192,t=1,p=1$${nonce.toString('base64').replaceAll('=', '')}$${tag.toString('base64').replaceAll('=', '')}`;
		expect(await verifyPassword(weak, 'velvet otter counts')).toBe(true);
		expect(needsRehash(weak)).toBe(true);
		expect(needsRehash(await hashPassword('x'))).toBe(false);
	});

	test('of nobody fits no password, and costs as much as a real one', async () => {
		expect(await verifyPassword(dummyHash, '')).toBe(false);
		expect(needsRehash(dummyHash)).toBe(false);
	});
});

describe('the length', () => {
	test.each([
		['eleven characters', 'vq otters x', false],
		['twelve characters', 'vq otters xy', true],
		['eleven letters that are two units each', '🦦🐚🌊🪸🦀🐙🐡🦑🐬🪼🌴', false],
		['twelve of them', '🦦🐚🌊🪸🦀🐙🐡🦑🐬🪼🌴⛵', true],
		['two hundred', 'velvet otter '.padEnd(200, 'qzj counts pebbles xw '), true],
		['two hundred and one', 'velvet otter '.padEnd(201, 'qzj counts pebbles xw '), false],
		['a megabyte', 'velvet otter '.repeat(80_000), false]
	])('of %s', (_, password, taken) => {
		expect(refusal(password) === null).toBe(taken);
	});

	test('is all that is asked: lower case alone, spaces, any script', () => {
		for (const password of [
			'lorryplumtangent',
			'a lantern for the heron',
			'灯台のある静かな港町です',
			'тихая гавань у маяка',
			'837261940275'
		]) {
			expect(refusal(password)).toBeNull();
		}
	});

	test('is said in a kind sentence', () => {
		expect(refusal('short')).toBe('Please make it a little longer: at least 12 characters. Three or four words you like work well.');
	});
});

describe('a common password', () => {
	test.each([
		'password1234',
		'Passw0rd2024!',
		'P@ssw0rd!!!!',
		'passwordpassword',
		'PasswordPassword1',
		'Welcome-Home-1',
		'letmeinletmein',
		'changeme1234',
		'123456789012',
		'000000000000',
		'111222333444',
		'098765432109',
		'qwertyuiop123',
		'qwertyuiop[]',
		'1q2w3e4r5t6y',
		'1qaz2wsx3edc',
		'zaq12wsxcde3',
		'asdfghjkl;123',
		'abcdefghijkl',
		'abc123abc123',
		'qweasdzxc123',
		'azertyuiop12',
		'aaaaaaaaaaaa',
		'!!!!!!!!!!!!',
		'ababababababab',
		'Liverpool2024!!',
		'iloveyouforever',
		'ILoveYouBaby99',
		'monkeydragon12',
		'correct horse battery staple',
		'Correct-Horse-Battery-Staple',
		'youllneverwalkalone',
		'trustno1trustno1',
		'Summer2025Summer',
		'Adm1n1strat0r',
		'sunshine123456',
		'to be or not to be',
		'maytheforcebewithyou'
	])('such as %s is refused', (password) => {
		expect(isCommonPassword(password)).toBe(true);
		expect(refusal(password)).toMatch(/easy to guess|without your name/);
	});

	test.each([
		'velvet otter counts rivers',
		'mossy-kettle-Thursday-fjord',
		'x7#Kq9!vLm2p',
		'winter harbour copper tide',
		'zwölf graue Möwen',
		'kettle drum 4 the larks'
	])('is not what %s is', (password) => {
		expect(refusal(password)).toBeNull();
	});

	test('is looked up among some hundred thousand: every pair of the words, and the phrases', () => {
		expect(new Set(commonWords).size ** 2 + commonPhrases.length).toBeGreaterThan(500_000);
		for (const phrase of commonPhrases.filter((phrase) => phrase.length >= 12)) expect(isCommonPassword(phrase), phrase).toBe(true);
	});

	test('is decided quickly, whatever is typed', () => {
		const before = performance.now();
		for (const password of [
			'a'.repeat(200),
			'qwerty'.repeat(33),
			'abcdefghij1234567890'.repeat(10),
			'🦦'.repeat(200),
			'password'.repeat(25)
		])
			isCommonPassword(password);
		expect(performance.now() - before).toBeLessThan(500);
	});
});

describe('a name', () => {
	test.each([
		'Ines sees twelve otters',
		'twelve otters for CALDER',
		'inescalder and otters',
		'1n3s no: calder2 otters',
		'ines.c@example.org!',
		'seawall hotline otters',
		'SeawallHotline99xq'
	])('makes %s too easy', (password) => {
		expect(refusal(password)).toBe(
			'Please choose one without your name, your e-mail address or the name of your organisation: those are tried first.'
		);
	});

	test('is found without its accents, and where signs stand between', () => {
		expect(refusal('zoe and renée: otters', { ...owner, name: 'Renee Łukasz' })).not.toBeNull();
		expect(refusal('s-e-a-w-a-l-l hotline x')).not.toBeNull();
	});

	test('of three letters or fewer may occur: it stands in too many words', () => {
		expect(refusal('wenlock edge otters', { name: 'Wen Oh', email: 'wen@example.org', organisation: 'ACE' })).toBeNull();
	});

	test('that is not there yet refuses nothing', () => {
		expect(refusal('velvet otter counts', { name: '', email: '', organisation: '' })).toBeNull();
	});
});
