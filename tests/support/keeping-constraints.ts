/** The rows and constraints of the tables about keeping records, for `tests/server/constraints.test.ts`. */

type Value = string | number | null | Buffer;
type Row = Record<string, Value>;

const AT = Date.UTC(2026, 9, 5, 9);
const open = { taken_back_at: null, carried_out_at: null, carried_out_by: null, declined_at: null, declined_by: null, declined_for: null };
const declined = { declined_at: AT, declined_by: 'mara', declined_for: 'legal-duty' };

export const rows: Record<string, Row> = {
	erasing: { person_id: 'ines', until: 'the end of this transaction' },
	erasure_requests: { id: 'new', person_id: 'ines', asked_at: AT, ...open },
	erasures: { person_id: 'ines', erased_at: AT, erased_by: 'mara', key_destroyed_at: null, cleared_at: null },
	forgotten_answers: { person_id: 'ines', before: AT },
	departures: {
		...{ id: 'new', person_id: 'ines', from_date: '2026-10-05', from_at: AT, recorded_by: 'mara', recorded_at: AT },
		...{ closed_at: null, ended_by: null, ended_at: null }
	},
	disclosures: {
		...{ id: 'new', person_id: 'ines', reason: 'court', answers: 'none', asked_by: 'mara', asked_at: AT },
		...{ agreed_at: null, confirmed_by: null, confirmed_at: null, ended_by: null, ended_at: null }
	},
	holds: {
		...{ id: 'new', person_id: 'ines', kind: 'court', placed_by: 'mara', placed_at: AT, until_date: '2026-10-06', until_at: AT + 1 },
		...{ lifted_by: null, lifted_at: null }
	},
	retention_versions: {
		...{ id: 'new', record_years: 6, answers_months: 24, words_days: 90, access_years: 6 },
		...{ author_id: 'ines', reason: 'counsel', recorded_at: AT }
	},
	retention_runs: {
		...{ day: '2026-10-05', started_at: AT, finished_at: null },
		...{ records: 1, answers: 1, words: 1, access: 1, short_lived: 1, held: 1, failed: 1 }
	}
};

export const mayBeEmpty: Record<string, string[]> = {
	erasure_requests: Object.keys(open),
	erasures: ['erased_by', 'key_destroyed_at', 'cleared_at'],
	departures: ['closed_at', 'ended_by', 'ended_at'],
	disclosures: ['agreed_at', 'confirmed_by', 'confirmed_at', 'ended_by', 'ended_at'],
	holds: ['lifted_by', 'lifted_at'],
	retention_versions: ['author_id'],
	retention_runs: ['finished_at']
};

const people = (...columns: string[]) => Object.fromEntries(columns.map((column) => [column, 'people']));

export const refersTo: Record<string, Record<string, string>> = {
	erasing: { person_id: 'people', until: 'never' },
	erasure_requests: people('person_id', 'carried_out_by', 'declined_by'),
	erasures: people('person_id', 'erased_by'),
	forgotten_answers: people('person_id'),
	departures: people('person_id', 'recorded_by', 'ended_by'),
	disclosures: people('person_id', 'asked_by', 'confirmed_by', 'ended_by'),
	holds: people('person_id', 'placed_by', 'lifted_by'),
	retention_versions: people('author_id')
};

export const beside: Record<string, Row> = {
	'erasure_requests.carried_out_by': { carried_out_at: AT },
	'erasure_requests.declined_by': declined,
	'departures.ended_by': { ended_at: AT },
	'disclosures.confirmed_by': { confirmed_at: AT },
	'disclosures.ended_by': { ended_at: AT },
	'holds.lifted_by': { lifted_at: AT }
};

type Checks = Record<string, { table: string; refused: Row[]; taken: Row[] }>;

const wishes: Checks = {
	erasure_requests_ended: {
		table: 'erasure_requests',
		refused: [
			{ taken_back_at: AT, carried_out_at: AT },
			{ taken_back_at: AT, ...declined },
			{ carried_out_at: AT, ...declined }
		],
		taken: [{ taken_back_at: AT }, { carried_out_at: AT }, declined]
	},
	erasure_requests_carried_out: {
		...{ table: 'erasure_requests', refused: [{ carried_out_by: 'mara' }] },
		taken: [{ carried_out_at: AT, carried_out_by: 'mara' }]
	},
	erasure_requests_declined: {
		table: 'erasure_requests',
		refused: Object.keys(declined).map((column) => ({ ...declined, [column]: null })),
		taken: [declined]
	},
	erasure_requests_reason: {
		table: 'erasure_requests',
		refused: [{ ...declined, declined_for: 'no' }],
		taken: ['legal-hold', 'legal-claim', 'asked-by-mistake'].map((declined_for) => ({ ...declined, declined_for }))
	},
	erasure_requests_order: {
		...{ table: 'erasure_requests', refused: [{ taken_back_at: AT - 1 }, { ...declined, declined_at: AT - 1 }] },
		taken: [{ taken_back_at: AT }]
	},
	erasures_order: { table: 'erasures', refused: [{ key_destroyed_at: AT - 1 }], taken: [{ key_destroyed_at: AT }] },
	erasures_another: { table: 'erasures', refused: [{ erased_by: 'ines' }], taken: [{ erased_by: null }] }
};

const keeping: Checks = {
	departures_closed: { table: 'departures', refused: [{ closed_at: AT - 1 }], taken: [{ closed_at: AT }] },
	departures_ended: {
		...{ table: 'departures', refused: [{ ended_at: AT }, { ended_by: 'mara' }] },
		taken: [{ ended_at: AT, ended_by: 'mara' }]
	},
	holds_kind: {
		table: 'holds',
		refused: [{ kind: 'because' }],
		taken: ['claim', 'investigation', 'regulator', 'asked-by-person'].map((kind) => ({ kind }))
	},
	holds_order: { table: 'holds', refused: [{ until_at: AT }], taken: [{ until_at: AT + 1 }] },
	holds_lifted: {
		...{ table: 'holds', refused: [{ lifted_at: AT }, { lifted_by: 'ines' }] },
		taken: [{ lifted_at: AT, lifted_by: 'ines' }]
	},
	holds_two: { table: 'holds', refused: [{ lifted_at: AT, lifted_by: 'mara' }], taken: [{ lifted_at: AT, lifted_by: 'ines' }] },
	disclosures_reason: {
		table: 'disclosures',
		refused: ['press', 'regulator', 'insurer'].map((reason) => ({ reason })),
		taken: [{ reason: 'lawyer' }]
	},
	disclosures_answers: { table: 'disclosures', refused: [{ answers: 'some' }], taken: [{ answers: 'consent' }, { answers: 'order' }] },
	disclosures_agreed: {
		table: 'disclosures',
		refused: [{ agreed_at: AT }, { answers: 'order', agreed_at: AT }, { answers: 'consent', agreed_at: AT - 1 }],
		taken: [{ answers: 'consent', agreed_at: AT }]
	},
	disclosures_confirmed: {
		...{ table: 'disclosures', refused: [{ confirmed_at: AT }, { confirmed_by: 'wen' }] },
		taken: []
	},
	disclosures_ended: {
		...{ table: 'disclosures', refused: [{ ended_at: AT }, { ended_by: 'mara' }] },
		taken: [{ ended_at: AT, ended_by: 'mara' }]
	},
	disclosures_two: {
		table: 'disclosures',
		refused: ['mara', 'ines'].map((confirmed_by) => ({ confirmed_at: AT, confirmed_by })),
		taken: []
	},
	disclosures_another: { table: 'disclosures', refused: [{ asked_by: 'ines' }], taken: [] },
	retention_versions_range: {
		table: 'retention_versions',
		refused: [
			...[0, 13].map((years) => ({ record_years: years })),
			...[5, 73].map((months) => ({ answers_months: months })),
			...[6, 91].map((days) => ({ words_days: days })),
			...[0, 13].map((years) => ({ access_years: years }))
		],
		taken: [
			{ record_years: 1, answers_months: 6, words_days: 7, access_years: 1 },
			{ record_years: 12, answers_months: 72, words_days: 90, access_years: 12 }
		]
	},
	retention_runs_counts: {
		table: 'retention_runs',
		refused: ['records', 'answers', 'words', 'access', 'short_lived', 'held', 'failed']
			.map((count) => ({ [count]: -1 }) as Row)
			.concat({ finished_at: AT - 1 }),
		taken: [{ finished_at: AT }]
	}
};

export const checks: Checks = { ...wishes, ...keeping };

export const uniques: Record<string, { table: string; first?: Row; second: Row; ended?: Row; taken?: Row[] }> = {
	erasure_requests_open: {
		...{ table: 'erasure_requests', second: { id: 'other' }, ended: { taken_back_at: AT } },
		taken: [{ id: 'other', person_id: 'mara' }]
	},
	departures_current: {
		...{ table: 'departures', second: { id: 'other' }, ended: { ended_at: AT, ended_by: 'mara' } },
		taken: [{ id: 'other', person_id: 'mara' }]
	}
};

interface Sqlite {
	exec(sql: string): unknown;
}
type Insert = (table: string, row: Row) => void;
type Trigger = { says: string; refused: (() => void)[]; taken: (() => void)[] };

/** What the triggers refuse: changes to the row above (`first`: as it is before), and what they take. */
export function triggers(sqlite: Sqlite, insert: Insert): Record<string, Trigger> {
	const changed = (table: string, sets: string[], first: Row = {}) =>
		sets.map((set) => () => {
			insert(table, { ...rows[table], ...first });
			sqlite.exec(`update ${table} set ${set}`);
		});
	const removed = (table: string): Trigger => ({
		says: 'append-only',
		refused: [() => (insert(table, rows[table] ?? {}), void sqlite.exec(`delete from ${table}`))],
		taken: []
	});
	const never = (table: string, refused: string[], taken: string[], ...over: { first: Row; sets: string[] }[]): Trigger => ({
		says: 'never changed',
		refused: [...changed(table, refused), ...over.flatMap(({ first, sets }) => changed(table, sets, first))],
		taken: changed(table, taken)
	});
	const all = ['holds', 'departures', 'erasures', 'disclosures', 'retention_versions', 'retention_runs', 'erasure_requests'];
	return {
		...Object.fromEntries(all.map((table) => [`${table}_no_delete`, removed(table)])),
		retention_versions_no_update: { says: 'append-only', refused: changed('retention_versions', ['record_years = 5']), taken: [] },
		retention_runs_keep: never(
			'retention_runs',
			[`day = '2026-10-06'`, `started_at = ${AT + 1}`, 'records = 0', 'answers = 0', 'words = 0', 'access = 0', 'short_lived = 0'],
			['records = 2', 'held = 0', `finished_at = ${AT}`],
			{ first: { finished_at: AT }, sets: ['records = 2'] }
		),
		holds_keep: never(
			'holds',
			['kind', 'placed_at', 'until_at', 'until_date', 'person_id', 'placed_by']
				.map(
					(column) =>
						`${column} = ${column === 'kind' ? "'claim'" : column.endsWith('_at') ? `${column} + 1` : column === 'until_date' ? "'2026-10-07'" : column === 'person_id' ? "'mara'" : "'wen'"}, lifted_at = ${AT}, lifted_by = 'ines'`
				)
				.concat('kind = kind'),
			[`lifted_at = ${AT}, lifted_by = 'ines'`],
			{ first: { lifted_at: AT, lifted_by: 'ines' }, sets: ['lifted_at = null, lifted_by = null'] }
		),
		departures_keep: never(
			'departures',
			[`from_date = '2026-10-06'`, `from_at = ${AT - 1}`, `person_id = 'mara'`, `recorded_by = 'ines'`, `recorded_at = ${AT + 1}`],
			[`closed_at = ${AT}`, `ended_at = ${AT}, ended_by = 'mara'`],
			{ first: { closed_at: AT }, sets: ['closed_at = null', `closed_at = ${AT + 1}`] }
		),
		erasures_keep: never(
			'erasures',
			[`person_id = 'mara', erased_by = null`, `erased_at = ${AT - 1}`, 'erased_by = null'],
			[`key_destroyed_at = ${AT}`, `cleared_at = ${AT}`],
			{ first: { key_destroyed_at: AT, cleared_at: AT }, sets: ['key_destroyed_at = null', 'cleared_at = null'] }
		),
		disclosures_keep: never(
			'disclosures',
			[`reason = 'lawyer'`, `answers = 'order'`, `asked_at = ${AT + 1}`, `person_id = 'wen'`],
			[`ended_at = ${AT}, ended_by = 'mara'`],
			{
				first: { answers: 'consent', agreed_at: AT, ended_at: AT, ended_by: 'mara' },
				sets: ['ended_at = null, ended_by = null', 'agreed_at = null']
			},
			{
				first: { confirmed_at: AT, confirmed_by: 'hale' },
				sets: [`confirmed_by = 'wen'`, `confirmed_at = ${AT + 1}`, `confirmed_by = 'wen', ended_at = ${AT}, ended_by = 'hale'`]
			}
		),
		erasure_requests_keep: never(
			'erasure_requests',
			[`asked_at = ${AT - 1}, taken_back_at = ${AT}`, `person_id = 'mara', taken_back_at = ${AT}`, 'asked_at = asked_at'],
			[`taken_back_at = ${AT}`, `carried_out_at = ${AT}`, `declined_at = ${AT}, declined_by = 'mara', declined_for = 'legal-duty'`],
			{ first: declined, sets: ['declined_at = null, declined_by = null, declined_for = null', `carried_out_at = ${AT}`] }
		)
	};
}
