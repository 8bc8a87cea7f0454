import type { Objective, SizingSettings } from '../../../protocol/sizing.ts';

/** What a file for another tool asks of a study; absent is what it does not say. */
export type ConfiguredStudy = {
  tool: 'Parrotfish' | 'Power Tuning';
  functionName?: string;
  objective: Partial<Objective>;
  settings: Partial<Omit<SizingSettings, 'objective'>>;
  /** Events as JSON text, with weights above 0 that need not sum to 1; empty: the file names none. */
  events: { text: string; weight: number }[];
  /** Sentences: what of the file has no meaning here, and why. */
  notes: string[];
};
