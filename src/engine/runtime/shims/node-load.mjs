/** Finds and loads a handler as AWS's Node runtime does, and TypeScript beside. Knows which files were loaded. */
import { runtimeError } from './node-errors.mjs';
import { installTypeScript, isTypeScript } from './node-typescript.mjs';
import { require } from './node-require.mjs';

const { existsSync, readFileSync, realpathSync } = require('node:fs');
const module = require('node:module');
const { basename, dirname, extname, join, resolve, sep } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

const extensions = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];
const imported = new Set();
/** Modules are known by their path without symbolic links. */
let realRoot = '';

/** Files under the function's code root that were loaded so far, except installed packages. */
export function loadedFiles() {
  const own = (file) => file.startsWith(realRoot + sep) && !file.includes(`${sep}node_modules${sep}`);
  return [...new Set([...Object.keys(require.cache), ...imported])].filter(own);
}

export async function loadHandler(env) {
  const taskRoot = resolve(env.LAMBDA_TASK_ROOT);
  realRoot = realpathSync(taskRoot);
  const file = env.REEF_HANDLER_FILE;
  delete env.REEF_HANDLER_FILE;
  const name = basename(env._HANDLER);
  const dot = name.indexOf('.');
  if (dot <= 0 || dot === name.length - 1) throw runtimeError('Runtime.MalformedHandlerName', `Bad handler: ${env._HANDLER}`);
  const moduleName = name.slice(0, dot);
  const symbol = name.slice(dot + 1);
  const path = file || findModule(join(taskRoot, dirname(env._HANDLER), moduleName));
  if (path === undefined) throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${moduleName}'`);
  const loaded = await loadModule(path);
  const handler = symbol.split('.').reduce((value, key) => value?.[key], loaded);
  if (handler === undefined) throw runtimeError('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
  if (typeof handler !== 'function') throw runtimeError('Runtime.HandlerNotFound', `${env._HANDLER} is not a function`);
  return handler;
}

function findModule(base) {
  return extensions.map((extension) => base + extension).find(existsSync);
}

async function loadModule(path) {
  try {
    if (!isEsModule(path)) return require(path);
    await recordImports();
    imported.add(realpathSync(path));
    return await import(pathToFileURL(path).href);
  } catch (error) {
    throw classified(error);
  }
}

function classified(error) {
  if (error?.reefType !== undefined) return error;
  if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
    return runtimeError('Runtime.ImportModuleError', `Error: ${error.message}`, error);
  }
  if (error instanceof SyntaxError) return runtimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, error);
  return error;
}

/** `.mjs`, `.js` under a package.json that says so, or TypeScript that is one. */
function isEsModule(path) {
  if (isTypeScript(path)) return installTypeScript().formatOf(path) === 'module';
  const extension = extname(path);
  if (extension !== '.js') return extension === '.mjs';
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
    if (folder === dirname(folder)) return false;
  }
}

/** ES modules have no list of what was loaded: note each as it is resolved. */
async function recordImports() {
  const note = (url) => url.startsWith('file:') && imported.add(fileURLToPath(url));
  if (module.registerHooks !== undefined) {
    module.registerHooks({
      resolve(specifier, context, next) {
        const result = next(specifier, context);
        note(result.url);
        return result;
      },
    });
  } else if (module.register !== undefined) {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', note);
    port1.unref();
    module.register('./node-record-hook.mjs', import.meta.url, { data: { port: port2 }, transferList: [port2] });
  }
}
