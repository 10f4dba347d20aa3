import type { Instrument, InstrumentId } from './instrument.ts';
import { phq4 } from './phq4.ts';
import { proqol5 } from './proqol5.ts';
import { pulse } from './pulse.ts';
import { who5 } from './who5.ts';

/** Every instrument by its id. */
export const instruments: Readonly<Record<InstrumentId, Instrument>> = { pulse, who5, phq4, proqol5 };
