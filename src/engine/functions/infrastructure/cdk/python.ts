import type { Node } from '@vscode/tree-sitter-wasm';
import { childrenOf } from '../../syntax/grammars.ts';
import type { TextFile } from '../../text-change.ts';
import type { Entry, Expression } from '../expression.ts';
import type { Constant, Gap } from '../memory-site.ts';
import { collectSettings, type Construct, constructKind } from './construct.ts';
import { expressionOf } from './python-expression.ts';
import { cdkNames } from './values.ts';

const repeating = new Set(['for_statement', 'while_statement', 'list_comprehension', 'dictionary_comprehension', 'lambda']);
const neighbours = ['timeout', 'runtime', 'handler', 'entry', 'code'];

/** The functions that a CDK program in Python makes, in their order. */
export function pythonConstructs(root: Node, file: TextFile): Construct[] {
  const imports = importsOf(root);
  const names = countNames(root);
  return root.descendantsOfType('call').flatMap((node): Construct[] => {
    const called = node === null ? null : expressionOf(node);
    if (node === null || called?.kind !== 'call') return [];
    const [first = '', ...members] = called.names;
    const module = imports.get(first);
    const kind = module === undefined ? null : constructKind([...module, ...members]);
    const [, positional] = called.items;
    const id = positional ?? called.named.find(({ key }) => key === 'id')?.value;
    if (kind === null || id === undefined || id.end > file.text.length) return [];
    const resolve = (path: readonly string[]): Expression | undefined => constantAt(node, path, names);
    const mapOf = (value: Expression): readonly Entry[] | undefined => {
      const map = value.kind === 'name' ? resolve(value.names) : value;
      return map?.kind === 'map' ? map.entries : undefined;
    };
    return [
      {
        kind,
        id,
        variable: variableOf(node),
        isRepeated: ancestors(node).some(({ type }) => repeating.has(type)) || id.kind !== 'literal',
        settings: collectSettings(file.text, splatsFirst(called.named), false, mapOf),
        gap: gapIn(called),
        names: cdkNames(resolve, file.path),
        constant: (value) => constantOf(file, node, value, names),
      },
    ];
  });
}

/** Python takes an argument only once: where one stands, no `**common` can bring another. */
function splatsFirst(named: readonly Entry[]): Entry[] {
  return [...named.filter(({ key }) => key === null), ...named.filter(({ key }) => key !== null)];
}

function gapIn({ named, items, end }: Expression & { kind: 'call' }): Gap {
  const found = neighbours.map((name) => named.find(({ key }) => key === name)).find((entry) => entry !== undefined);
  const before = found ?? named[0];
  if (before !== undefined) return { before: before.keySpan.start, separator: ',' };
  return { at: items.at(-1)?.end ?? end - 1, wrap: (setting) => `, ${setting}` };
}

/** What a program's names are imported from: the module, then the member where one is imported. */
function importsOf(root: Node): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  for (const statement of root.descendantsOfType(['import_statement', 'import_from_statement'])) {
    const module = statement?.childForFieldName('module_name')?.text;
    for (const name of statement?.childrenForFieldName('name') ?? []) {
      const member = name?.childForFieldName('name') ?? name;
      const alias = name?.childForFieldName('alias')?.text;
      if (member === null) continue;
      if (module !== undefined) imports.set(alias ?? member.text, [module, member.text]);
      // `import a.b` binds `a`, `import a.b as c` binds `c` to `a.b`.
      else if (alias === undefined) imports.set(member.text.split('.')[0] ?? '', [member.text.split('.')[0] ?? '']);
      else imports.set(alias, [member.text]);
    }
  }
  return imports;
}

type NameCounts = { all: ReadonlyMap<string, number>; assigned: ReadonlyMap<string, number> };

/** How often each name stands in a program, and how often it is assigned. */
function countNames(root: Node): NameCounts {
  const all = new Map<string, number>();
  const assigned = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const node of root.descendantsOfType('identifier')) if (node !== null) count(all, node.text);
  for (const node of root.descendantsOfType(['assignment', 'augmented_assignment'])) {
    const left = node?.childForFieldName('left');
    if (left !== null && left !== undefined) count(assigned, left.text);
  }
  return { all, assigned };
}

/** What a name that is assigned only once in the program stands for at a node; `sizes["a"]` and attributes are not followed. */
function constantAt(node: Node, [name = '', ...members]: readonly string[], { assigned }: NameCounts): Expression | undefined {
  if (members.length > 0 || assigned.get(name) !== 1) return undefined;
  for (const at of ancestors(node)) {
    if (at.type === 'function_definition' && parameters(at).includes(name)) return undefined;
    if (at.type !== 'block' && at.type !== 'module') continue;
    for (const statement of childrenOf(at)) {
      const assignment = statement.type === 'expression_statement' ? statement.firstNamedChild : null;
      const right = assignment?.type === 'assignment' ? assignment.childForFieldName('right') : null;
      if (right !== null && assignment?.childForFieldName('left')?.text === name) return expressionOf(right);
    }
  }
  return undefined;
}

const assignmentAndUse = 2;

function constantOf(file: TextFile, node: Node, value: Expression, names: NameCounts): Constant | undefined {
  const stands = value.kind === 'name' ? constantAt(node, value.names, names) : undefined;
  if (stands === undefined || value.kind !== 'name') return undefined;
  return { file, value: stands, isShared: (names.all.get(value.names[0] ?? '') ?? 0) > assignmentAndUse };
}

function parameters(definition: Node): string[] {
  const found = definition.childForFieldName('parameters')?.descendantsOfType('identifier') ?? [];
  return found.map((name) => name?.text ?? '');
}

function ancestors(node: Node): Node[] {
  const found: Node[] = [];
  for (let at = node.parent; at !== null; at = at.parent) found.push(at);
  return found;
}

/** `fn = Function(…)`, `self.fn = Function(…)`. */
function variableOf(node: Node): string | null {
  const left = node.parent?.type === 'assignment' ? node.parent.childForFieldName('left') : null;
  return left === null ? null : (left.text.split('.').at(-1) ?? null);
}
