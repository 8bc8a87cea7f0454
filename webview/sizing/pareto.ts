import { formatCostPerMillion, formatDuration, formatFactor, formatMemory } from '../../src/engine/format/format.ts';
import { compare, figureAt } from '../../src/engine/studies/sizing/objective.ts';
import type { ParetoPoint, Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, setText } from '../shared/dom.ts';
import { costText, speedText } from './texts.ts';

export type ParetoSlider = {
  readonly element: HTMLElement;
  show(report: SizingReport, recommendation: Recommendation): void;
};

/** Walks from the cheapest to the fastest of the sizes that no other beats in both cost and duration. */
export function createPareto(onChoose: (memoryMb: number) => void): ParetoSlider {
  const slider = el('input', { type: 'range', id: 'pareto', min: 0, step: 1, 'aria-describedby': 'pareto-figures' });
  const figures = el('output', { for: 'pareto', id: 'pareto-figures' });
  let points: ParetoPoint[] = [];
  slider.addEventListener('input', () => {
    const point = points[slider.valueAsNumber];
    if (point !== undefined) onChoose(point.memory_mb);
  });

  return {
    element: el(
      'div',
      { class: 'control pareto' },
      el('div', { class: 'pareto-title' }, el('label', { for: 'pareto', class: 'muted' }, 'Trade cost for speed'), figures),
      el(
        'div',
        { class: 'slider' },
        el('span', { class: 'muted', 'aria-hidden': 'true' }, 'cheapest'),
        slider,
        el('span', { class: 'muted', 'aria-hidden': 'true' }, 'fastest'),
      ),
    ),
    show(report, recommendation) {
      points = report.pareto ?? [];
      const index = nearest(points, recommendation.memory_mb);
      const point = points[index];
      this.element.hidden = points.length < 2 || point === undefined;
      if (point === undefined) return;
      slider.max = String(points.length - 1);
      slider.value = String(index);
      const text = paretoText(report, point);
      slider.setAttribute('aria-valuetext', text);
      setText(figures, text);
    },
  };
}

/** `1024 MB · 41 ms · $0.83/M: costs 12 % more than now, ×1.9 faster than now`; without a current size, against the cheapest. */
export function paretoText(report: SizingReport, point: ParetoPoint): string {
  const { memory_mb, duration_ms, cost_per_million_usd } = point;
  const size = [formatMemory(memory_mb), formatDuration(duration_ms), formatCostPerMillion(cost_per_million_usd)].join(' · ');
  const figure = figureAt(report.curve, memory_mb);
  if (report.current?.memory_mb === memory_mb) return `${size}: as now`;
  if (report.current === null || figure === null) {
    return `${size}: ×${point.cost_ratio.toFixed(2)} the cost of the cheapest, ${formatFactor(point.speedup)} as fast`;
  }
  const { saving, speedup } = compare(figure, report.current);
  const cost =
    saving === null
      ? 'its cost differs within the noise'
      : costText(saving) === ''
        ? 'costs as now'
        : `costs ${costText(saving)} than now`;
  const speed = speedText(speedup);
  return `${size}: ${[cost, speed && `${speed} than now`].filter(Boolean).join(', ')}`;
}

/** Index of the point whose size is nearest, by ratio. */
function nearest(points: readonly ParetoPoint[], memoryMb: number): number {
  const distance = (point: ParetoPoint): number => Math.abs(Math.log(point.memory_mb / memoryMb));
  return points.reduce((best, point, index) => (distance(point) < distance(points[best] ?? point) ? index : best), 0);
}
