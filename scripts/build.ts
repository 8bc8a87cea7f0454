/**
 * Bundles Reef into dist/: the three fronts (ES modules with shared chunks), the pages, the memory tracer, and the files they
 * need.
 * Usage: node scripts/build.ts [--target linux-x64]
 */
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { esbuildProgram } from './esbuild-program.ts';
import { buildTracer } from './tracer.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

const { values } = parseArgs({ options: { target: { type: 'string', default: `${process.platform}-${process.arch}` } } });

/** The Docker client speaks gRPC for BuildKit sessions only, which Reef does not open. */
const withoutGrpc: Plugin = {
  name: 'without-grpc',
  setup(build) {
    build.onResolve({ filter: /^@grpc\// }, ({ path }) => ({ path, namespace: 'without-grpc' }));
    build.onLoad({ filter: /.*/, namespace: 'without-grpc' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const node: BuildOptions = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: 'linked',
  sourcesContent: false,
  minify: true,
  keepNames: true,
  plugins: [withoutGrpc],
  // Native speed-ups of the SSH client, which it does without.
  external: ['*.node', 'cpu-features'],
  // Bundled CommonJS dependencies call require for Node's own modules; some ask for their file or folder.
  banner: {
    js: [
      "import { createRequire as reefCreateRequire } from 'node:module';",
      'const require = reefCreateRequire(import.meta.url);',
      'const __filename = import.meta.filename;',
      'const __dirname = import.meta.dirname;',
    ].join(' '),
  },
  logLevel: 'warning',
};

const page: BuildOptions = {
  absWorkingDir: root,
  outdir: join(dist, 'webview'),
  bundle: true,
  platform: 'browser',
  target: 'chrome128',
  format: 'iife',
  minify: true,
  logLevel: 'warning',
};

async function copyAssets(target: string): Promise<void> {
  const assets: [from: string, to: string][] = [
    ['src/engine/runtime/shims', 'shims'],
    [`node_modules/better-sqlite3/prebuilds/${target}.node`, 'native/better_sqlite3.node'],
    [esbuildProgram(target), `native/esbuild${target.startsWith('win32-') ? '.exe' : ''}`],
    ['node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.wasm', 'wasm/tree-sitter.wasm'],
    ...['javascript', 'typescript', 'tsx', 'python'].map((grammar): [string, string] => [
      `node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${grammar}.wasm`,
      `wasm/tree-sitter-${grammar}.wasm`,
    ]),
    ['node_modules/@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm', 'wasm/tree-sitter-terraform.wasm'],
  ];
  for (const [from, to] of assets) {
    await mkdir(dirname(join(dist, to)), { recursive: true });
    await cp(join(root, from), join(dist, to), { recursive: true });
  }
}

await rm(dist, { recursive: true, force: true });
await Promise.all([
  copyAssets(values.target),
  buildTracer(join(dist, 'native')),
  build({ ...node, entryPoints: { 'cli/main': 'src/cli/main.ts', 'server/main': 'src/server/main.ts' } }),
  build({ ...node, entryPoints: { 'extension/main': 'src/extension/main.ts' }, external: ['vscode', ...(node.external ?? [])] }),
  build({ ...page, entryPoints: { sizing: 'webview/sizing/main.ts', memory: 'webview/memory/main.ts' } }),
]);
