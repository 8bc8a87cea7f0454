import type { CurvePoint, FigureAtSize, SizingReport } from '../../protocol/sizing.ts';

/** What is special about a size. */
export type Mark = 'current' | 'recommended' | 'floor' | 'below-floor' | 'too-slow';

/** Every mark has its word, so that nothing depends on a symbol or a colour. */
export const markTexts: Record<Mark, string> = {
  recommended: '★ recommended',
  current: '◀ current',
  floor: 'memory floor',
  'below-floor': 'below the floor',
  'too-slow': 'reached the timeout',
};

export type Row = CurvePoint & { marks: Mark[] };

/** Sizes that people know, MB: powers of two, one full vCPU (1,769), and the old and the present maximum. */
const familiarSizesMb = [128, 256, 512, 1024, 1769, 2048, 3008, 4096, 6144, 8192, 10_240];

/**
 * The curve as table rows, smallest size first, each with its marks. The current and the recommended size
 * have a row even when the curve's grid passes between them; `recommendation` may differ from the report's own
 * when someone looks at another objective.
 */
export function allRows(report: SizingReport, recommendation: FigureAtSize = report.recommendation): Row[] {
  const rows = new Map<number, CurvePoint>();
  for (const figure of [report.current, recommendation]) {
    if (figure !== null) rows.set(figure.memory_mb, { ...pointOf(figure), basis: 'predicted' });
  }
  for (const point of report.curve) rows.set(point.memory_mb, point);
  return [...rows.values()]
    .toSorted((a, b) => a.memory_mb - b.memory_mb)
    .map((point) => ({ ...point, marks: marksOf(point.memory_mb, report, recommendation.memory_mb) }));
}

/** About a dozen rows that tell the story: familiar sizes, every marked size, both ends. A short curve is given whole. */
export function keyRows(report: SizingReport, recommendation: FigureAtSize = report.recommendation): Row[] {
  const rows = allRows(report, recommendation);
  if (rows.length <= familiarSizesMb.length + 1) return rows;
  return rows.filter(
    (row, index) =>
      index === 0 ||
      index === rows.length - 1 ||
      familiarSizesMb.includes(row.memory_mb) ||
      row.marks.some((mark) => mark !== 'below-floor' && mark !== 'too-slow'),
  );
}

function pointOf({ memory_mb, duration_ms, interval, cost_per_million_usd }: FigureAtSize): FigureAtSize {
  return { memory_mb, duration_ms, interval, cost_per_million_usd };
}

function marksOf(memoryMb: number, report: SizingReport, recommendedMb: number): Mark[] {
  const marks: Mark[] = [];
  if (memoryMb === recommendedMb) marks.push('recommended');
  if (memoryMb === report.current?.memory_mb) marks.push('current');
  if (memoryMb === report.floor.memory_mb) marks.push('floor');
  if (memoryMb < report.floor.memory_mb) marks.push('below-floor');
  if (memoryMb >= report.floor.memory_mb && memoryMb < (report.floor.answers_from_mb ?? 0)) marks.push('too-slow');
  return marks;
}
