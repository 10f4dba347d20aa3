import * as v from 'valibot';
import {
	choice,
	choiceOrNone,
	choices,
	chosenId,
	chosenIdOrNone,
	clock,
	date,
	formId,
	hidden,
	hiddenId,
	incomplete,
	whole
} from './fields.ts';

/** The fields of the forms about exposure: starting, stopping, logging, amending. */

export const materials = ['image', 'video', 'audio', 'text', 'live', 'contact'] as const;
export const contexts = ['known', 'first-seen', 'mixed'] as const;
export const violence = ['yes', 'no', 'undisclosed'] as const;
export const filters = ['blur', 'greyscale', 'muted', 'thumbnails', 'none'] as const;
export const voidReasons = ['by-mistake', 'twice', 'not-exposure', 'other'] as const;

const answer = v.pipe(
	choiceOrNone(['yes', 'no']),
	v.transform((value) => (value === null ? null : value === 'yes'))
);
const which = choiceOrNone(['first', 'second']);
const aftermath = v.pipe(
	v.optional(v.string('Please choose from 0 to 10.'), ''),
	v.regex(/^(\d|10)?$/, 'Please choose from 0 to 10.'),
	v.transform((value) => (value === '' ? null : Number(value)))
);

const details = {
	material: choices(materials),
	context: choiceOrNone(contexts),
	violent: choiceOrNone(violence),
	filters: choices(filters),
	aftermath,
	partnerId: chosenIdOrNone
};
const times = { date, start: clock, end: clock, startWhich: which, endWhich: which };
const minutes = whole(1, 960);
/** Which version somebody looked at when they changed it. */
const version = v.pipe(hidden, v.regex(/^[1-9]\d{0,5}$/, incomplete), v.transform(Number));

export const startForm = v.object({
	id: formId,
	workTypeId: chosenIdOrNone,
	counts: answer,
	stopRunning: choiceOrNone(['yes'], incomplete)
});
export const nameForm = v.object({ timer: hiddenId, workTypeId: chosenId, counts: answer });
export const stopForm = v.object({ id: formId, timer: hiddenId, workTypeId: chosenIdOrNone, counts: answer, ...details });
/** Says when a forgotten timer really ended. */
export const repairForm = v.object({ id: formId, timer: hiddenId, date, end: clock, endWhich: which });
export const sessionForm = v.object({ id: formId, workTypeId: chosenId, counts: answer, ...times, ...details });
export const dayTotalForm = v.object({ id: formId, workTypeId: chosenIdOrNone, counts: answer, date, minutes });
export const amendSessionForm = v.object({ id: formId, version, workTypeId: chosenIdOrNone, counts: answer, ...times, ...details });
export const amendTotalForm = v.object({ id: formId, version, workTypeId: chosenIdOrNone, counts: answer, date, minutes });
export const voidForm = v.object({ id: formId, version, reason: choice(voidReasons), sure: choice(['yes']) });
export const dismissForm = v.object({ notice: hiddenId });
