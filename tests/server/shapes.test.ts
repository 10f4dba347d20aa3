import { describe, expectTypeOf, it } from 'vitest';
import type { Prompt } from '#lib/server/alerts.ts';
import type { OpenQuestion } from '#lib/server/access-questions.ts';
import type { ListedAppointment, OfficerAppointments } from '#lib/server/appointment-lists.ts';
import type { TeamAbsences } from '#lib/server/absence-lists.ts';
import type { CheckInResult } from '#lib/server/check-in-results.ts';
import type { AccountDetails } from '#lib/server/directory.ts';
import type { Dispute } from '#lib/server/disputes.ts';
import type { HeadroomOf } from '#lib/server/headroom.ts';
import type { HoursSeen } from '#lib/server/hours-seen.ts';
import type { LimitsSeen } from '#lib/server/limits-seen.ts';
import type { OpenedPrompt } from '#lib/server/opened-prompt.ts';
import type { Openable, PersonPage, SeenPart } from '#lib/server/people-records.ts';
import type { Plan } from '#lib/server/plan-pages.ts';
import type { Promised } from '#lib/server/promises.ts';
import type { TrendsSeen } from '#lib/server/trends-seen.ts';
import type { ListPage } from '#lib/server/weekly-lists.ts';

/**
 * What each kind of viewer gets of a person, as types: the compiler (`npm run check`) holds them, and nothing has to run. A field that says how
 * somebody answered, or what they worked on, cannot be added to what a supervisor reads without this file failing.
 */

/** The names of all fields of a type, those within lists and objects too. */
type Fields<T> = T extends readonly (infer Item)[]
	? Fields<Item>
	: T extends object
		? { [K in keyof T]: (K & string) | Fields<T[K]> }[keyof T]
		: never;

/** Of the person's alone, whoever else looks. */
type Private =
	| ('answer' | 'answers' | 'score' | 'scores' | 'criterion' | 'concern' | 'noticed' | 'sealed' | 'words200')
	| ('aftermath' | 'violent' | 'material' | 'context' | 'filters' | 'workTypeId' | 'work' | 'voidReason')
	| ('skipped' | 'factor' | 'item' | 'instrument');
/** What only somebody whom the person has named reads. */
type Banded = 'band' | 'bands' | 'trend' | 'scale' | 'scales' | 'direction';

type Leaks<T, Names extends string> = Extract<Fields<T>, Names>;

describe('the shape of what a viewer gets', () => {
	it('a lead’s view of a person has no field for a score, an answer, a band, or what they worked on', () => {
		type ToLeads = Prompt | OpenedPrompt | ListPage | HeadroomOf | TeamAbsences | Promised | LimitsSeen | HoursSeen | Openable | PersonPage;
		expectTypeOf<Leaks<ToLeads, Private | Banded>>().toBeNever();
		// A plan has items of its own: what the two agreed on.
		expectTypeOf<Leaks<Plan, Private | Banded>>().toBeNever();
	});

	it('headroom has no figure', () => {
		expectTypeOf<HeadroomOf['today']>().toEqualTypeOf<'room' | 'nearly' | 'none'>();
		expectTypeOf<keyof HeadroomOf>().toEqualTypeOf<'id' | 'name' | 'today' | 'week'>();
	});

	it('a welfare officer’s and a head’s have none either', () => {
		type ToOfficers = OfficerAppointments | ListedAppointment | Dispute | OpenQuestion;
		expectTypeOf<Leaks<ToOfficers, Private | Banded>>().toBeNever();
		expectTypeOf<Leaks<Exclude<SeenPart, TrendsSeen>, Private | Banded>>().toBeNever();
	});

	it('bands are for those who were named, and hold no answer or score', () => {
		expectTypeOf<Leaks<TrendsSeen, Private>>().toBeNever();
		expectTypeOf<Leaks<TrendsSeen, 'band'>>().toEqualTypeOf<'band'>();
	});

	it('the list of people has nothing to rank by', () => {
		expectTypeOf<Openable>().toEqualTypeOf<{ id: string; name: string; team: string | null }>();
	});

	it('an administrator’s view of an account has nothing of exposure, check-ins or alerts', () => {
		expectTypeOf<Leaks<AccountDetails, Private | Banded | 'limits' | 'hours' | 'alerts' | 'prompts'>>().toBeNever();
	});

	it('what is one’s own has them: the test would notice', () => {
		expectTypeOf<Leaks<CheckInResult, Private>>().toEqualTypeOf<'answers' | 'noticed' | 'instrument'>();
	});
});
