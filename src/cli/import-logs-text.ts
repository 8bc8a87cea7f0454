import Table from 'cli-table3';
import { formatBytes, formatDuration, formatMemory, formatPercent, formatUsd } from '../engine/format/format.ts';
import { logNotes } from '../engine/exchange/logs/notes.ts';
import type { ImportedRun, LogImport } from '../engine/import.ts';

/** What a log said, for people; what it did not say is said too. */
export function printLogImport(imported: LogImport): void {
  const { functionName, summary, reading } = imported;
  const { coldRate, fromMs, toMs, callsPerMonth } = summary;
  const outcomes = Object.entries(summary.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  console.log(
    `${functionName}: ${summary.calls} calls (${outcomes.join(', ')}), ${formatPercent(coldRate)} cold, ${imported.architecture}`,
  );
  if (fromMs !== null && toMs !== null) {
    const rate =
      callsPerMonth === null
        ? 'too short to tell calls per month'
        : `about ${Math.round(callsPerMonth).toLocaleString('en-US')} calls per month`;
    console.log(`${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}: ${rate}`);
  }
  console.log(sizeTable(summary.sizes));
  console.log(keptAs(imported));
  if (imported.alreadyStored > 0) console.log(`${imported.alreadyStored} of the calls were in the store already.`);
  for (const note of [...scanNotes(imported), ...logNotes(reading, summary)]) console.error(note);
}

/** Where imported samples went. */
export function keptAs({ runId, functionName, inWorkspace, deployed, samples }: ImportedRun): string {
  const under = inWorkspace || deployed === true ? '' : `, under the name ${functionName}: the workspace has no such function`;
  return `Kept ${samples} sample(s) as run ${runId}${under}.`;
}

/** What queries cost, and what of the log they did not give. */
function scanNotes({ scan }: LogImport): string[] {
  if (scan === undefined) return [];
  const scanned = formatBytes(scan.scannedBytes);
  const cost = `${scan.queries} queries of Logs Insights scanned ${scanned}, for ${formatUsd(scan.costUsd)}.`;
  return [cost, ...scan.missing.map((part) => `Missing: ${part}`)];
}

function sizeTable(sizes: LogImport['summary']['sizes']): string {
  const table = new Table({
    head: ['memory', 'calls', 'warm', 'p50', 'p95', 'init', 'max used'],
    style: { head: [], border: [] },
  });
  const duration = (ms: number | null): string => (ms === null ? '' : formatDuration(ms));
  for (const { memoryMb, calls, warm, p50Ms, p95Ms, initMs, peakMb } of sizes) {
    const used = peakMb === null ? '' : formatMemory(peakMb);
    table.push([formatMemory(memoryMb), calls, warm, duration(p50Ms), duration(p95Ms), duration(initMs), used]);
  }
  return table.toString();
}

export function logDocument({ functionName, runId, samples, architecture, inWorkspace, summary, reading, ...rest }: LogImport) {
  return {
    schema: 'reef/import@1',
    kind: 'logs',
    run_id: runId,
    function: functionName,
    in_workspace: inWorkspace,
    architecture,
    samples,
    calls: summary.calls,
    already_stored: rest.alreadyStored,
    outcomes: summary.outcomes,
    cold_rate: summary.coldRate,
    from: isoOf(summary.fromMs),
    to: isoOf(summary.toMs),
    calls_per_month: summary.callsPerMonth,
    sizes: summary.sizes.map((size) => ({
      memory_mb: size.memoryMb,
      calls: size.calls,
      warm: size.warm,
      mean_ms: size.meanMs,
      p50_ms: size.p50Ms,
      p95_ms: size.p95Ms,
      init_ms: size.initMs,
      max_memory_mb: size.peakMb,
    })),
    lines: reading.lines.read,
    other_lines: reading.lines.other,
    duplicates: reading.duplicates,
    without_report: reading.withoutReport,
    unparsed: reading.unparsed,
    unassigned_errors: reading.unassigned,
    ...(rest.scan !== undefined && {
      insights: {
        queries: rest.scan.queries,
        scanned_bytes: rest.scan.scannedBytes,
        cost_usd: rest.scan.costUsd,
        missing: rest.scan.missing,
      },
    }),
    notes: logNotes(reading, summary),
  };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
