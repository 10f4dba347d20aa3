import * as access from './schema/access.ts';
import * as alarms from './schema/alarms.ts';
import * as audit from './schema/audit.ts';
import * as delivery from './schema/delivery.ts';
import * as disputes from './schema/disputes.ts';
import * as erasure from './schema/erasure.ts';
import * as feeds from './schema/feeds.ts';
import * as instruments from './schema/instruments.ts';
import { departures, disclosures, erasures, forgottenAnswers, holds, retentionRuns, retentionVersions } from './schema/keeping.ts';
import * as leases from './schema/leases.ts';
import * as lists from './schema/lists.ts';
import * as organisation from './schema/organisation.ts';
import * as people from './schema/people.ts';
import * as plans from './schema/plans.ts';
import * as records from './schema/records.ts';
import * as reports from './schema/reports.ts';
import * as words from './schema/words.ts';

/** All tables, for the ORM. */
export const schema = {
	accessEntries: access.accessEntries,
	accessQuestions: access.accessQuestions,
	...alarms,
	...audit,
	...delivery,
	...disputes,
	...erasure,
	...feeds,
	...instruments,
	departures,
	disclosures,
	erasures,
	forgottenAnswers,
	holds,
	retentionRuns,
	retentionVersions,
	...leases,
	...lists,
	...organisation,
	...people,
	...plans,
	...records,
	...reports,
	...words
};
