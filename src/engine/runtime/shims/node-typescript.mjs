/** TypeScript handlers: types are stripped when a file is loaded, and imports find `x.ts` where the source says `./x` or `./x.js`. */
import { runtimeError } from './node-errors.mjs';
import { require } from './node-require.mjs';

const { existsSync, readFileSync, statSync } = require('node:fs');
const module = require('node:module');
const { extname } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const vm = require('node:vm');

export function isTypeScript(path) {
  return /\.[mc]?ts$/.test(path);
}

export function installTypeScript() {
  if (module.stripTypeScriptTypes === undefined || module.registerHooks === undefined) {
    const why = `A TypeScript handler needs Node 22.15 or later, and this is ${process.version}: set reef.node.path to a newer one, or build the function to JavaScript first.`;
    throw runtimeError('Runtime.TypeScriptUnsupported', why);
  }
  module.registerHooks({ resolve: resolveHook, load: loadHook });
  return { formatOf: (path) => transpile(path).format };
}

function resolveHook(specifier, context, next) {
  try {
    return next(specifier, context);
  } catch (error) {
    const file =
      context.parentURL?.startsWith('file:') && /^\.\.?\//.test(specifier) && findSource(new URL(specifier, context.parentURL));
    if (!file) throw error;
    return next(pathToFileURL(file).href, context);
  }
}

/** `./x` → `x.ts`, `x.js`, `x/index.ts` …; `./x.js` → `x.ts`. */
function findSource(url) {
  const path = fileURLToPath(url);
  const written = extname(path);
  const asTypeScript = /^\.[mc]?js$/.test(written) ? [path.slice(0, -written.length) + written.replace('js', 'ts')] : [];
  const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
  const candidates = [...asTypeScript, ...endings.map((end) => path + end), ...endings.map((end) => `${path}/index${end}`)];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

function loadHook(url, context, next) {
  if (!url.startsWith('file:') || !isTypeScript(url)) return next(url, context);
  return { ...transpile(fileURLToPath(url)), shortCircuit: true };
}

function transpile(path) {
  const source = strip(readFileSync(path, 'utf8'), path);
  return { format: formatOf(path, source), source };
}

function strip(source, path) {
  // Node says at each use that this is experimental: not something to print among the function's own lines.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    try {
      return module.stripTypeScriptTypes(source, { mode: 'strip', sourceUrl: path });
    } catch (error) {
      // Enums, namespaces and parameter properties are not only types.
      if (error?.code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') throw error;
      return module.stripTypeScriptTypes(source, { mode: 'transform', sourceMap: true, sourceUrl: path });
    }
  } catch (error) {
    throw runtimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message} (${path})`, error);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** TypeScript writes `import` for both kinds: what does not compile as CommonJS is an ES module. */
function formatOf(path, source) {
  if (path.endsWith('.mts')) return 'module';
  if (path.endsWith('.cts')) return 'commonjs';
  try {
    vm.compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname']);
    return 'commonjs';
  } catch {
    return 'module';
  }
}
