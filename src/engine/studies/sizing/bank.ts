import { maxParallelism, vcpus } from './grid.ts';
import { durationAt, type Split } from './split.ts';

/** What a call does in ms: waits, works on one vCPU spread over threads, or works more for want of memory. */
export type Part = { kind: 'wait' | 'cpu' | 'pressure'; ms: number; threads: number };

/** `parts`: what one unit of the coefficient stands for. */
export type Term = { at: (memoryMb: number) => number; parts: readonly Part[] };

/**
 * A curve T(m) = Σ coefficient · term(m) with non-negative coefficients. `penalty` is the price of what was scanned for
 * it, in units of χ²: of two shapes that fit alike, the plainer one is believed.
 */
export type Shape = { family: string; terms: readonly Term[]; penalty: number; splits: boolean };

const one = (kind: Part['kind'], threads = 1): Part[] => [{ kind, ms: 1, threads }];

const wait: Term = { at: () => 1, parts: one('wait') };

/** Work on min(vCPU, threads). */
const cpu = (threads: number): Term => ({
  at: (memoryMb) => 1 / Math.min(vcpus(memoryMb), threads),
  parts: one('cpu', threads),
});

const power = (exponent: number, threads: number): Term => ({
  at: (memoryMb) => Math.min(vcpus(memoryMb), threads) ** -exponent,
  parts: one('cpu', threads),
});

const decay = (tauMb: number): Term => ({ at: (memoryMb) => Math.exp(-memoryMb / tauMb), parts: one('pressure') });

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
  ...[0.9, 1, 1.08, 1.15, 1.5, 2, 3, 4, 5, maxParallelism].map((p) =>
    shape('waiting + CPU', 1 + threadsPenalty(p), true, wait, cpu(p)),
  ),
  ...[0.5, 0.7, 0.85, 1.15, 1.3, 1.6].flatMap((k) => oneThread.map((p) => shape('power law', 2, false, wait, power(k, p)))),
  ...[60, 120, 240, 480, 960].map((tau) => shape('exponential', 2, false, wait, decay(tau))),
  ...[60, 120, 240].flatMap((tau) => oneThread.map((p) => shape('low-memory penalty', 2.5, true, wait, cpu(p), decay(tau)))),
  ...[2, 3, 4, maxParallelism].map((p) => shape('serial and parallel work', 2.5 + threadsPenalty(p), true, wait, cpu(1), cpu(p))),
];

/**
 * Waiting and CPU as a run elsewhere told them (`process`, or the CPU time of calls in a container), up to one free factor:
 * the speed of the machine. A bonus makes it the likeliest until a few calls agree or contradict.
 */
export function localShape(split: Split): Shape {
  const parts: Part[] = [
    { kind: 'wait', ms: split.waitMs, threads: 1 },
    { kind: 'cpu', ms: split.cpuMs, threads: split.parallelism },
  ];
  return shape('local prior', -localBonus, true, { at: (memoryMb) => durationAt(split, memoryMb), parts });
}

/** About twenty times as likely beforehand as the plainest shape. */
const localBonus = 6;

export function durationOf({ terms }: Shape, coefficients: readonly number[], memoryMb: number): number {
  let total = 0;
  for (const [j, term] of terms.entries()) total += (coefficients[j] ?? 0) * term.at(memoryMb);
  return total;
}
