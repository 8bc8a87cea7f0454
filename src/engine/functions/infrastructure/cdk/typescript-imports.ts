import type { Node } from '@vscode/tree-sitter-wasm';
import { childrenOf } from '../../syntax/grammars.ts';

/** What a program's names are imported from: the module, then the member where one is imported. */
export function importsOf(root: Node): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  for (const statement of childrenOf(root)) {
    if (statement.type === 'import_statement') importStatement(statement, imports);
    else for (const declarator of declaratorsOf(statement)) required(declarator, imports);
  }
  return imports;
}

/** `import x from`, `import * as x from`, `import { a as b } from`, `import x = require()`. */
function importStatement(statement: Node, imports: Map<string, string[]>): void {
  for (const clause of childrenOf(statement)) {
    if (clause.type === 'import_require_clause') {
      const name = clause.firstNamedChild;
      const source = clause.childForFieldName('source');
      if (name !== null && source !== null) imports.set(name.text, [unquoted(source)]);
    }
    const source = statement.childForFieldName('source');
    if (clause.type !== 'import_clause' || source === null) continue;
    const module = unquoted(source);
    for (const part of childrenOf(clause)) {
      if (part.type === 'identifier') imports.set(part.text, [module]);
      if (part.type === 'namespace_import') imports.set(part.firstNamedChild?.text ?? '', [module]);
      if (part.type === 'named_imports') childrenOf(part).forEach((specifier) => named(specifier, module, imports));
    }
  }
}

function named(specifier: Node, module: string, imports: Map<string, string[]>): void {
  const name = specifier.childForFieldName('name');
  const local = specifier.childForFieldName('alias') ?? name;
  if (name !== null && local !== null) imports.set(local.text, [module, name.text]);
}

function declaratorsOf(statement: Node): Node[] {
  const isDeclaration = statement.type === 'lexical_declaration' || statement.type === 'variable_declaration';
  return isDeclaration ? childrenOf(statement) : [];
}

/** `const x = require()`, `const { a, b: c } = require()`. */
function required(declarator: Node, imports: Map<string, string[]>): void {
  const [target, value] = [declarator.childForFieldName('name'), declarator.childForFieldName('value')];
  if (target === null || value?.type !== 'call_expression' || value.childForFieldName('function')?.text !== 'require') return;
  const [source] = childrenOf(value.childForFieldName('arguments'));
  if (source?.type !== 'string') return;
  const module = unquoted(source);
  if (target.type === 'identifier') imports.set(target.text, [module]);
  for (const part of target.type === 'object_pattern' ? childrenOf(target) : []) {
    if (part.type === 'shorthand_property_identifier_pattern') imports.set(part.text, [module, part.text]);
    const [key, local] = [part.childForFieldName('key'), part.childForFieldName('value')];
    if (part.type === 'pair_pattern' && key !== null && local !== null) imports.set(local.text, [module, key.text]);
  }
}

function unquoted(node: Node): string {
  return node.text.slice(1, -1);
}
