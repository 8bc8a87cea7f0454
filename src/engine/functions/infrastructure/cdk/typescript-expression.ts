import type { Node } from '@vscode/tree-sitter-wasm';
import { childrenOf } from '../../syntax/grammars.ts';
import type { Entry, Expression, Span } from '../expression.ts';

const transparent = new Set(['parenthesized_expression', 'as_expression', 'satisfies_expression', 'non_null_expression']);

/** An expression of TypeScript or JavaScript. */
export function expressionOf(node: Node): Expression {
  const span = spanOf(node);
  const inner = transparent.has(node.type) ? node.firstNamedChild : null;
  if (inner !== null) return expressionOf(inner);
  switch (node.type) {
    case 'number':
      return number(node.text, span);
    case 'string':
      return { ...span, ...plainText(node) };
    case 'template_string':
      return { ...span, kind: 'text', parts: childrenOf(node).map(templatePart) };
    case 'true':
    case 'false':
      return { ...span, kind: 'literal', value: node.type === 'true' };
    case 'array':
      return { ...span, kind: 'list', items: valuesOf(node) };
    case 'object':
      return { ...span, kind: 'map', entries: childrenOf(node).flatMap(entryOf) };
    case 'binary_expression':
      return binary(node, span);
    case 'call_expression':
      return call(node, span);
    case 'identifier':
    case 'shorthand_property_identifier':
    case 'this':
    case 'import':
    case 'meta_property':
      return { ...span, kind: 'name', names: node.text.split('.') };
    case 'member_expression':
      return member(node, span);
    default:
      return { ...span, kind: 'other' };
  }
}

export function spanOf({ startIndex: start, endIndex: end }: Node): Span {
  return { start, end };
}

function number(text: string, span: Span): Expression {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? { ...span, kind: 'literal', value } : { ...span, kind: 'other' };
}

/** A string without escapes: paths, handlers and ids have none. */
function plainText(node: Node): { kind: 'literal'; value: string } | { kind: 'other' } {
  const parts = childrenOf(node);
  return parts.some(({ type }) => type === 'escape_sequence')
    ? { kind: 'other' }
    : { kind: 'literal', value: parts.map(({ text }) => text).join('') };
}

function templatePart(part: Node): Expression {
  const span = spanOf(part);
  if (part.type === 'string_fragment') return { ...span, kind: 'literal', value: part.text };
  const inner = part.type === 'template_substitution' ? part.firstNamedChild : null;
  return inner === null ? { ...span, kind: 'other' } : expressionOf(inner);
}

function valuesOf(node: Node | null): Expression[] {
  return childrenOf(node)
    .filter(({ type }) => type !== 'comment')
    .map(expressionOf);
}

function entryOf(node: Node): Entry[] {
  if (node.type === 'shorthand_property_identifier') {
    return [{ key: node.text, keySpan: spanOf(node), value: expressionOf(node), shorthand: true }];
  }
  if (node.type === 'spread_element') {
    const value = node.firstNamedChild;
    return value === null ? [] : [{ key: null, keySpan: spanOf(node), value: expressionOf(value), shorthand: false }];
  }
  const key = node.type === 'pair' ? node.childForFieldName('key') : null;
  const value = node.childForFieldName('value');
  if (key === null || value === null) return [];
  const name = key.type === 'string' ? key.text.slice(1, -1) : key.text;
  return [{ key: name, keySpan: spanOf(key), value: expressionOf(value), shorthand: false }];
}

function binary(node: Node, span: Span): Expression {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (left === null || right === null) return { ...span, kind: 'other' };
  const operator = node.childForFieldName('operator')?.text ?? '';
  return { ...span, kind: 'binary', operator, left: expressionOf(left), right: expressionOf(right) };
}

function call(node: Node, span: Span): Expression {
  const callee = node.childForFieldName('function');
  const called = callee === null ? null : expressionOf(callee);
  if (called?.kind !== 'name') return { ...span, kind: 'other' };
  return { ...span, kind: 'call', names: called.names, items: valuesOf(node.childForFieldName('arguments')), named: [] };
}

function member(node: Node, span: Span): Expression {
  const [object, property] = [node.childForFieldName('object'), node.childForFieldName('property')];
  if (object === null || property === null) return { ...span, kind: 'other' };
  const inner = expressionOf(object);
  return inner.kind === 'name'
    ? { ...span, kind: 'name', names: [...inner.names, property.text] }
    : { ...span, kind: 'member', object: inner, name: property.text };
}
