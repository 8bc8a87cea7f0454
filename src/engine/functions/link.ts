import { posix } from 'node:path';
import type { FunctionInfo, Language, WorkspaceDiagnostic } from '../../protocol/functions.ts';
import { diagnostic } from './diagnostic.ts';
import { type Candidate, type HandlerTarget, handlerTarget } from './handler-path.ts';
import { isAwsRuntime, languageOfFile, languageOfRuntime } from './runtimes.ts';
import type { SourceSymbols } from './syntax/source-symbols.ts';
import type { TemplateFunction } from './templates/template-function.ts';

/** What linking needs to know of the workspace. */
export type Sources = {
  exists(file: string): Promise<boolean>;
  isListed(file: string): boolean;
  symbols(file: string): Promise<SourceSymbols | null>;
};

/** A function without its events, and what it was made from. */
export type LinkedFunction = {
  info: FunctionInfo;
  /** The handler as `file#symbol`, so that it is not found again in its source; null when there is none. */
  claim: string | null;
  diagnostics: WorkspaceDiagnostic[];
  /** Files whose creation, change or deletion can change it. */
  dependsOn: string[];
};

type Resolution = { language: Language; candidate: Candidate; symbol: string };

/** Finds the code of a template's function, and says what is wrong with it. */
export async function linkFunction(fn: TemplateFunction, sources: Sources): Promise<LinkedFunction> {
  const diagnostics = runtimeDiagnostics(fn);
  const stated = fn.runtime === null ? null : languageOfRuntime(fn.runtime);
  const languages: Language[] = stated === null ? (fn.runtime === null ? ['node', 'python'] : []) : [stated];
  const codeRoot = codeRootOf(fn, sources);
  const dependsOn: string[] = fn.code.kind === 'path' ? [fn.code.path] : [];
  let found: Resolution | undefined;
  for (const language of languages) {
    const target = targetOf(fn, language, codeRoot);
    if (target === null) continue;
    const entries = fn.entryPoints.filter(
      (entry) => languageOfFile(entry) === language && stemOf(entry) === stemOf(target.candidates[0]?.file ?? ''),
    );
    for (const candidate of [...target.candidates, ...entries.map((file) => ({ file, codeRoot }))] as Candidate[]) {
      dependsOn.push(candidate.file);
      if (found === undefined && (await sources.exists(candidate.file))) found = { language, candidate, symbol: target.symbol };
    }
  }
  const symbols = found === undefined ? null : await sources.symbols(found.candidate.file);
  const handlerRange =
    found === undefined || symbols === null ? null : (symbols.exports.get(found.symbol.split('.', 1)[0] ?? '') ?? null);
  if (found === undefined) diagnostics.push(...missingCode(fn, languages, codeRoot));
  else if (symbols !== null) diagnostics.push(...symbolDiagnostics(fn, found, symbols));

  const info: FunctionInfo = {
    id: `${fn.template}#${fn.name}`,
    name: fn.name,
    source: fn.source,
    runtime: fn.runtime,
    language: stated ?? (fn.runtime === null ? (found?.language ?? null) : null),
    packageType: fn.code.kind === 'image' ? 'image' : 'zip',
    handler: fn.handler,
    handlerFile: found?.candidate.file ?? null,
    symbol: found?.symbol ?? symbolOf(fn, languages),
    handlerRange,
    codeRoot: found?.candidate.codeRoot ?? codeRoot,
    memoryMb: fn.memoryMb,
    timeoutS: fn.timeoutS,
    architecture: fn.architecture,
    environment: fn.environment,
    ...(fn.deployedName !== undefined && { deployedName: fn.deployedName }),
    template: fn.template,
    templateRange: fn.templateRange,
    properties: fn.properties,
    events: [],
  };
  return { info, claim: found === undefined ? null : `${found.candidate.file}#${found.symbol}`, diagnostics, dependsOn };
}

/** Where the handler may be: in the file that the template names, else where the platform looks for it. */
function targetOf({ entry, handler }: TemplateFunction, language: Language, codeRoot: string | null): HandlerTarget | null {
  if (entry === undefined) return handler === null || codeRoot === null ? null : handlerTarget(handler, language, codeRoot);
  const files = entry.files.filter((file) => languageOfFile(file) === language);
  return { symbol: entry.symbol, candidates: files.map((file) => ({ file, codeRoot: posix.dirname(file) })) };
}

/** The folder of the code; for code that is one file, that file's folder. */
function codeRootOf({ code }: TemplateFunction, sources: Sources): string | null {
  if (code.kind === 'image') return code.contextPath;
  if (code.kind !== 'path') return null;
  return sources.isListed(code.path) ? posix.dirname(code.path) : code.path;
}

function symbolOf(fn: TemplateFunction, languages: readonly Language[]): string | null {
  const [language] = languages;
  return fn.handler === null || language === undefined ? null : (handlerTarget(fn.handler, language, '.')?.symbol ?? null);
}

function stemOf(file: string): string {
  return posix.basename(file).replace(/\..*$/, '');
}

function placeIn(
  fn: TemplateFunction,
  ...names: (keyof TemplateFunction['properties'])[]
): { file: string; range: WorkspaceDiagnostic['range'] } {
  for (const name of names) {
    const place = fn.properties[name];
    if (place !== undefined) return { file: place.file, range: place.value };
  }
  return { file: fn.template, range: fn.templateRange };
}

function runtimeDiagnostics(fn: TemplateFunction): WorkspaceDiagnostic[] {
  const { runtime } = fn;
  const at = placeIn(fn, 'runtime');
  if (fn.code.kind === 'image') return [];
  if (runtime === null) {
    if (!fn.isRuntimeKnown) return [];
    return [
      diagnostic(
        'warning',
        'runtime-missing',
        at,
        `${fn.name} states no runtime: add one, for example nodejs22.x or python3.13.`,
      ),
    ];
  }
  if (!isAwsRuntime(runtime)) {
    const advice = 'write one that AWS Lambda knows, for example nodejs22.x or python3.13';
    return [diagnostic('warning', 'runtime-unknown', at, `"${runtime}" is no runtime of AWS Lambda: ${advice}.`)];
  }
  if (languageOfRuntime(runtime) !== null) return [];
  const message = `Reef runs Node.js and Python functions, so it shows ${fn.name} (${runtime}) but cannot run it here.`;
  return [diagnostic('information', 'runtime-unsupported', at, message)];
}

/** Why there is no handler file, for functions that Reef could run if it were there. */
function missingCode(fn: TemplateFunction, languages: readonly Language[], codeRoot: string | null): WorkspaceDiagnostic[] {
  const at = placeIn(fn, 'handler');
  if (fn.code.kind === 'image' || languages.length === 0) return [];
  if (fn.code.kind === 'inline') {
    const message = `The code of ${fn.name} stands in the template: Reef runs code that is in files.`;
    return [diagnostic('information', 'code-not-local', placeIn(fn, 'codeUri'), message)];
  }
  if (fn.code.kind === 'elsewhere') {
    const message = `The code of ${fn.name} is not in the workspace (${fn.code.why}), so Reef cannot run it here.`;
    return [diagnostic('information', 'code-not-local', placeIn(fn, 'codeUri'), message)];
  }
  if (fn.handler === null) {
    if (fn.properties.handler !== undefined) return [];
    return [diagnostic('warning', 'handler-missing', at, `${fn.name} states no handler: add one, for example src/app.handler.`)];
  }
  const targets = languages.flatMap((language) => handlerTarget(fn.handler ?? '', language, codeRoot ?? '.') ?? []);
  const [target] = targets;
  if (target === undefined) {
    return [
      diagnostic(
        'error',
        'handler-invalid',
        at,
        `"${fn.handler}" is no handler: write file.symbol, for example src/app.handler.`,
      ),
    ];
  }
  const [first] = target.candidates;
  const expected = languages.length > 1 ? first?.file.replace(/\.js$/, '.js or .py') : first?.file;
  const message = `The file of handler "${fn.handler}" is missing: Reef looked for ${expected}, correct Handler or the code folder.`;
  return [diagnostic('error', 'handler-file-missing', at, message)];
}

function symbolDiagnostics(fn: TemplateFunction, found: Resolution, symbols: SourceSymbols): WorkspaceDiagnostic[] {
  const { file } = found.candidate;
  const root = found.symbol.split('.', 1)[0] ?? '';
  if (symbols.exports.has(root) || symbols.isOpen || symbols.syntaxError !== null) return [];
  const verb = found.language === 'node' ? 'export' : 'define';
  const message = `${file} does not ${verb} "${found.symbol}", which the handler of ${fn.name} names.`;
  return [diagnostic('error', 'handler-not-exported', placeIn(fn, 'handler'), message)];
}

export function sourceDiagnostics(file: string, symbols: SourceSymbols): WorkspaceDiagnostic[] {
  if (symbols.syntaxError === null) return [];
  const at = { file, range: symbols.syntaxError };
  return [diagnostic('warning', 'source-syntax', at, 'There is a syntax error here, so that the function may not run.')];
}
