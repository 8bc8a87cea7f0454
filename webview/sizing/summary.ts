import {
  formatCostPerMillion,
  formatDuration,
  formatFactor,
  formatInterval,
  formatMemory,
  formatPercent,
} from '../../src/engine/format/format.ts';
import type { FigureAtSize, Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import { basisLabel } from './texts.ts';

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
export function showSummary(section: HTMLElement, recommendation: Recommendation, current: FigureAtSize | null): void {
  const same = current?.memory_mb === recommendation.memory_mb;
  fill(
    section,
    el(
      'div',
      { class: 'headline' },
      el('h2', { id: 'headline' }, headline(recommendation, same)),
      el('p', { class: recommendation.feasible ? 'why' : 'why infeasible' }, recommendation.why),
    ),
    el(
      'dl',
      { class: 'tiles' },
      tile(
        'Memory',
        formatMemory(recommendation.memory_mb),
        null,
        current && !same ? `now ${formatMemory(current.memory_mb)}` : null,
      ),
      tile(
        'Duration',
        formatDuration(recommendation.duration_ms),
        `90 %: ${formatInterval(recommendation.interval)}`,
        current && !same ? `${speedText(recommendation.speedup)}now ${formatDuration(current.duration_ms)}` : null,
      ),
      tile(
        'Cost',
        formatCostPerMillion(recommendation.cost_per_million_usd),
        'per million calls',
        current && !same ? `${costText(recommendation.saving)}now ${formatCostPerMillion(current.cost_per_million_usd)}` : null,
      ),
    ),
  );
}

/** Says the recommendation to a screen reader; a live region speaks when its text changes. */
export function announce(region: HTMLElement, recommendation: Recommendation): void {
  const { memory_mb, duration_ms, cost_per_million_usd } = recommendation;
  setText(
    region,
    `Recommended: ${formatMemory(memory_mb)}, ${formatDuration(duration_ms)}, ${formatCostPerMillion(cost_per_million_usd)}`,
  );
}

function headline(recommendation: Recommendation, same: boolean): string {
  return same ? `Keep ${formatMemory(recommendation.memory_mb)}` : `Use ${formatMemory(recommendation.memory_mb)}`;
}

function tile(name: string, value: string, detail: string | null, change: string | null): HTMLElement {
  return el(
    'div',
    { class: 'tile' },
    el('dt', {}, name),
    el('dd', { class: 'value' }, value),
    detail === null ? null : el('dd', { class: 'detail muted' }, detail),
    change === null ? null : el('dd', { class: 'change' }, change),
  );
}

function speedText(speedup: number | null): string {
  if (speedup === null || Math.abs(speedup - 1) < 0.05) return '';
  return speedup > 1 ? `${formatFactor(speedup)} faster · ` : `${formatFactor(1 / speedup)} slower · `;
}

function costText(saving: number | null): string {
  if (saving === null || Math.abs(saving) < 0.005) return '';
  return saving > 0 ? `${formatPercent(saving)} less · ` : `${formatPercent(-saving)} more · `;
}

function formatDate(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
