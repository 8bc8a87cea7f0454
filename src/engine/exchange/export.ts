import type { SizingReport } from '../../protocol/sizing.ts';
import { curveCsv } from '../report/csv.ts';
import { renderReportMarkdown } from '../report/markdown.ts';
import { keyRows } from '../report/rows.ts';
import { formatResult, type Result } from './power-tuning/result.ts';
import { formatShareUrl, type TunedSize } from './power-tuning/share-url.ts';

const writers = {
  'power-tuning': (report) => `${JSON.stringify(tuningResult(report), null, 2)}\n`,
  'power-tuning-url': (report) => `${formatShareUrl({ curves: [{ name: null, sizes: tunedSizes(report) }], currency: null })}\n`,
  csv: curveCsv,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  markdown: (report) => `${renderReportMarkdown(report)}\n`,
} satisfies Record<string, (report: SizingReport) => string>;

export type ExportFormat = keyof typeof writers;

export const exportFormats = Object.keys(writers) as ExportFormat[];

/**
 * A report in a format for another tool, as text that ends with a line break.
 * @throws ReefError `invalid-import` for a size that the format does not hold
 */
export function exported(report: SizingReport, format: ExportFormat): string {
  return writers[format](report);
}

function tuningResult(report: SizingReport): Result {
  return formatResult(tunedSizes(report), report.recommendation.memory_mb, report.profiling_cost_usd);
}

/** About a dozen sizes, as a run of Power Tuning has; its costs leave the request fee out. */
function tunedSizes(report: SizingReport): TunedSize[] {
  const feeUsd = report.price.usd_per_request;
  return keyRows(report).map((row) => ({
    memoryMb: row.memory_mb,
    durationMs: row.duration_ms,
    cost: Math.max(0, row.cost_per_million_usd / 1e6 - feeUsd),
  }));
}
