import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auditWords, wordsOf } from '#lib/server/audit-words.ts';
import { alertEvents } from '#lib/server/db/schema/records.ts';
import { audited, unaudited, withoutForm } from '../support/audited-actions.ts';

const modules = import.meta.glob<{ actions?: Record<string, unknown> }>('../../src/routes/**/+page.server.ts');

describe('what forms leave in the audit trail', () => {
	it('is said of every form, once: what it leaves, or why nothing', async () => {
		const found: string[] = [];
		for (const [file, load] of Object.entries(modules)) {
			const route = file.slice('../../src/routes'.length, -'/+page.server.ts'.length);
			for (const name of Object.keys((await load()).actions ?? {})) found.push(`${route}?/${name}`);
		}
		expect(found.length).toBeGreaterThan(100);
		expect([...Object.keys(audited), ...Object.keys(unaudited)].sort()).toEqual(found.sort());
		for (const [name, leaves] of Object.entries(audited)) expect(leaves.length, name).toBeGreaterThan(0);
		for (const [name, why] of Object.entries(unaudited)) expect(why.length, name).toBeGreaterThan(10);
	});

	it('holds every action that there are words for, and no other', () => {
		const left = new Set([...Object.values(audited).flat(), ...withoutForm]);
		expect([...left].sort()).toEqual(Object.keys(auditWords).sort());
	});

	it('has words for all that the code writes, and for every step of a prompt', () => {
		const root = new URL('../../src/', import.meta.url);
		const written = globSync('**/*.ts', { cwd: root }).flatMap((path) => {
			const source = readFileSync(new URL(path, root), 'utf8');
			return source.includes('audit(') ? [...source.matchAll(/'((?:[a-z]+-?)+\.[a-z-]+)'/g)].map(([, action]) => action ?? '') : [];
		});
		const areas = new Set(Object.keys(auditWords).map((action) => action.split('.')[0]));
		const actions = new Set(written.filter((each) => areas.has(each.split('.')[0]) && !each.endsWith('.ts')));
		expect([...actions].filter((action) => !(action in auditWords))).toEqual([]);
		for (const event of alertEvents.event.enumValues) expect(wordsOf(`alert.${event}`).words, event).not.toBe('Something else');
	});

	it('is listed for administrators only where it says of nobody that a prompt, a choice or an agreement is theirs', () => {
		const confidential = /^(alert|list|plan|conversation|appointment|absence|sharing|export)\./;
		for (const [action, { area }] of Object.entries(auditWords)) if (confidential.test(action)) expect(area, action).toBeNull();
		expect(wordsOf('unheard-of.action')).toEqual({ area: null, words: 'Something else' });
	});
});
