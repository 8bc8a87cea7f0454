import { formatDuration, formatUsd } from '../../src/engine/format/format.ts';
import type { SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill } from '../shared/dom.ts';

/** What the function is, and what the answer rests on. */
export function showEvidence(section: HTMLElement, report: SizingReport): void {
  const lines = [report.floor.reason, coldText(report), ...report.evidence, report.what_if?.sentence ?? '', effortText(report)];
  fill(
    section,
    el('h2', {}, 'Evidence'),
    el('p', { class: 'work' }, report.work.sentence),
    el('ul', {}, ...lines.filter((line) => line !== '').map((line) => el('li', {}, line))),
  );
}

function coldText({ cold }: SizingReport): string {
  if (cold.count === 0) return '';
  const init = cold.init_ms_median === null ? '' : `, median init ${formatDuration(cold.init_ms_median)}`;
  const call = cold.duration_ms_median === null ? '' : `, median first call ${formatDuration(cold.duration_ms_median)}`;
  return `${cold.count} cold ${cold.count === 1 ? 'start' : 'starts'}${init}${call}; the curve is of warm calls.`;
}

function effortText({ invocations, profiling_cost_usd, free_samples = 0 }: SizingReport): string {
  const cost = profiling_cost_usd === 0 ? 'nothing was billed' : `${formatUsd(profiling_cost_usd)} at the provider's price`;
  const found = free_samples === 0 ? '' : ` ${free_samples} further samples were found and cost nothing.`;
  return `Cost of this profile: ${invocations} invocations, ${cost}.${found}`;
}
