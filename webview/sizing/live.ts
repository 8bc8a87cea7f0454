import { formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import type { HostToSizingPage } from '../../src/protocol/panel.ts';
import { median } from '../../src/engine/numerics/statistics.ts';
import type { SamplePoint } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import { kindOf } from './attempts.ts';
import { createLiveChart } from './live-chart.ts';

export type LiveMessage = Extract<HostToSizingPage, { type: 'live' }>;

export type LiveView = {
  readonly element: HTMLElement;
  /** Takes the next attempts; the element is in the document. */
  update(message: LiveMessage): void;
  /** Draws anew, after the theme changed. */
  redraw(): void;
};

/** A study under way: how far it is, its attempts as they arrive, and a button that ends it. */
export function createLiveView(onCancel: () => void): LiveView {
  const name = el('h1');
  const target = el('span', { class: 'badge' });
  const progress = el('progress', { 'aria-label': 'Calls made' });
  const message = el('p', { class: 'muted' });
  const cancel = el('button', { type: 'button', id: 'cancel' }, 'Cancel');
  const canvas = el('canvas', { role: 'img', tabindex: 0, 'aria-describedby': 'live-sizes' });
  const chart = createLiveChart(canvas);
  const rows = el('tbody');
  let points: SamplePoint[] = [];
  let total = 0;
  cancel.addEventListener('click', () => {
    cancel.disabled = true;
    onCancel();
  });

  return {
    element: el(
      'section',
      { class: 'live', 'aria-label': 'Study under way' },
      el('div', { class: 'title' }, name, target),
      el('div', { class: 'progress' }, progress, cancel),
      message,
      el('div', { class: 'chart' }, canvas),
      chart.legend,
      el(
        'table',
        { id: 'live-sizes', 'aria-label': 'What was measured so far' },
        el(
          'thead',
          {},
          el('tr', {}, ...['Memory', 'Warm calls', 'Median', 'Cold', 'Failed'].map((head) => el('th', { scope: 'col' }, head))),
        ),
        rows,
      ),
    ),
    update(next) {
      // Attempts that came before the page was there follow with its first message.
      if (next.first > points.length) return;
      if (next.first === 0) cancel.disabled = false;
      points = [...points.slice(0, next.first), ...next.points];
      total = next.total;
      setText(name, next.functionName);
      setText(target, `Measuring on ${next.target}`);
      setText(message, next.message);
      progress.max = Math.max(1, next.total);
      progress.value = next.done;
      fill(rows, ...sizeRows(points));
      canvas.setAttribute('aria-label', `Attempts so far: ${points.length}. The table below holds them by size.`);
      chart.show(points, total);
    },
    redraw: () => chart.show(points, total),
  };
}

function sizeRows(points: readonly SamplePoint[]): HTMLElement[] {
  const bySize = [...Map.groupBy(points, ({ memory_mb }) => memory_mb)];
  return bySize
    .toSorted(([a], [b]) => (a ?? 0) - (b ?? 0))
    .map(([memoryMb, attempts]) => {
      const of = (kind: ReturnType<typeof kindOf>): SamplePoint[] => attempts.filter((attempt) => kindOf(attempt) === kind);
      const cells = [of('warm').length, medianText(of('warm')), of('cold').length, of('failed').length];
      return el(
        'tr',
        {},
        el('th', { scope: 'row' }, memoryMb === null ? 'full speed' : formatMemory(memoryMb)),
        ...cells.map((cell) => el('td', {}, String(cell))),
      );
    });
}

function medianText(attempts: readonly SamplePoint[]): string {
  const durations = attempts.map(({ duration_ms }) => duration_ms).filter((duration) => duration !== null);
  return durations.length === 0 ? '–' : formatDuration(median(durations));
}
