import { effectiveMemoryMb, type FunctionInfo } from '../../protocol/functions.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatMemory, formatPercent } from '../format/format.ts';
import { lambdaPrice } from '../pricing/prices.ts';
import { figureAt } from '../studies/sizing/objective.ts';
import type { SizedAction } from '../targets/live-settings.ts';

export type LiveContext = {
  action: SizedAction;
  /** As it is deployed. */
  fn: FunctionInfo;
  /** The same as the workspace states it; undefined when it has no source there. */
  own: FunctionInfo | undefined;
  report: SizingReport | null;
};

/** What to know before a deployed function is changed, beyond what the target itself says: a sentence each. */
export function liveNotes(context: LiveContext): string[] {
  return [costNote(context), architectureNote(context), sourceNote(context)].filter((note) => note !== null);
}

function wantedMb(action: SizedAction): number | undefined {
  return action.kind === 'set' || action.kind === 'shift' ? action.memoryMb : undefined;
}

/** Duration and cost at both sizes, as the report knows them. */
function costNote({ action, fn, report }: LiveContext): string | null {
  const sizes = [fn.memoryMb, wantedMb(action)];
  if (report === null || wantedMb(action) === undefined) return null;
  const figures = [...new Set(sizes)].flatMap((size) =>
    size === null || size === undefined ? [] : (figureAt(report.curve, size) ?? []),
  );
  const parts = figures.map(
    ({ memory_mb, duration_ms, cost_per_million_usd }) =>
      `at ${formatMemory(memory_mb)} ${formatDuration(duration_ms)} for ${formatCostPerMillion(cost_per_million_usd)}`,
  );
  return parts.length === 0
    ? null
    : `A call takes ${parts.join(', ')} (${report.basis} on ${report.target}, run ${report.run_id}).`;
}

function architectureNote({ action, fn }: LiveContext): string | null {
  const to = action.kind === 'set' ? action.architecture : undefined;
  const from = fn.architecture ?? 'x86_64';
  if (to === undefined || to === from) return null;
  const change = lambdaPrice(to).usdPerGbSecond / lambdaPrice(from).usdPerGbSecond - 1;
  const difference = `${formatPercent(Math.abs(change))} ${change < 0 ? 'less' : 'more'}`;
  return `On ${to} the same time and memory cost ${difference}; how long calls take there is not known before it is measured.`;
}

/** The source prevails with the next deployment. */
function sourceNote({ action, own }: LiveContext): string | null {
  const memoryMb = wantedMb(action);
  if (own === undefined || own.template === null || memoryMb === undefined || own.memoryMb === memoryMb) return null;
  const { memory } = own.properties;
  if (own.memoryMb === null && memory !== undefined) {
    return `${own.template} states the memory too (${memory.origin ?? 'a value that is not known here'}), and its next deployment sets that.`;
  }
  const stated = formatMemory(effectiveMemoryMb(own));
  return `${own.template} states ${stated}, and its next deployment sets that again: change it there, too.`;
}
