import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * Routes have one way to what is stored: functions of lib/server that take the viewer. Which of them exist is read from the source, so that one
 * that is written tomorrow is held to it as well.
 */

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const read = (path: string) => readFileSync(source + path, 'utf8');
const parse = (path: string, text: string) => ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
const routes = globSync(['routes/**/*.ts', 'hooks.server.ts'], { cwd: source }).map((path) => path.replaceAll('\\', '/'));

/**
 * Functions over the database that take no viewer, and why they need none. Written by hand: none of them may return anything of a person to
 * somebody else.
 */
const ofNobody: Readonly<Record<string, string>> = {
	reading: 'a transaction around queries that take the viewer',
	stillSignedIn: 'of the cookie that was sent',
	whoCalls: 'finds the viewer',
	enter: 'signs in whoever has just proved who they are',
	leave: 'ends the sign-in of the cookie that was sent',
	personWith: 'compares a password; returns an id to the form that signs in with it',
	findViewer: 'the viewer themself, by the id that signing in returned',
	holdForm: 'keeps what somebody typed, sealed for them',
	findInvitation: 'the invited person’s own name, for whoever has the link',
	acceptInvitation: 'the same',
	setUp: 'before there is anybody',
	loadSample: 'before there is anybody',
	openClient: 'opens the database',
	startScheduler: 'returns no data',
	startDelivery: 'returns no data',
	startKeeper: 'returns no data',
	startAuditExport: 'returns no data',
	watchForRotation: 'returns no data',
	startWatcher: 'returns no data',
	watcherOf: 'whether Breakwater is well',
	believedNow: 'the time',
	closeStreams: 'returns no data',
	openStream: 'says that something changed, never what, to whom the page belongs',
	metrics: 'counts, for whoever has the token',
	feedUnder: 'dates without names, for whoever has the link',
	findOrganisation: 'name, zone, help lines and what is optional',
	retentionInForce: 'how long each class of record is kept',
	wordsOn: 'whether the organisation has turned something on',
	openTeams: 'names of teams',
	takesTwoPeople: 'whether there is a head of welfare',
	employersOf: 'names of employers',
	partnersOf: 'names of partner bodies',
	workTypesOf: 'names of work types',
	exposureChoices: 'names of work types and partner bodies',
	instrumentStates: 'which instruments have a wording'
};

interface Signature {
	name: string;
	/** Types of the parameters, as written. */
	types: string[];
}

/** The functions that a file exports, as far as they are written out. */
function functionsOf(file: ts.SourceFile): Signature[] {
	return file.statements.flatMap((statement): Signature[] => {
		if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
		const typesOf = (parameters: ts.NodeArray<ts.ParameterDeclaration>) => parameters.map(({ type }) => type?.getText() ?? '');
		if (ts.isFunctionDeclaration(statement)) return [{ name: statement.name?.text ?? 'default', types: typesOf(statement.parameters) }];
		if (!ts.isVariableStatement(statement)) return [];
		return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
			initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
				? [{ name: name.getText(), types: typesOf(initializer.parameters) }]
				: []
		);
	});
}

/** What a file imports of lib/server: the module and the names, types left out. */
function importsOf(file: ts.SourceFile): { module: string; names: string[] }[] {
	return file.statements.flatMap((statement) => {
		if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
		const module = /^#lib\/server\/(.+)$/.exec(statement.moduleSpecifier.text)?.[1];
		const clause = statement.importClause;
		if (module === undefined || !clause || clause.isTypeOnly) return [];
		const bindings = clause.namedBindings;
		if (clause.name || !bindings || !ts.isNamedImports(bindings)) return [{ module, names: ['*'] }];
		const names = bindings.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name, propertyName }) => (propertyName ?? name).text);
		return names.length > 0 ? [{ module, names }] : [];
	});
}

/** What is wrong with what a route imports. `functions`: what a module of lib/server exports. */
function faultsIn(path: string, text: string, functions: (module: string) => Signature[]): string[] {
	return importsOf(parse(path, text)).flatMap(({ module, names }) => {
		if (names.includes('*')) return [`imports all of ${module}`];
		if (/^db\/schema/.test(module) || module === 'seal.ts') return [`imports tables or keys: ${module}`];
		return names.flatMap((name) => {
			const found = functions(module).find((each) => each.name === name);
			if (found?.types.slice(1).some((type) => /\bDb\b/.test(type))) return [`${name} of ${module} takes the database second`];
			if (!found || !/\bDb\b/.test(found.types[0] ?? '')) return [];
			return /^(Viewer|Actor)\b/.test(found.types[1] ?? '') || name in ofNobody ? [] : [`${name} of ${module} takes no viewer`];
		});
	});
}

const known = new Map<string, Signature[]>();

/** The functions that a module of lib/server exports: its own, and those that it hands on from another one. */
function functionsIn(module: string): Signature[] {
	const before = known.get(module);
	if (before) return before;
	const file = parse(module, read(`lib/server/${module}`));
	const functions = [...functionsOf(file), ...handedOn(module, file)];
	known.set(module, functions);
	return functions;
}

function handedOn(module: string, file: ts.SourceFile): Signature[] {
	return file.statements.flatMap((statement) => {
		if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
		const { exportClause, moduleSpecifier } = statement;
		if (!exportClause || !ts.isNamedExports(exportClause)) throw new Error(`${module} hands on all of another module`);
		return exportClause.elements.flatMap(({ name, propertyName, isTypeOnly }) => {
			const original = (propertyName ?? name).text;
			const from = moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : importedFrom(file, original);
			if (isTypeOnly || from === null || !from.startsWith('.')) return [];
			return functionsIn(posix.join(posix.dirname(module), from))
				.filter((each) => each.name === original)
				.map((each) => ({ ...each, name: name.text }));
		});
	});
}

function importedFrom(file: ts.SourceFile, name: string): string | null {
	for (const statement of file.statements) {
		if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
		const bindings = statement.importClause?.namedBindings;
		if (bindings && ts.isNamedImports(bindings) && bindings.elements.some((each) => each.name.text === name))
			return statement.moduleSpecifier.text;
	}
	return null;
}

/** What a database has: nothing of a route has the like, but for `Promise.all` and `Object.keys`. */
const ofDatabase = new Set([
	'$client',
	'$count',
	'$with',
	'all',
	'exec',
	'insert',
	'keys',
	'pragma',
	'prepare',
	'query',
	'select',
	'selectDistinct',
	'transaction',
	'update'
]);
/** How the server closes it. */
const closing = ['db.$client.close()', 'db.keys.close()'];

const isOpening = (name: string) => name === 'client' || name === 'openClient';
const opens = (node: ts.Node) => ts.isCallExpression(node) && isOpening(node.expression.getText());
const renames = (node: ts.Node) => ts.isImportSpecifier(node) && node.propertyName !== undefined && isOpening(node.propertyName.text);
const nodesIn = (node: ts.Node): ts.Node[] => node.getChildren().flatMap((child) => [child, ...nodesIn(child)]);

/** What a route does with the database other than to hand it on to a function, under whichever name. */
function reachesIn(path: string, text: string): string[] {
	const nodes = nodesIn(parse(path, text));
	const names = new Set(nodes.flatMap(nameOfDatabase));
	const isDatabase = (node: ts.Node) =>
		opens(node) ||
		(ts.isPropertyAccessExpression(node) && node.name.text === 'db') ||
		(ts.isIdentifier(node) && names.has(node.text) && !isOnlyAName(node));
	const isHandedOn = ({ parent, pos }: ts.Node) =>
		(ts.isCallExpression(parent) && parent.arguments.some((each) => each.pos === pos)) ||
		(ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) && parent.initializer?.pos === pos && opens(parent.initializer));
	const closes = (node: ts.Node): boolean =>
		path === 'hooks.server.ts' &&
		(closing.includes(node.getText()) ||
			(ts.isPropertyAccessExpression(node.parent) && closes(node.parent)) ||
			(ts.isCallExpression(node.parent) && closing.includes(node.parent.getText())));
	return nodes
		.filter(
			(node) => renames(node) || (isDatabase(node) && !isHandedOn(node) && !closes(node)) || (ofDatabase.has(nameIn(node)) && !closes(node))
		)
		.map(({ parent }) => `reaches into the database: ${parent.getText()}`);
}

/** The name that a declaration gives to the database: of `const d = client()`, of `({ db: d })`. */
function nameOfDatabase(node: ts.Node): string[] {
	if (ts.isVariableDeclaration(node) && node.initializer && opens(node.initializer)) return [node.name.getText()];
	return ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === 'db' ? [node.name.getText()] : [];
}

/** Whether a name stands where it is given, or where it is that of a property. */
function isOnlyAName({ parent, pos }: ts.Identifier): boolean {
	if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name.pos === pos;
	return ts.isBindingElement(parent) || ts.isParameter(parent) || (ts.isVariableDeclaration(parent) && parent.name.pos === pos);
}

/** The property that is taken of something: `x.select`, `x['select']`, `const { select } = x`. */
function nameIn(node: ts.Node): string {
	const { parent } = node;
	if (ts.isIdentifier(node) && ts.isPropertyAccessExpression(parent) && parent.name === node)
		return /^(Promise|Object)$/.test(parent.expression.getText()) ? '' : node.text;
	if (ts.isStringLiteralLike(node) && ts.isElementAccessExpression(parent)) return node.text;
	return ts.isBindingElement(parent) && (parent.propertyName ?? parent.name) === node ? node.getText() : '';
}

describe('one gate', () => {
	it.each(routes)('%s', (path) => expect([...faultsIn(path, read(path), functionsIn), ...reachesIn(path, read(path))]).toEqual([]));

	it('looks at what there is', () => {
		const looked = routes.flatMap((path) =>
			importsOf(parse(path, read(path))).flatMap(({ module, names }) => names.map((name) => `${module} ${name}`))
		);
		expect(looked).toEqual(expect.arrayContaining(['alerts.ts promptsFor', 'people-records.ts openPart', 'weekly-lists.ts listsFor']));
		const withViewer = looked.filter((each) => {
			const [module = '', name] = each.split(' ');
			return functionsIn(module).some((found) => found.name === name && /^(Viewer|Actor)\b/.test(found.types[1] ?? ''));
		});
		expect(new Set(withViewer).size).toBeGreaterThan(80);
	});

	it('has no exception that nobody uses', () => {
		const names = new Set(routes.flatMap((path) => importsOf(parse(path, read(path))).flatMap((each) => each.names)));
		expect(Object.keys(ofNobody).filter((name) => !names.has(name))).toEqual([]);
	});

	// The rule itself: it would be worth nothing if it found nothing wrong.
	it.each([
		['a query by id', `import { sessionsBetween } from '#lib/server/exposure-rows.ts';`],
		['one under another name', `import { loadPersonState as state } from '#lib/server/person-states.ts';`],
		['possible recipients', `import { possibleRecipients } from '#lib/server/recipients.ts';`],
		['rows of an alert', `import { recipientsOf } from '#lib/server/recipients.ts';`],
		['versions of an entry', `import { versionsOf } from '#lib/server/exposure-rows.ts';`],
		['a table', `import { checkIns } from '#lib/server/db/schema/records.ts';`],
		['the keys', `import { unseal } from '#lib/server/seal.ts';`],
		['everything of a module', `import * as rows from '#lib/server/exposure-rows.ts';`]
	])('finds %s', (_, text) => expect(faultsIn('routes/x/+page.server.ts', text, functionsIn)).not.toEqual([]));

	it.each([
		['a query under another name', `const d = client(); const rows = d.$client.prepare('select * from check_ins').all();`],
		['the driver taken out', `const { $client } = client(); $client.exec('');`],
		['a query without a name', `const rows = client().select().from(checkIns).all();`],
		['the person keys', `const d = client(); const key = d.keys.of('');`],
		['it opened under another name', `import { client as open } from '#lib/server/db/client.ts';`],
		['one that was handed to a function', `const all = (d) => d.all('');`],
		['another name for it', `const d = client(); const e = d; use(e);`],
		['a property in brackets', `const d = client(); const all = d['query'];`],
		['it in an action', `action(signedIn, {}, ({ db: d }) => d.run(''));`],
		['it in a request', `action(signedIn, {}, (request) => request.db.run(''));`],
		['it in an object', `const all = { d: client() };`]
	])('finds %s', (_, text) => expect(reachesIn('routes/x/+page.server.ts', text)).not.toEqual([]));

	it('lets it be handed on', () => {
		const text = `const db = client(); const d = client(); ask(db, viewer); ask(d); reading(client(), () => all(d)); action(a, b, ({ db }) => ask(db));`;
		expect(reachesIn('routes/x/+page.server.ts', text)).toEqual([]);
	});
});
