import Table from 'cli-table3';
import { formatDuration, formatMemory } from '../engine/format/format.ts';
import type { TuningImport } from '../engine/import.ts';
import { keptAs } from './import-logs-text.ts';

export function printTuningImport(imported: TuningImport): void {
  const { functionName, sizes, architecture, currency } = imported;
  console.log(`${functionName}: ${sizes.length} sizes of Power Tuning, ${architecture}`);
  const table = new Table({ head: ['memory', 'duration', 'cost of a call'], style: { head: [], border: [] } });
  for (const { memoryMb, durationMs, cost } of sizes) {
    table.push([formatMemory(memoryMb), formatDuration(durationMs), `${cost.toPrecision(4)} ${currency ?? 'USD'}`]);
  }
  console.log(table.toString());
  console.log(keptAs(imported));
  for (const note of tuningNotes(imported)) console.error(note);
}

export function tuningNotes({ leftOut }: Pick<TuningImport, 'leftOut'>): string[] {
  const averages =
    'Each figure is an average over an unknown number of calls, of which some may have been cold; its cost is as Power Tuning says, without the request fee.';
  return leftOut === 0
    ? [averages]
    : [averages, `${leftOut} size(s) at 0 ms are left out: Power Tuning could not read their logs.`];
}

export function tuningDocument({ functionName, runId, sizes, inWorkspace, leftOut, ...rest }: TuningImport) {
  return {
    schema: 'reef/import@1',
    kind: 'power-tuning',
    run_id: runId,
    function: functionName,
    in_workspace: inWorkspace,
    architecture: rest.architecture,
    samples: rest.samples,
    currency: rest.currency ?? 'USD',
    sizes: sizes.map(({ memoryMb, durationMs, cost }) => ({ memory_mb: memoryMb, duration_ms: durationMs, cost })),
    left_out: leftOut,
    notes: tuningNotes({ leftOut }),
  };
}
