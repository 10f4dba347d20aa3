// npm test | npm run test:full: everything that shows whether Breakwater works. Runs on any Node from 20.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, giveUp, install, node26, Obstacle, root, run, runQuietly } from './install.mjs';

const full = process.argv[2] === 'full';
/** @type {{ name: string; ok: boolean; seconds: number }[]} */
const steps = [];
const tests = { passed: 0, failed: 0, skipped: 0 };
const reports = mkdtempSync(join(tmpdir(), 'breakwater-test-'));

try {
	await install();
	const node = node26();
	const env = { ...withoutSettings(), CHROMIUM_PATH: await findChromium(), ...(full && { BREAKWATER_LONG: '1' }) };
	const tool = (/** @type {string} */ path, /** @type {string[]} */ ...args) => [node, join(root, 'node_modules', path), ...args];

	await step('prepare', [tool('@sveltejs/kit/svelte-kit.js', 'sync')], env);
	// Two lanes for two cores: the browser tests wait for much, and what needs no build fills the gaps.
	const built = timed('build', () => build(node).then(() => true, tell));
	await Promise.all([inRow(types, lint, unit, screens, ...(full ? [mutation] : [])), app()]);

	/** @param {(() => Promise<void>)[]} steps */
	async function inRow(...steps) {
		for (const each of steps) await each();
	}
	function types() {
		return step('types', [tool('svelte-check/bin/svelte-check', '--fail-on-warnings')], env);
	}
	function lint() {
		const style = tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.');
		return step('lint', [tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'), style], env);
	}
	function unit() {
		return vitest('unit', '--maxWorkers=1');
	}
	async function screens() {
		if (await built) await vitest('screens');
	}
	function mutation() {
		return step('mutation', [tool('@stryker-mutator/core/bin/stryker.js', 'run')], env, true);
	}
	async function app() {
		if (await built) await vitest('app');
	}

	/**
	 * @param {string} project
	 * @param {string[]} options
	 */
	async function vitest(project, ...options) {
		const report = join(reports, `${project}.json`);
		const command = tool(
			'vitest/vitest.mjs',
			'run',
			'--project',
			project,
			'--reporter=default',
			'--reporter=json',
			`--outputFile.json=${report}`,
			...options
		);
		await step(`tests: ${project}`, [command], env, project === 'app');
		count(report);
	}
} catch (error) {
	giveUp(error);
} finally {
	rmSync(reports, { recursive: true, force: true });
}

finish();

/**
 * Commands one after the other, all of them even where one fails. Their output comes at the end of the step, in one piece,
 * unless it is shown as it comes.
 * @param {string} name
 * @param {string[][]} commands
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} [live]
 */
async function step(name, commands, env, live = false) {
	await timed(name, async () => {
		let ok = true;
		for (const [program = '', ...args] of commands) {
			const { status, output } = live ? { status: await run(program, args, { env }), output: '' } : await runQuietly(program, args, env);
			if (status === 0) continue;
			ok = false;
			if (output) console.log(`--- ${name}\n${output.trimEnd()}`);
		}
		return ok;
	});
}

/**
 * @param {string} name
 * @param {() => Promise<boolean>} work
 */
async function timed(name, work) {
	const from = performance.now();
	const ok = await work();
	const seconds = (performance.now() - from) / 1000;
	steps.push({ name, ok, seconds });
	console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name}  ${seconds.toFixed(1)} s`);
	return ok;
}

function tell(/** @type {unknown} */ error) {
	console.error(error instanceof Obstacle ? error.message : error);
	return false;
}

function count(/** @type {string} */ report) {
	if (!existsSync(report)) return;
	const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
	tests.passed += numPassedTests;
	tests.failed += numFailedTests;
	tests.skipped += numPendingTests + numTodoTests;
}

/** A failed step in which no test failed (types, lint, a test file that does not load) counts as one failure. */
function finish() {
	const failedSteps = steps.filter(({ ok }) => !ok);
	const otherFailures = failedSteps.filter(({ name }) => !name.startsWith('tests: ')).length;
	const failed = Math.max(tests.failed + otherFailures, failedSteps.length);
	console.log('');
	for (const { name, ok, seconds } of steps)
		console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s`);
	if (tests.skipped > 0) console.log(`${tests.skipped} skipped`);
	console.log(`${tests.passed} passed, ${failed} failed`);
	process.exit(failed === 0 ? 0 : 1);
}

/** The settings of whoever runs the tests are none of the tests' business. */
function withoutSettings() {
	const settings = ['PORT', 'HOST', 'ORIGIN', 'ALLOWED_HOSTS', 'DATA_DIR', 'DATABASE_KEY', 'ADDRESS_HEADER', 'BODY_SIZE_LIMIT', 'NODE_ENV'];
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.includes(name)));
}

async function findChromium() {
	const given = process.env.CHROMIUM_PATH;
	if (given) {
		if (runs(given)) return given;
		throw new Obstacle(`CHROMIUM_PATH is ${given}, and no browser starts from there.`);
	}
	const found = onPath() ?? (await playwrights());
	if (found) return found;
	if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
		console.log('Breakwater: installing Chromium for the browser tests (apt-get install chromium).');
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env });
		spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: ['ignore', 'ignore', 'inherit'], env });
		const installed = onPath();
		if (installed) return installed;
	}
	throw new Obstacle(
		'the browser tests need Chromium, and none was found. Install it (on Debian: apt-get install chromium; or: npx playwright install chromium), or set CHROMIUM_PATH to the program.'
	);
}

function onPath() {
	const windows = process.platform === 'win32';
	const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'].map((name) =>
		windows ? `${name}.exe` : name
	);
	const folders = (process.env.PATH ?? '').split(windows ? ';' : ':').filter(Boolean);
	return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file) && runs(file));
}

async function playwrights() {
	const { chromium } = await import(pathToFileURL(join(root, 'node_modules', '@playwright', 'test', 'index.mjs')).href);
	const file = chromium.executablePath();
	return file && existsSync(file) && runs(file) ? file : undefined;
}

/** A file may be there and not start: Ubuntu's `chromium-browser` without snap, for one. */
function runs(/** @type {string} */ file) {
	return spawnSync(file, ['--version'], { timeout: 30_000 }).status === 0;
}
