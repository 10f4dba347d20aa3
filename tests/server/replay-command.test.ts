import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '#lib/domain/policy.ts';
import { replayCommand } from '#lib/server/replay/command.ts';
import { temporaryFolder } from '../support/app.ts';

const program = fileURLToPath(new URL('../../src/cli/replay.ts', import.meta.url));
const examples = fileURLToPath(new URL('../domain/examples/', import.meta.url));
const folder = temporaryFolder('replay');

interface Ended {
	status: number | null;
	out: string;
	error: string;
}

function run(args: readonly string[], input = '', env: Record<string, string> = {}): Ended {
	const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
		input,
		encoding: 'utf8',
		env: { ...process.env, ...env },
		maxBuffer: 64 * 1024 * 1024
	});
	return { status, out: stdout, error: stderr };
}

/** The same without a process of its own: of a table, the command's own start would take nearly all of the time. */
async function runHere(args: readonly string[]): Promise<Ended> {
	const sink = () => {
		const written: string[] = [];
		const stream = new Writable({ write: (chunk, _, done) => (written.push(String(chunk)), done()) });
		return { stream, text: () => written.join('') };
	};
	const [out, error] = [sink(), sink()];
	const status = await replayCommand({ args, env: {}, migrations: '', out: out.stream, error: error.stream });
	return { status, out: out.text(), error: error.text() };
}

let files = 0;
function file(content: string | Buffer, name = `${files++}.jsonl`): string {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
}

const objects = (text: string) =>
	text
		.split('\n')
		.filter((line) => line !== '')
		.map((line): unknown => JSON.parse(line));

const sol = '{"at":"2026-03-02T08:00:00Z","type":"person","person":"sol","zone":"UTC","startDate":"2024-01-08"}';
const seven = (day: string) =>
	`{"at":"2026-03-${day}T18:00:00Z","type":"session","id":"s${day}","person":"sol","start":"2026-03-${day}T10:00:00Z","end":"2026-03-${day}T17:00:00Z"}`;
const raised = '{"at":"2026-03-03T18:00:00.000Z","person":"sol","reason":"exposure","event":"raised","level":0}\n';

describe('The streams that belong to the specification', () => {
	const streams = readdirSync(examples).filter((name) => name.endsWith('.facts.jsonl'));

	test.each(streams)('%s gives what is expected, from a file and from standard input', (name) => {
		const until = `${/until-(.+)Z\.facts/.exec(name)?.[1] ?? ''}:00:00Z`;
		const expected = objects(readFileSync(join(examples, name.replace('.facts.', '.expected.')), 'utf8'));
		const fromFile = run(['--facts', join(examples, name), '--until', until]);
		expect(fromFile).toMatchObject({ status: 0, error: '' });
		expect(objects(fromFile.out).map((each) => JSON.stringify(each))).toEqual(expected.map((each) => JSON.stringify(each)));
		expect(run([`--until=${until}`, '--facts=-'], readFileSync(join(examples, name), 'utf8'))).toEqual(fromFile);
	});
});

describe('What is printed', () => {
	test('is nothing for no facts', async () => {
		for (const nothing of ['', '\n', ' \t\r\n\n'])
			expect(await runHere(['--facts', file(nothing)])).toEqual({ status: 0, out: '', error: '' });
		expect(run(['--facts', '-'])).toEqual({ status: 0, out: '', error: '' });
	});

	test('is the same with blank lines, Windows line ends, a byte order mark, or no end of the last line', async () => {
		const plain = await runHere(['--facts', file(`${sol}\n${seven('03')}\n`)]);
		expect(plain.out).toContain(raised);
		for (const text of [`\n${sol}\n  \n\n${seven('03')}\n\n`, `${sol}\r\n${seven('03')}\r\n`, `\uFEFF${sol}\n${seven('03')}`])
			expect(await runHere(['--facts', file(text)])).toEqual(plain);
	});

	test('ends at --until, which takes an offset as well, and includes what is due at that instant', async () => {
		const facts = file([sol, seven('03'), seven('05')].join('\n'));
		const last = async (until: string) => objects((await runHere(['--facts', facts, '--until', until])).out).at(-1);
		expect(await last('2026-03-04T16:59:59.999Z')).toMatchObject({ at: '2026-03-03T18:00:00.000Z' });
		expect(await last('2026-03-04T18:00:00+01:00')).toMatchObject({ at: '2026-03-04T17:00:00.000Z', event: 'escalated' });
		expect(await last('2026-03-30T00:00:00Z')).toMatchObject({ at: '2026-03-05T18:00:00.000Z', event: 'evidence' });
	});

	test('follows the policy that is given', async () => {
		const facts = file(`${sol}\n${seven('03')}`);
		const policy = async (json: unknown) => (await runHere(['--facts', facts, '--policy', file(JSON.stringify(json))])).out;
		expect(await policy({ rules: { 'day-over': { on: false } } })).not.toContain('raised');
		expect(await policy({})).toContain(raised);
		expect(await policy(defaultPolicy)).toBe(await policy({}));
	});

	test('for --print-policy is the complete default, which is a policy itself', async () => {
		const { status, out, error } = run(['--print-policy']);
		expect({ status, error }).toEqual({ status: 0, error: '' });
		expect(JSON.parse(out)).toEqual(defaultPolicy);
	});

	test('for --help names every flag', async () => {
		const { status, out } = await runHere(['--help']);
		expect(status).toBe(0);
		for (const flag of ['--facts', '--policy', '--until', '--print-policy', '--database']) expect(out).toContain(flag);
	});
});

describe('The program itself', () => {
	test('ends with status 2 for what cannot be, and prints nothing', () => {
		const bad = { status: 2, out: '', error: 'Standard input, line 2, field "type": This type of fact is not known.\n' };
		expect(run(['--facts', '-'], `${sol}\n{}\n`)).toEqual(bad);
	});

	test('takes facts from a pipe that is slow, in pieces that end anywhere', async () => {
		const text = Buffer.from([sol, seven('03')].join('\n').replaceAll('sol', 'sölvi'));
		const child = spawn(process.execPath, [program, '--facts', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
		let out = '';
		child.stdout.on('data', (data) => (out += String(data)));
		for (let from = 0; from < text.length; from += 41) {
			child.stdin.write(text.subarray(from, from + 41));
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		child.stdin.end();
		expect(await once(child, 'close')).toEqual([0, null]);
		expect(out).toContain(raised.replace('sol', 'sölvi'));
	});

	test('finds a file from where npm was called', () => {
		file(sol, 'here.jsonl');
		const env = { npm_lifecycle_event: 'replay', INIT_CWD: folder };
		expect(run(['--facts', 'here.jsonl'], '', env)).toEqual({ status: 0, out: '', error: '' });
		expect(run(['--facts', 'here.jsonl']).status).toBe(2);
	});
});

describe('Whoever reads', () => {
	const many = () => {
		const lines = [sol];
		for (let nth = 0; nth < 60_000; nth++) {
			const at = new Date(Date.UTC(2026, 2, 3) + nth * 1000).toISOString();
			lines.push(`{"at":"${at}","type":"contact-request","person":"sol","when":"soon"}`);
		}
		return file(lines.join('\n'));
	};

	test('may stop early, without a word of complaint', async () => {
		const child = spawn(process.execPath, [program, '--facts', many()], { stdio: ['ignore', 'pipe', 'pipe'] });
		let error = '';
		child.stderr.on('data', (data) => (error += String(data)));
		child.stdout.once('data', () => child.stdout.destroy());
		const [status] = (await once(child, 'close')) as [number | null];
		expect({ status, error }).toEqual({ status: 0, error: '' });
	});

	test('may be slow: everything comes, more than is held in memory too', async () => {
		const child = spawn(process.execPath, [program, '--facts', many()], { stdio: ['ignore', 'pipe', 'inherit'] });
		let lines = 0;
		for await (const data of child.stdout) {
			lines += String(data).split('\n').length - 1;
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
		// Each request is a finding, and raises or renews.
		expect(lines).toBeGreaterThanOrEqual(120_000);
	});
});

describe('Flags that cannot be', () => {
	const facts = file(sol, 'sol.jsonl');
	test.each<[string, string[], string]>([
		['none', [], 'Say where the facts are'],
		['no file', ['--facts'], "'--facts <value>' argument missing"],
		['an empty name', ['--facts', ''], '--facts was given without a value'],
		['a flag in place of a file', ['--facts', '--until'], 'ambiguous'],
		['a file that is not there', ['--facts', join(folder, 'none')], 'none cannot be read: there is no such file'],
		['a folder', ['--facts', folder], 'cannot be read: it is a folder'],
		['a policy that is not there', ['--facts', facts, '--policy', join(folder, 'none')], 'none cannot be read: there is no such file'],
		['a folder as policy', ['--facts', facts, '--policy', folder], 'cannot be read: it is a folder'],
		['an unknown one', ['--facts', facts, '--quick'], "Unknown option '--quick'"],
		['an unknown short one', ['-f', facts], "Unknown option '-f'"],
		['something beside them', [facts], 'Unexpected argument'],
		['one twice', ['--facts', facts, '--facts', facts], '--facts was given twice'],
		['a value for what takes none', ['--print-policy=all'], 'does not take an argument'],
		['an instant without a zone', ['--facts', facts, '--until', '2026-03-02T09:00:00'], '--until takes an instant'],
		['a date as instant', ['--facts', facts, '--until', '2026-03-02'], '--until takes an instant'],
		['an instant with microseconds', ['--facts', facts, '--until', '2026-03-02T09:00:00.000000Z'], '--until takes an instant'],
		['the policy and facts', ['--print-policy', '--facts', facts], '--print-policy goes with no other flag'],
		['the database and facts', ['--database', '--facts', facts], '--database goes with no other flag']
	])('%s: status 2 and one line', async (_, args, message) => {
		const { status, out, error } = await runHere(args);
		expect({ status, out }).toEqual({ status: 2, out: '' });
		expect(error).toContain(message);
		expect(error.trimEnd()).not.toContain('\n');
	});
});

/** Facts that are right, so that a bad line stands at the end of something that would have printed. */
const good = [
	sol,
	seven('03'),
	'{"at":"2026-03-03T19:00:00Z","type":"timer-start","id":"t","person":"sol"}',
	'{"at":"2026-03-03T19:00:01Z","type":"day-total","id":"d","person":"sol","date":"2026-03-01","minutes":5}',
	'{"at":"2026-03-03T19:00:02Z","type":"appointment","id":"k","person":"sol","kind":"counselling","due":"2026-03-20"}',
	'{"at":"2026-03-03T19:00:03Z","type":"contact-request","person":"sol","when":"soon"}'
];
const late = '"at":"2026-03-03T20:00:00Z"';
const about = `${late},"person":"sol"`;

describe('A line that cannot be', () => {
	test.each<[string, string, string, string]>([
		['no JSON', '{"at":', '', 'This is not JSON.'],
		['text after the object', '{} {}', '', 'This is not JSON.'],
		['null', 'null', '', 'A fact is an object.'],
		['a list', '[]', '', 'A fact is an object.'],
		['a number', '7', '', 'A fact is an object.'],
		['no type', `{${about}}`, 'type', 'not known'],
		['an unknown type', `{${about},"type":"session-end"}`, 'type', 'not known'],
		['a type that every object has', `{${about},"type":"constructor"}`, 'type', 'not known'],
		['an unknown field', `{${about},"type":"share-concern","note":"x"}`, 'note', 'no such field'],
		['a field that every object has', `{${about},"type":"share-concern","toString":1}`, 'toString', 'no such field'],
		['a prototype', `{${about},"type":"share-concern","__proto__":{}}`, '__proto__', 'no such field'],
		['a field with a line feed in its name', `{${about},"type":"share-concern","a\\nb":1}`, 'a\\nb', 'no such field'],
		['no instant', '{"type":"share-concern","person":"sol"}', 'at', 'missing'],
		['an instant without a zone', '{"at":"2026-03-03T20:00:00","type":"share-concern","person":"sol"}', 'at', 'An instant such as'],
		['four fraction digits', '{"at":"2026-03-03T20:00:00.0000Z","type":"share-concern","person":"sol"}', 'at', 'An instant such as'],
		['30 February', '{"at":"2026-02-30T20:00:00Z","type":"share-concern","person":"sol"}', 'at', 'An instant such as'],
		['24 o’clock', '{"at":"2026-03-03T24:00:00Z","type":"share-concern","person":"sol"}', 'at', 'An instant such as'],
		['milliseconds as a number', '{"at":1772568000000,"type":"share-concern","person":"sol"}', 'at', 'An instant belongs here'],
		['an earlier instant', '{"at":"2026-03-03T19:00:02.999Z","type":"share-concern","person":"sol"}', 'at', 'before the line above'],
		['nobody', `{${late},"type":"share-concern"}`, 'person', 'missing'],
		['an empty person', `{${late},"type":"share-concern","person":""}`, 'person', 'must not be empty'],
		['a person who is null', `{${late},"type":"share-concern","person":null}`, 'person', 'Text belongs here'],
		['somebody unknown', `{${late},"type":"share-concern","person":"bea"}`, 'person', 'Nothing is known of this person'],
		['an unknown zone', `{${about},"type":"person","zone":"Europe/Atlantis","startDate":"2024-01-08"}`, 'zone', 'not known'],
		['an offset as zone', `{${about},"type":"person","zone":"+01:00","startDate":"2024-01-08"}`, 'zone', 'not known'],
		['a start date that is none', `{${about},"type":"person","zone":"UTC","startDate":"2024-1-8"}`, 'startDate', 'YYYY-MM-DD'],
		[
			'a day that starts at 24:00',
			`{${about},"type":"person","zone":"UTC","startDate":"2024-01-08","dayStart":"24:00"}`,
			'dayStart',
			'HH:MM'
		],
		['a factor of 0', `{${about},"type":"factor","factor":0,"from":"2026-03-01"}`, 'factor', 'above 0 and up to 1'],
		['a factor above 1', `{${about},"type":"factor","factor":1.01,"from":"2026-03-01"}`, 'factor', 'above 0 and up to 1'],
		[
			'a factor that ends before it begins',
			`{${about},"type":"factor","factor":0.5,"from":"2026-03-02","to":"2026-03-01"}`,
			'to',
			'before the first'
		],
		['a team without a name', `{${about},"type":"member","team":""}`, 'team', 'must not be empty'],
		['a session without an end', `{${about},"type":"session","id":"x","start":"2026-03-03T10:00:00Z"}`, 'end', 'missing'],
		[
			'one that ends as it starts',
			`{${about},"type":"session","id":"x","start":"2026-03-03T10:00:00Z","end":"2026-03-03T10:00:00Z"}`,
			'end',
			'not lie after the start'
		],
		[
			'one that ends later than it is recorded',
			`{${about},"type":"session","id":"x","start":"2026-03-03T10:00:00Z","end":"2026-03-03T20:00:00.001Z"}`,
			'end',
			'after the instant of recording'
		],
		[
			'one of more than 16 hours',
			`{${about},"type":"session","id":"x","start":"2026-03-03T00:00:00Z","end":"2026-03-03T16:00:00.001Z"}`,
			'end',
			'at most 16 hours'
		],
		[
			'an id used twice',
			`{${about},"type":"session","id":"s03","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z"}`,
			'id',
			'used before'
		],
		['an id of a timer', `{${about},"type":"appointment","id":"t","kind":"counselling","due":"2026-03-20"}`, 'id', 'used before'],
		[
			'violent: perhaps',
			`{${about},"type":"session","id":"x","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z","violent":"perhaps"}`,
			'violent',
			'One of yes, no, undisclosed'
		],
		['a second timer', `{${about},"type":"timer-start","id":"u"}`, 'person', 'already running'],
		['a timer that does not run', `{${late},"type":"timer-stop","id":"s03"}`, 'id', 'No timer with this id'],
		['a timer of nobody', `{${late},"type":"timer-stop","id":"x"}`, 'id', 'Nothing has this id'],
		[
			'a timer that ended before it started',
			`{${late},"type":"timer-stop","id":"t","end":"2026-03-03T18:59:59Z"}`,
			'end',
			'not lie after the start'
		],
		['a timer stopped after 16 hours', '{"at":"2026-03-04T11:00:00.001Z","type":"timer-stop","id":"t"}', 'at', 'at most 16 hours'],
		[
			'a fraction of a minute',
			`{${about},"type":"day-total","id":"x","date":"2026-03-01","minutes":1.5}`,
			'minutes',
			'A whole number from 1 to 960'
		],
		['no minutes', `{${about},"type":"day-total","id":"x","date":"2026-03-01","minutes":0}`, 'minutes', 'A whole number from 1 to 960'],
		[
			'minutes in words',
			`{${about},"type":"day-total","id":"x","date":"2026-03-01","minutes":"60"}`,
			'minutes',
			'A whole number from 1 to 960'
		],
		['a total of tomorrow', `{${about},"type":"day-total","id":"x","date":"2026-03-04","minutes":60}`, 'date', 'in the future'],
		[
			'an amendment of a total',
			`{${late},"type":"amend","id":"d","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z"}`,
			'id',
			'no current session'
		],
		['a void of a running timer', `{${late},"type":"void","id":"t"}`, 'id', 'no current session or day total'],
		['an unknown instrument', `{${about},"type":"check-in","instrument":"phq9","answers":[1,1,1,1]}`, 'instrument', 'One of pulse, who5'],
		['answers of the wrong number', `{${about},"type":"check-in","instrument":"pulse","answers":[1,1,1]}`, 'answers', '4 answers'],
		['an answer out of range', `{${about},"type":"check-in","instrument":"pulse","answers":[1,1,1,5]}`, 'answers', 'from 0 to 4'],
		['half an answer', `{${about},"type":"check-in","instrument":"pulse","answers":[1,1,1,0.5]}`, 'answers', 'whole number'],
		['neither answered nor skipped', `{${about},"type":"check-in","instrument":"pulse"}`, 'answers', 'Either answers or skipped'],
		[
			'both',
			`{${about},"type":"check-in","instrument":"pulse","answers":[1,1,1,1],"skipped":true}`,
			'answers',
			'Either answers or skipped'
		],
		['skipped: false', `{${about},"type":"check-in","instrument":"pulse","skipped":false}`, 'skipped', 'Only true'],
		['sharing that is no choice', `{${about},"type":"sharing","prompt":"yes"}`, 'prompt', 'true or false'],
		['contact at some time', `{${about},"type":"contact-request","when":"later"}`, 'when', 'One of today, soon'],
		[
			'contact twice at one instant',
			'{"at":"2026-03-03T19:00:03Z","type":"contact-request","person":"sol","when":"today"}',
			'at',
			'very same instant'
		],
		[
			'an absence that ends before it begins',
			`{${about},"type":"absence","from":"2026-03-05","to":"2026-03-04"}`,
			'to',
			'before the first'
		],
		['a conversation about nothing known', `{${about},"type":"conversation","reasons":["money"]}`, 'reasons.0', 'One of exposure'],
		[
			'an appointment of an unknown kind',
			`{${about},"type":"appointment","id":"x","kind":"coaching","due":"2026-03-20"}`,
			'kind',
			'One of counselling'
		],
		['a session attended', `{${late},"type":"appointment-attended","id":"s03"}`, 'id', 'no open appointment'],
		['a step for no reason', `{${about},"type":"acknowledge","reason":"mood"}`, 'reason', 'One of exposure'],
		['a step where nothing is open', `{${about},"type":"acknowledge","reason":"routine"}`, 'reason', 'No routine alert is open'],
		['a step too early', `{${about},"type":"follow-up","reason":"exposure"}`, 'type', 'is raised: follow-up is not possible'],
		['a withdrawal of what nobody asked for', `{${about},"type":"withdraw","reason":"exposure"}`, 'type', 'withdraw is not possible'],
		['no answer', `{${about},"type":"response","reason":"contact","answer":"perhaps"}`, 'answer', 'One of accepted'],
		['an instant without seconds', '{"at":"2026-03-03T20:00Z","type":"share-concern","person":"sol"}', 'at', 'An instant such as'],
		['a leap second', '{"at":"2026-03-03T20:00:60Z","type":"share-concern","person":"sol"}', 'at', 'An instant such as'],
		['an offset of 24 hours', '{"at":"2026-03-03T20:00:00+24:00","type":"share-concern","person":"sol"}', 'at', 'An instant such as'],
		['an offset without a colon', '{"at":"2026-03-03T20:00:00+0100","type":"share-concern","person":"sol"}', 'at', 'An instant such as'],
		['an instant that is null', '{"at":null,"type":"share-concern","person":"sol"}', 'at', 'An instant belongs here'],
		['no zone', `{${about},"type":"person","startDate":"2024-01-08"}`, 'zone', 'missing'],
		['a zone that is null', `{${about},"type":"person","zone":null,"startDate":"2024-01-08"}`, 'zone', 'A time zone belongs here'],
		['an empty zone', `{${about},"type":"person","zone":"","startDate":"2024-01-08"}`, 'zone', 'not known'],
		['a start date that no year has', `{${about},"type":"person","zone":"UTC","startDate":"2025-02-29"}`, 'startDate', 'YYYY-MM-DD'],
		['a day that starts at null', `{${about},"type":"person","zone":"UTC","startDate":"2024-01-08","dayStart":null}`, 'dayStart', 'HH:MM'],
		[
			'a day that starts at 9:00',
			`{${about},"type":"person","zone":"UTC","startDate":"2024-01-08","dayStart":"9:00"}`,
			'dayStart',
			'HH:MM'
		],
		['no team', `{${about},"type":"member"}`, 'team', 'missing'],
		['no factor', `{${about},"type":"factor","from":"2026-03-01"}`, 'factor', 'missing'],
		['a factor in words', `{${about},"type":"factor","factor":"0.5","from":"2026-03-01"}`, 'factor', 'A number belongs here'],
		['a factor until null', `{${about},"type":"factor","factor":0.5,"from":"2026-03-01","to":null}`, 'to', 'A date belongs here'],
		[
			'a session from null',
			`{${about},"type":"session","id":"x","start":null,"end":"2026-03-03T11:00:00Z"}`,
			'start',
			'An instant belongs here'
		],
		[
			'a session without an id',
			`{${about},"type":"session","id":"","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z"}`,
			'id',
			'must not be empty'
		],
		[
			'violent: null',
			`{${about},"type":"session","id":"x","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z","violent":null}`,
			'violent',
			'One of yes, no, undisclosed'
		],
		['an id of a day total', `{${about},"type":"timer-start","id":"d"}`, 'id', 'used before'],
		['an id of an appointment', `{${about},"type":"day-total","id":"k","date":"2026-03-01","minutes":5}`, 'id', 'used before'],
		[
			'a timer that ends later than it is recorded',
			`{${late},"type":"timer-stop","id":"t","end":"2026-03-03T20:00:00.001Z"}`,
			'end',
			'after the instant'
		],
		['a timer stopped until null', `{${late},"type":"timer-stop","id":"t","end":null}`, 'end', 'An instant belongs here'],
		['a timer dropped, which is the server’s own', `{${late},"type":"timer-drop","id":"t"}`, 'type', 'not known'],
		[
			'a day total corrected, which is the server’s own',
			`{${late},"type":"day-total-corrected","id":"d","date":"2026-03-01","minutes":5}`,
			'type',
			'not known'
		],
		['absences corrected, which is the server’s own', `{${about},"type":"absences-corrected","absences":[]}`, 'type', 'not known'],
		['factors corrected, which is the server’s own', `{${about},"type":"factors-corrected","factors":[]}`, 'type', 'not known'],
		['an appointment dropped, which is the server’s own', `{${late},"type":"appointment-drop","id":"k"}`, 'type', 'not known'],
		['961 minutes', `{${about},"type":"day-total","id":"x","date":"2026-03-01","minutes":961}`, 'minutes', 'A whole number from 1 to 960'],
		[
			'minutes that are null',
			`{${about},"type":"day-total","id":"x","date":"2026-03-01","minutes":null}`,
			'minutes',
			'A whole number from 1 to 960'
		],
		['a total of no date', `{${about},"type":"day-total","id":"x","date":"2026-03-32","minutes":5}`, 'date', 'YYYY-MM-DD'],
		[
			'an amendment of nothing',
			`{${late},"type":"amend","id":"x","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z"}`,
			'id',
			'Nothing has this id'
		],
		[
			'an amendment of a running timer',
			`{${late},"type":"amend","id":"t","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z"}`,
			'id',
			'no current session'
		],
		[
			'an amendment of an appointment',
			`{${late},"type":"amend","id":"k","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z"}`,
			'id',
			'no current session'
		],
		[
			'an amendment that ends as it starts',
			`{${late},"type":"amend","id":"s03","start":"2026-03-03T10:00:00Z","end":"2026-03-03T10:00:00Z"}`,
			'end',
			'not lie after the start'
		],
		[
			'an amendment that ends later than it is recorded',
			`{${late},"type":"amend","id":"s03","start":"2026-03-03T10:00:00Z","end":"2026-03-03T20:00:00.001Z"}`,
			'end',
			'after the instant of recording'
		],
		[
			'an amendment to more than 16 hours',
			`{${late},"type":"amend","id":"s03","start":"2026-03-03T00:00:00Z","end":"2026-03-03T16:00:00.001Z"}`,
			'end',
			'at most 16 hours'
		],
		['a void of nothing', `{${late},"type":"void","id":"x"}`, 'id', 'Nothing has this id'],
		['a void of an appointment', `{${late},"type":"void","id":"k"}`, 'id', 'no current session or day total'],
		['a null answer', `{${about},"type":"check-in","instrument":"pulse","answers":[1,1,1,null]}`, 'answers.3', 'Whole numbers belong here'],
		['answers in words', `{${about},"type":"check-in","instrument":"pulse","answers":"1111"}`, 'answers', 'A list of answers'],
		['an answer below the range', `{${about},"type":"check-in","instrument":"pulse","answers":[1,1,1,-1]}`, 'answers', 'from 0 to 4'],
		['one answer too many', `{${about},"type":"check-in","instrument":"who5","answers":[1,1,1,1,1,1]}`, 'answers', '5 answers belong here'],
		['a PHQ-4 answer of 4', `{${about},"type":"check-in","instrument":"phq4","answers":[4,1,1,1]}`, 'answers', 'from 0 to 3'],
		['a WHO-5 answer of 6', `{${about},"type":"check-in","instrument":"who5","answers":[6,1,1,1,1]}`, 'answers', 'from 0 to 5'],
		[
			'a ProQOL answer of 0',
			`{${about},"type":"check-in","instrument":"proqol5","answers":${JSON.stringify(Array(30).fill(0))}}`,
			'answers',
			'from 1 to 5'
		],
		['skipped: null', `{${about},"type":"check-in","instrument":"pulse","skipped":null}`, 'skipped', 'Only true'],
		['sharing nothing said of', `{${about},"type":"sharing"}`, 'prompt', 'missing'],
		['sharing that is null', `{${about},"type":"sharing","prompt":null}`, 'prompt', 'true or false'],
		['contact at no time', `{${about},"type":"contact-request"}`, 'when', 'missing'],
		['an absence without an end', `{${about},"type":"absence","from":"2026-03-05"}`, 'to', 'missing'],
		['reasons that are null', `{${about},"type":"conversation","reasons":null}`, 'reasons', 'A list of reasons'],
		['a reason that is no list', `{${about},"type":"conversation","reasons":"contact"}`, 'reasons', 'A list of reasons'],
		['an appointment on no date', `{${about},"type":"appointment","id":"x","kind":"counselling","due":"2026-02-30"}`, 'due', 'YYYY-MM-DD'],
		['an appointment of nobody declined', `{${late},"type":"appointment-declined","id":"x"}`, 'id', 'Nothing has this id'],
		['a day total declined', `{${late},"type":"appointment-declined","id":"d"}`, 'id', 'no open appointment'],
		['no reason', `{${about},"type":"offer"}`, 'reason', 'missing'],
		['a response without an answer', `{${about},"type":"response","reason":"contact"}`, 'answer', 'missing'],
		[
			'a response too early',
			`{${about},"type":"response","reason":"contact","answer":"accepted"}`,
			'type',
			'is raised: response is not possible'
		],
		['a close too early', `{${about},"type":"close","reason":"contact"}`, 'type', 'is raised: close is not possible'],
		['no policy', `{${late},"type":"policy"}`, 'policy', 'missing'],
		['a policy that is null', `{${late},"type":"policy","policy":null}`, 'policy', 'An object belongs here'],
		['a policy of a team without a name', `{${late},"type":"policy","team":"","policy":{}}`, 'team', 'must not be empty'],
		[
			'a policy out of range',
			`{${late},"type":"policy","policy":{"breakLength":0}}`,
			'policy',
			'breakLength: A whole number from 1 to 40320'
		],
		['a policy with an unknown key', `{${late},"type":"policy","policy":{"rules":{"day-ovr":{}}}}`, 'policy', 'rules.day-ovr'],
		[
			'a policy without working hours',
			`{${late},"type":"policy","policy":{"calendar":{"hours":{"mon":[],"tue":[],"wed":[],"thu":[],"fri":[]}}}}`,
			'policy.calendar.hours',
			'at least one period'
		]
	])('%s: status 2, its line and field, and nothing is printed', async (_, line, field, message) => {
		const { status, out, error } = await runHere(['--facts', file(`${good.join('\n')}\n\n${line}\n`, 'bad.jsonl')]);
		expect({ status, out }).toEqual({ status: 2, out: '' });
		expect(error).toMatch(
			new RegExp(`bad.jsonl, line ${good.length + 2}${field === '' ? '' : `, field "${field.replaceAll('\\', '\\\\')}"`}: `)
		);
		expect(error).toContain(message);
		expect(error.trimEnd()).not.toContain('\n');
	});

	test.each<[string, string[], string, string]>([
		['voided twice', [`{${late},"type":"void","id":"d"}`, `{${late},"type":"void","id":"d"}`], 'id', 'no current session or day total'],
		[
			'amended after it was voided',
			[
				`{${late},"type":"void","id":"s03"}`,
				`{${late},"type":"amend","id":"s03","start":"2026-03-03T10:00:00Z","end":"2026-03-03T11:00:00Z"}`
			],
			'id',
			'no current session'
		],
		[
			'an id used again after it was voided',
			[`{${late},"type":"void","id":"d"}`, `{${about},"type":"day-total","id":"d","date":"2026-03-01","minutes":5}`],
			'id',
			'used before'
		],
		[
			'attended twice',
			[`{${late},"type":"appointment-attended","id":"k"}`, `{${late},"type":"appointment-attended","id":"k"}`],
			'id',
			'no open appointment'
		],
		[
			'attended after it was declined',
			[`{${late},"type":"appointment-declined","id":"k"}`, `{${late},"type":"appointment-attended","id":"k"}`],
			'id',
			'no open appointment'
		],
		[
			'a timer stopped twice',
			[`{${late},"type":"timer-stop","id":"t"}`, `{${late},"type":"timer-stop","id":"t"}`],
			'id',
			'No timer with this id'
		],
		[
			'a stopped timer started again',
			[`{${late},"type":"timer-stop","id":"t"}`, `{${about},"type":"timer-start","id":"t"}`],
			'id',
			'used before'
		],
		[
			'acknowledged twice',
			[`{${about},"type":"acknowledge","reason":"contact"}`, `{${about},"type":"acknowledge","reason":"contact"}`],
			'type',
			'is acknowledged: acknowledge is not possible'
		],
		[
			'a step after the alert was withdrawn',
			[`{${about},"type":"withdraw","reason":"contact"}`, `{${about},"type":"offer","reason":"contact"}`],
			'reason',
			'No contact alert is open'
		],
		[
			'somebody else’s id',
			[
				'{"at":"2026-03-03T20:00:00Z","type":"person","person":"bea","zone":"UTC","startDate":"2024-01-08"}',
				'{"at":"2026-03-03T20:00:00Z","type":"timer-start","person":"bea","id":"t"}'
			],
			'id',
			'used before'
		],
		[
			'a team left without working hours by the organisation’s new policy',
			[
				`{${late},"type":"policy","team":"night","policy":{"calendar":{"hours":{"mon":[]}}}}`,
				`{${late},"type":"policy","policy":{"calendar":{"hours":{"tue":[],"wed":[],"thu":[],"fri":[]}}}}`
			],
			'policy.calendar.hours',
			"with team night's policy laid over"
		]
	])('that only the one before makes bad: %s', async (_, lines, field, message) => {
		const { status, out, error } = await runHere(['--facts', file([...good, ...lines].join('\n'), 'bad.jsonl')]);
		expect({ status, out }).toEqual({ status: 2, out: '' });
		expect(error).toContain(`bad.jsonl, line ${good.length + lines.length}, field "${field}": `);
		expect(error).toContain(message);
		expect(error.trimEnd()).not.toContain('\n');
	});

	test('is named by its file, and one after --until counts as well', async () => {
		const facts = file([...good, `{${about},"type":"close","reason":"routine"}`].join('\n'), 'late.jsonl');
		const { status, out, error } = await runHere(['--facts', facts, '--until', '2026-03-03T00:00:00Z']);
		expect({ status, out }).toEqual({ status: 2, out: '' });
		expect(error).toContain('late.jsonl, line 7, field "reason": ');
	});

	test('may be no text at all', async () => {
		const { status, out, error } = await runHere(['--facts', file(Buffer.concat([Buffer.from(`${sol}\n`), Buffer.of(0x7b, 0xff, 0x7d)]))]);
		expect({ status, out }).toEqual({ status: 2, out: '' });
		expect(error).toContain('line 2: This line is not UTF-8 text.');
	});
});

describe('A policy that cannot be', () => {
	const facts = file(`${sol}\n${seven('03')}`, 'with-policy.jsonl');
	const hours = (mon: unknown) => ({ calendar: { hours: { mon } } });
	test.each<[string, unknown, string, string]>([
		['a list', [], '', 'An object belongs here'],
		['null', null, '', 'An object belongs here'],
		['an unknown key', { breaks: 1 }, 'breaks', 'no such key'],
		['an unknown rule', { rules: { 'day-limits': {} } }, 'rules.day-limits', 'no such key'],
		['a parameter of another rule', { rules: { 'day-limit': { days: 1 } } }, 'rules.day-limit.days', 'no such key'],
		['a rule switched to a word', { rules: { ramp: { on: 'no' } } }, 'rules.ramp.on', 'true or false'],
		['0 minutes', { breakLength: 0 }, 'breakLength', 'from 1 to 40320'],
		['half a minute', { rules: { 'day-limit': { minutes: 0.5 } } }, 'rules.day-limit.minutes', 'from 1 to 40320'],
		['more minutes than four weeks', { alerts: { offerMinutes: 40_321 } }, 'alerts.offerMinutes', 'from 1 to 40320'],
		['a year and two days', { alerts: { quietDays: 367 } }, 'alerts.quietDays', 'from 0 to 366'],
		['conversations every 0 days', { rules: { 'routine-conversation': { days: 0 } } }, 'rules.routine-conversation.days', 'from 1 to 366'],
		['a factor of 11', { rules: { ramp: { factor: 11 } } }, 'rules.ramp.factor', 'from 0.01 to 10'],
		['a clock time that is none', { rules: { 'late-exposure': { after: '25:00' } } }, 'rules.late-exposure.after', 'HH:MM'],
		['null for a number', { breakLength: null }, 'breakLength', 'A whole number'],
		[
			'steps that do not ascend',
			{
				newStarter: [
					{ days: 5, factor: 1 },
					{ days: 5, factor: 1 }
				]
			},
			'newStarter.1',
			'ascend'
		],
		['half a step', { newStarter: [{ days: 5 }] }, 'newStarter.0.factor', 'missing'],
		['an unknown zone', { calendar: { zone: 'Mars/Base' } }, 'calendar.zone', 'time zone'],
		['a holiday without a year', { calendar: { holidays: ['12-25'] } }, 'calendar.holidays.0', 'YYYY-MM-DD'],
		[
			'periods that overlap',
			hours([
				['09:00', '12:00'],
				['11:00', '13:00']
			]),
			'calendar.hours.mon.1',
			'do not overlap'
		],
		['a period of one time', hours([['09:00']]), 'calendar.hours.mon.0', 'two clock times'],
		['a period that ends before it begins', hours([['17:00', '09:00']]), 'calendar.hours.mon.0', 'two clock times'],
		['a word', 'default', '', 'An object belongs here'],
		['rules that are null', { rules: null }, 'rules', 'An object belongs here'],
		['a rule that is a number', { rules: { ramp: 1.5 } }, 'rules.ramp', 'An object belongs here'],
		['what cannot be switched off', { rules: { 'concern-shared': { on: false } } }, 'rules.concern-shared', 'no such key'],
		['a prototype', JSON.parse('{"__proto__":{"breakLength":5}}'), '__proto__', 'no such key'],
		['minutes in words', { breakLength: '10' }, 'breakLength', 'from 1 to 40320'],
		['days below 0', { rules: { 'days-in-row': { days: -1 } } }, 'rules.days-in-row.days', 'from 0 to 366'],
		['half a day', { alerts: { followUpDays: 0.5 } }, 'alerts.followUpDays', 'from 0 to 366'],
		['367 days of grace', { rules: { 'session-overdue': { graceDays: 367 } } }, 'rules.session-overdue.graceDays', 'from 0 to 366'],
		[
			'conversations every 367 days',
			{ rules: { 'routine-conversation': { days: 367 } } },
			'rules.routine-conversation.days',
			'from 1 to 366'
		],
		['a factor of 0.009', { rules: { ramp: { factor: 0.009 } } }, 'rules.ramp.factor', 'from 0.01 to 10'],
		['a factor in words', { newStarter: [{ days: 1, factor: '1' }] }, 'newStarter.0.factor', 'from 0.01 to 10'],
		['a clock time that ends the day', { rules: { 'late-exposure': { after: '24:00' } } }, 'rules.late-exposure.after', 'HH:MM'],
		['steps that are no list', { newStarter: { days: 28, factor: 0.5 } }, 'newStarter', 'A list belongs here'],
		['a step with something else', { newStarter: [{ days: 28, factor: 0.5, on: true }] }, 'newStarter.0.on', 'no such key'],
		['an unknown clock', { alerts: { closeMinutes: 5 } }, 'alerts.closeMinutes', 'no such key'],
		['an offset as zone', { calendar: { zone: '+01:00' } }, 'calendar.zone', 'time zone'],
		['30 February as a holiday', { calendar: { holidays: ['2026-02-30'] } }, 'calendar.holidays.0', 'YYYY-MM-DD'],
		['an unknown weekday', { calendar: { hours: { monday: [] } } }, 'calendar.hours.monday', 'no such key'],
		['hours that are no list', hours('09:00-17:00'), 'calendar.hours.mon', 'A list belongs here'],
		['a period of three times', hours([['09:00', '12:00', '13:00']]), 'calendar.hours.mon.0', 'two clock times'],
		['a period that begins at 24:00', hours([['24:00', '24:00']]), 'calendar.hours.mon.0', 'two clock times'],
		['a period that ends at 24:01', hours([['09:00', '24:01']]), 'calendar.hours.mon.0', 'two clock times'],
		[
			'periods that descend',
			hours([
				['13:00', '17:00'],
				['09:00', '12:00']
			]),
			'calendar.hours.mon.1',
			'do not overlap'
		],
		['no working hours', { calendar: { hours: { mon: [], tue: [], wed: [], thu: [], fri: [] } } }, 'calendar.hours', 'at least one period']
	])('%s: status 2, the path of the key, and nothing is printed', async (_, json, path, message) => {
		const { status, out, error } = await runHere(['--facts', facts, '--policy', file(JSON.stringify(json), 'bad-policy.json')]);
		expect({ status, out }).toEqual({ status: 2, out: '' });
		expect(error).toContain(path === '' ? 'bad-policy.json: ' : `bad-policy.json, "${path}": `);
		expect(error).toContain(message);
		expect(error.trimEnd()).not.toContain('\n');
	});

	test('is not JSON, or not text', async () => {
		for (const [content, message] of [
			['{"breakLength": 10', 'is not JSON.'],
			['', 'is not JSON.'],
			[Buffer.of(0xff), 'is not UTF-8 text.']
		] as const) {
			const { status, out, error } = await runHere(['--facts', facts, '--policy', file(content, 'broken.json')]);
			expect({ status, out }).toEqual({ status: 2, out: '' });
			expect(error).toContain(`broken.json ${message}`);
		}
	});
});
