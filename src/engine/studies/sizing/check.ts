import type { FigureAtSize, Interval, Objective, SizingReport } from '../../../protocol/sizing.ts';
import { type Option, optionOf } from './blend.ts';
import { answersFromMb } from './floor.ts';
import { figureAt } from './objective.ts';
import { breachFactor } from './tuning.ts';

export type CheckBounds = {
  /** How much worse than the new best the baseline's recommended size may be by the objective, as a share. */
  maxRegret: number;
  /** How much dearer a call at the size in use may have become, as a share. */
  maxCostRise: number;
};

/** A ratio that should not be above 1 + bound, with its 90 % interval. */
export type Finding = {
  ratio: number;
  interval: Interval;
  bound: number;
  /** True when it is beyond the bound and the doubt of both reports does not explain that. */
  failed: boolean;
};

export type Check = {
  /** The baseline's recommended size by the new report: loss there relative to the new best. */
  optimum: Finding & { baselineMb: number; bestMb: number; belowFloor: boolean };
  /** Cost of a call at the size in use, new relative to the baseline's; null where a curve does not reach it. */
  cost: (Finding & { memoryMb: number; baseline: FigureAtSize; now: FigureAtSize }) | null;
  failed: boolean;
};

type Report = Pick<SizingReport, 'curve' | 'objective' | 'recommendation' | 'current' | 'floor'>;

/** Half of an interval that holds 90 % of a normal belief, in standard deviations. */
const z95 = 1.645;

/** What changed between two reports of a function. Errors of two figures are taken as independent, which fails less often. */
export function checkAgainst(baseline: Report, now: Report, { maxRegret, maxCostRise }: CheckBounds): Check {
  const optimum = optimumOf(baseline, now, maxRegret);
  const cost = costOf(baseline, now, maxCostRise);
  return { optimum, cost, failed: optimum.failed || cost?.failed === true };
}

function optimumOf(baseline: Report, now: Report, bound: number): Check['optimum'] {
  const baselineMb = baseline.recommendation.memory_mb;
  const bestMb = now.recommendation.memory_mb;
  const floorMb = answersFromMb(now.floor);
  const belowFloor = baselineMb < floorMb;
  const options = now.curve.map((point) => optionOf(point, now.objective));
  const there = optionAt(options, baselineMb);
  const best = optionAt(options, bestMb);
  // A size beyond the end of the new curve was not worth drawing; its end stands for it.
  if (there === undefined || best === undefined)
    return { ratio: 1, interval: [1, 1], bound, baselineMb, bestMb, belowFloor, failed: belowFloor };
  const lowestUsd = Math.min(
    ...options.filter(({ point }) => point.memory_mb >= floorMb).map(({ costPerMillionUsd }) => costPerMillionUsd),
  );
  const lossLn = lossOf(there, now.objective, lowestUsd) - lossOf(best, now.objective, lowestUsd);
  const deviation = there === best ? 0 : Math.hypot(deviationLn(there.point), deviationLn(best.point));
  const found = findingOf(lossLn, deviation, bound);
  return { ...found, baselineMb, bestMb, belowFloor, failed: found.failed || belowFloor };
}

/** The size of the curve nearest to this one, by ratio. */
function optionAt(options: readonly Option[], memoryMb: number): Option | undefined {
  const distance = ({ point }: Option): number => Math.abs(Math.log(point.memory_mb / memoryMb));
  return options.toSorted((a, b) => distance(a) - distance(b))[0];
}

function costOf(baseline: Report, now: Report, bound: number): Check['cost'] {
  const memoryMb = now.current?.memory_mb ?? baseline.recommendation.memory_mb;
  const before = figureAt(baseline.curve, memoryMb);
  const after = figureAt(now.curve, memoryMb);
  if (before === null || after === null) return null;
  const riseLn = Math.log(after.cost_per_million_usd / before.cost_per_million_usd);
  const found = findingOf(riseLn, Math.hypot(deviationLn(before), deviationLn(after)), bound);
  return { ...found, memoryMb, baseline: before, now: after };
}

function findingOf(meanLn: number, deviation: number, bound: number): Finding {
  const interval: Interval = [Math.exp(meanLn - z95 * deviation), Math.exp(meanLn + z95 * deviation)];
  const ratio = Math.exp(meanLn);
  return { ratio, interval, bound, failed: ratio > 1 + bound && interval[0] > 1 };
}

/** What the objective minimises, on a log scale, as the study itself weighs it. */
function lossOf(option: Option, { goal, tolerance, maxDurationMs }: Objective, lowestUsd: number): number {
  const costLn = Math.log(option.costPerMillionUsd);
  const timeLn = Math.log(option.durationMs);
  const late = maxDurationMs === null ? 0 : breachFactor * Math.max(0, Math.log(option.limitedMs / maxDurationMs));
  if (goal === 'cost') return costLn + late;
  if (goal === 'balanced') return (costLn + timeLn) / 2 + late;
  return timeLn + breachFactor * Math.max(0, costLn - Math.log(lowestUsd) - Math.log1p(tolerance)) + late;
}

function deviationLn({ interval: [low, high] }: FigureAtSize): number {
  return Math.log(Math.max(high, Number.MIN_VALUE) / Math.max(low, Number.MIN_VALUE)) / (2 * z95);
}
