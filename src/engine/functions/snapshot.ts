import type { Discovery, EventFile, FunctionInfo, WorkspaceDiagnostic } from '../../protocol/functions.ts';
import { codeFunctions } from './code-functions.ts';
import { sourceDiagnostics } from './link.ts';
import type { WorkspaceModel } from './workspace-model.ts';

/** One state of the index, laid out for its queries. */
export type Snapshot = {
  discovery: Discovery;
  byId: ReadonlyMap<string, FunctionInfo>;
};

export const emptySnapshot: Snapshot = { discovery: { functions: [], diagnostics: [] }, byId: new Map() };

/** Puts all that was read together; a function that has not changed since `previous` keeps its object. */
export function takeSnapshot(model: WorkspaceModel, previous: Snapshot): Snapshot {
  const byId = new Map<string, FunctionInfo>();
  const byPlace = new Map<string, FunctionInfo[]>();
  const diagnostics: WorkspaceDiagnostic[] = [];
  const claimed = new Set<string>();
  for (const record of model.templates.values()) {
    diagnostics.push(...record.diagnostics);
    for (const { info, claim, diagnostics: problems } of record.linked) {
      if (byId.has(info.id)) continue;
      byId.set(info.id, info);
      diagnostics.push(...problems);
      addTo(byPlace, info.template ?? '', info);
      if (claim !== null) claimed.add(claim);
    }
  }
  for (const [file, symbols] of model.sources) {
    if (symbols === null || symbols.handlers.length === 0) continue;
    for (const fn of codeFunctions(file, symbols, claimed)) addTo(byPlace, file, fn);
  }

  const found = [...byPlace.keys()].toSorted().flatMap((place) => byPlace.get(place)?.toSorted(inOrder) ?? []);
  const events = model.events.assign(found);
  const functions = found.map((fn, index) => withEvents(fn, events[index] ?? [], previous.byId.get(fn.id)));
  for (const fn of functions) byId.set(fn.id, fn);
  for (const [file, symbols] of model.sources) {
    const isBroken = symbols !== null && symbols.syntaxError !== null;
    if (isBroken && functions.some(({ handlerFile }) => handlerFile === file))
      diagnostics.push(...sourceDiagnostics(file, symbols));
  }
  const distinct = [...new Map(diagnostics.map((problem) => [JSON.stringify(problem), problem])).values()];
  distinct.sort((a, b) => compare(a.file, b.file) || a.range.start.line - b.range.start.line);
  return { discovery: { functions, diagnostics: distinct }, byId };
}

/** In the order in which they stand in their template or source. */
function inOrder(a: FunctionInfo, b: FunctionInfo): number {
  const line = (fn: FunctionInfo): number => (fn.templateRange ?? fn.handlerRange)?.start.line ?? 0;
  return line(a) - line(b) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const bases = new WeakMap<FunctionInfo, FunctionInfo>();

function withEvents(base: FunctionInfo, events: readonly EventFile[], known: FunctionInfo | undefined): FunctionInfo {
  if (known !== undefined && bases.get(known) === base && areSame(known.events, events)) return known;
  const fn = { ...base, events: [...events] };
  bases.set(fn, base);
  return fn;
}

function areSame(a: readonly EventFile[], b: readonly EventFile[]): boolean {
  return a.length === b.length && a.every(({ file }, index) => file === b[index]?.file);
}

/** The functions by template and by handler file. */
export function functionsByFile(functions: readonly FunctionInfo[]): Map<string, FunctionInfo[]> {
  const byFile = new Map<string, FunctionInfo[]>();
  for (const fn of functions) {
    if (fn.template !== null) addTo(byFile, fn.template, fn);
    if (fn.handlerFile !== null && fn.handlerFile !== fn.template) addTo(byFile, fn.handlerFile, fn);
  }
  return byFile;
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [item]);
  else known.push(item);
}
