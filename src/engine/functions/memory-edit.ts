import { isAlias, isCollection, isMap, isNode, isScalar, type Node, type Pair, visit } from 'yaml';
import { ReefError } from '../../protocol/errors.ts';
import type { TemplateContent, TemplateEntry, YamlSite } from './templates/template-function.ts';
import {
  aliasTargets,
  offsetsOf,
  type Property,
  property,
  type Spot,
  valueOffsets,
  type YamlFile,
} from './templates/yaml-file.ts';
import { type Change, endOfLine, lineEnd } from './text-change.ts';

const neighbours = ['Timeout', 'timeout', 'Runtime', 'runtime', 'Handler', 'handler'];
const indentStep = 2;

/**
 * The changes that make a template state this memory size for one function and no other: the value where the function
 * has its own, else a new property. Comments and format stay.
 * @throws ReefError `invalid-settings` when the template leaves no place for it
 */
export function memoryChanges(entry: TemplateEntry, memoryMb: number): Change[] {
  const { settings } = entry;
  if (settings.kind === 'yaml') return yamlChanges(entry, settings, memoryMb);
  const changes = settings.changes(memoryMb);
  if (typeof changes === 'string') throw notEditable(entry, changes);
  return changes;
}

function yamlChanges(entry: TemplateEntry, { map, owner, mapName, memoryKey }: YamlSite, memoryMb: number): Change[] {
  const own = property(map, memoryKey);
  if (own?.isOwn === true) return replaceValue(own, String(memoryMb));
  if (map !== null) return [insertProperty(map, memoryKey, String(memoryMb))];
  const outer = mapName === null ? undefined : property(owner, mapName);
  if (owner === null || mapName === null || !isMap(owner.node) || (outer !== undefined && !isEmpty(outer.value))) {
    throw notEditable(entry);
  }
  return [outer === undefined ? insertMap(owner, mapName, memoryKey, memoryMb) : fillMap(outer, memoryKey, memoryMb)];
}

export function notEditable(
  { function: fn, settings }: TemplateEntry,
  why = 'it is not written in a way that Reef can edit',
): ReefError {
  const message = `The memory size of ${fn.name} in ${fn.template} stays as it is, as ${why}: set ${settings.memoryKey} by hand.`;
  return new ReefError('invalid-settings', message);
}

function replaceValue(own: Property, text: string): Change[] {
  const { file, value } = own;
  if (value === null || isEmpty(value)) {
    const colon = file.text.indexOf(':', offsetsOf(own.key)[1]) + 1;
    return [{ file, start: colon, end: colon, newText: ` ${text}` }];
  }
  const [start, end] = valueOffsets(own);
  const old = file.text.slice(start, end);
  const tail = /\s*$/.exec(old)?.[0] ?? '';
  const change = { file, start, end, newText: text + commentsIn(value) + tail };
  if (!isScalar(value) || value.anchor === undefined) return [change];
  return moveAnchor(file, own, change, value.anchor, value);
}

/** The comments inside a value of several lines, so that they outlive it; those after its end stay by themselves. */
function commentsIn(value: Node): string {
  if (!isCollection(value) || value.flow === true) return '';
  const end = offsetsOf(value)[1];
  const comments: string[] = [];
  visit(value, (_key, node) => {
    if (!isNode(node) || node === value) return;
    if ('commentBefore' in node && typeof node.commentBefore === 'string') comments.push(node.commentBefore);
    if (typeof node.comment === 'string' && offsetsOf(node)[1] < end) comments.push(node.comment);
  });
  const lines = comments.flatMap((comment) => comment.split('\n')).map((line) => line.trim());
  return lines.length === 0 ? '' : ` # ${lines.join('; ')}`;
}

/** A value that others refer to (`&size 512`) stays for them: its anchor goes to the first alias. */
function moveAnchor(file: YamlFile, own: Property, change: Change, anchor: string, value: Node): Change[] {
  const [first] = [...aliasTargets(file)].flatMap(([alias, target]) => (target === value ? [alias] : []));
  if (first === undefined) return [change];
  const keyEnd = offsetsOf(own.key)[1];
  const anchorAt = file.text.indexOf(`&${anchor}`, keyEnd);
  const [aliasStart, aliasEnd] = offsetsOf(first);
  const moved = { file, start: aliasStart, end: aliasEnd, newText: file.text.slice(anchorAt, change.end).trimEnd() };
  return [{ ...change, start: anchorAt }, moved];
}

function insertMap(owner: Spot, mapName: string, key: string, memoryMb: number): Change {
  if (isFlow(owner)) return insertProperty(owner, mapName, `{ ${quoted(owner, key)}: ${memoryMb} }`);
  const indent = ' '.repeat(columnOf(owner) + indentStep);
  return insertProperty(owner, mapName, `${endOfLine(owner.file)}${indent}${key}: ${memoryMb}`);
}

/** Gives a property without a value (`Properties:`) a map. */
function fillMap({ file, key }: Property, memoryKey: string, memoryMb: number): Change {
  const at = lineEnd(file, offsetsOf(key)[1]);
  const indent = ' '.repeat(file.lines.positionAt(offsetsOf(key)[0]).character + indentStep);
  return { file, start: at, end: at, newText: `${endOfLine(file)}${indent}${memoryKey}: ${memoryMb}` };
}

function insertProperty(spot: Spot, key: string, value: string): Change {
  return isFlow(spot) ? insertIntoFlow(spot, key, value) : insertIntoBlock(spot, key, value);
}

/** After a neighbour that ends on its line, else before the first property. */
function insertIntoBlock(spot: Spot, key: string, value: string): Change {
  const { file } = spot;
  const pairs = pairsOf(spot);
  const simple = pairs.filter((pair) => endsOnItsLine(pair.value));
  const named = neighbours.map((name) => simple.find((pair) => String((pair.key as { value?: unknown }).value) === name));
  const neighbour = named.find((pair) => pair !== undefined) ?? simple.at(-1);
  const eol = endOfLine(file);
  const indent = ' '.repeat(columnOf(spot));
  const line = value.startsWith(eol) ? `${key}:${value}` : `${key}: ${value}`;
  if (neighbour === undefined || neighbour.value === null) {
    const start = offsetsOf(pairs[0]?.key ?? spot.node)[0];
    return { file, start, end: start, newText: `${line}${eol}${indent}` };
  }
  const at = lineEnd(file, offsetsOf(neighbour.value)[1]);
  return { file, start: at, end: at, newText: `${eol}${indent}${line}` };
}

/** Before the first property, laid out like it. */
function insertIntoFlow(spot: Spot, key: string, value: string): Change {
  const { file, node } = spot;
  const open = offsetsOf(node)[0] + 1;
  const line = `${quoted(spot, key)}: ${value}`;
  const [first] = pairsOf(spot);
  if (first === undefined) return { file, start: open, end: open, newText: ` ${line} ` };
  const start = offsetsOf(first.key)[0];
  const gap = file.text.slice(open, start);
  return { file, start, end: start, newText: `${line},${gap.trim() === '' && gap !== '' ? gap : ' '}` };
}

function pairsOf({ node }: Spot): Pair<Node, Node | null>[] {
  return isMap(node) ? (node.items as Pair<Node, Node | null>[]) : [];
}

function isFlow({ node }: Spot): boolean {
  return isMap(node) && (node.flow === true || node.items.length === 0);
}

/** Quotes a key like its neighbours, as JSON must. */
function quoted(spot: Spot, key: string): string {
  const first = pairsOf(spot)[0]?.key ?? pairsOf({ file: spot.file, node: spot.file.document.contents ?? spot.node })[0]?.key;
  return isScalar(first) && first.type === 'QUOTE_DOUBLE' ? `"${key}"` : key;
}

function columnOf(spot: Spot): number {
  const first = pairsOf(spot)[0]?.key;
  return first === undefined ? 0 : spot.file.lines.positionAt(offsetsOf(first)[0]).character;
}

function endsOnItsLine(value: Node | null): boolean {
  if (value === null || isEmpty(value)) return false;
  if (isScalar(value)) return value.type !== 'BLOCK_LITERAL' && value.type !== 'BLOCK_FOLDED';
  return isAlias(value) || (isCollection(value) && value.flow === true);
}

function isEmpty(value: Node | null): boolean {
  return value === null || (isScalar(value) && value.value === null && value.range?.[0] === value.range?.[1]);
}

/** What two readings of a template must share when only the memory size of one function was to change. */
export function withoutMemoryOf(content: TemplateContent, name: string): string {
  const functions = content.entries.map(({ function: fn }) => ({
    ...fn,
    templateRange: null,
    properties: Object.keys(fn.properties).filter((property) => fn.name !== name || property !== 'memory'),
    memoryMb: fn.name === name ? null : fn.memoryMb,
  }));
  return JSON.stringify([
    functions,
    content.diagnostics.map(({ code, message }) => [code, message]).filter(([code]) => code !== 'value-invalid'),
  ]);
}
