import Table from 'cli-table3';
import type { TraceReport, TraceRun } from '../../protocol/tracing.ts';
import { formatCostPerMillion, formatDuration, formatPeak, formatPercent } from '../format/format.ts';

/** A trace for a terminal. */
export function traceText(report: TraceReport): string {
  const { probe } = report;
  const lines = [
    report.subject,
    `Probe: ${probe.kind}, ${probe.samples_per_s} readings a second. ${probe.error}`,
    ...probe.passed_over.map(({ kind, why }) => `  not ${kind}: ${why}`),
    '',
    table(
      ['run', 'peak', 'working set', 'anonymous', 'file cache', "kernel's peak", 'duration', 'readings', 'ended'],
      report.runs.map((run, i) => [String(i + 1), ...runCells(run)]),
    ),
  ];
  if (report.cost.length > 0) lines.push('', costTable(report));
  if (report.waste !== null) lines.push('', wasteLine(report.waste));
  if (report.hull !== undefined) lines.push('', hullLine(report.hull));
  return lines.join('\n');
}

function runCells(run: TraceRun): string[] {
  return [
    mb(run.peak_mb),
    mb(run.working_set_peak_mb),
    mb(run.anonymous_peak_mb),
    mb(run.file_peak_mb),
    mb(run.kernel_peak_mb),
    formatDuration(run.duration_ms),
    run.samples_per_s === null ? String(run.samples) : `${run.samples}, ${Math.round(run.samples_per_s)}/s`,
    ending(run),
  ];
}

function ending({ oom, signal, exit, outcome }: TraceRun): string {
  if (oom) return 'out of memory';
  if (signal !== null) return `signal ${signal}`;
  return exit === null ? (outcome ?? 'unknown') : `exit ${exit}`;
}

function costTable({ cost }: TraceReport): string {
  const rows = cost.map((row) => [
    row.name,
    mb(row.memory_mb),
    formatCostPerMillion(row.cost_per_million_usd),
    formatCostPerMillion(row.net_per_million_usd),
    `${formatDuration(row.wasted_ms)}, ${mb(row.wasted_mb)}`,
    row.date,
  ]);
  return table(['provider', 'size', 'cost', 'without rounding', 'paid for nothing', 'prices of'], rows);
}

function wasteLine({ provider, used, init, rounding, headroom, temporal }: NonNullable<TraceReport['waste']>): string {
  const parts = Object.entries({ used, init, rounding, headroom, 'below the peak': temporal });
  return `Of what ${provider} bills: ${parts.map(([name, share]) => `${name} ${formatPercent(share)}`).join(', ')}.`;
}

function hullLine(hull: NonNullable<TraceReport['hull']>): string {
  const proof = hull.proven
    ? 'no run would have been above it'
    : `refused: runs would have been above it for ${formatDuration(hull.violation_ms)}, by ${mb(hull.worst_deficit_mb)} at worst`;
  const late = formatDuration(hull.delay_ms);
  return `A limit that follows the runs, each change up to ${late} late, reserves ${formatPercent(hull.reserved_share)} of ${mb(hull.static_mb)}: ${proof}. Providers bill a static size.`;
}

function mb(value: number | null): string {
  return value === null ? '–' : formatPeak(value);
}

function table(head: string[], rows: readonly string[][]): string {
  const grid = new Table({ head, style: { head: [], border: [], compact: true } });
  grid.push(...rows);
  return grid.toString();
}
