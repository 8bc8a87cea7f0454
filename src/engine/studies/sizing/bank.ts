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

/** Work on min(vCPU, threads). */
const cpu = (threads: number): Term => ({ part: 'cpu', at: (memoryMb) => 1 / Math.min(vcpus(memoryMb), threads), threads });

const power = (exponent: number, threads: number): Term => ({
  part: 'cpu',
  at: (memoryMb) => Math.min(vcpus(memoryMb), threads) ** -exponent,
  threads,
});

const decay = (tauMb: number): Term => ({ part: 'pressure', at: (memoryMb) => Math.exp(-memoryMb / tauMb), threads: 1 });

/** One thread, without and with the runtime's helpers beside it. */
const oneThread = [1, 1.08];

/** Most handlers work on one thread: before several were seen to work, about one in seven is believed to use them. */
const threadsPenalty = (threads: number): number => (threads > 1.15 ? 4 : 0);

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
  ...[1, 1.08, 1.15, 1.5, 2, 3, 4, 5, maxParallelism].map((p) =>
    shape('waiting + CPU', 1 + threadsPenalty(p), true, wait, cpu(p)),
  ),
  ...[0.5, 0.7, 0.85, 1.15, 1.3, 1.6].flatMap((k) => oneThread.map((p) => shape('power law', 2, false, wait, power(k, p)))),
  ...[60, 120, 240, 480, 960].map((tau) => shape('exponential', 2, false, wait, decay(tau))),
  ...[60, 120, 240].flatMap((tau) => oneThread.map((p) => shape('low-memory penalty', 2.5, true, wait, cpu(p), decay(tau)))),
  ...[2, 3, 4, maxParallelism].map((p) => shape('serial and parallel work', 2.5 + threadsPenalty(p), true, wait, cpu(1), cpu(p))),
];

export function durationOf({ terms }: Shape, coefficients: readonly number[], memoryMb: number): number {
  let total = 0;
  for (const [j, term] of terms.entries()) total += (coefficients[j] ?? 0) * term.at(memoryMb);
  return total;
}
