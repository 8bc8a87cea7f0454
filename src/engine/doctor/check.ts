import { messageOf } from '../../protocol/errors.ts';

/** One thing that Reef needs: `missing` where a feature does not work without it, `warning` where it works with limits. */
export type Check = {
  /** What was looked at, e.g. `Node.js`. */
  name: string;
  state: 'ok' | 'warning' | 'missing';
  /** What was found; otherwise what to do. */
  message: string;
  /** What does not work without it. */
  neededFor: string;
};

export type CheckOf = Pick<Check, 'name' | 'neededFor'>;

/** Looks at one thing: `look` returns what it found, with a warning in it or not; what it throws says what is missing. */
export async function check(about: CheckOf, look: () => Promise<string | { warning: string }>): Promise<Check> {
  try {
    const found = await look();
    const isWarning = typeof found !== 'string';
    return { ...about, state: isWarning ? 'warning' : 'ok', message: isWarning ? found.warning : found };
  } catch (error) {
    return { ...about, state: 'missing', message: messageOf(error) };
  }
}
