import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVsCode, type VsCode } from '../../support/vscode.ts';

/** All that a VSIX of Reef may hold, as VS Code unpacks it; the first five are what vsce makes of the documents. */
const allowed = [
  /^\.vsixmanifest$/,
  /^(readme|changelog)\.md$/i,
  /^LICENSE\.txt$/,
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^l10n\/[\w.-]+\.json$/,
  /^media\/[\w/-]+\.(svg|png|md)$/,
  /^dist\/(extension|server)\/main\.js$/,
  /^dist\/chunks\/[\w-]+\.js$/,
  /^dist\/webview\/\w+\.(js|css)$/,
  /^dist\/shims\/[\w-]+\.(mjs|py)$/,
  /^dist\/native\/better_sqlite3\.node$/,
  /^dist\/native\/esbuild(\.exe)?$/,
  /^schemas\/reef\.schema\.json$/,
  /^dist\/native\/reef-tracer-(x86_64|arm64)$/,
  /^dist\/wasm\/tree-sitter(-\w+)?\.wasm$/,
];

describe('the VSIX', () => {
  let code: VsCode;
  let installed: string;
  let files: string[];

  beforeAll(async () => {
    code = await startVsCode({ workspace: 'empty' });
    const extensions = join(code.profile, 'extensions');
    const folder = (await readdir(extensions)).find((name) => name.startsWith('reef.reef-'));
    if (folder === undefined) throw new Error('VS Code did not install the VSIX');
    installed = join(extensions, folder);
    const entries = await readdir(installed, { recursive: true, withFileTypes: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed, join(entry.parentPath, entry.name)).split(sep).join('/'));
  });
  afterAll(async () => code?.stop());

  test('holds only what Reef needs', () => {
    expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
  });

  test('holds what the manifest and the engine name', async () => {
    const manifest = await readFile(join(installed, 'package.json'), 'utf8');
    const media = [...manifest.matchAll(/"(media\/[^"]+)"/g)].map((match) => match[1]);
    expect(media.length).toBeGreaterThan(0);
    const engine = ['dist/server/main.js', 'dist/native/better_sqlite3.node', 'dist/shims/node.mjs', 'dist/shims/python.py'];
    const tracers = ['x86_64', 'arm64'].map((machine) => `dist/native/reef-tracer-${machine}`);
    const esbuild = `dist/native/esbuild${process.platform === 'win32' ? '.exe' : ''}`;
    const { yamlValidation } = (JSON.parse(manifest) as { contributes: { yamlValidation: { url: string }[] } }).contributes;
    const schemas = yamlValidation.map(({ url }) => url.replace('./', ''));
    expect(files).toEqual(
      expect.arrayContaining([
        ...media,
        ...engine,
        ...tracers,
        ...schemas,
        esbuild,
        'dist/extension/main.js',
        'dist/webview/sizing.js',
      ]),
    );
  });
});
