import { startForMany } from './open-pages.ts';

/**
 * `npm run bench:live`: how much memory the built server takes with and without 500 open pages, and how soon a page is told of what its
 * owner commits elsewhere. Not a test: it prints.
 */

const streams = Number(process.env.BENCH_STREAMS ?? 500);
const told = 200;

const { app, cookies, log, listen, settled } = await startForMany(streams);
const before = await settled();
const heard = new Map<string, () => void>();
const open = await Promise.all(cookies.map((cookie) => listen(cookie, () => heard.get(cookie)?.())));
const after = await settled();

const waits: number[] = [];
for (let turn = 0; turn < told; turn++) {
	const cookie = cookies[(turn * 37) % cookies.length] ?? '';
	const hears = new Promise<number>((resolve) => heard.set(cookie, () => resolve(performance.now())));
	const answered = log(cookie).then(() => performance.now());
	// From the answer, which comes after the commit: negative where the stream was first.
	waits.push((await hears) - (await answered));
}
waits.sort((a, b) => a - b);
const busy = await settled();

console.log(`Resident memory without open streams: ${mb(before)} MB; with ${open.length}: ${mb(after)} MB, ${mb(after - before)} MB more.`);
console.log(`After ${told} changes were told: ${mb(busy)} MB, ${mb(busy - before)} MB more than without.`);
console.log(
	`A page was told ${ms(waits[Math.floor(told / 2)])} ms after the answer of its own change (median); at most ${ms(waits.at(-1))} ms.`
);
for (const stream of open) stream.destroy();
await app.stop();
process.exit(0);

function mb(bytes: number): string {
	return (bytes / 1024 / 1024).toFixed(1);
}

function ms(value = NaN): string {
	return value.toFixed(1);
}
