import { readTarget } from '../target.ts';

/** The target on which functions are deployed: the current one, else where the figures are from; undefined when neither is. */
export function cloudTarget(figuresTarget?: string): string | undefined {
  return [readTarget(), figuresTarget ?? ''].find((target) => /^aws(:|$)/.test(target));
}
