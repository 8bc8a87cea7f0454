import type { Chart, Point } from 'chart.js';
import { formatCostPerMillion, formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import { datasetIndex } from './chart-data.ts';

/**
 * Arrow keys, Home and End walk along the drawn curve with the tooltip; Escape hides it. Each step is spoken.
 * `startIndex` is where the first step goes.
 */
export function walkWithKeys(chart: Chart<'line', Point[]>, startIndex: () => number, speak: (text: string) => void): void {
  let index: number | null = null;
  const pointsOf = (dataset: number): Point[] => chart.data.datasets[dataset]?.data ?? [];

  function showTooltip(): void {
    const datasets = index === null ? [] : [datasetIndex.duration, datasetIndex.cost];
    const items = datasets.map((datasetIndex) => ({ datasetIndex, index: index ?? 0 }));
    chart.setActiveElements(items);
    chart.tooltip?.setActiveElements(items, { x: 0, y: 0 });
    chart.update('none');
  }

  chart.canvas.addEventListener('keydown', (event) => {
    const next = nextIndex(event.key, index, startIndex(), pointsOf(datasetIndex.duration).length - 1);
    if (next === undefined) return;
    event.preventDefault();
    index = next;
    showTooltip();
    const duration = pointsOf(datasetIndex.duration)[index ?? -1];
    const cost = pointsOf(datasetIndex.cost)[index ?? -1];
    // Every point of the curve has a size, a duration and a cost above zero.
    if (!duration?.x || !duration.y || !cost?.y) return;
    speak([formatMemory(duration.x), formatDuration(duration.y), formatCostPerMillion(cost.y)].join(', '));
  });
  chart.canvas.addEventListener('blur', () => {
    index = null;
    showTooltip();
  });
}

/** Undefined for keys that mean nothing here, null for none. */
function nextIndex(key: string, index: number | null, start: number, last: number): number | null | undefined {
  switch (key) {
    case 'ArrowRight':
      return index === null ? start : Math.min(index + 1, last);
    case 'ArrowLeft':
      return index === null ? start : Math.max(index - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}
