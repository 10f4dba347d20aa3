// npm start | npm run dev | npm run demo: installs and builds what is missing, then serves. Runs on any Node from 20.
import { join } from 'node:path';
import { build, giveUp, install, node26, root, run, serverFlags } from './install.mjs';

const mode = process.argv[2] ?? 'start';

try {
	await install();
	const node = node26();
	if (mode === 'dev') process.exit(await dev(node));
	await build(node);
	process.exit(mode === 'demo' ? await demo(node) : await run(node, [...serverFlags, join(root, 'src', 'cli', 'serve.ts')]));
} catch (error) {
	giveUp(error);
}

function dev(/** @type {string} */ node) {
	const { PORT = '3000', HOST = 'localhost' } = process.env;
	return run(node, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'dev', '--strictPort', '--port', PORT, '--host', HOST]);
}

function demo(/** @type {string} */ node) {
	return run(node, [...serverFlags, join(root, 'src', 'cli', 'demo.ts')], {
		env: { ...process.env, DATA_DIR: process.env.DATA_DIR || './data-demo' }
	});
}
