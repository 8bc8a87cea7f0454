import { posix } from 'node:path';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { handlerStem } from './handler-path.ts';
import type { SourceSymbols } from './syntax/source-symbols.ts';

/** File and folder names that say nothing about what a function does. */
export const plainNames = new Set(
  'index __init__ handler handlers lambda_function lambda main app src lib function functions'.split(' '),
);

type Candidate = { claim: string; fn: FunctionInfo };
const known = new WeakMap<SourceSymbols, Candidate[]>();

/** The functions of a source without a template: its handlers by name and parameters, except those in `claimed` (`file#symbol`). */
export function codeFunctions(file: string, symbols: SourceSymbols, claimed: ReadonlySet<string>): FunctionInfo[] {
  let all = known.get(symbols);
  if (all === undefined) {
    all = symbols.handlers.map((symbol) => ({ claim: `${file}#${symbol}`, fn: codeFunction(file, symbols, symbol) }));
    known.set(symbols, all);
  }
  return all.filter(({ claim }) => !claimed.has(claim)).map(({ fn }) => fn);
}

function codeFunction(file: string, symbols: SourceSymbols, symbol: string): FunctionInfo {
  const name = `${telling(file)}.${symbol}`;
  return {
    id: `${file}#${name}`,
    name,
    source: 'code',
    runtime: null,
    language: symbols.language,
    packageType: 'zip',
    handler: `${handlerStem(file)}.${symbol}`,
    handlerFile: file,
    symbol,
    handlerRange: symbols.exports.get(symbol) ?? null,
    codeRoot: posix.dirname(file),
    memoryMb: null,
    timeoutS: null,
    architecture: null,
    environment: {},
    template: null,
    templateRange: null,
    properties: {},
    events: [],
  };
}

/** The file's stem, or for a stem such as `index` the name of its folder. */
function telling(file: string): string {
  const stem = handlerStem(file);
  const folder = posix.basename(posix.dirname(file));
  return plainNames.has(stem) && folder !== '.' && !plainNames.has(folder) ? folder : stem;
}
