import { formatCostPerMillion, formatMemory, formatPercent } from '../../src/engine/format/format.ts';
import type { TraceReport, TraceRun } from '../../src/protocol/tracing.ts';
import { el, fill } from '../shared/dom.ts';
import { formatDate } from '../shared/date.ts';
import type { Billed } from './marks.ts';
import { probes } from './texts.ts';

/** What was traced, how, and when. */
export function showHeader(header: HTMLElement, { subject, probe, runs, created_at }: TraceReport, target: string): void {
  const facts = [
    target === '' ? null : `target ${target}`,
    runs.length === 1 ? '1 run' : `${runs.length} runs`,
    `asked for ${Math.round(probe.samples_per_s)} readings a second`,
    formatDate(created_at),
  ];
  fill(
    header,
    el('div', { class: 'title' }, el('h1', {}, subject), el('span', { class: 'badge' }, probes[probe.kind])),
    el('ul', { class: 'facts muted' }, ...facts.filter((fact) => fact !== null).map((fact) => el('li', {}, fact))),
  );
}

/** The peak, what it means for the bill, and the three peaks by themselves. */
export function showSummary(section: HTMLElement, { runs }: TraceReport, billed: Billed | null): void {
  const most = (of: (run: TraceRun) => number | null): number | null =>
    runs.reduce<number | null>((most, run) => {
      const value = of(run);
      return value === null ? most : Math.max(most ?? value, value);
    }, null);
  const peak = most(({ peak_mb, kernel_peak_mb }) => kernel_peak_mb ?? peak_mb);
  const kernel = most(({ kernel_peak_mb }) => kernel_peak_mb);
  const text = (mb: number | null): string => (mb === null ? '–' : formatMemory(mb));
  const failed = runs.filter(({ oom }) => oom).length;
  fill(
    section,
    el(
      'div',
      { class: 'headline' },
      el('h2', { id: 'headline' }, peak === null ? 'No reading' : `Peak ${formatMemory(peak)}`),
      failed === 0 ? null : el('p', { class: 'why infeasible' }, `${failed} of ${runs.length} runs ran out of memory.`),
      el('p', { class: 'why' }, billText(billed)),
    ),
    el(
      'dl',
      { class: 'tiles' },
      tile('Total', text(most(({ peak_mb }) => peak_mb)), kernel === null ? 'largest reading' : `the kernel saw ${text(kernel)}`),
      tile('Working set', text(most(({ working_set_peak_mb }) => working_set_peak_mb)), 'without cache that can go'),
      tile('Anonymous', text(most(({ anonymous_peak_mb }) => anonymous_peak_mb)), 'what the program itself holds'),
    ),
  );
}

function billText(billed: Billed | null): string {
  if (billed === null) return 'No run ended well enough to be billed.';
  const { cost, waste } = billed;
  const bill = `${cost.name} bills ${formatMemory(cost.memory_mb)}: ${formatCostPerMillion(cost.cost_per_million_usd)}`;
  return waste === null ? `${bill}.` : `${bill}. Of the memory and time billed, ${formatPercent(waste.used)} is used.`;
}

function tile(name: string, value: string, detail: string): HTMLElement {
  return el(
    'div',
    { class: 'tile' },
    el('dt', {}, name),
    el('dd', { class: 'value' }, value),
    el('dd', { class: 'detail muted' }, detail),
  );
}
