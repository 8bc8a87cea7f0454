import { ReefError } from '../../../protocol/errors.ts';
import type { SizingSettings } from '../../../protocol/sizing.ts';
import { formatMemory } from '../../format/format.ts';
import type { Sizes } from '../../targets/target.ts';

/**
 * The sizes of a target that the settings leave, on its steps.
 * @throws ReefError `invalid-settings` when they leave none
 */
export function withinBounds(range: Sizes, { minMb, maxMb }: Pick<SizingSettings, 'minMb' | 'maxMb'>): Sizes {
  const lowest = Math.max(range.minMb, minMb ?? 0);
  const highest = Math.min(range.maxMb, maxMb ?? Infinity);
  const from = range.minMb + Math.ceil((lowest - range.minMb) / range.stepMb) * range.stepMb;
  const to = range.minMb + Math.floor((highest - range.minMb) / range.stepMb) * range.stepMb;
  if (from > to) {
    const asked = [
      minMb === undefined ? '' : `from ${formatMemory(minMb)}`,
      maxMb === undefined ? '' : `up to ${formatMemory(maxMb)}`,
    ];
    throw new ReefError(
      'invalid-settings',
      `There is no size ${asked.filter(Boolean).join(' ')}: the sizes to choose from are ${formatMemory(range.minMb)} to ${formatMemory(range.maxMb)}, change the bounds.`,
    );
  }
  return { ...range, minMb: from, maxMb: to };
}
