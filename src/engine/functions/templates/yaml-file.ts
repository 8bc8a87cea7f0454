import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  visit,
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

export function rootOf(file: YamlFile): Spot | null {
  const { contents } = file.document;
  return contents === null ? null : { file, node: contents };
}

/** The node that an alias stands for; the node itself otherwise. */
export function dereference(file: YamlFile, node: Node): Node | null {
  return isAlias(node) ? (aliasTargets(file).get(node) ?? null) : node;
}

const knownTargets = new WeakMap<Document.Parsed, Map<Node, Node>>();

/** What each alias of a document stands for, found in one pass: a template may have thousands. */
export function aliasTargets({ document }: YamlFile): Map<Node, Node> {
  const known = knownTargets.get(document);
  if (known !== undefined) return known;
  const anchors = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  knownTargets.set(document, targets);
  return targets;
}

/** The properties of a map, own ones first, then those of merge keys that are not overridden. Empty for what is no map. */
export function propertiesOf(spot: Spot | null): Property[] {
  const found = new Map<string, Property>();
  if (spot !== null) collectProperties(spot, spot.node, found, new Set());
  return [...found.values()];
}

/** `merged` holds the maps that were taken in already: merging one again adds nothing, and it may merge itself. */
function collectProperties({ file, node }: Spot, own: Node, found: Map<string, Property>, merged: Set<Node>): void {
  const map = dereference(file, node);
  if (!isMap(map) || merged.has(map)) return;
  merged.add(map);
  const sources: Node[] = [];
  for (const { key, value } of map.items as Pair<Node, Node | null>[]) {
    if (!isScalar(key)) continue;
    if (isMergeKey(key)) {
      if (value !== null) sources.push(value);
    } else if (!found.has(String(key.value))) found.set(String(key.value), { file, key, value, isOwn: map === own });
  }
  for (const source of sources) {
    const list = dereference(file, source);
    const maps = isSeq(list) ? (list.items as Node[]) : [source];
    for (const item of maps) collectProperties({ file, node: item }, own, found, merged);
  }
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
