import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SizingReport } from '../../protocol/sizing.ts';
import { renderReportHtml } from './html.ts';

/** Writes the report as a self-contained page, making folders as needed; returns the absolute path. */
export async function writeReportPage(report: SizingReport, file: string): Promise<string> {
  const path = resolve(file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await renderReportHtml(report));
  return path;
}
