import type { Node } from '@vscode/tree-sitter-wasm';
import { childrenOf } from '../../syntax/grammars.ts';
import type { Entry, Expression, Span } from '../expression.ts';

/** An expression of Python. */
export function expressionOf(node: Node): Expression {
  const span: Span = { start: node.startIndex, end: node.endIndex };
  switch (node.type) {
    case 'parenthesized_expression':
      return node.firstNamedChild === null ? { ...span, kind: 'other' } : expressionOf(node.firstNamedChild);
    case 'integer':
    case 'float':
      return number(node.text, span);
    case 'string':
      return string(node, span);
    case 'true':
    case 'false':
      return { ...span, kind: 'literal', value: node.type === 'true' };
    case 'none':
      return { ...span, kind: 'literal', value: null };
    case 'list':
    case 'tuple':
      return { ...span, kind: 'list', items: withoutComments(node).map(expressionOf) };
    case 'dictionary':
      return { ...span, kind: 'map', entries: childrenOf(node).flatMap(entryOf) };
    case 'identifier':
      return { ...span, kind: 'name', names: [node.text] };
    case 'attribute':
      return attribute(node, span);
    case 'call':
      return call(node, span);
    case 'binary_operator':
      return binary(node, span);
    default:
      return { ...span, kind: 'other' };
  }
}

function number(text: string, span: Span): Expression {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? { ...span, kind: 'literal', value } : { ...span, kind: 'other' };
}

/** A string, or a text with values in it; one with escapes or a prefix but `f` is left alone. */
function string(node: Node, span: Span): Expression {
  const parts = childrenOf(node).filter(({ type }) => type !== 'string_start' && type !== 'string_end');
  const prefix = /^[a-z]*/i.exec(node.text)?.[0].toLowerCase() ?? '';
  const isPlain = prefix === '' || prefix === 'f';
  if (!isPlain || node.descendantsOfType('escape_sequence').length > 0) return { ...span, kind: 'other' };
  if (parts.every(({ type }) => type === 'string_content')) {
    return { ...span, kind: 'literal', value: parts.map(({ text }) => text).join('') };
  }
  return { ...span, kind: 'text', parts: parts.map(textPart) };
}

function textPart(part: Node): Expression {
  const span = { start: part.startIndex, end: part.endIndex };
  if (part.type === 'string_content') return { ...span, kind: 'literal', value: part.text };
  const inner = part.childForFieldName('expression');
  return inner === null ? { ...span, kind: 'other' } : expressionOf(inner);
}

function entryOf(node: Node): Entry[] {
  if (node.type === 'dictionary_splat') return splat(node);
  const [key, value] = [node.childForFieldName('key'), node.childForFieldName('value')];
  if (node.type !== 'pair' || key === null || value === null) return [];
  const name = expressionOf(key);
  if (name.kind !== 'literal' || typeof name.value !== 'string') return [];
  return [{ key: name.value, keySpan: name, value: expressionOf(value), shorthand: false }];
}

function splat(node: Node): Entry[] {
  const value = node.firstNamedChild;
  const keySpan = { start: node.startIndex, end: node.endIndex };
  return value === null ? [] : [{ key: null, keySpan, value: expressionOf(value), shorthand: false }];
}

function attribute(node: Node, span: Span): Expression {
  const [object, name] = [node.childForFieldName('object'), node.childForFieldName('attribute')];
  if (object === null || name === null) return { ...span, kind: 'other' };
  const inner = expressionOf(object);
  return inner.kind === 'name'
    ? { ...span, kind: 'name', names: [...inner.names, name.text] }
    : { ...span, kind: 'member', object: inner, name: name.text };
}

function call(node: Node, span: Span): Expression {
  const callee = node.childForFieldName('function');
  const called = callee === null ? null : expressionOf(callee);
  if (called?.kind !== 'name') return { ...span, kind: 'other' };
  return { ...span, kind: 'call', names: called.names, ...argumentsOf(node.childForFieldName('arguments')) };
}

function argumentsOf(list: Node | null): { items: Expression[]; named: Entry[] } {
  const items: Expression[] = [];
  const named: Entry[] = [];
  for (const argument of list === null ? [] : withoutComments(list)) {
    if (argument.type === 'dictionary_splat') named.push(...splat(argument));
    else if (argument.type === 'keyword_argument') named.push(...keyword(argument));
    else items.push(expressionOf(argument));
  }
  return { items, named };
}

function keyword(argument: Node): Entry[] {
  const [name, value] = [argument.childForFieldName('name'), argument.childForFieldName('value')];
  if (name === null || value === null) return [];
  const keySpan = { start: name.startIndex, end: name.endIndex };
  return [{ key: name.text, keySpan, value: expressionOf(value), shorthand: false }];
}

function binary(node: Node, span: Span): Expression {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (left === null || right === null) return { ...span, kind: 'other' };
  const operator = node.childForFieldName('operator')?.text ?? '';
  return { ...span, kind: 'binary', operator, left: expressionOf(left), right: expressionOf(right) };
}

function withoutComments(node: Node): Node[] {
  return childrenOf(node).filter(({ type }) => type !== 'comment');
}
