import type { LimitStep } from './limits.ts';
import { bytesInMb, type Curve } from './trace.ts';

export type Replay = {
  /** Time during which the limit was below use, ms, and as a share of the run. */
  violationMs: number;
  violationShare: number;
  /** How far the limit was below use at worst, MB; 0 without a violation. */
  worstDeficitMb: number;
  /** Mean limit over the run as a share of the static size. */
  reservedShare: number;
};

/**
 * What a run would have seen of the limits, each in force `lagMs` after its time, the static size before the first.
 * Exact for a run of straight lines between readings: between two readings or changes of the limit, whichever is nearer.
 */
export function replay(
  run: Curve,
  steps: readonly LimitStep[],
  { lagMs, staticMb }: { lagMs: number; staticMb: number },
): Replay {
  const { timeMs, values } = run;
  const result = { violationMs: 0, worstDeficitMb: 0 };
  let limitMs = 0;
  let next = 0;
  let limitMb = staticMb;
  for (let i = 1; i < timeMs.length; i++) {
    const [startMs, endMs] = [timeMs[i - 1] ?? 0, timeMs[i] ?? 0];
    const [startMb, endMb] = [(values[i - 1] ?? 0) / bytesInMb, (values[i] ?? 0) / bytesInMb];
    const at = (ms: number): number => startMb + ((endMb - startMb) * (ms - startMs)) / (endMs - startMs);
    for (let fromMs = startMs; fromMs < endMs;) {
      for (let step = steps[next]; step !== undefined && step.atMs + lagMs <= fromMs; step = steps[next]) {
        limitMb = step.limitMb;
        next += 1;
      }
      const toMs = Math.min(endMs, (steps[next]?.atMs ?? Infinity) + lagMs);
      limitMs += limitMb * (toMs - fromMs);
      addSpan(result, toMs - fromMs, at(fromMs) - limitMb, at(toMs) - limitMb);
      fromMs = toMs;
    }
  }
  const totalMs = (timeMs.at(-1) ?? 0) - (timeMs[0] ?? 0);
  return {
    ...result,
    violationShare: totalMs > 0 ? result.violationMs / totalMs : 0,
    reservedShare: totalMs > 0 ? limitMs / totalMs / staticMb : 1,
  };
}

/** Deficits that are rounding errors are none: a thousandth of a MB is below a page. */
const noDeficitMb = 1e-6;

/** Adds a span in which use minus limit goes straight from one deficit to another, MB. */
function addSpan(to: { violationMs: number; worstDeficitMb: number }, spanMs: number, first: number, last: number): void {
  const most = Math.max(first, last);
  if (most <= noDeficitMb) return;
  const least = Math.min(first, last);
  to.violationMs += least >= 0 ? spanMs : (spanMs * most) / (most - least);
  to.worstDeficitMb = Math.max(to.worstDeficitMb, most);
}

/** Whether limits may be applied: no run that is known would have been above them, even if every change came late. */
export function isProven(runs: readonly Curve[], steps: readonly LimitStep[], delayP99Ms: number, staticMb: number): boolean {
  return [0, delayP99Ms].every((lagMs) => runs.every((run) => replay(run, steps, { lagMs, staticMb }).violationMs === 0));
}
