import type { Price } from './prices.ts';

type Rates = Pick<Price, 'usdPerGbSecond' | 'usdPerRequest'>;

export type Call = {
  memoryMb: number;
  durationMs: number;
  /** Init that came before the handler; null or 0 on a warm call. */
  initMs?: number | null;
};

/** Duration that is billed, ms: init and handler together, rounded up to a whole ms, at least one. */
export function billedMs(call: Pick<Call, 'durationMs' | 'initMs'>): number {
  return Math.max(1, Math.ceil(call.durationMs + (call.initMs ?? 0)));
}

/** USD for one call: fee + price · GB · s. Source: AWS Lambda pricing; GB here is 1,024 MB. */
export function billedCostUsd(price: Rates, call: Call): number {
  return price.usdPerRequest + (price.usdPerGbSecond * (call.memoryMb / 1024) * billedMs(call)) / 1000;
}

/**
 * USD that a warm call is expected to cost when its duration varies around a mean.
 * Rounding up adds half a ms on average: E[ceil T] ≈ T + 0.5, and never less than 1 ms.
 */
export function expectedCostUsd(price: Rates, memoryMb: number, meanDurationMs: number): number {
  const expectedBilledMs = Math.max(1, meanDurationMs + 0.5);
  return price.usdPerRequest + (price.usdPerGbSecond * (memoryMb / 1024) * expectedBilledMs) / 1000;
}
