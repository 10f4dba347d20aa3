import { coarseShare, percentile, type CountedRow, type CountedTable, type Counts } from './report.ts';
import { scales } from './report-bands.ts';
import { dateRules } from './rules/list.ts';
import { rounded, type Adds } from './suppression.ts';

/** What kinds of work and partner bodies are called, by id, in the order in which they are shown. */
export interface Names {
	work: ReadonlyMap<string, string>;
	partners: ReadonlyMap<string, string>;
}

/** The tables of the report, always the same ones in the same order. */
export function tablesOf(counts: Counts, names: Names): CountedTable[] {
	return [
		exposureBy('work', 'Exposure by kind of work', counts.work, names.work),
		...(counts.partners === null ? [] : [exposureBy('partner', 'Exposure by partner body', counts.partners, names.partners)]),
		limits(counts),
		breaks(counts),
		appointments('counselling', 'Counselling', counts),
		appointments('assessment', 'Psychological assessment', counts),
		participation(counts),
		response(counts),
		...bands(counts)
	];
}

const none: Adds = new Map();

function exposureBy(id: string, title: string, by: ReadonlyMap<string, Adds>, names: ReadonlyMap<string, string>): CountedTable {
	return {
		...{ id, title, total: 'All exposure' },
		about:
			'Sessions and day totals that count as exposure and ended in the quarter. Where two overlap, the time counts for the one that began first. A person counts in each row to which they logged time.',
		columns: [
			{ title: 'Sessions', kind: 'times' },
			{ title: 'Hours', kind: 'hours' }
		],
		rows: [...names, ['', 'Another, or none named'] as const].map(([key, label]) => ({ key, label, adds: by.get(key) ?? none }))
	};
}

function limits({ limits: passed }: Counts): CountedTable {
	return {
		...{ id: 'limits', title: 'Limits passed', total: null },
		about:
			'How often a limit on hours was passed, as it was set at the time. A person counts in a row where they passed that limit at least once. The rows overlap and are not added up.',
		columns: [{ title: 'Times', kind: 'times' }],
		// Limits on hours: not what only reminds the person.
		rows: dateRules.map(({ id: key, title: label }) => ({ key, label, adds: passed.get(key) ?? none }))
	};
}

function breaks({ breaks: { kept, missed } }: Counts): CountedTable {
	return {
		...{ id: 'breaks', title: 'Breaks', total: 'All stretches' },
		about:
			'A stretch is exposure without a break of the length that the policy gives. A person counts in a row where they had at least one such stretch. Day totals have no times and are left out.',
		columns: [{ title: 'Stretches', kind: 'times' }],
		rows: [
			{ key: 'kept', label: 'A break came in time', adds: kept },
			{ key: 'missed', label: 'A break was missed', adds: missed }
		]
	};
}

function appointments(kind: 'counselling' | 'assessment', title: string, { appointments: by }: Counts): CountedTable {
	const { attended, declined, open } = by[kind];
	return {
		...{ id: kind, title: `${title} appointments`, total: 'Due in the quarter' },
		about:
			'By the date on which they were due. Those that were moved or entered by mistake are left out. A person counts in a row where they had at least one.',
		columns: [{ title: 'Appointments', kind: 'times' }],
		rows: [
			{ key: 'attended', label: 'Attended', adds: attended },
			{ key: 'declined', label: 'Declined', adds: declined },
			{ key: 'open', label: 'Neither said yet', adds: open }
		]
	};
}

function participation({ people, logged, answered }: Counts): CountedTable {
	const adds = ones(people);
	const row = (key: string, label: string, some: number): CountedRow => ({ key, label, adds, figures: [coarseShare(some, people.size)] });
	return {
		...{ id: 'participation', title: 'Taking part', total: null, withoutPeople: true },
		about:
			'Of everybody who moderated at some time in the quarter. Only the nearest of three steps is given, because a number would tell how few are left over. Skipping a check-in is always allowed.',
		columns: [{ title: 'Share', kind: 'share' }],
		rows: [row('logged', 'Logged exposure at least once', logged.size), row('answered', 'Answered at least one check-in', answered.size)]
	};
}

function response({ waits }: Counts): CountedTable {
	const row = (key: 'acknowledged' | 'offered', label: string): CountedRow => {
		const all = [...waits[key].values()].flat();
		const adds = new Map([...waits[key]].map(([person, each]) => [person, [each.length]]));
		return { key, label, adds, figures: [rounded(all.length), ...[0.5, 0.9].map((share) => toQuarterHours(percentile(all, share)))] };
	};
	return {
		...{ id: 'response', title: 'Time to a response', total: null },
		about:
			'From the prompt, or its renewal, to the step, in the working hours of the team and without the person’s days away. Prompts that came up in the quarter; those without the step are not in its row. A person counts where a prompt was about them. Half of the prompts had the step within the median, nine in ten within the 90th percentile.',
		columns: [
			{ title: 'Prompts', kind: 'times' },
			{ title: 'Median', kind: 'wait' },
			{ title: '90th percentile', kind: 'wait' }
		],
		rows: [row('acknowledged', 'Until it was acknowledged'), row('offered', 'Until support was offered')]
	};
}

/** Minutes, to a quarter of an hour. */
const toQuarterHours = (minutes: number) => Math.round(minutes / 15) * 15;

function bands({ bands: byScale }: Counts): CountedTable[] {
	return [...byScale].map(([scale, members]) => ({
		...{ id: scale, title: scales[scale].title, columns: [], total: 'Everybody who answered' },
		about: `${scales[scale].about} Each person counts once, by their last answer in the quarter.`,
		rows: scales[scale].bands.map(([key, label]) => ({ key, label, adds: ones(members.get(key) ?? new Set()) }))
	}));
}

const ones = (people: ReadonlySet<string>): Adds => new Map([...people].map((person) => [person, [1]]));
