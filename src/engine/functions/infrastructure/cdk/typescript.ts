import type { Node } from '@vscode/tree-sitter-wasm';
import { childrenOf } from '../../syntax/grammars.ts';
import { endOfLine, lineEnd, type TextFile } from '../../text-change.ts';
import { type Entry, type Expression, written } from '../expression.ts';
import { type Constant, type Gap, indentOf } from '../memory-site.ts';
import { collectSettings, type Construct, constructKind, type Settings } from './construct.ts';
import { cdkNames } from './values.ts';
import { importsOf } from './typescript-imports.ts';
import { expressionOf } from './typescript-expression.ts';

const loops = new Set(['for_statement', 'for_in_statement', 'while_statement', 'do_statement']);
const functions = new Set(['arrow_function', 'function_expression', 'function_declaration', 'method_definition']);
const blocks = new Set(['program', 'statement_block', 'class_body']);

/** The functions that a CDK program in TypeScript or JavaScript makes, in their order. */
export function typescriptConstructs(root: Node, file: TextFile): Construct[] {
  const imports = importsOf(root);
  const uses = countUses(root);
  return root.descendantsOfType('new_expression').flatMap((node): Construct[] => {
    const callee = node?.childForFieldName('constructor') ?? null;
    const called = callee === null ? null : expressionOf(callee);
    if (node === null || called?.kind !== 'name') return [];
    const [first = '', ...members] = called.names;
    const module = imports.get(first);
    const kind = module === undefined ? null : constructKind([...module, ...members]);
    const given = childrenOf(node.childForFieldName('arguments')).filter(({ type }) => type !== 'comment');
    const [, id, props] = given;
    if (kind === null || id === undefined || id.endIndex > file.text.length) return [];
    const resolve = (names: readonly string[]): Expression | undefined => resolveFrom(node, names)?.value;
    return [
      {
        kind,
        id: expressionOf(id),
        variable: variableOf(node),
        isRepeated: isRepeated(node) || id.type !== 'string',
        ...propsOf(file, { id, props, node }, uses),
        names: cdkNames(resolve, file.path),
        constant: (value) => constantOf(file, node, value, uses),
      },
    ];
  });
}

type Place = { id: Node; props: Node | undefined; node: Node };

/** The props of a construct, also where they are a constant of their own. */
function propsOf(file: TextFile, { id, props, node }: Place, uses: Uses): Pick<Construct, 'settings' | 'gap'> {
  const mapOf = (value: Expression): readonly Entry[] | undefined => mapAt(node, value)?.entries;
  if (props === undefined) {
    const at = id.endIndex;
    return { settings: nothing, gap: { at, wrap: (setting) => `, { ${setting} }` } };
  }
  const value = expressionOf(props);
  if (value.kind === 'map') return { settings: collectSettings(file.text, value.entries, false, mapOf), gap: gapIn(value, file) };
  const named = value.kind === 'name' ? constantOf(file, node, value, uses) : undefined;
  const given = written(file.text, value);
  if (named?.value.kind !== 'map') return { settings: { all: new Map(), opaque: given }, gap: given };
  const settings = collectSettings(file.text, named.value.entries, named.isShared, mapOf);
  return { settings, gap: named.isShared ? `others share its settings (${given})` : gapIn(named.value, file) };
}

const nothing: Settings = { all: new Map(), opaque: null };

const neighbours = ['timeout', 'runtime', 'handler', 'entry', 'code'];

/** Before a telling neighbour, behind every spread: what a later spread brings would win. */
function gapIn(map: Expression & { kind: 'map' }, file: TextFile): Gap {
  const lastSpread = map.entries.findLastIndex(({ key }) => key === null);
  const later = map.entries.slice(lastSpread + 1);
  const neighbour = neighbours.map((name) => later.find(({ key }) => key === name)).find((entry) => entry !== undefined);
  const before = neighbour ?? later[0];
  if (before !== undefined) return { before: before.keySpan.start, separator: ',' };
  const last = map.entries.at(-1);
  if (last === undefined) return { at: map.start + 1, wrap: (setting) => ` ${setting} ` };
  const { end } = last.value;
  const indent = indentOf(file, last.keySpan.start);
  const endOfIt = lineEnd(file, end);
  const [, comma] = /^(,?)\s*(?:\/\/.*)?$/.exec(file.text.slice(end, endOfIt)) ?? [];
  if (indent === null || comma === undefined) return { at: end, wrap: (setting) => `, ${setting}` };
  // On a line of its own, behind a comment that belongs to the line before.
  const wrap = (setting: string): string => `${endOfLine(file)}${indent}${setting}${comma}`;
  return comma === '' ? { at: endOfIt, wrap, comma: end } : { at: endOfIt, wrap };
}

type Found = { value: Expression; name: string; isExported: boolean };

/** What a name stands for at a node: a `const` of the blocks around it. */
function resolveFrom(node: Node, [name = '', ...members]: readonly string[]): Found | undefined {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (functions.has(at.type) && parameterNames(at).has(name)) return undefined;
    if (!blocks.has(at.type)) continue;
    const found = constantIn(at, name);
    if (found === undefined) continue;
    const value = members.reduce<Expression | undefined>(memberOf, found.value);
    return value === undefined ? undefined : { ...found, value };
  }
  return undefined;
}

function memberOf(object: Expression | undefined, name: string): Expression | undefined {
  return object?.kind === 'map' ? object.entries.findLast(({ key }) => key === name)?.value : undefined;
}

function constantIn(block: Node, name: string): Found | undefined {
  for (const statement of childrenOf(block)) {
    const declaration = statement.type === 'export_statement' ? statement.childForFieldName('declaration') : statement;
    if (declaration?.type !== 'lexical_declaration' || declaration.firstChild?.type !== 'const') continue;
    for (const declarator of childrenOf(declaration)) {
      const value = declarator.childForFieldName('value');
      if (declarator.childForFieldName('name')?.text !== name || value === null) continue;
      return { value: expressionOf(value), name, isExported: statement !== declaration };
    }
  }
  return undefined;
}

function parameterNames(fn: Node): Set<string> {
  const parameters = fn.childForFieldName('parameters') ?? fn.childForFieldName('parameter');
  const names = parameters?.type === 'identifier' ? [parameters] : (parameters?.descendantsOfType(identifiers) ?? []);
  return new Set(names.map((name) => name?.text ?? ''));
}

const identifiers = ['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern'];
type Uses = ReadonlyMap<string, number>;

/** How often each name stands in a program, declarations included. */
function countUses(root: Node): Uses {
  const uses = new Map<string, number>();
  for (const node of root.descendantsOfType(identifiers)) {
    if (node !== null) uses.set(node.text, (uses.get(node.text) ?? 0) + 1);
  }
  return uses;
}

const declarationAndUse = 2;

function constantOf(file: TextFile, node: Node, value: Expression, uses: Uses): Constant | undefined {
  const found = value.kind === 'name' ? resolveFrom(node, value.names) : undefined;
  if (found === undefined) return undefined;
  return { file, value: found.value, isShared: found.isExported || (uses.get(found.name) ?? 0) > declarationAndUse };
}

function mapAt(node: Node, value: Expression): (Expression & { kind: 'map' }) | undefined {
  const found = value.kind === 'name' ? resolveFrom(node, value.names)?.value : value;
  return found?.kind === 'map' ? found : undefined;
}

/** Whether a construct stands in a loop or in a function that something may call many times: all but methods' own bodies. */
function isRepeated(node: Node): boolean {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (loops.has(at.type)) return true;
    if ((at.type === 'arrow_function' || at.type === 'function_expression') && at.parent?.type === 'arguments') return true;
  }
  return false;
}

function variableOf(node: Node): string | null {
  const { parent } = node;
  const target = parent?.childForFieldName('name') ?? parent?.childForFieldName('left') ?? null;
  return target === null ? null : (target.childForFieldName('property') ?? target).text;
}
