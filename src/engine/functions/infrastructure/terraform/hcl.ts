import type { Node } from '@vscode/tree-sitter-wasm';
import { childrenOf } from '../../syntax/grammars.ts';
import type { Entry, Expression, Span } from '../expression.ts';

/** A block of HCL, e.g. `resource "aws_lambda_function" "orders" { … }`. */
export type Block = Span & {
  type: string;
  labels: string[];
  /** The last label, or the type of a block without any. */
  nameSpan: Span;
  attributes: ReadonlyMap<string, Entry>;
  blocks: Block[];
};

/**
 * The attributes and blocks of a file, or of a block. What is half typed, or ends behind `length` where the text was closed in
 * order to read it, is left out, and the rest stays.
 */
export function bodyOf(node: Node, length: number): Pick<Block, 'attributes' | 'blocks'> {
  const attributes = new Map<string, Entry>();
  const blocks: Block[] = [];
  for (const body of childrenOf(node).filter(({ type }) => type === 'body')) {
    for (const child of childrenOf(body)) {
      if (child.type === 'block') blocks.push(blockOf(child, length));
      if (child.type === 'attribute' && !child.hasError && child.endIndex <= length) addAttribute(child, attributes);
    }
  }
  return { attributes, blocks };
}

function blockOf(node: Node, length: number): Block {
  const [type, ...others] = childrenOf(node).filter(({ type }) => type === 'identifier' || type === 'string_lit');
  const name = others.at(-1) ?? type;
  return {
    ...spanOf(node),
    type: type?.text ?? '',
    labels: others.map(({ text }) => text.replaceAll('"', '')),
    nameSpan: name === undefined ? spanOf(node) : spanOf(name),
    ...bodyOf(node, length),
  };
}

function addAttribute(node: Node, attributes: Map<string, Entry>): void {
  const [name, value] = childrenOf(node);
  if (name?.type !== 'identifier' || value === undefined) return;
  attributes.set(name.text, { key: name.text, keySpan: spanOf(name), value: expressionOf(value), shorthand: false });
}

function spanOf({ startIndex: start, endIndex: end }: Node): Span {
  return { start, end };
}

/** An expression of HCL. */
export function expressionOf(node: Node): Expression {
  const span = spanOf(node);
  const [only, ...more] = childrenOf(node).filter(({ type }) => type !== 'comment');
  switch (node.type) {
    case 'expression':
      if (only?.type === 'variable_expr' && more.every(({ type }) => type === 'get_attr')) {
        return { ...span, kind: 'name', names: [only, ...more].map(({ firstNamedChild }) => firstNamedChild?.text ?? '') };
      }
      return only === undefined || more.length > 0 ? { ...span, kind: 'other' } : { ...expressionOf(only), ...span };
    case 'literal_value':
    case 'collection_value':
    case 'template_expr':
    case 'operation':
      return only === undefined ? { ...span, kind: 'other' } : expressionOf(only);
    case 'numeric_lit':
      return { ...span, kind: 'literal', value: Number(node.text) };
    case 'bool_lit':
      return { ...span, kind: 'literal', value: node.text === 'true' };
    case 'null_lit':
      return { ...span, kind: 'literal', value: null };
    case 'string_lit':
    case 'quoted_template':
      return textOf(node, span);
    case 'tuple':
      return {
        ...span,
        kind: 'list',
        items: childrenOf(node)
          .filter(({ type }) => type === 'expression')
          .map(expressionOf),
      };
    case 'object':
      return { ...span, kind: 'map', entries: childrenOf(node).flatMap(elementOf) };
    case 'binary_operation':
      return binary(node, span);
    default:
      return { ...span, kind: 'other' };
  }
}

/** A text; one with escapes is left alone. */
function textOf(node: Node, span: Span): Expression {
  const parts = childrenOf(node).filter(({ type }) => type === 'template_literal' || type === 'template_interpolation');
  if (parts.some(({ type, text }) => type === 'template_literal' && /\\|\$\$|%%/.test(text))) return { ...span, kind: 'other' };
  if (parts.every(({ type }) => type === 'template_literal')) {
    return { ...span, kind: 'literal', value: parts.map(({ text }) => text).join('') };
  }
  return { ...span, kind: 'text', parts: parts.map(partOf) };
}

function partOf(part: Node): Expression {
  if (part.type === 'template_literal') return { ...spanOf(part), kind: 'literal', value: part.text };
  const inner = childrenOf(part).find(({ type }) => type === 'expression');
  return inner === undefined ? { ...spanOf(part), kind: 'other' } : expressionOf(inner);
}

function elementOf(node: Node): Entry[] {
  const [key, value] = [node.childForFieldName('key'), node.childForFieldName('val')];
  if (node.type !== 'object_elem' || key === null || value === null) return [];
  const name = expressionOf(key);
  const text = name.kind === 'name' ? name.names.join('.') : name.kind === 'literal' ? String(name.value) : null;
  return text === null ? [] : [{ key: text, keySpan: spanOf(key), value: expressionOf(value), shorthand: false }];
}

function binary(node: Node, span: Span): Expression {
  const [left, right, ...more] = childrenOf(node);
  if (left === undefined || right === undefined || more.length > 0) return { ...span, kind: 'other' };
  const operator = node.children.find((child) => child?.isNamed === false)?.text ?? '';
  return { ...span, kind: 'binary', operator, left: expressionOf(left), right: expressionOf(right) };
}
