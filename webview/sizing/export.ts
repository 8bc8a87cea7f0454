import { exported } from '../../src/engine/exchange/export.ts';
import { renderReportMarkdown } from '../../src/engine/report/markdown.ts';
import type { SizingPageToHost } from '../../src/protocol/panel.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import { el } from '../shared/dom.ts';
import type { Host } from '../shared/host.ts';
import { readTheme } from '../shared/theme.ts';
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

/** The chart as PNG in base64, with a title that says what it is, on the page's own background. */
function picture(report: SizingReport, recommendation: Recommendation, { canvas: chart, chart: drawn }: ChartPicture): string {
  const theme = readTheme();
  const scale = chart.width / chart.clientWidth;
  const margin = 16 * scale;
  const line = theme.fontSize * 1.6 * scale;
  const canvas = el('canvas', { width: chart.width + 2 * margin, height: chart.height + 2 * margin + 2.5 * line });
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw the picture');
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = theme.foreground;
  context.font = `600 ${theme.fontSize * 1.2 * scale}px ${theme.fontFamily}`;
  context.fillText(`${report.function.name} · ${basisLabel(report)}`, margin, margin + line * 0.7, chart.width);
  context.fillStyle = theme.muted;
  context.font = `${theme.fontSize * scale}px ${theme.fontFamily}`;
  context.fillText(pictureCaption(recommendation), margin, margin + line * 1.7, chart.width);
  drawn.withLegend(() => context.drawImage(chart, margin, margin + 2.5 * line));
  return canvas.toDataURL(mediaTypes.png).replace(/^data:.*?,/, '');
}

function pictureCaption({ memory_mb, duration_ms, cost_per_million_usd }: Recommendation): string {
  const figures = [formatMemory(memory_mb), formatDuration(duration_ms), formatCostPerMillion(cost_per_million_usd)];
  return `Recommended: ${figures.join(' · ')}`;
}

function download(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  el('a', { href: url, download: name }).click();
  // The browser reads the blob after the click returns.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
}

/** A name that every file system takes. */
function fileStem(name: string): string {
  const stem = name
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return stem === '' ? 'function' : stem;
}
