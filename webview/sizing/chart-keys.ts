import type { Chart, Point } from 'chart.js';
import { formatCostPerMillion, formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import type { Row } from '../../src/engine/report/rows.ts';
import { datasetIndex } from './chart-data.ts';

/** Arrow keys, Home and End walk along the curve with the tooltip; Escape hides it. Each step is spoken. */
export function walkWithKeys(chart: Chart<'line', Point[]>, rows: () => Row[], speak: (text: string) => void): void {
  let index: number | null = null;

  function showTooltip(): void {
    const items =
      index === null
        ? []
        : [
            { datasetIndex: datasetIndex.duration, index },
            { datasetIndex: datasetIndex.cost, index },
          ];
    chart.setActiveElements(items);
    chart.tooltip?.setActiveElements(items, { x: 0, y: 0 });
    chart.update('none');
  }

  chart.canvas.addEventListener('keydown', (event) => {
    const next = nextIndex(event.key, index, rows());
    if (next === undefined) return;
    event.preventDefault();
    index = next;
    showTooltip();
    const row = index === null ? undefined : rows()[index];
    if (row === undefined) return;
    speak(
      [formatMemory(row.memory_mb), formatDuration(row.duration_ms), formatCostPerMillion(row.cost_per_million_usd)].join(', '),
    );
  });
  chart.canvas.addEventListener('blur', () => {
    index = null;
    showTooltip();
  });
}

/** Undefined for keys that mean nothing here. The first step starts at the recommended size. */
function nextIndex(key: string, index: number | null, rows: Row[]): number | null | undefined {
  const last = rows.length - 1;
  const start = rows.findIndex((row) => row.marks.includes('recommended'));
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
