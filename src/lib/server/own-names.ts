import { domainsInName } from '#lib/domain/case-content/case-content.ts';
import type { Db } from './db/connection.ts';
import { employersOf } from './employers.ts';
import { findOrganisation } from './organisation.ts';
import { partnersOf } from './partners.ts';

/**
 * Whether a domain is the name of a body that an administrator entered: the organisation, another employer, a partner body, a help line and where its link
 * leads. Such a name may be written wherever there is text. It looks when it is first asked, which is seldom.
 */
export function ownNames(db: Db): (domain: string) => boolean {
	let names: Set<string> | undefined;
	return (domain) => (names ??= namesOf(db)).has(domain);
}

function namesOf(db: Db): Set<string> {
	const organisation = findOrganisation(db);
	const lines = organisation?.helpLines ?? [];
	const { inUse, retired } = partnersOf(db);
	const bodies = [...employersOf(db), ...inUse, ...retired].map(({ name }) => name);
	const shown = lines.flatMap(({ name, detail, href }) => [name, detail, hostOf(href)]);
	return new Set([organisation?.name ?? '', ...bodies, ...shown].flatMap(domainsInName));
}

const hostOf = (href: string) => URL.parse(href)?.hostname ?? '';
