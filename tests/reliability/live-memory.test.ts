import { expect, test } from 'vitest';
import { startForMany } from './open-pages.ts';

const long = process.env.BREAKWATER_LONG === '1';
const most = 60 * 1024 * 1024;

test.runIf(long && process.platform === 'linux')(
	'500 open pages, each told of something, take less than 60 MB',
	{ timeout: 300_000 },
	async () => {
		const { app, cookies, log, listen, settled } = await startForMany(500);
		try {
			const before = await settled();
			const told = new Set<string>();
			const open = await Promise.all(cookies.map((cookie) => listen(cookie, () => told.add(cookie))));
			for (const cookie of cookies) await log(cookie);
			await expect.poll(() => told.size, { timeout: 20_000 }).toBe(500);
			expect((await settled()) - before).toBeLessThan(most);
			for (const stream of open) stream.destroy();
		} finally {
			await app.stop();
		}
	}
);
