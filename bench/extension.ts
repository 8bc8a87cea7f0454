/** What Reef costs a VS Code window: activation in the extension host, and the size of what is installed. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { packageVsix, packagedFiles } from '../scripts/package.ts';
import { startVsCode, type VsCode } from '../test/support/vscode.ts';
import type { Workbench } from '../test/support/workbench.ts';
import type { Table } from './table.ts';

const root = join(import.meta.dirname, '..');
const windows = 5;
/** Pages of the list of running extensions, at the most. */
const mostPages = 10;

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  displayName: string;
  engines: Record<string, string>;
  activationEvents?: string[];
};

/** An extension that does nothing, activated by what activates Reef: the floor of both figures. */
async function makeEmptyVsix(folder: string): Promise<string> {
  await mkdir(folder);
  const empty = {
    name: 'empty',
    displayName: 'Empty',
    publisher: 'bench',
    version: '0.0.1',
    license: 'MIT',
    type: 'module',
    main: './main.js',
    engines: { vscode: manifest.engines['vscode'] },
    activationEvents: ['onStartupFinished', ...(manifest.activationEvents ?? [])],
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(empty));
  await writeFile(join(folder, 'main.js'), 'export function activate() {}\n');
  await writeFile(join(folder, 'LICENSE'), 'MIT\n');
  await writeFile(join(folder, 'README.md'), '# Empty\n');
  const packagePath = join(folder, 'empty.vsix');
  await createVSIX({ cwd: folder, packagePath, dependencies: false, allowMissingRepository: true });
  return packagePath;
}

/** Loading its code and calling `activate`, ms, as VS Code's own list of running extensions gives it. */
async function activationMs(workbench: Workbench, name: string): Promise<number> {
  const row = workbench.page.locator('.runtime-extensions-editor .extension').filter({
    has: workbench.page.locator('.name', { hasText: new RegExp(`^${name}$`) }),
  });
  // The list holds only the rows in view.
  const list = workbench.page.locator('.runtime-extensions-editor .monaco-list').first();
  await list.focus();
  await workbench.page.keyboard.press('Home');
  for (let i = 0; i < mostPages && !(await row.isVisible()); i++) {
    await workbench.page.keyboard.press('PageDown');
    await workbench.page.waitForTimeout(300);
  }
  const text = await row.locator('.activation-time').innerText();
  const match = /(\d+)\s*ms/.exec(text);
  if (match?.[1] === undefined) throw new Error(`No activation time in: ${text}`);
  return Number(match[1]);
}

type Activation = { reefMs: number; emptyMs: number };

/** Each window has an extension host of its own, and so activates both extensions anew. */
async function activateInNewWindow(code: VsCode): Promise<Activation> {
  const workbench = await code.open();
  try {
    await workbench.openActivity(manifest.displayName);
    await workbench
      .treeItem(/template\.ya?ml/)
      .first()
      .waitFor();
    await workbench.runCommand('Developer: Show Running Extensions');
    await workbench.page.locator('.runtime-extensions-editor .extension').first().waitFor();
    return { reefMs: await activationMs(workbench, manifest.displayName), emptyMs: await activationMs(workbench, 'Empty') };
  } finally {
    await workbench.page.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function activationTable(reefVsix: string, emptyVsix: string): Promise<Table> {
  process.env['REEF_VSIX'] = reefVsix;
  const code = await startVsCode({ workspace: 'examples', besides: [emptyVsix] });
  const activations: Activation[] = [];
  try {
    for (let i = 0; i < windows; i++) activations.push(await activateInNewWindow(code));
  } finally {
    await code.stop();
  }
  const reef = activations.map(({ reefMs }) => reefMs);
  const empty = activations.map(({ emptyMs }) => emptyMs);
  const row = (name: string, values: number[]): string[] => [
    name,
    `${median(values)}`,
    `${Math.min(...values)}–${Math.max(...values)}`,
    `×${(median(values) / Math.max(median(empty), 1)).toFixed(1)}`,
  ];
  return {
    title: 'Activation in the extension host',
    columns: ['extension', 'median ms', 'range ms', 'to floor'],
    rows: [row('Reef', reef), row('empty extension (floor)', empty)],
    notes: [
      `${windows} windows, both extensions in each; loading the code and calling activate, as VS Code lists it. Aim: at most 50 ms.`,
    ],
  };
}

const sizeOf = async (file: string): Promise<number> => (await stat(file)).size;
const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(0);

async function sizeTable(reefVsix: string, emptyVsix: string): Promise<Table> {
  const files = await packagedFiles();
  const sizes = await Promise.all(files.map(async (file) => ({ file, bytes: await sizeOf(join(root, file)) })));
  const sum = (matches: (file: string) => boolean): number =>
    sizes.filter(({ file }) => matches(file)).reduce((total, { bytes }) => total + bytes, 0);
  const isBinary = (file: string): boolean => /\.(node|wasm)$/.test(file);
  const total = sum(() => true);
  const share = (bytes: number): string => `${((100 * bytes) / total).toFixed(0)} %`;
  const part = (name: string, bytes: number): string[] => [name, kilobytes(bytes), share(bytes)];
  return {
    title: 'Size of the extension',
    columns: ['part', 'kB', 'of all'],
    rows: [
      part('all files, uncompressed', total),
      part('SQLite and grammars (floor: binaries of others)', sum(isBinary)),
      part(
        'bundles of the host and the engine',
        sum((file) => /^dist\/(extension|server|chunks)\//.test(file)),
      ),
      part(
        'pages',
        sum((file) => file.startsWith('dist/webview/')),
      ),
      ['VSIX, compressed', kilobytes(await sizeOf(reefVsix)), ''],
      ['VSIX of an empty extension (floor)', kilobytes(await sizeOf(emptyVsix)), ''],
    ],
    notes: [`${files.length} files.`],
  };
}

async function run(): Promise<Table[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-bench-'));
  try {
    const reefVsix = await packageVsix();
    const emptyVsix = await makeEmptyVsix(join(folder, 'empty'));
    return [await activationTable(reefVsix, emptyVsix), await sizeTable(reefVsix, emptyVsix)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const bench = { name: 'extension', summary: 'activation in the extension host, size of the VSIX', run };
