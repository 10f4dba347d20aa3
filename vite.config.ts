import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

const screens = ['tests/browser/accessibility.test.ts'];
const onBuild = { fileParallelism: false, testTimeout: 180_000, hookTimeout: 240_000 };

export default defineConfig({
	plugins: [
		tailwindcss(),
		sveltekit({
			adapter: adapter({ out: 'build', precompress: false }),
			compilerOptions: { runes: true },
			// Our own check in `handle` refuses cross-site requests of every content type; Kit's knows forms only
			// and cannot tell the origin behind a proxy at run time.
			csrf: { trustedOrigins: ['*'] },
			csp: {
				mode: 'auto',
				directives: {
					'default-src': ['self'],
					'script-src': ['self'],
					'style-src': ['self'],
					'style-src-attr': ['unsafe-inline'],
					'img-src': ['self', 'data:'],
					'font-src': ['self'],
					'connect-src': ['self'],
					'object-src': ['none'],
					'base-uri': ['none'],
					'form-action': ['self'],
					'frame-ancestors': ['none']
				}
			}
		})
	],
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					environment: 'node',
					include: ['tests/domain/**/*.test.ts', 'tests/server/**/*.test.ts'],
					testTimeout: 30_000
				}
			},
			{
				extends: true,
				test: {
					name: 'app',
					environment: 'node',
					include: ['tests/access.test.ts', 'tests/browser/**/*.test.ts', 'tests/reliability/**/*.test.ts'],
					exclude: screens,
					...onBuild
				}
			},
			// Each screen, light and dark: as long as a fourth of all the others, and beside them.
			{ extends: true, test: { name: 'screens', environment: 'node', include: screens, ...onBuild } }
		]
	}
});
