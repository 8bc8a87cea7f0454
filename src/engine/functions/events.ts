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
 * Tells the events of each function.
 *
 * A function looks in the nearest folder `events` that holds JSON: from its handler's folder (or code root, or template)
 * upwards to the workspace folder, then the same from its template. In that folder, a file belongs to the functions
 * whose name it starts with, case and punctuation aside (`resize-large.json`, `Resize/large.json` for `ResizeFunction`),
 * the longest such name winning; without such a function, the name of the handler's file or folder, or of its symbol, counts.
 * A file that no function's name fits belongs to all who look there. Own files come first.
 */
export class EventAssigner {
  readonly #tree: FileTree;
  #folders = new Map<string, string | null>();
  readonly #groups = new Map<string, Group>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** To be called with the files that came or went. */
  forget(files: Iterable<string>): void {
    for (const file of files) {
      if (!file.includes(`${folderName}/`)) continue;
      this.#folders = new Map();
      this.#groups.delete(posix.dirname(file));
      this.#groups.delete(posix.dirname(posix.dirname(file)));
    }
  }

  /** The events in the order of `functions`. Folders whose functions and files are the same as before are not looked at again. */
  assign(functions: readonly FunctionInfo[]): (readonly EventFile[])[] {
    const members = new Map<string | null, FunctionInfo[]>();
    const places = functions.map((fn) => {
      const folder = this.#folderOf(fn);
      const group = members.get(folder);
      if (group === undefined) members.set(folder, [fn]);
      else group.push(fn);
      return { folder, index: group === undefined ? 0 : group.length - 1 };
    });
    for (const [folder, group] of members) {
      if (folder === null || areSame(this.#groups.get(folder)?.members, group)) continue;
      this.#groups.set(folder, { members: group, events: assignGroup(folder, group, this.#tree) });
    }
    return places.map(({ folder, index }) => (folder === null ? none : (this.#groups.get(folder)?.events[index] ?? none)));
  }

  #folderOf(fn: FunctionInfo): string | null {
    const template = fn.template === null ? null : posix.dirname(fn.template);
    const start = fn.handlerFile === null ? (fn.codeRoot ?? template) : posix.dirname(fn.handlerFile);
    return (start === null ? null : this.#nearest(start)) ?? (template === null ? null : this.#nearest(template));
  }

  #nearest(folder: string): string | null {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const here = posix.join(folder, folderName);
    const parent = posix.dirname(folder);
    const found = holdsJson(here, this.#tree) ? here : parent === folder ? null : this.#nearest(parent);
    this.#folders.set(folder, found);
    return found;
  }
}

/** Functions that look in the same folder, and the events of each. */
type Group = { members: readonly FunctionInfo[]; events: readonly (readonly EventFile[])[] };

const none: readonly EventFile[] = [];

function areSame(before: readonly FunctionInfo[] | undefined, after: readonly FunctionInfo[]): boolean {
  return before?.length === after.length && after.every((fn, index) => fn === before[index]);
}

function assignGroup(folder: string, members: readonly FunctionInfo[], tree: FileTree): EventFile[][] {
  const byName: Owners = new Map();
  const byCode: Owners = new Map();
  members.forEach((fn, index) => {
    if (fn.source !== 'code') addOwner(byName, keysOf([fn.name]), index);
    addOwner(byCode, keysOf(codeNames(fn)), index);
  });
  const result: EventFile[][] = members.map(() => []);
  const shared: EventFile[] = [];
  for (const { event, names } of eventsIn(folder, tree)) {
    const matches = [byName, byCode].flatMap((owners) => names.map((name) => longestMatch(name, owners)));
    const own = matches.find((match) => match !== undefined);
    if (own === undefined) shared.push(event);
    else for (const index of own) result[index]?.push(event);
  }
  for (const events of result) events.push(...shared);
  return result;
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

function keysOf(names: string[]): string[] {
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

function holdsJson(folder: string, tree: FileTree): boolean {
  if (!tree.hasFolder(folder)) return false;
  const inner = [...tree.foldersIn(folder)].flatMap((name) => [...tree.filesIn(posix.join(folder, name))]);
  return [...tree.filesIn(folder), ...inner].some((name) => name.toLowerCase().endsWith('.json'));
}
