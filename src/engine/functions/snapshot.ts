import type { Discovery, EventFile, FunctionInfo, WorkspaceDiagnostic } from '../../protocol/functions.ts';
import { codeFunctions } from './code-functions.ts';
import { assignEvents } from './events.ts';
import { sourceDiagnostics } from './link.ts';
import type { WorkspaceModel } from './workspace-model.ts';

/** One state of the index, laid out for its queries. */
export type Snapshot = {
  discovery: Discovery;
  byId: ReadonlyMap<string, FunctionInfo>;
  byFile: ReadonlyMap<string, readonly FunctionInfo[]>;
  /** The template to read for a function: for one in an included file it is the service that includes it. */
  serviceOf: ReadonlyMap<string, string>;
};

export const emptySnapshot: Snapshot = {
  discovery: { functions: [], diagnostics: [] },
  byId: new Map(),
  byFile: new Map(),
  serviceOf: new Map(),
};

/** Puts all that was read together; a function that has not changed since `previous` keeps its object. */
export function takeSnapshot(model: WorkspaceModel, previous: Snapshot): Snapshot {
  const found: FunctionInfo[] = [];
  const diagnostics: WorkspaceDiagnostic[] = [];
  const claimed = new Set<string>();
  const serviceOf = new Map<string, string>();
  for (const [file, record] of model.templates) {
    diagnostics.push(...record.diagnostics);
    for (const linked of record.linked) {
      if (serviceOf.has(linked.info.id)) continue;
      serviceOf.set(linked.info.id, file);
      diagnostics.push(...linked.diagnostics);
      found.push(linked.info);
      if (linked.info.handlerFile !== null) claimed.add(`${linked.info.handlerFile}#${linked.info.symbol}`);
    }
  }
  for (const [file, symbols] of model.sources) if (symbols !== null) found.push(...codeFunctions(file, symbols, claimed));

  found.sort(inOrder);
  const events = assignEvents(found, model.files.tree);
  const functions = found.map((fn, index) => withEvents(fn, events[index] ?? [], previous.byId.get(fn.id)));
  const handlerFiles = new Set(functions.map(({ handlerFile }) => handlerFile));
  for (const [file, symbols] of model.sources) {
    if (symbols !== null && handlerFiles.has(file)) diagnostics.push(...sourceDiagnostics(file, symbols));
  }
  const distinct = [...new Map(diagnostics.map((problem) => [JSON.stringify(problem), problem])).values()];
  distinct.sort((a, b) => compare(a.file, b.file) || a.range.start.line - b.range.start.line);
  return {
    discovery: { functions, diagnostics: distinct },
    byId: new Map(functions.map((fn) => [fn.id, fn])),
    byFile: functionsByFile(functions),
    serviceOf,
  };
}

/** By template or source, in the order in which they stand there. */
function inOrder(a: FunctionInfo, b: FunctionInfo): number {
  const line = (fn: FunctionInfo): number => (fn.templateRange ?? fn.handlerRange)?.start.line ?? 0;
  return (
    compare(a.template ?? a.handlerFile ?? '', b.template ?? b.handlerFile ?? '') || line(a) - line(b) || compare(a.name, b.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const bases = new WeakMap<FunctionInfo, FunctionInfo>();

function withEvents(base: FunctionInfo, events: EventFile[], known: FunctionInfo | undefined): FunctionInfo {
  const isSame = known !== undefined && bases.get(known) === base && JSON.stringify(known.events) === JSON.stringify(events);
  if (isSame) return known;
  const fn = { ...base, events };
  bases.set(fn, base);
  return fn;
}

function functionsByFile(functions: readonly FunctionInfo[]): Map<string, FunctionInfo[]> {
  const byFile = new Map<string, FunctionInfo[]>();
  for (const fn of functions) {
    for (const file of new Set([fn.template, fn.handlerFile])) {
      if (file === null) continue;
      const known = byFile.get(file);
      if (known === undefined) byFile.set(file, [fn]);
      else known.push(fn);
    }
  }
  return byFile;
}
