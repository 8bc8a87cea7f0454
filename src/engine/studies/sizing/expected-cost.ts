import { effectiveTimeoutS, type FunctionInfo } from '../../../protocol/functions.ts';
import type { NewSample } from '../../../protocol/samples.ts';
import { billedCostUsd } from '../../pricing/bill.ts';
import type { Price } from '../../pricing/prices.ts';

export type NextCall = {
  samples: readonly NewSample[];
  price: Price;
  /** True when somebody pays. */
  billed: boolean;
  function: FunctionInfo;
  memoryMb: number | null;
};

/** Room for a call that takes longer than those before it. */
const margin = 1.25;

/**
 * What the next call may cost, USD: the dearest call so far, since CPU in proportion to memory keeps the cost of a call
 * at smaller sizes about the same. Before the first, where calls are paid: a call that lasts until the timeout.
 */
export function expectedCallCostUsd({ samples, price, billed, function: fn, memoryMb }: NextCall): number {
  if (memoryMb === null) return 0;
  const costs = samples.flatMap((sample) => (sample.costUsd === null || sample.outcome === 'throttled' ? [] : [sample.costUsd]));
  if (costs.length > 0) return margin * Math.max(...costs);
  return billed ? billedCostUsd(price, { memoryMb, durationMs: effectiveTimeoutS(fn) * 1000 }) : price.usdPerRequest;
}
