import { type Architecture, effectiveMemoryMb, type FunctionInfo } from '../../protocol/functions.ts';
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
  const target = [costNote(context), architectureNote(context)].filter((note) => note !== null);
  return [...target, ...sourceNotes(context)];
}

function wantedMb(action: SizedAction): number | undefined {
  return action.kind === 'set' || action.kind === 'shift' ? action.memoryMb : undefined;
}

/** Null where it stays as it is. */
export function wantedArchitecture(action: SizedAction): Architecture | null {
  return (action.kind === 'set' ? action.architecture : undefined) ?? null;
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
  const to = wantedArchitecture(action);
  const from = fn.architecture ?? 'x86_64';
  if (to === null || to === from) return null;
  const change = lambdaPrice(to).usdPerGbSecond / lambdaPrice(from).usdPerGbSecond - 1;
  const difference = `${formatPercent(Math.abs(change))} ${change < 0 ? 'less' : 'more'}`;
  return `On ${to} the same time and memory cost ${difference}; how long calls take there is not known before it is measured.`;
}

/** What the source states otherwise: it prevails when it is deployed. */
function sourceNotes({ action, own }: LiveContext): string[] {
  if (own === undefined || own.template === null) return [];
  const { template, memoryMb, architecture, properties } = own;
  const size = wantedMb(action);
  const settings = [
    {
      what: 'memory',
      wanted: size === undefined ? null : formatMemory(size),
      isKnown: memoryMb !== null,
      value: formatMemory(effectiveMemoryMb(own)),
      place: properties.memory,
    },
    {
      what: 'architecture',
      wanted: wantedArchitecture(action),
      isKnown: architecture !== null,
      value: architecture ?? 'x86_64',
      place: properties.architecture,
    },
  ];
  return settings.flatMap(({ what, wanted, isKnown, value, place }) => {
    if (wanted === null) return [];
    if (!isKnown && place !== undefined) {
      const origin = place.origin ?? 'a value that is not known here';
      return `${template} states the ${what} too (${origin}), and its next deployment may set that again.`;
    }
    if (value === wanted) return [];
    const states = isKnown ? 'states' : `states no ${what}, which means`;
    return `${template} ${states} ${value}, and its next deployment may set that again: change it there, too.`;
  });
}
