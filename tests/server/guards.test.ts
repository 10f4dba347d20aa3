import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const routes = fileURLToPath(new URL('../../src/routes/', import.meta.url));
const files = globSync(['**/+page.server.ts', '**/+layout.server.ts', '**/+server.ts', '**/+page.ts', '**/+layout.ts'], {
	cwd: routes
}).map((path) => path.replaceAll('\\', '/'));
const read = (path: string) => readFileSync(routes + path, 'utf8');

describe('guards', () => {
	it.each(files)('%s', (path) => expect(faultsIn(path, read(path))).toEqual([]));

	// The rule itself: it would be worth nothing if it found nothing wrong.
	it.each([
		['a load without a guard', `export const load = ({ locals }) => ({ now: locals.now });`],
		[
			'a load that asks first and guards later',
			`export const load = (event) => { const all = query(); requireViewer(event, x); return all; };`
		],
		['a load as a function', `export async function load(event) { return query(event.params.id); }`],
		['a load from elsewhere', `export { load } from './elsewhere.ts';`],
		['an action without a guard', `export const actions = { default: async ({ request }) => { await request.formData(); } };`],
		['an action that is public', `export const actions = { save: publicAction(schema, run) };`],
		[
			'an action that does something before its guard',
			`export const actions = { save: async (event) => { write(); return await action(g, s, run)(event); } };`
		],
		[
			'an action whose guard comes in one case only',
			`export const actions = { save: async (event) => { if (event.url.hash) return await action(g, s, run)(event); } };`
		],
		['actions from elsewhere', `export const actions = { ...more };`],
		['an endpoint without a guard', `export const GET = () => new Response('');`],
		['an endpoint as a function', `export function POST({ request }) { return new Response(request.body); }`]
	])('finds %s', (_, source) => expect(faultsIn('(app)/x/+page.server.ts', source)).not.toEqual([]));

	it.each([
		['a load that guards', `export const load = (event) => { const viewer = requireViewer(event, signedIn); return query(viewer); };`],
		['a typed load', `export const load: PageServerLoad = ({ locals }) => { requireViewer({ locals }, signedIn); };`],
		['an action', `export const actions: Actions = { default: action(signedIn, schema, run) };`],
		['an action that waits', `export const actions: Actions = { default: slowAction(signedIn, schema, run) };`],
		[
			'an action that hands out what it made',
			`export const actions = { save: async (event) => { let made; const done = await action(g, s, run)(event); return { done, made }; } };`
		],
		['an endpoint', `export async function GET(event) { const viewer = requireViewer(event, anyOf('lead')); return json(viewer.name); }`]
	])('accepts %s', (_, source) => expect(faultsIn('(app)/x/+page.server.ts', source)).toEqual([]));
});

/** What is wrong in a route's file: everything behind the sign-in guards on its first line, loads, actions and endpoints alike. */
function faultsIn(path: string, source: string): string[] {
	// Public pages have nobody to ask for; the frame of all pages holds the viewer's own name. The rest is behind the sign-in.
	if (path.startsWith('(public)/') || path === '+layout.server.ts') return [];
	if (!path.startsWith('(app)/')) return ['stands outside of (app) and (public)'];
	const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
	return file.statements.flatMap((statement) => {
		if (ts.isExportDeclaration(statement)) return statement.isTypeOnly ? [] : ['exports from elsewhere, where this test does not look'];
		if (ts.isExportAssignment(statement)) return ['has a default export'];
		if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
		if (ts.isFunctionDeclaration(statement))
			return guards(statement.body) ? [] : [`${statement.name?.text} has no guard on its first line`];
		if (!ts.isVariableStatement(statement)) return [];
		return statement.declarationList.declarations.flatMap(({ name, initializer }) => faultsOf(name.getText(), initializer));
	});
}

/** Page options, which are no function. */
const options = ['prerender', 'ssr', 'csr', 'trailingSlash', 'config'];

function faultsOf(name: string, value: ts.Expression | undefined): string[] {
	if (options.includes(name)) return [];
	if (name !== 'actions') return isFunction(value) && guards(value.body) ? [] : [`${name} has no guard on its first line`];
	if (!value || !ts.isObjectLiteralExpression(value)) return ['actions are not written out'];
	return value.properties.flatMap((property) => {
		const own = property.name?.getText() ?? 'something';
		return ts.isPropertyAssignment(property) && isGuardedAction(property.initializer) ? [] : [`${own} is not made by action(…)`];
	});
}

function isFunction(value: ts.Node | undefined): value is ts.ArrowFunction | ts.FunctionExpression {
	return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
}

/** Whether the first statement calls `requireViewer`, on its own or for the viewer's name. */
function guards(body: ts.ConciseBody | undefined): boolean {
	const first = body && ts.isBlock(body) ? body.statements[0] : undefined;
	if (!first) return false;
	const value = ts.isExpressionStatement(first) ? first.expression : initialOf(first);
	return isCallOf(value, 'requireViewer');
}

/** `action(…)` or `slowAction(…)`, or a function in which nothing happens before the answer of `action(…)(event)`. */
function isGuardedAction(value: ts.Expression): boolean {
	if (isCallOf(value, 'action') || isCallOf(value, 'slowAction')) return true;
	if (!isFunction(value) || !ts.isBlock(value.body)) return false;
	const first = value.body.statements.find((statement) => !isBareDeclaration(statement));
	const answer = first && initialOf(first);
	return (
		answer !== undefined &&
		ts.isAwaitExpression(answer) &&
		ts.isCallExpression(answer.expression) &&
		isCallOf(answer.expression.expression, 'action')
	);
}

function isBareDeclaration(statement: ts.Statement): boolean {
	return ts.isVariableStatement(statement) && statement.declarationList.declarations.every(({ initializer }) => initializer === undefined);
}

function initialOf(statement: ts.Statement): ts.Expression | undefined {
	return ts.isVariableStatement(statement) ? statement.declarationList.declarations[0]?.initializer : undefined;
}

function isCallOf(value: ts.Expression | undefined, name: string): boolean {
	return value !== undefined && ts.isCallExpression(value) && value.expression.getText() === name;
}
