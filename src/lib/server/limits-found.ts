import { and, asc, eq, gt, gte, inArray, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import { dateRules } from '#lib/domain/rules/list.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { homeTeams } from './db/schema/people.ts';
import { findings } from './db/schema/records.ts';

/** A rule about a limit of hours or days. */
export type LimitRule = (typeof dateRules)[number];

/** A limit that was found passed, as it was stored. */
export interface LimitFound {
	id: string;
	personId: string;
	/** The home team at that instant, whose limit it was. */
	teamId: string;
	rule: LimitRule;
	/** A date, or an ISO week. */
	period: string;
	at: Instant;
	/** As found: minutes, or days. */
	value: number;
	/** By its rule a supervisor is prompted at once. Not whether one was: that is for those whom the alert is routed to. */
	prompted: boolean;
	/** When its alert closed itself because the log was corrected (UTC ms). */
	withdrawnAt: Instant | null;
	policyId: string | null;
	teamPolicyId: string | null;
}

/** Limits that were found passed under a team's rota, from one instant to another (the last excluded). Not checked for a viewer. */
export function limitsFoundIn(db: Db, teamId: string, from: Instant, to: Instant): LimitFound[] {
	return found(db, and(eq(homeTeams.teamId, teamId), gte(findings.at, from), lt(findings.at, to)));
}

/** The limits of one person that were found passed since `from`, whichever team was theirs. Not checked for a viewer. */
export function limitsFoundOf(db: Db, personId: string, from: Instant): LimitFound[] {
	return found(db, and(eq(findings.personId, personId), gte(findings.at, from)));
}

function found(db: Db, where: SQL | undefined): LimitFound[] {
	const rows = db
		.select({
			...{
				id: findings.id,
				personId: findings.personId,
				teamId: homeTeams.teamId,
				rule: findings.rule,
				period: findings.period,
				at: findings.at
			},
			...{ value: findings.value, withdrawnAt: findings.withdrawnAt },
			...{ policyId: findings.policyId, teamPolicyId: findings.teamPolicyId }
		})
		.from(findings)
		.innerJoin(
			homeTeams,
			and(
				eq(homeTeams.personId, findings.personId),
				sql`${homeTeams.recordedAt} <= ${findings.at}`,
				or(isNull(homeTeams.endedAt), gt(homeTeams.endedAt, findings.at))
			)
		)
		.where(
			and(
				where,
				inArray(
					findings.rule,
					dateRules.map(({ id }) => id)
				)
			)
		)
		.orderBy(asc(findings.at), asc(findings.period))
		.all();
	// One that was withdrawn and found again stands once, as it is now.
	const last = new Map<string, LimitFound>();
	for (const { rule: id, value, ...row } of rows) {
		const rule = dateRules.find((each) => each.id === id);
		if (!rule) continue;
		const limit = { ...row, rule, value: value ?? 0, prompted: rule.audience === 'alert' };
		last.set(`${row.personId}|${id}|${row.period}`, limit);
	}
	return [...last.values()];
}
