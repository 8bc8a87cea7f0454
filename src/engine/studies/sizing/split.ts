import { median, quantile } from '../../numerics/statistics.ts';
import { maxParallelism, vcpus } from './grid.ts';

/**
 * Wall and CPU time (user + system, all threads) of one warm call, ms; `waits`: how often its thread gave up its core to
 * wait, null or left out where that is not known.
 */
export type Account = { wallMs: number; cpuMs: number; waits?: number | null };

/**
 * What one call does: ms without a core, ms of CPU on one vCPU, threads that work at once. `helperMs`: CPU that helper
 * threads of the language (garbage collector, compiler) used beside it, on cores that it left idle. `bursts`: pieces of the CPU work
 * with a wait between them; 0 or left out where they are not known.
 */
export type Split = { waitMs: number; cpuMs: number; parallelism: number; helperMs?: number; bursts?: number };

/**
 * Lambda gives a size its CPU anew in each period of so many ms: work that has used up its part rests until the next one.
 * Sources: Linux, "CFS Bandwidth Control"; for Lambda, "Demystifying Serverless Costs on Public Platforms", arXiv 2506.01283.
 */
export const cpuPeriodMs = 20;

/**
 * From calls that had `cores` to work on, at full speed as many as they wanted: p is the parallelism that most calls used,
 * at least 1, the lower quartile of cpu / wall, as helper threads work beside some calls only. wait = max(0, wall − cpu / min(cores, p)) is the time without CPU. Wall and CPU are medians of calls, so
 * that a busy moment does not decide.
 */
export function splitOf(accounts: readonly Account[], cores = Infinity): Split {
  const wallMs = Math.max(median(accounts.map((account) => account.wallMs)), 0.001);
  const used = quantile(
    accounts.map((account) => account.cpuMs / Math.max(account.wallMs, 0.001)),
    0.25,
  );
  const parallelism = Math.min(maxParallelism, Math.max(1, used));
  const atOnce = Math.min(cores, parallelism);
  const allMs = median(accounts.map((account) => account.cpuMs));
  const cpuMs = Math.min(allMs, atOnce * wallMs);
  const waitMs = Math.max(0, wallMs - cpuMs / atOnce);
  return { cpuMs, parallelism, waitMs, helperMs: allMs - cpuMs, bursts: burstsOf(accounts, waitMs) };
}

/**
 * A wait lets the next burst start with a period's whole part only when a new period begins meanwhile. Of waits of random
 * (exponential) length that are many and short, every second period has one; fewer and longer ones have one each.
 */
function burstsOf(accounts: readonly Account[], waitMs: number): number {
  const waits = accounts.flatMap((account) => account.waits ?? []);
  return waits.length < accounts.length ? 0 : 1 + Math.min(median(waits), waitMs / (2 * cpuPeriodMs));
}

/** Work between two waits, ms of CPU, as far as it is not known: what the answer of another service takes. */
const pieceMs = 2;

/**
 * T(m) = wait + all / min(c, q) for c = m / 1769 and all = cpu + helper: what helpers use, a small size has to share with
 * them. At q = p · all / cpu vCPU they run beside the work, and T is the measured wall time. Where bursts are known, below q
 * it is wait + Σ D(b) over the bursts of all the work, which are of `pieceMs` at most but for one that has the rest.
 */
export function durationAt({ waitMs, cpuMs, parallelism, helperMs = 0, bursts = 0 }: Split, memoryMb: number): number {
  const allMs = cpuMs + helperMs;
  const most = helperMs > 0 && cpuMs > 0 ? (parallelism * allMs) / cpuMs : parallelism;
  const share = Math.min(vcpus(memoryMb), most);
  if (bursts < 1) return waitMs + allMs / share;
  const piece = Math.min(pieceMs, allMs / bursts);
  const rest = allMs - (bursts - 1) * piece;
  return waitMs + (bursts - 1) * burstAt(piece, share, most) + burstAt(rest, share, most);
}

/**
 * D(b) = max(b / p, b / c − P · (1 − c / p)): a burst starts with a whole period's part c · P, which it uses at full speed.
 * One that needs no more is as fast as at any size; a longer one rests a period less than its share says, on average over
 * where in a period it starts and ends. The two meet at b = c · P.
 */
function burstAt(cpuMs: number, share: number, parallelism: number): number {
  return Math.max(cpuMs / parallelism, cpuMs / share - cpuPeriodMs * (1 - share / parallelism));
}
