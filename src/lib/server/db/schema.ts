import * as organisation from './schema/organisation.ts';
import * as people from './schema/people.ts';
import * as records from './schema/records.ts';

/** All tables, for the ORM. */
export const schema = { ...organisation, ...people, ...records };
