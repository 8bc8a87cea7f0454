import { posix } from 'node:path';
import type { EventFile, FunctionInfo } from '../../protocol/functions.ts';
import { plainNames } from './code-functions.ts';
import type { FileTree } from './files/file-tree.ts';
import { handlerStem } from './handler-path.ts';

const folderName = 'events';
/** Functions by the names that their events may start with. */
type Owners = Map<string, Set<number>>;

const suffix = /(?:function|lambda|handler|fn)$/;

/**
 * The events of each function, in the order of `functions`.
 *
 * A function looks in the nearest folder `events` that holds JSON: from its handler's folder (or code root, or template)
 * upwards to the workspace folder, then the same from its template. In that folder, a file belongs to the functions
 * whose name it starts with, case and punctuation aside (`resize-large.json`, `Resize/large.json` for `ResizeFunction`),
 * the longest such name winning; without such a function, the name of the handler's file or folder, or of its symbol, counts. A file that no function's name fits
 * belongs to all who look there. Own files come first.
 */
export function assignEvents(functions: readonly FunctionInfo[], tree: FileTree): EventFile[][] {
  const folders = new NearestFolders(tree);
  const groups = new Map<string, number[]>();
  functions.forEach((fn, index) => {
    const folder = folders.of(fn);
    if (folder === null) return;
    const group = groups.get(folder);
    if (group === undefined) groups.set(folder, [index]);
    else group.push(index);
  });
  const result: EventFile[][] = functions.map(() => []);
  for (const [folder, members] of groups) assignGroup(folder, members, functions, tree, result);
  return result;
}

function assignGroup(
  folder: string,
  members: number[],
  functions: readonly FunctionInfo[],
  tree: FileTree,
  result: EventFile[][],
): void {
  const byName: Owners = new Map();
  const byCode: Owners = new Map();
  for (const index of members) {
    const fn = functions[index];
    if (fn === undefined) continue;
    const keys = keysOf(fn);
    addOwner(byName, keys.name, index);
    addOwner(byCode, keys.code, index);
  }
  const shared: EventFile[] = [];
  for (const { event, names } of eventsIn(folder, tree)) {
    const matches = [byName, byCode].flatMap((owners) => names.map((name) => longestMatch(name, owners)));
    const own = matches.find((match) => match !== undefined);
    if (own === undefined) shared.push(event);
    else for (const index of own) result[index]?.push(event);
  }
  for (const index of members) result[index]?.push(...shared);
}

/** The JSON files of an events folder and of the folders in it, with the names by which they may belong to a function. */
function eventsIn(folder: string, tree: FileTree): { event: EventFile; names: string[] }[] {
  const direct = [...tree.filesIn(folder)].map((name) => ({ path: posix.join(folder, name), names: [normal(stem(name))] }));
  const nested = [...tree.foldersIn(folder)].flatMap((inner) =>
    [...tree.filesIn(posix.join(folder, inner))].map((name) => ({
      path: posix.join(folder, inner, name),
      names: [normal(inner), normal(stem(name))],
    })),
  );
  return [...direct, ...nested]
    .filter(({ path }) => path.toLowerCase().endsWith('.json'))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, names }) => ({ event: { name: stem(posix.basename(path)), file: path }, names }));
}

function longestMatch(name: string, owners: Owners): Set<number> | undefined {
  for (let length = name.length; length > 0; length--) {
    const found = owners.get(name.slice(0, length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function addOwner(owners: Owners, keys: readonly string[], index: number): void {
  for (const key of keys) {
    const known = owners.get(key);
    if (known === undefined) owners.set(key, new Set([index]));
    else known.add(index);
  }
}

type Keys = { name: readonly string[]; code: readonly string[] };
const knownKeys = new WeakMap<FunctionInfo, Keys>();

function keysOf(fn: FunctionInfo): Keys {
  const known = knownKeys.get(fn);
  if (known !== undefined) return known;
  const keys = { name: fn.source === 'code' ? [] : keysOfNames([fn.name]), code: keysOfNames(codeNames(fn)) };
  knownKeys.set(fn, keys);
  return keys;
}

function keysOfNames(names: string[]): string[] {
  const keys = names.flatMap((name) => [normal(name), normal(name).replace(suffix, '')]);
  return keys.filter((key) => key !== '' && key !== 'lambdahandler' && !plainNames.has(key));
}

/** Names of a function in its code: the file's or its folder's, and the symbol's. */
function codeNames({ handlerFile, symbol }: FunctionInfo): string[] {
  const names = symbol === null ? [] : [symbol];
  if (handlerFile === null) return names;
  const own = handlerStem(handlerFile);
  return [...names, plainNames.has(own) ? posix.basename(posix.dirname(handlerFile)) : own];
}

function stem(name: string): string {
  return name.replace(/\.json$/i, '');
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

class NearestFolders {
  readonly #tree: FileTree;
  readonly #known = new Map<string, string | null>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  of(fn: FunctionInfo): string | null {
    const template = fn.template === null ? null : posix.dirname(fn.template);
    const start = fn.handlerFile === null ? (fn.codeRoot ?? template) : posix.dirname(fn.handlerFile);
    return (start === null ? null : this.#above(start)) ?? (template === null ? null : this.#above(template));
  }

  #above(folder: string): string | null {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const here = posix.join(folder, folderName);
    const parent = posix.dirname(folder);
    const found = this.#holdsJson(here) ? here : parent === folder ? null : this.#above(parent);
    this.#known.set(folder, found);
    return found;
  }

  #holdsJson(folder: string): boolean {
    if (!this.#tree.hasFolder(folder)) return false;
    const inner = [...this.#tree.foldersIn(folder)].flatMap((name) => [...this.#tree.filesIn(posix.join(folder, name))]);
    return [...this.#tree.filesIn(folder), ...inner].some((name) => name.toLowerCase().endsWith('.json'));
  }
}
