import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SizingReport } from '../../protocol/sizing.ts';
import type { RunPoints } from '../../protocol/trace-points.ts';
import type { TraceReport } from '../../protocol/tracing.ts';
import { renderReportHtml, renderTraceHtml } from './html.ts';

/** Writes the report as a self-contained page, making folders as needed; returns the absolute path. */
export async function writeReportPage(report: SizingReport, file: string): Promise<string> {
  return writePage(await renderReportHtml(report), file);
}

/** Writes a trace with all its readings in the same way. */
export async function writeTracePage(report: TraceReport, traces: readonly RunPoints[], file: string): Promise<string> {
  return writePage(await renderTraceHtml(report, traces), file);
}

async function writePage(html: string, file: string): Promise<string> {
  const path = resolve(file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, html);
  return path;
}
