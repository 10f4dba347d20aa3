import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** Borders between the parts of the program; which may use which, and why, stands in README, "Where things live". */
const forbid = (/** @type {string} */ regex, /** @type {string} */ message) => ({ regex, message });
/** @returns {import('eslint').Linter.RulesRecord} */
const imports = (/** @type {{ regex: string; message: string }[]} */ ...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const noServer = forbid(
	'^#lib/server(/|$)|(^|/)lib/server/|/server/|^\\$app/env/private$',
	'What a browser runs, or is shown, imports nothing of lib/server, types included: hand the data over in the load function.'
);
const noKit = forbid(
	'^@sveltejs/kit|^\\$app(/|$)',
	'The commands and the tests use this too, where there is no SvelteKit: only auth/{guard,action,cookie}.ts know it.'
);
const noRoutes = forbid('(^|/)routes/|\\.svelte$', 'Nothing outside routes imports a route or a component.');
const domainAlone = forbid(
	'^(?!\\./|(\\.\\./)+(?!.*(server|components|routes|cli)/)|#lib/domain/|valibot$)',
	'lib/domain is pure: other domain files and valibot, nothing else.'
);
const dbAlone = forbid(
	'^@sveltejs/kit|^\\$app(/|$)|^#lib/server/(?!db/|keys\\.ts$|refusal\\.ts$)|^(\\.\\./)+(?!schema|connection|keys\\.ts$|refusal\\.ts$|domain/|.*domain/)',
	'lib/server/db knows the driver, the domain and the keys; verbs and queries build upon it, not the other way round.'
);

const oneGate = forbid(
	'^drizzle-orm|^better-sqlite3|^#lib/server/(db/(?!client\\.ts$)|keys\\.ts$|seal\\.ts$)',
	'What is stored is read through the functions of lib/server, which take the viewer and decide what they may have.'
);

const transaction = {
	selector: 'CallExpression[callee.property.name="transaction"]',
	message: 'Use withTx of lib/server/db/tx.ts: it is immediate, synchronous, and answers a full disk.'
};
const impure = [
	{ selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]', message: 'Time is an argument.' },
	{ selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time is an argument.' },
	{ selector: 'CallExpression[callee.name="Date"]', message: 'Time is an argument.' },
	{ selector: 'MemberExpression[object.name="Temporal"][property.name="Now"]', message: 'Time is an argument.' },
	{ selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: 'Chance is an argument.' },
	{ selector: 'AwaitExpression', message: 'Rules are synchronous: they run inside a transaction.' }
];
const outsideWorld = [
	'process',
	'console',
	'fetch',
	'crypto',
	'performance',
	'setTimeout',
	'setInterval',
	'Buffer',
	'window',
	'document',
	'localStorage'
];

export default ts.config(
	{
		ignores: ['build/', '.svelte-kit/', 'node_modules/', 'drizzle/', '/data/', '/data-demo/', '/coverage/', '/reports/', '/test-results/']
	},
	js.configs.recommended,
	...ts.configs.strict,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.node, Temporal: 'readonly' } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-var': 'error',
			'prefer-const': 'error',
			'object-shorthand': 'error',
			'no-restricted-syntax': ['error', transaction],
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
			// `void` says in a return type that a caller may use an arrow that returns something.
			'@typescript-eslint/no-invalid-void-type': 'off'
		}
	},
	{
		files: ['src/**/*.ts', 'tests/**/*.ts'],
		ignores: ['src/**/*.svelte.ts'],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
		rules: {
			...imports(noServer),
			'svelte/no-at-html-tags': 'error',
			'svelte/require-each-key': 'error',
			// `let` is how Svelte writes what a parent may change.
			'prefer-const': 'off',
			'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived', '$bindable'] }],
			// Breakwater always stands at the root of its host, and help lines are `tel:` links.
			'svelte/no-navigation-without-resolve': 'off',
			'no-console': 'error'
		}
	},
	{
		files: ['src/lib/components/**/*.ts', 'src/routes/**/*.ts'],
		ignores: ['src/routes/**/*.server.ts', 'src/routes/**/+server.ts'],
		rules: imports(noServer)
	},
	{
		files: ['src/lib/domain/**/*.ts'],
		rules: {
			...imports(domainAlone),
			'no-restricted-syntax': ['error', transaction, ...impure],
			'no-restricted-globals': [
				'error',
				...outsideWorld.map((name) => ({ name, message: 'lib/domain is pure: no clock, no chance, nothing of the machine.' }))
			]
		}
	},
	{
		files: ['src/routes/**/*.server.ts', 'src/routes/**/+server.ts'],
		rules: {
			...imports(oneGate),
			'no-restricted-syntax': [
				'error',
				transaction,
				{
					selector:
						'MemberExpression[property.name=/^(\\$client|select|selectDistinct|insert|update|delete|query|run|all|keys)$/][object.type="CallExpression"][object.callee.name="client"]',
					message: 'What is stored is read and written through the functions of lib/server, never here.'
				},
				{
					selector: 'MemberExpression[object.name="db"]',
					message: 'What is stored is read and written through the functions of lib/server, never here.'
				},
				{
					selector:
						'VariableDeclarator[init.callee.name="client"]:not([id.name="db"]), ObjectPattern > Property[key.name="db"]:not([value.name="db"])',
					message: 'The database is called db, so that what is done with it can be seen.'
				}
			]
		}
	},
	{ files: ['src/lib/server/**/*.ts'], rules: { ...imports(noKit, noRoutes), 'no-console': 'error' } },
	{
		files: [
			'src/lib/server/audit-export.ts',
			'src/lib/server/clock-rest.ts',
			'src/lib/server/keeper.ts',
			'src/lib/server/one-by-one.ts',
			'src/lib/server/scheduler.ts',
			'src/lib/server/watcher.ts',
			'src/lib/server/catching-up.ts',
			'src/lib/server/simulation/runs.ts',
			'src/lib/server/telling.ts',
			'src/lib/server/delivery/guarded.ts'
		],
		rules: { 'no-console': ['error', { allow: ['error'] }] }
	},
	{ files: ['src/lib/server/db/**/*.ts'], rules: imports(dbAlone, noRoutes) },
	{ files: ['src/lib/server/db/tx.ts'], rules: { 'no-restricted-syntax': 'off' } },
	{ files: ['src/lib/server/auth/guard.ts', 'src/lib/server/auth/action.ts', 'src/lib/server/auth/cookie.ts'], rules: imports(noRoutes) },
	{ files: ['src/cli/**'], rules: imports(noKit, noRoutes) },
	{ files: ['tests/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
	{ files: ['**/*.mjs', '*.js'], rules: { '@typescript-eslint/no-unused-expressions': 'error' } }
);
