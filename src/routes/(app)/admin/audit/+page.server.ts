import { isLocalDate } from '#lib/domain/time.ts';
import { auditPage } from '#lib/server/audit-pages.ts';
import { isAuditArea } from '#lib/server/audit-words.ts';
import { anyOf, requireViewer } from '#lib/server/auth/guard.ts';
import { client } from '#lib/server/db/client.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const viewer = requireViewer(event, anyOf('admin'));
	const asked = (name: string) => event.url.searchParams.get(name) ?? '';
	const date = (name: string) => (isLocalDate(asked(name)) ? asked(name) : null);
	const [area, page] = [asked('area'), Number(asked('page'))];
	const filter = {
		...{ area: isAuditArea(area) ? area : null, from: date('from'), to: date('to') },
		page: Number.isInteger(page) && page > 0 ? page : 0
	};
	return { audit: auditPage(client(), viewer, filter, event.locals.now) };
};
