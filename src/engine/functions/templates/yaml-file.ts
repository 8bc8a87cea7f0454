import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  type Node,
  type Pair,
  type Scalar,
  type YAMLParseError,
} from 'yaml';
import type { TextRange, WorkspaceDiagnostic } from '../../../protocol/functions.ts';
import { diagnostic } from '../diagnostic.ts';
import type { TextLines } from '../text-lines.ts';

/** A parsed YAML or JSON text. Parsing is tolerant: `document` has what can be read, `errors` says what cannot. */
export type YamlFile = {
  path: string;
  text: string;
  lines: TextLines;
  document: Document.Parsed;
  errors: readonly YAMLParseError[];
};

/** A node and the file in which it stands. */
export type Spot = { file: YamlFile; node: Node };

/** A property of a map. `isOwn` is false when it comes through a merge key (`<<: *defaults`). */
export type Property = { file: YamlFile; key: Scalar; value: Node | null; isOwn: boolean };

const maxErrorsShown = 10;
const maxAliasDepth = 20;

export function rootOf(file: YamlFile): Spot | null {
  const { contents } = file.document;
  return contents === null ? null : { file, node: contents };
}

/** The node that an alias stands for; the node itself otherwise. */
export function dereference(file: YamlFile, node: Node): Node | null {
  let current: Node | undefined = node;
  for (let depth = 0; isAlias(current); depth++) {
    if (depth > maxAliasDepth) return null;
    current = current.resolve(file.document);
  }
  return current ?? null;
}

/** The properties of a map, own ones first, then those of merge keys that are not overridden. Empty for what is no map. */
export function propertiesOf(spot: Spot | null): Property[] {
  return spot === null ? [] : [...collectProperties(spot, true, 0).values()];
}

function collectProperties({ file, node }: Spot, isOwn: boolean, depth: number): Map<string, Property> {
  const found = new Map<string, Property>();
  const map = dereference(file, node);
  if (!isMap(map) || depth > maxAliasDepth) return found;
  const isHere = isOwn && map === node;
  const merged: Node[] = [];
  for (const pair of map.items as Pair<Node, Node | null>[]) {
    if (!isScalar(pair.key)) continue;
    if (isMergeKey(pair.key)) {
      if (pair.value !== null) merged.push(pair.value);
    } else {
      const name = String(pair.key.value);
      if (!found.has(name)) found.set(name, { file, key: pair.key, value: pair.value, isOwn: isHere });
    }
  }
  for (const source of merged) {
    const list = dereference(file, source);
    const maps = isCollection(list) && !isMap(list) ? (list.items as Node[]) : [source];
    for (const item of maps) {
      for (const [name, property] of collectProperties({ file, node: item }, false, depth + 1)) {
        if (!found.has(name)) found.set(name, property);
      }
    }
  }
  return found;
}

function isMergeKey(key: Scalar): boolean {
  return key.value === '<<' || (typeof key.value === 'symbol' && key.value.description === '<<');
}

export function property(spot: Spot | null, name: string): Property | undefined {
  return propertiesOf(spot).find(({ key }) => String(key.value) === name);
}

/** Where the value of a property stands; null when it has none. */
export function valueSpot(found: Property | undefined): Spot | null {
  return found === undefined || found.value === null ? null : { file: found.file, node: found.value };
}

/** The value of a property that is a plain string, null otherwise. */
export function plainString(spot: Spot | null): string | null {
  const node = spot === null ? null : dereference(spot.file, spot.node);
  return isScalar(node) && node.tag?.startsWith('!') !== true && typeof node.value === 'string' ? node.value : null;
}

/** Offsets of a node without the comments after it: `yaml` counts those into a block collection. */
export function offsetsOf(node: Node): [start: number, end: number] {
  const [start, end] = node.range ?? [0, 0, 0];
  return [start, isCollection(node) && node.flow !== true ? Math.max(start, lastOffset(node)) : end];
}

function lastOffset(node: Node): number {
  if (!isCollection(node) || node.flow === true) return node.range?.[1] ?? 0;
  const last = node.items.at(-1) as Node | Pair<Node, Node | null> | undefined;
  if (last === undefined) return node.range?.[1] ?? 0;
  if (!('key' in last)) return lastOffset(last);
  return lastOffset(last.value === null || last.value.range?.[0] === last.value.range?.[1] ? last.key : last.value);
}

export function rangeOf(file: YamlFile, node: Node): TextRange {
  return file.lines.range(...offsetsOf(node));
}

/** Offsets of a property's value with its tag, without an anchor. */
export function valueOffsets({ file, key, value }: Property): [start: number, end: number] {
  const keyEnd = offsetsOf(key)[1];
  if (value === null) return [keyEnd, keyEnd];
  const [start, end] = offsetsOf(value);
  if (value.tag?.startsWith('!') !== true) return [start, end];
  const tagAt = file.text.slice(keyEnd, start).lastIndexOf(value.tag);
  return [tagAt === -1 ? start : keyEnd + tagAt, end];
}

/** Each place where the text is not valid YAML, the first few of them. */
export function syntaxDiagnostics(file: YamlFile): WorkspaceDiagnostic[] {
  return file.errors
    .slice(0, maxErrorsShown)
    .map(({ pos, message }) =>
      diagnostic(
        'error',
        'template-syntax',
        { file: file.path, range: file.lines.range(...pos) },
        `This template is not valid here, correct it to see all of its functions: ${message}.`,
      ),
    );
}
