import { bytesInMb, type Curve } from './trace.ts';

/** Memory over time in bins of equal width, MB: bin b is [b · binMs, (b + 1) · binMs]. No bin is missing. */
export type Hull = { binMs: number; memoryMb: number[] };

export type LookAhead = {
  /** How long a change of the limit takes on this machine at most (p99 measured) plus a bin, ms. */
  lookAheadMs: number;
  /** Share added to what was seen, e.g. 0.1. */
  margin: number;
  /** The static size, which no limit passes. */
  staticMb: number;
};

/** The least limit that a container engine takes. */
export const leastLimitMb = 6;

/** Rounding errors must not add a MB or a bin. */
const hair = 1e-9;

/**
 * Largest memory of any run in each bin, where a run is straight lines between its readings. Bins that no run reached are 0.
 * Times count from 0; earlier readings are left out.
 */
export function maximumHull(runs: readonly Curve[], binMs: number): Hull {
  const memoryMb: number[] = [];
  const raise = (bin: number, bytes: number): void => {
    while (memoryMb.length <= bin) memoryMb.push(0);
    memoryMb[bin] = Math.max(memoryMb[bin] ?? 0, bytes / bytesInMb);
  };
  for (const { timeMs, values } of runs) {
    for (let i = 0; i < timeMs.length; i++) {
      const [toMs, toBytes] = [timeMs[i] ?? 0, values[i] ?? 0];
      if (toMs >= 0) raise(Math.floor(toMs / binMs), toBytes);
      const [fromMs, fromBytes] = [timeMs[i - 1], values[i - 1]];
      if (fromMs === undefined || fromBytes === undefined) continue;
      // Where the line crosses into a bin, both neighbours reach that height.
      for (let bin = Math.max(1, Math.floor(fromMs / binMs) + 1); bin * binMs <= toMs; bin++) {
        const share = (bin * binMs - fromMs) / (toMs - fromMs);
        const bytes = fromBytes + share * (toBytes - fromBytes);
        raise(bin - 1, bytes);
        if (bin * binMs < toMs) raise(bin, bytes);
      }
    }
  }
  return { binMs, memoryMb };
}

/**
 * A limit for each bin that is high enough from the bin on until the look-ahead is over:
 * limit[b] = ceil(max(hull[b … b + ceil(lookAhead / bin)]) · (1 + margin)), at least 6 MB, at most the static size.
 */
export function upscalingHull({ binMs, memoryMb }: Hull, { lookAheadMs, margin, staticMb }: LookAhead): Hull {
  const ahead = Math.ceil(lookAheadMs / binMs - hair);
  const limits = memoryMb.map((_, bin) => {
    const most = memoryMb.slice(bin, bin + ahead + 1).reduce((a, b) => Math.max(a, b), 0);
    return Math.min(staticMb, Math.max(leastLimitMb, Math.ceil(most * (1 + margin) - hair)));
  });
  return { binMs, memoryMb: limits };
}

/** Runs that were still going in each bin: what a hull rests on there. */
export function runsInBins(runs: readonly Curve[], { binMs, memoryMb }: Hull): number[] {
  return memoryMb.map((_, bin) => runs.filter(({ timeMs }) => (timeMs.at(-1) ?? -1) >= bin * binMs).length);
}
