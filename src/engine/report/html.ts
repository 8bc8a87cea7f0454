import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SizingReport } from '../../protocol/sizing.ts';
import { packPoints, type RunPoints } from '../../protocol/trace-points.ts';
import type { TraceReport } from '../../protocol/tracing.ts';
import { assetPath } from '../assets.ts';

/** The report as one HTML file that opens from disk, offline. */
export function renderReportHtml(report: SizingReport): Promise<string> {
  return renderPage('sizing', `${report.function.name} – Reef sizing`, [{ id: 'reef-report', document: report }]);
}

/** A trace with all its readings as such a file; `traces` are its runs in their order. */
export function renderTraceHtml(report: TraceReport, traces: readonly RunPoints[]): Promise<string> {
  const points = traces.map((trace, run) => ({ id: `reef-points-${run}`, document: packPoints(trace) }));
  return renderPage('memory', `${report.subject} – Reef memory`, [{ id: 'reef-report', document: report }, ...points]);
}

type Embedded = { id: string; document: unknown };

/**
 * The page's own bundle and style sheet, and what it shows as data. The content security policy admits exactly these two by
 * hash, so nothing that a report holds can run.
 */
async function renderPage(page: 'sizing' | 'memory', title: string, data: readonly Embedded[]): Promise<string> {
  const [bundle, sheet] = await Promise.all([
    readFile(assetPath(`webview/${page}.js`), 'utf8'),
    readFile(assetPath(`webview/${page}.css`), 'utf8'),
  ]);
  const script = withoutTagEnds(bundle);
  const style = withoutTagEnds(sheet);
  const policy = `default-src 'none'; img-src data: blob:; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  const elements = data.map(({ id, document }) => `<script type="application/json" id="${id}">${escapeJson(document)}</script>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<main id="app"></main>
<noscript>This report draws itself with a script, which is switched off.</noscript>
${elements.join('\n')}
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that cannot end its element or open a comment in it: `<` is written as an escape. */
function escapeJson(document: unknown): string {
  return JSON.stringify(document).replaceAll('<', String.raw`\u003c`);
}

/** Keeps a bundle from ending its own element; in scripts and sheets these occur in strings only, where `\` changes nothing. */
function withoutTagEnds(source: string): string {
  return source.replaceAll(/<(?=\/(?:script|style)|!--)/gi, String.raw`\x3c`).replaceAll(/\r\n?/g, '\n');
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}
