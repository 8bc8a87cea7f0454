import type { SizingReport } from '../../protocol/sizing.ts';
import { allRows } from './rows.ts';

const header = [
  'memory_mb',
  'duration_ms',
  'interval_low_ms',
  'interval_high_ms',
  'cost_per_million_usd',
  'basis',
  'marks',
  'p50_ms',
  'p95_ms',
  'p99_ms',
  'cold_duration_ms',
  'cold_cost_per_million_usd',
];

/**
 * The curve as CSV (RFC 4180: commas, CRLF, one header line), every size of the report, smallest first.
 * Figures are unrounded, with a point, so that a spreadsheet or a script can go on with them;
 * what is not known is empty.
 */
export function curveCsv(report: SizingReport): string {
  const lines = allRows(report).map((row) => [
    row.memory_mb,
    row.duration_ms,
    row.interval[0],
    row.interval[1],
    row.cost_per_million_usd,
    row.basis,
    row.marks.join(' '),
    row.percentiles?.p50.duration_ms,
    row.percentiles?.p95.duration_ms,
    row.percentiles?.p99.duration_ms,
    row.cold?.duration_ms,
    row.cold?.cost_per_million_usd,
  ]);
  return [header, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}
