import type { TraceReport } from '../../src/protocol/tracing.ts';
import { el, fill } from '../shared/dom.ts';
import { formatDuration, formatMemory, formatPercent } from '../../src/engine/format/format.ts';
import { probes } from './texts.ts';

/** How memory was read, what that may miss, and what the hull rests on. */
export function showProbe(section: HTMLElement, { probe, hull, runs }: TraceReport): void {
  const missed = runs.reduce((sum, run) => sum + run.missed, 0);
  const lost = runs.reduce((sum, run) => sum + run.lost, 0);
  const sentences = [
    `${probes[probe.kind]}: ${probe.error}`,
    ...probe.passed_over.map(({ kind, why }) => `Not “${probes[kind].toLowerCase()}”: ${why}`),
    ...(missed > 0 ? [`${missed.toLocaleString('en-US')} readings came too late to be taken.`] : []),
    ...(lost > 0 ? [`${lost.toLocaleString('en-US')} readings were lost on the way.`] : []),
    ...(hull === undefined ? [] : [hullText(hull)]),
  ];
  fill(section, el('h2', {}, 'How it was read'), el('ul', {}, ...sentences.map((sentence) => el('li', {}, sentence))));
}

function hullText(hull: NonNullable<TraceReport['hull']>): string {
  const { reserved_share, static_mb, delay_ms, violation_ms, worst_deficit_mb, proven } = hull;
  const replay = proven
    ? `Replayed with changes that come ${formatDuration(delay_ms)} late, no run is ever above its limit.`
    : `Replayed with changes that come ${formatDuration(delay_ms)} late, runs are above their limit for ${formatDuration(violation_ms)}, by up to ${formatMemory(worst_deficit_mb)}: the limits must not be applied.`;
  return (
    `Limits that follow the hull reserve ${formatPercent(reserved_share)} of a static ${formatMemory(static_mb)}. ${replay} ` +
    'Providers bill a static size today, so this saves memory on machines of your own only.'
  );
}
