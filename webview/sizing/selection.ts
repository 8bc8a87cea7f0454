import { figureAt, compare, recommend } from '../../src/engine/studies/sizing/objective.ts';
import type { Objective, Recommendation, SizingReport } from '../../src/protocol/sizing.ts';

/** The report's own words for its own objective, otherwise the same decision made anew. */
export function recommendFor(report: SizingReport, objective: Objective): Recommendation {
  return sameObjective(objective, report.objective)
    ? report.recommendation
    : recommend({ curve: report.curve, floor: report.floor, objective, current: report.current });
}

/** A size that someone chose by hand, with its figures; null when the curve does not reach it. */
export function chosenByHand(report: SizingReport, memoryMb: number): Recommendation | null {
  const figure = figureAt(report.curve, memoryMb);
  if (figure === null) return null;
  return { ...figure, ...compare(figure, report.current), why: 'Chosen by hand among the sizes worth having.', feasible: true };
}

const comparedKeys = ['goal', 'tolerance', 'maxDurationMs', 'percentile', 'confidence', 'coldRate'] as const;

function sameObjective(a: Objective, b: Objective): boolean {
  return comparedKeys.every((key) => a[key] === b[key]);
}
