import Table from 'cli-table3';
import type { TraceReport, TraceRun } from '../../protocol/tracing.ts';
import { formatBytes, formatCostPerMillion, formatDuration, formatPeak, formatPercent } from '../format/format.ts';

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
  for (const [i, { error }] of report.runs.entries()) if (error !== undefined) lines.push(`Run ${i + 1} failed: ${error}`);
  if (report.cost.length > 0) lines.push('', costTable(report));
  if (report.waste !== null) lines.push('', wasteLine(report.waste));
  if (report.hull !== undefined) lines.push('', hullLine(report.hull));
  if (report.safe_size !== undefined) lines.push('', safeSizeLine(report.safe_size));
  if (report.by_input !== undefined) lines.push('', byInputLine(report.by_input));
  if (report.autotune !== undefined) lines.push('', autotuneLine(report.autotune));
  return lines.join('\n');
}

function safeSizeLine({ memory_mb, step_mb, confirmations, trials }: NonNullable<TraceReport['safe_size']>): string {
  const tried = trials.map(
    (trial) => `${mb(trial.memory_mb)} ${trial.passed ? formatDuration(trial.duration_ms ?? 0) : 'failed'}`,
  );
  const list = tried.length === 0 ? 'no limit was tried, as no run worked' : `tried ${tried.join(', ')}`;
  if (memory_mb === null) return `No safe size was found: ${list}.`;
  return `Smallest safe size: ${mb(memory_mb)}, to ${step_mb} MB, passed ${confirmations} times (${list}).`;
}

function byInputLine({ base_mb, mb_per_input_mb, next }: NonNullable<TraceReport['by_input']>): string {
  const line = `${mb(base_mb)} and ${mb_per_input_mb.toFixed(1)} MB for each MB of input`;
  return `Memory by input: ${line}; an input of ${formatBytes(next.input_bytes)} would need ${mb(next.memory_mb)}.`;
}

function autotuneLine({ mode, refused, static_mb, reserved_share, changes }: NonNullable<TraceReport['autotune']>): string {
  if (refused !== null) return `Limits over time: ${refused}`;
  const guards = changes.filter(({ reason }) => reason === 'guard').length;
  const guarded = guards === 0 ? '' : ', of them the last as use came near the limit, which then stayed at its static size';
  const what = mode === 'apply' ? 'was changed' : 'would have been changed (a dry run)';
  return `The limit ${what} ${changes.length} times${guarded}: ${formatPercent(reserved_share)} of ${mb(static_mb)} reserved. Providers bill a static size.`;
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
  // How a runtime ends after an error in its init depends on who is faster, it or the one that stops it.
  if (outcome !== undefined && !['ok', 'error', 'crashed'].includes(outcome)) return outcome;
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
