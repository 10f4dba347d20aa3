import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { instruments } from '#lib/domain/instruments/list.ts';
import type { Random } from '#lib/server/sample/random.ts';

/** ProQOL's items about what is well, which count the other way round. */
const aboutWhatIsWell = new Set([1, 4, 15, 17, 29]);

/** Answers of somebody who is, by chance, well, or worn, or anything in between: of many such each criterion of a concern is met. */
export function randomAnswers(random: Random, instrument: InstrumentId): number[] {
	const { items, least, most } = instruments[instrument];
	const worn = random.next();
	return Array.from({ length: items }, (_, index) => {
		const worst = instrument === 'who5' || (instrument === 'proqol5' && aboutWhatIsWell.has(index + 1)) ? least : most;
		return random.chance(worn) ? worst : random.between(least, most);
	});
}
