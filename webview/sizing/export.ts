import { exported } from '../../src/engine/exchange/export.ts';
import { renderReportMarkdown } from '../../src/engine/report/markdown.ts';
import type { SizingPageToHost } from '../../src/protocol/panel.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import type { Host } from '../shared/host.ts';
import { framedPicture } from '../shared/picture.ts';
import { bytesOf, download, fileStem } from '../shared/save-file.ts';
import type { SizingChart } from './chart.ts';
import { basisLabel } from './texts.ts';

/** The chart and the canvas that it draws on. */
export type ChartPicture = { canvas: HTMLCanvasElement; chart: SizingChart };

export type ExportFormat = 'png' | 'csv' | 'json' | 'power-tuning';
export type CopyFormat = 'markdown' | 'power-tuning-url';

type FileFormat = Exclude<ExportFormat, 'power-tuning'>;

const mediaTypes: Record<FileFormat, string> = { png: 'image/png', csv: 'text/csv', json: 'application/json' };

/** Hands a file to VS Code, which asks where to save it; a page in a browser downloads it. */
export function exportFile(
  host: Host<SizingPageToHost>,
  format: ExportFormat,
  report: SizingReport,
  recommendation: Recommendation,
  chart: ChartPicture,
): void {
  const extension = format === 'power-tuning' ? 'json' : format;
  const suggestedName = `${fileStem(report.function.name)}-${format === 'power-tuning' ? format : 'sizing'}.${extension}`;
  const content = contentOf(format, report, recommendation, chart);
  if (host.kind === 'vscode') host.post({ type: 'export', format: extension, suggestedName, content });
  else download(suggestedName, mediaTypes[extension], format === 'png' ? bytesOf(content) : content);
}

function contentOf(format: ExportFormat, report: SizingReport, recommendation: Recommendation, chart: ChartPicture): string {
  if (format === 'png') return picture(report, recommendation, chart);
  return exported(report, format);
}

/** Puts the report on the clipboard in a form that others read. */
export function copyAs(host: Host<SizingPageToHost>, format: CopyFormat, report: SizingReport): void {
  const text = format === 'markdown' ? renderReportMarkdown(report) : exported(report, format).trim();
  if (host.kind === 'vscode') host.post({ type: 'copy', text });
  else void navigator.clipboard.writeText(text);
}

/** The chart with a title that says what it is. */
function picture(report: SizingReport, recommendation: Recommendation, { canvas, chart }: ChartPicture): string {
  const title = `${report.function.name} · ${basisLabel(report)}`;
  return framedPicture(canvas, title, pictureCaption(recommendation), (draw) => chart.withLegend(draw));
}

function pictureCaption({ memory_mb, duration_ms, cost_per_million_usd }: Recommendation): string {
  const figures = [formatMemory(memory_mb), formatDuration(duration_ms), formatCostPerMillion(cost_per_million_usd)];
  return `Recommended: ${figures.join(' · ')}`;
}
