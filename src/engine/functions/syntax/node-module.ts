import type { Node } from '@vscode/tree-sitter-wasm';
import type { TextRange } from '../../../protocol/functions.ts';
import { childrenOf, rangeOfNode } from './grammars.ts';
import { isNodeHandler } from './node-handler.ts';
import type { ModuleSymbols } from './source-symbols.ts';

/** What a top-level name of a module is; `value` is null for an import. */
export type Local = { name: Node; value: Node | null; type: string | null };

const transparent = new Set([
  'parenthesized_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'await_expression',
]);
const functionDeclarations = new Set(['function_declaration', 'generator_function_declaration', 'class_declaration']);
const declarations = new Set([...functionDeclarations, 'lexical_declaration', 'variable_declaration', 'function_signature']);

/** The exports of an ES module or a CommonJS module in JavaScript or TypeScript, and which of them are handlers. */
export function readNodeModule(root: Node): ModuleSymbols {
  return new NodeModule(root).symbols();
}

class NodeModule {
  readonly #locals = new Map<string, Local>();
  readonly #exports = new Map<string, TextRange>();
  readonly #handlers = new Set<string>();
  #isOpen = false;

  constructor(root: Node) {
    const statements = statementsOf(root);
    for (const statement of statements) this.#collectLocals(statement);
    for (const statement of statements) this.#collectExports(statement);
  }

  symbols(): ModuleSymbols {
    return { exports: this.#exports, isOpen: this.#isOpen, handlers: [...this.#handlers] };
  }

  #collectLocals(statement: Node): void {
    if (statement.type === 'import_statement') {
      for (const name of statement.descendantsOfType('identifier')) if (name !== null) this.#addLocal(name, null);
      return;
    }
    const declaration = statement.type === 'export_statement' ? statement.childForFieldName('declaration') : statement;
    for (const local of localsOf(declaration)) this.#locals.set(local.name.text, local);
  }

  #addLocal(name: Node, value: Node | null): void {
    this.#locals.set(name.text, { name, value, type: null });
  }

  #collectExports(statement: Node): void {
    if (statement.type === 'export_statement') this.#exportStatement(statement);
    else if (!declarations.has(statement.type) && statement.type !== 'import_statement') this.#commonJs(statement);
  }

  #exportStatement(statement: Node): void {
    const source = statement.childForFieldName('source');
    for (const local of localsOf(statement.childForFieldName('declaration'))) {
      if (!hasChild(statement, 'default')) this.#add(local.name.text, local.name, local.value, local.type);
    }
    if (hasChild(statement, 'default'))
      this.#exports.set('default', rangeOfNode(statement.childForFieldName('value') ?? statement));
    if (hasChild(statement, '=')) this.#moduleExports(statement.lastNamedChild);
    for (const clause of childrenOf(statement)) {
      if (clause.type === 'namespace_export') this.#add(clause.lastNamedChild?.text ?? '', clause, null, null);
      if (clause.type !== 'export_clause') continue;
      for (const specifier of childrenOf(clause)) this.#specifier(specifier, source !== null);
    }
    if (source !== null && hasChild(statement, '*')) this.#isOpen = true;
  }

  #specifier(specifier: Node, isFromElsewhere: boolean): void {
    const name = specifier.childForFieldName('name');
    const alias = specifier.childForFieldName('alias') ?? name;
    if (name === null || alias === null) return;
    this.#add(alias.text, alias, isFromElsewhere ? null : name, null);
  }

  /** `exports.name = …`, `module.exports.name = …`, `module.exports = …` and what compilers write, anywhere in a statement. */
  #commonJs(statement: Node): void {
    if (!statement.text.includes('exports')) return;
    for (const assignment of statement.descendantsOfType('assignment_expression')) {
      const left = assignment?.childForFieldName('left') ?? null;
      const right = assignedValue(assignment?.childForFieldName('right') ?? null);
      if (left === null) continue;
      if (isExportsObject(left)) {
        if (left.text === 'module.exports') this.#moduleExports(right);
        continue;
      }
      const object = left.childForFieldName('object');
      const name = left.childForFieldName('property') ?? stringContent(left.childForFieldName('index'));
      if (object !== null && name !== null && isExportsObject(object)) this.#add(name.text, name, right, null);
    }
    for (const call of statement.descendantsOfType('call_expression')) this.#exportingCall(call);
  }

  /** `Object.defineProperty(exports, 'name', …)`; other calls that get `exports` may add any name. */
  #exportingCall(call: Node | null): void {
    const given = childrenOf(call?.childForFieldName('arguments') ?? null);
    if (!given.some(isExportsObject)) return;
    const name = call?.childForFieldName('function')?.text === 'Object.defineProperty' ? stringContent(given[1] ?? null) : null;
    if (name === null) this.#isOpen = true;
    else this.#exports.set(name.text, rangeOfNode(name));
  }

  #moduleExports(value: Node | null): void {
    const resolved = this.#resolve(value);
    if (resolved === null || resolved.type === 'call_expression' || resolved.type === 'new_expression') this.#isOpen = true;
    if (resolved?.type !== 'object') return;
    for (const entry of childrenOf(resolved)) {
      if (entry.type === 'shorthand_property_identifier') this.#add(entry.text, entry, entry, null);
      else if (entry.type === 'spread_element') this.#isOpen = true;
      else if (entry.type === 'method_definition') this.#addNamed(entry.childForFieldName('name'), entry);
      else if (entry.type === 'pair') this.#addNamed(entry.childForFieldName('key'), entry.childForFieldName('value'));
    }
  }

  #addNamed(key: Node | null, value: Node | null): void {
    const name = key?.type === 'string' ? stringContent(key) : key;
    if (name !== null) this.#add(name.text, name, value, null);
  }

  /** The place of an export is its own declaration where that has the same name, else where it is exported. */
  #add(symbol: string, place: Node, value: Node | null, type: string | null): void {
    if (value?.type === 'unary_expression' && this.#exports.has(symbol)) return;
    const local = value?.text === symbol ? this.#locals.get(symbol) : undefined;
    this.#exports.set(symbol, rangeOfNode(local?.name ?? place));
    const resolved = this.#resolve(value);
    const stated = type ?? (value?.type === 'identifier' ? this.#locals.get(value.text)?.type : null) ?? null;
    if (resolved !== null && isNodeHandler(symbol, resolved, stated, (node) => this.#resolve(node))) this.#handlers.add(symbol);
    else this.#handlers.delete(symbol);
  }

  /** Follows names of the module and what does not change a value; null for what comes from elsewhere. */
  #resolve(node: Node | null): Node | null {
    let current = node;
    for (let depth = 0; current !== null && depth < 10; depth++) {
      if (transparent.has(current.type)) current = current.firstNamedChild;
      else if (current.type === 'identifier' || current.type === 'shorthand_property_identifier') {
        const local = this.#locals.get(current.text);
        if (local === undefined || local.value === null) return null;
        current = local.value;
      } else return current;
    }
    return null;
  }
}

/** Statements of a module; those that the parser kept inside an error while somebody types count too. */
function statementsOf(root: Node): Node[] {
  return childrenOf(root).flatMap((node) => (node.type === 'ERROR' ? statementsOf(node) : [node]));
}

function localsOf(declaration: Node | null): Local[] {
  if (declaration === null) return [];
  const name = declaration.childForFieldName('name');
  if (functionDeclarations.has(declaration.type)) return name === null ? [] : [{ name, value: declaration, type: null }];
  if (declaration.type !== 'lexical_declaration' && declaration.type !== 'variable_declaration') return [];
  return childrenOf(declaration).flatMap((declarator): Local[] => {
    const target = declarator.childForFieldName('name');
    const value = declarator.childForFieldName('value');
    if (target === null) return [];
    if (target.type === 'identifier') return [{ name: target, value, type: declarator.childForFieldName('type')?.text ?? null }];
    return target
      .descendantsOfType(['shorthand_property_identifier_pattern', 'identifier'])
      .flatMap((bound) => (bound === null ? [] : [{ name: bound, value: null, type: null }]));
  });
}

function assignedValue(node: Node | null): Node | null {
  let current = node;
  while (current?.type === 'assignment_expression') current = current.childForFieldName('right');
  return current;
}

function isExportsObject(node: Node): boolean {
  return (
    (node.type === 'identifier' && node.text === 'exports') ||
    (node.type === 'member_expression' && node.text === 'module.exports')
  );
}

function stringContent(node: Node | null): Node | null {
  return node?.type === 'string' ? node.firstNamedChild : null;
}

function hasChild(node: Node, type: string): boolean {
  return node.children.some((child) => child?.type === type);
}
