/** What the page of a sizing panel is made of; URIs as the webview sees them. */
export type SizingPageParts = {
  nonce: string;
  /** Source from which a webview may load local files. */
  cspSource: string;
  script: string;
  style: string;
  folder: string;
  runId: string;
  title: string;
  language: string;
};

/** The page around the report: nothing but Reef's own script and style may load. */
export function sizingHtml({ nonce, cspSource, script, style, folder, runId, title, language }: SizingPageParts): string {
  const policy = [
    "default-src 'none'",
    `img-src ${cspSource} data: blob:`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escapeHtml(title)}</title>
  <link rel="stylesheet" href="${escapeHtml(style)}">
</head>
<body data-folder="${escapeHtml(folder)}" data-run-id="${escapeHtml(runId)}">
  <main id="app"></main>
  <script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
