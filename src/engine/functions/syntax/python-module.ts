import type { Node } from '@vscode/tree-sitter-wasm';
import type { TextRange } from '../../../protocol/functions.ts';
import { childrenOf, rangeOfNode } from './grammars.ts';
import type { ModuleSymbols } from './source-symbols.ts';

const eventName = /^_*(?:event|evt|events|payload|data|input|record|_)$/i;
const contextName = /^_*(?:lambda_?)?(?:context|ctx|_)?$/i;
const conditional = new Set(
  'if_statement elif_clause else_clause try_statement except_clause finally_clause with_statement block ERROR'.split(' '),
);

/** Names that a Python module defines at its top level, also under `if` and `try`, and which of them are handlers. */
export function readPythonModule(root: Node): ModuleSymbols {
  const exports = new Map<string, TextRange>();
  const handlers = new Set<string>();
  let isOpen = false;

  const define = (name: Node | null): void => {
    if (name !== null) exports.set(name.text, rangeOfNode(name));
  };
  const visit = (node: Node): void => {
    if (node.type === 'function_definition') {
      const name = node.childForFieldName('name');
      define(name);
      if (name === null) return;
      if (isHandler(name.text, node)) handlers.add(name.text);
      else handlers.delete(name.text);
    } else if (node.type === 'decorated_definition') {
      const definition = node.childForFieldName('definition');
      if (definition !== null) visit(definition);
    } else if (node.type === 'class_definition') {
      define(node.childForFieldName('name'));
    } else if (node.type === 'expression_statement') {
      for (const child of childrenOf(node)) if (child.type === 'assignment') assigned(child).forEach(define);
    } else if (node.type === 'import_statement' || node.type === 'import_from_statement') {
      if (childrenOf(node).some((child) => child.type === 'wildcard_import')) isOpen = true;
      imported(node).forEach(define);
    } else if (conditional.has(node.type)) {
      childrenOf(node).forEach(visit);
    }
  };
  childrenOf(root).forEach(visit);
  return { exports, isOpen, handlers: [...handlers] };
}

function assigned(assignment: Node): Node[] {
  const left = assignment.childForFieldName('left');
  const right = assignment.childForFieldName('right');
  const names = left?.type === 'pattern_list' ? childrenOf(left) : left === null ? [] : [left];
  const chained = right?.type === 'assignment' ? assigned(right) : [];
  return [...names.filter(({ type }) => type === 'identifier'), ...chained];
}

function imported(statement: Node): Node[] {
  const names = statement.childrenForFieldName('name').filter((name) => name !== null);
  return names.flatMap((name) =>
    name.type === 'aliased_import' ? (name.childForFieldName('alias') ?? []) : (name.firstNamedChild ?? []),
  );
}

/**
 * A handler without a template takes two positional parameters. `lambda_handler` needs no more;
 * `handler` and `<anything>_handler` are common names, so that their parameters must be called like an event and a context.
 */
function isHandler(name: string, definition: Node): boolean {
  if (!/^(?:lambda_)?handler$|_handler$/.test(name)) return false;
  if (definition.children.some((child) => child?.type === 'async')) return false;
  const parameters = childrenOf(definition.childForFieldName('parameters')).filter(({ type }) => type !== 'comment');
  const [event, context] = parameters.map(positionalName);
  if (event === undefined || event === null || context === undefined || context === null) return false;
  if (parameters.slice(2).some((parameter) => isRequired(parameter))) return false;
  if (name === 'lambda_handler') return true;
  return name === 'handler'
    ? eventName.test(event) || contextName.test(context)
    : eventName.test(event) && contextName.test(context);
}

/** Null for what takes no positional argument by itself: `*args`, `**options`, `*`, `/`. */
function positionalName(parameter: Node): string | null {
  if (parameter.type === 'identifier') return parameter.text;
  if (parameter.type === 'default_parameter' || parameter.type === 'typed_default_parameter') {
    return parameter.childForFieldName('name')?.text ?? null;
  }
  const first = parameter.type === 'typed_parameter' ? parameter.firstNamedChild : null;
  return first?.type === 'identifier' ? first.text : null;
}

function isRequired({ type }: Node): boolean {
  return type === 'identifier' || type === 'typed_parameter';
}
