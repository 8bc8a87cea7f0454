import {
  formatCostPerMillion,
  formatDuration,
  formatInterval,
  formatMemory,
  formatPercent,
} from '../../src/engine/format/format.ts';
import type { Interval, Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import { formatDate } from '../shared/date.ts';
import { basisLabel, costText, speedText, verdicts } from './texts.ts';

/** Name, runtime, handler and target of the function, and where the figures come from. */
export function showHeader(header: HTMLElement, report: SizingReport): void {
  const { name, runtime, handler, architecture, template } = report.function;
  const facts = [runtime, handler, architecture, `target ${report.target}`, template, formatDate(report.created_at)];
  fill(
    header,
    el('div', { class: 'title' }, el('h1', {}, name), el('span', { class: `badge ${report.basis}` }, basisLabel(report))),
    el('ul', { class: 'facts muted' }, ...facts.filter((fact) => fact !== null).map((fact) => el('li', {}, fact))),
  );
}

/** The headline with its reason, and three figures beside what they are now. */
export function showSummary(section: HTMLElement, report: SizingReport, recommendation: Recommendation): void {
  const { current } = report;
  const same = current?.memory_mb === recommendation.memory_mb;
  const verdict = verdicts[report.verdict ?? 'clear'];
  fill(
    section,
    el(
      'div',
      { class: 'headline' },
      el('h2', { id: 'headline' }, headline(recommendation, same)),
      verdict === '' ? null : el('p', { class: 'verdict' }, verdict),
      el('p', { class: recommendation.feasible ? 'why' : 'why infeasible' }, recommendation.why),
      worth(report, recommendation),
    ),
    el(
      'dl',
      { class: 'tiles' },
      tile(
        'Memory',
        formatMemory(recommendation.memory_mb),
        [],
        current && !same ? `now ${formatMemory(current.memory_mb)}` : null,
      ),
      tile(
        'Duration',
        formatDuration(recommendation.duration_ms),
        [`90 %: ${formatInterval(recommendation.interval)}`, ...percentileTexts(report, recommendation.memory_mb)],
        current && !same ? before(speedText(recommendation.speedup), `now ${formatDuration(current.duration_ms)}`) : null,
      ),
      tile(
        'Cost',
        formatCostPerMillion(recommendation.cost_per_million_usd),
        ['per million calls'],
        current && !same
          ? before(costText(recommendation.saving), `now ${formatCostPerMillion(current.cost_per_million_usd)}`)
          : null,
      ),
    ),
  );
}

/** How sure the saving is, and when it has paid for the study; nothing where the report does not say. */
function worth(report: SizingReport, { saving, saving_interval, break_even_calls }: Recommendation): HTMLElement | null {
  const known = saving_interval !== undefined && saving !== null && report.current !== null;
  const interval = known ? savingText(saving_interval) : null;
  const paid =
    break_even_calls === undefined
      ? null
      : `Pays for this profile after ${Math.ceil(break_even_calls).toLocaleString('en-US')} calls.`;
  const text = [interval, paid].filter((sentence) => sentence !== null).join(' ');
  return text === '' ? null : el('p', { class: 'worth muted' }, text);
}

/** Bounds of 90 % of the belief in words: which way the cost goes, and by how much. */
function savingText([low, high]: Interval): string {
  if (low >= 0) return `Saves ${formatInterval([low, high], formatPercent)} of the cost (90 % interval).`;
  if (high <= 0) return `Costs ${formatInterval([-high, -low], formatPercent)} more (90 % interval).`;
  return `Between ${formatPercent(-low)} more and ${formatPercent(high)} less cost (90 % interval).`;
}

/** `p95: 61 ms`, `cold: 410 ms` where the curve knows them at this size. */
function percentileTexts({ curve }: SizingReport, memoryMb: number): string[] {
  const point = curve.find(({ memory_mb }) => memory_mb === memoryMb);
  return [
    ...(point?.percentiles === undefined ? [] : [`p95: ${formatDuration(point.percentiles.p95.duration_ms)}`]),
    ...(point?.cold === undefined ? [] : [`cold: ${formatDuration(point.cold.duration_ms)}`]),
  ];
}

function before(change: string, now: string): string {
  return change === '' ? now : `${change} · ${now}`;
}

/** Says the recommendation to a screen reader; a live region speaks when its text changes. */
export function announce(region: HTMLElement, recommendation: Recommendation, byHand: boolean): void {
  const { memory_mb, duration_ms, cost_per_million_usd } = recommendation;
  setText(
    region,
    `${byHand ? 'Chosen' : 'Recommended'}: ${formatMemory(memory_mb)}, ${formatDuration(duration_ms)}, ${formatCostPerMillion(cost_per_million_usd)}`,
  );
}

function headline(recommendation: Recommendation, same: boolean): string {
  return same ? `Keep ${formatMemory(recommendation.memory_mb)}` : `Use ${formatMemory(recommendation.memory_mb)}`;
}

function tile(name: string, value: string, details: readonly string[], change: string | null): HTMLElement {
  return el(
    'div',
    { class: 'tile' },
    el('dt', {}, name),
    el('dd', { class: 'value' }, value),
    ...details.map((detail) => el('dd', { class: 'detail muted' }, detail)),
    change === null ? null : el('dd', { class: 'change' }, change),
  );
}
