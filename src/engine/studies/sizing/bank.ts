import { vcpus } from './grid.ts';

/** Threads that 10,240 MB can feed: 10,240 / 1,769. */
export const maxParallelism = 5.79;

/** What the coefficients of a shape are ms of. */
type Part = 'wait' | 'cpu' | 'pressure';

export type Term = { part: Part; at: (memoryMb: number) => number; /** Threads that share this work. */ threads: number };

/**
 * A curve T(m) = Σ coefficient · term(m) with non-negative coefficients. `penalty` is the price of what was scanned for
 * it, in units of χ²: of two shapes that fit alike, the plainer one is believed.
 */
export type Shape = { family: string; terms: readonly Term[]; penalty: number; splits: boolean };

const wait: Term = { part: 'wait', at: () => 1, threads: 1 };

/** Work on min(vCPU, threads). One thread gains a little above one vCPU: the runtime's helpers work beside it. */
const cpu = (threads: number): Term => ({ part: 'cpu', at: (memoryMb) => 1 / Math.min(vcpus(memoryMb), threads), threads });

const power = (exponent: number): Term => ({
  part: 'cpu',
  at: (memoryMb) => Math.min(vcpus(memoryMb), helperThreads) ** -exponent,
  threads: 1,
});

const decay = (tauMb: number): Term => ({ part: 'pressure', at: (memoryMb) => Math.exp(-memoryMb / tauMb), threads: 1 });

const helperThreads = 1.08;

const shape = (family: string, penalty: number, splits: boolean, ...terms: Term[]): Shape => ({
  family,
  penalty,
  splits,
  terms,
});

/**
 * The bank: the curves that durations over memory are known to follow. CPU in proportion to memory is AWS's rule
 * (developer guide, "Configure memory"); Amdahl's law splits serial from parallel work; collectors and paging slow
 * small sizes; a + b · e^(−m/τ) is the curve of Parrotfish (Moghimi et al., SoCC 2023).
 */
export const bank: readonly Shape[] = [
  shape('constant', 0, true, wait),
  ...[1, 1.08, 1.15, 1.5, 2, 3, 4, 5, maxParallelism].map((p) => shape('waiting + CPU', 1, true, wait, cpu(p))),
  ...[0.5, 0.7, 0.85, 1.15, 1.3, 1.6, 2].map((k) => shape('power law', 2, false, wait, power(k))),
  ...[60, 120, 240, 480, 960].map((tau) => shape('exponential', 2, false, wait, decay(tau))),
  ...[60, 120, 240].map((tau) => shape('low-memory penalty', 2.5, true, wait, cpu(helperThreads), decay(tau))),
  ...[2, 3, 4, maxParallelism].map((p) => shape('serial and parallel work', 2.5, true, wait, cpu(1), cpu(p))),
];

export function durationOf({ terms }: Shape, coefficients: readonly number[], memoryMb: number): number {
  let total = 0;
  for (const [j, term] of terms.entries()) total += (coefficients[j] ?? 0) * term.at(memoryMb);
  return total;
}
