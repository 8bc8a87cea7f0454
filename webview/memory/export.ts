import { samplesCsv, samplesNdjson } from '../../src/engine/exchange/trace/samples.ts';
import type { Trace } from '../../src/engine/studies/tracing/trace.ts';
import { traceSvg } from '../../src/engine/report/trace-svg.ts';
import type { MemoryExportFormat, MemoryPageToHost } from '../../src/protocol/memory-panel.ts';
import type { TraceReport } from '../../src/protocol/tracing.ts';
import { el } from '../shared/dom.ts';
import type { Host } from '../shared/host.ts';
import { framedPicture } from '../shared/picture.ts';
import { bytesOf, download, fileStem } from '../shared/save-file.ts';
import type { MemoryChart } from './chart.ts';

const formats: Record<MemoryExportFormat, { name: string; mediaType: string }> = {
  png: { name: 'PNG', mediaType: 'image/png' },
  svg: { name: 'SVG', mediaType: 'image/svg+xml' },
  csv: { name: 'CSV', mediaType: 'text/csv' },
  json: { name: 'JSON', mediaType: 'application/json' },
  ndjson: { name: 'NDJSON', mediaType: 'application/x-ndjson' },
};

/** What is exported: the report, the run looked at, and the chart as it stands. */
export type Exported = { report: TraceReport; trace: Trace; run: number; canvas: HTMLCanvasElement; chart: MemoryChart };

/** The page's export buttons. Readings are exported whole, never thinned out. */
export function createExports(onExport: (format: MemoryExportFormat) => void): HTMLElement {
  return el(
    'div',
    { class: 'exports', role: 'group', 'aria-label': 'Export' },
    el('span', { class: 'muted', 'aria-hidden': 'true' }, 'Export'),
    ...(Object.entries(formats) as [MemoryExportFormat, { name: string }][]).map(([format, { name }]) => {
      const button = el('button', { type: 'button', class: 'quiet', 'aria-label': `Export ${name}` }, name);
      button.addEventListener('click', () => onExport(format));
      return button;
    }),
  );
}

/** Hands a file to VS Code, which asks where to save it; a page in a browser downloads it. */
export function exportMemory(host: Host<MemoryPageToHost>, format: MemoryExportFormat, exported: Exported): void {
  const { report, run } = exported;
  const part = report.runs.length > 1 && format !== 'json' ? `-run-${run + 1}` : '';
  const suggestedName = `${fileStem(report.subject)}-memory${part}.${format}`;
  const content = contentOf(format, exported);
  if (host.kind === 'vscode') host.post({ type: 'export', format, suggestedName, content });
  else download(suggestedName, formats[format].mediaType, format === 'png' ? bytesOf(content) : content);
}

function contentOf(format: MemoryExportFormat, { report, trace, run, canvas, chart }: Exported): string {
  const contents: Record<MemoryExportFormat, () => string> = {
    json: () => `${JSON.stringify(report, null, 2)}\n`,
    csv: () => [...samplesCsv(trace)].join(''),
    ndjson: () => [...samplesNdjson(trace)].join(''),
    svg: () => traceSvg({ title: report.subject, traces: [trace], hull: report.hull, ...chart.span() }),
    png: () => framedPicture(canvas, report.subject, `Memory of run ${run + 1}`, (draw) => chart.withLegend(draw)),
  };
  return contents[format]();
}
