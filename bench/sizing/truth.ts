import { lognormal } from '../../src/engine/numerics/random.ts';
import { makeNonIncreasing } from '../../src/engine/numerics/monotone.ts';
import { median } from '../../src/engine/numerics/statistics.ts';
import { billedCostUsd, expectedCostUsd } from '../../src/engine/pricing/bill.ts';
import { lambdaPrice, type Price } from '../../src/engine/pricing/prices.ts';
import type { Random } from '../../src/engine/studies/ports.ts';
import type { RecordedCurve } from '../../src/engine/targets/replay/curve.ts';
import type { Objective } from '../../src/protocol/sizing.ts';

/** What a recorded curve is taken to be the truth of, and how its calls vary. */
export type Truth = {
  id: string;
  curve: RecordedCurve;
  price: Price;
  minMb: number;
  maxMb: number;
  /** Standard deviation of the logarithm of one call. */
  sigmaLn: number;
  durationAt: (memoryMb: number) => number;
  costAt: (memoryMb: number) => number;
};

export type Call = { durationMs: number; initMs: number; costUsd: number };

/** The isotonic (non-increasing) means, and between them a monotone cubic of ln T over ln m (Fritsch and Carlson, 1980). */
export function truthOf(curve: RecordedCurve, largestMb: number): Truth {
  const xs = curve.rows.map((row) => Math.log(row.memoryMb));
  const ys = [...makeNonIncreasing(Float64Array.from(curve.rows, (row) => Math.log(row.durationMs)))];
  const cubic = monotoneCubic(xs, ys);
  const sizes = curve.rows.map((row) => row.memoryMb);
  const price = lambdaPrice(curve.architecture);
  const minMb = Math.min(...sizes);
  const maxMb = Math.min(largestMb, Math.max(...sizes));
  const durations = Float64Array.from({ length: maxMb - minMb + 1 }, (_, i) => Math.exp(cubic(Math.log(minMb + i))));
  const durationAt = (memoryMb: number): number => durations[memoryMb - minMb] ?? Number.NaN;
  return {
    id: curve.id,
    curve,
    price,
    minMb,
    maxMb,
    sigmaLn: median(curve.rows.map((row) => row.sigmaLn)),
    durationAt,
    costAt: (memoryMb) => expectedCostUsd(price, memoryMb, durationAt(memoryMb)),
  };
}

const outlierShare = 0.03;

/** One call: lognormal, 3 % outliers of 1.2–2.5 times; a cold one takes 1.3 · T after an init of 100–400 ms. */
export function callAt(truth: Truth, memoryMb: number, cold: boolean, random: Random): Call {
  const outlier = random() < outlierShare ? 1.2 + 1.3 * random() : 1;
  const durationMs = lognormal(random, truth.durationAt(memoryMb), truth.sigmaLn) * outlier * (cold ? 1.3 : 1);
  const initMs = cold ? 100 * Math.min(4, 1 + 200 / memoryMb) : 0;
  return { durationMs, initMs, costUsd: billedCostUsd(truth.price, { memoryMb, durationMs, initMs }) };
}

export type Judge = {
  /** How much worse than the best a choice is: its cost, its duration among sizes within the tolerance, or their geometric mean. */
  regret: (memoryMb: number) => number;
  /** Whether it costs over 2 % more than the tolerance allows. */
  overspends: (memoryMb: number) => boolean;
  /** Cost of one call at the cheapest size, USD. */
  cheapestUsd: number;
};

export function judgeOf(truth: Truth, { goal, tolerance }: Objective): Judge {
  const sizes = Array.from({ length: truth.maxMb - truth.minMb + 1 }, (_, i) => truth.minMb + i);
  const cheapestUsd = Math.min(...sizes.map(truth.costAt));
  const allowed = goal === 'fastest' ? sizes.filter((size) => truth.costAt(size) <= cheapestUsd * (1 + tolerance)) : sizes;
  const measure = (size: number): number => {
    if (goal === 'cost') return truth.costAt(size);
    return goal === 'fastest' ? truth.durationAt(size) : Math.sqrt(truth.costAt(size) * truth.durationAt(size));
  };
  const best = Math.min(...allowed.map(measure));
  return {
    regret: (memoryMb) => measure(memoryMb) / best - 1,
    overspends: (memoryMb) => truth.costAt(memoryMb) > cheapestUsd * (1 + tolerance) * 1.02,
    cheapestUsd,
  };
}

function monotoneCubic(xs: readonly number[], ys: readonly number[]): (x: number) => number {
  const n = xs.length;
  const h = xs.slice(1).map((x, i) => x - (xs[i] ?? 0));
  const slopes = h.map((width, i) => ((ys[i + 1] ?? 0) - (ys[i] ?? 0)) / width);
  const tangents = xs.map((_, i) => {
    const left = slopes[i - 1];
    const right = slopes[i];
    if (left === undefined || right === undefined) return left ?? right ?? 0;
    if (left * right <= 0) return 0;
    const [hl, hr] = [h[i - 1] ?? 1, h[i] ?? 1];
    return (3 * (hl + hr)) / ((2 * hr + hl) / left + (hr + 2 * hl) / right);
  });
  return (x) => {
    let i = 0;
    while (i < n - 2 && x > (xs[i + 1] ?? 0)) i += 1;
    const width = h[i] ?? 1;
    const t = Math.min(1, Math.max(0, (x - (xs[i] ?? 0)) / width));
    const [y0, y1, d0, d1] = [ys[i] ?? 0, ys[i + 1] ?? ys[i] ?? 0, tangents[i] ?? 0, tangents[i + 1] ?? 0];
    return (
      y0 * (2 * t ** 3 - 3 * t ** 2 + 1) +
      d0 * width * (t ** 3 - 2 * t ** 2 + t) +
      y1 * (3 * t ** 2 - 2 * t ** 3) +
      d1 * width * (t ** 3 - t ** 2)
    );
  };
}
