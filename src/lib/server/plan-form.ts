import * as v from 'valibot';
import { planItems, type PlanItem } from '#lib/domain/plan.ts';
import { choices, dateOrNone, formId } from './fields.ts';
import type { PlanForm } from './plan-items.ts';

/** The form of a plan: ticks, and two dates beside each; `rota-from` is the first day of a change of rota. */
export const planForm = v.pipe(
	v.object({
		...{ id: formId, items: choices(planItems), 'rota-from': dateOrNone, 'rota-until': dateOrNone },
		...{
			'non-exposure-from': dateOrNone,
			'non-exposure-until': dateOrNone,
			'counselling-from': dateOrNone,
			'counselling-until': dateOrNone
		},
		...{ 'time-off-screen-from': dateOrNone, 'time-off-screen-until': dateOrNone }
	}),
	v.transform(({ id, items, ...dates }): PlanForm => {
		const of = (item: PlanItem) => ({ from: dates[`${item}-from`], until: dates[`${item}-until`] });
		return {
			...{ id, items },
			dates: {
				...{ rota: of('rota'), 'non-exposure': of('non-exposure') },
				...{ counselling: of('counselling'), 'time-off-screen': of('time-off-screen') }
			}
		};
	})
);
