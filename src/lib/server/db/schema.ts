import * as access from './schema/access.ts';
import * as alarms from './schema/alarms.ts';
import * as audit from './schema/audit.ts';
import * as delivery from './schema/delivery.ts';
import * as disputes from './schema/disputes.ts';
import * as feeds from './schema/feeds.ts';
import * as instruments from './schema/instruments.ts';
import * as leases from './schema/leases.ts';
import * as lists from './schema/lists.ts';
import * as organisation from './schema/organisation.ts';
import * as people from './schema/people.ts';
import * as plans from './schema/plans.ts';
import * as records from './schema/records.ts';

/** All tables, for the ORM. */
export const schema = {
	accessEntries: access.accessEntries,
	...alarms,
	...audit,
	...delivery,
	...disputes,
	...feeds,
	...instruments,
	...leases,
	...lists,
	...organisation,
	...people,
	...plans,
	...records
};
