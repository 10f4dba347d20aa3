import * as instruments from './schema/instruments.ts';
import * as leases from './schema/leases.ts';
import * as lists from './schema/lists.ts';
import * as organisation from './schema/organisation.ts';
import * as people from './schema/people.ts';
import * as records from './schema/records.ts';

/** All tables, for the ORM. */
export const schema = { ...instruments, ...leases, ...lists, ...organisation, ...people, ...records };
