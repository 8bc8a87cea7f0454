import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { asText, type Value } from './values.ts';
import { dereference, plainString, propertiesOf, property, rootOf, type Spot, valueSpot, type YamlFile } from './yaml-file.ts';

const maxDepth = 30;
/** Values of one setting; more is no setting but a text made to keep its reader busy. */
const maxSteps = 10_000;
const longForm = /^(?:Ref|Condition|Fn::\w+)$/;

/**
 * Works out CloudFormation values from what the template says: parameter defaults, mappings, conditions and
 * intrinsic functions. What only a deployment knows (`!GetAtt`, `!ImportValue`, the region) is undefined.
 */
export class Intrinsics {
  readonly #file: YamlFile;
  readonly #root: Spot | null;
  #steps = 0;

  constructor(file: YamlFile) {
    this.#file = file;
    this.#root = rootOf(file);
  }

  evaluate(node: Node | null, depth = 0): Value {
    if (depth === 0) this.#steps = 0;
    if (depth > maxDepth || ++this.#steps > maxSteps) return undefined;
    const resolved = node === null ? null : dereference(this.#file, node);
    if (resolved === null) return null;
    const call = intrinsicOf(resolved);
    if (call !== null) return this.#call(call.name, call.argument, depth + 1);
    if (isScalar(resolved)) return dynamicOrPlain(resolved);
    if (isSeq(resolved)) return resolved.items.map((item) => this.evaluate(item as Node, depth + 1));
    return undefined;
  }

  #call(name: string, argument: Node, depth: number): Value {
    if (name === 'Ref') return this.#parameter(isScalar(argument) ? String(argument.value) : '');
    if (name === 'Sub') return this.#substitute(argument, depth);
    const list = isSeq(argument) ? (argument.items as Node[]) : [];
    const at = (index: number): Value => this.evaluate(list[index] ?? null, depth);
    if (name === 'If') {
      const condition = this.#condition(plainOf(list[0]), depth);
      return condition === undefined ? undefined : at(condition ? 1 : 2);
    }
    if (name === 'FindInMap') return this.#findInMap(at(0), at(1), at(2), depth);
    if (name === 'Join') return join(at(0), at(1));
    if (name === 'Select') return select(at(0), at(1));
    if (name === 'Split') return split(at(0), at(1));
    return undefined;
  }

  #parameter(name: string): Value {
    if (name === 'AWS::NoValue') return null;
    const parameter = valueSpot(property(this.#section('Parameters'), name));
    const type = plainString(valueSpot(property(parameter, 'Type'))) ?? '';
    const found = valueSpot(property(parameter, 'Default'));
    if (found === null || type.startsWith('AWS::SSM::')) return undefined;
    const node = dereference(found.file, found.node);
    const value = isScalar(node) ? scalarValue(node) : undefined;
    if (typeof value === 'string' && type.includes('CommaDelimitedList')) return value.split(',').map((item) => item.trim());
    return value;
  }

  #substitute(argument: Node, depth: number): Value {
    const [text, variables] = isSeq(argument) ? (argument.items as Node[]) : [argument];
    const own = variables === undefined ? null : { file: this.#file, node: variables };
    let isKnown = true;
    const result = (plainOf(text) ?? '').replaceAll(/\$\{([^}]*)\}/g, (_whole, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const local = property(own, name.trim());
      const value = asText(local === undefined ? this.#parameter(name.trim()) : this.evaluate(local.value, depth));
      isKnown &&= value !== null;
      return value ?? '';
    });
    return isKnown ? result : undefined;
  }

  #findInMap(map: Value, first: Value, second: Value, depth: number): Value {
    const [mapName, firstKey, secondKey] = [asText(map), asText(first), asText(second)];
    if (mapName === null || firstKey === null || secondKey === null) return undefined;
    const row = valueSpot(property(valueSpot(property(this.#section('Mappings'), mapName)), firstKey));
    const found = property(row, secondKey);
    return found === undefined ? undefined : this.evaluate(found.value, depth);
  }

  #condition(name: string | null, depth: number): boolean | undefined {
    const found = name === null ? undefined : property(this.#section('Conditions'), name);
    return found === undefined ? undefined : this.#test(found.value, depth);
  }

  #test(node: Node | null, depth: number): boolean | undefined {
    const call = node === null || depth > maxDepth ? null : intrinsicOf(node);
    if (call === null) return undefined;
    const { name, argument } = call;
    if (name === 'Condition') return this.#condition(plainOf(argument), depth + 1);
    const list = isSeq(argument) ? (argument.items as Node[]) : [];
    if (name === 'Equals') {
      const [left, right] = list.map((item) => asText(this.evaluate(item, depth)));
      return left === null || right === null ? undefined : left === right;
    }
    const results = list.map((item) => this.#test(item, depth + 1));
    if (name === 'Not') return results[0] === undefined ? undefined : !results[0];
    if (name === 'And') return results.includes(false) ? false : results.includes(undefined) ? undefined : true;
    if (name === 'Or') return results.includes(true) ? true : results.includes(undefined) ? undefined : false;
    return undefined;
  }

  #section(name: string): Spot | null {
    return valueSpot(property(this.#root, name));
  }
}

/** `!Name argument`, `{ Ref: argument }` or `{ Fn::Name: argument }`; null for anything else. */
function intrinsicOf(node: Node): { name: string; argument: Node } | null {
  if (node.tag?.startsWith('!') === true) return { name: node.tag.slice(1), argument: node };
  if (!isMap(node) || node.items.length !== 1) return null;
  const [pair] = node.items;
  if (pair === undefined || !isScalar(pair.key) || !longForm.test(String(pair.key.value))) return null;
  return { name: String(pair.key.value).replace('Fn::', ''), argument: pair.value as Node };
}

function plainOf(node: Node | undefined): string | null {
  return isScalar(node) ? asText(scalarValue(node)) : null;
}

/** Numbers keep their text where it is not theirs: `012` stays an account id. */
function scalarValue(node: Scalar): Value {
  const { value } = node;
  if (typeof value === 'number') return node.source !== undefined && String(value) !== node.source ? node.source : value;
  return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : undefined;
}

function dynamicOrPlain(node: Scalar): Value {
  const value = scalarValue(node);
  return typeof value === 'string' && value.includes('{{resolve:') ? undefined : value;
}

function join(separator: Value, parts: Value): Value {
  const texts = Array.isArray(parts) ? parts.map(asText) : [null];
  return typeof separator === 'string' && !texts.includes(null) ? texts.join(separator) : undefined;
}

function select(index: Value, parts: Value): Value {
  return Array.isArray(parts) ? parts[Number(index)] : undefined;
}

function split(separator: Value, text: Value): Value {
  return typeof separator === 'string' && typeof text === 'string' ? text.split(separator) : undefined;
}

/** The names and values of a map, for example of environment variables; values that cannot be worked out are left out. */
export function textMap(intrinsics: Intrinsics, spot: Spot | null): Record<string, string> {
  const entries = propertiesOf(spot).flatMap(({ key, value }): [string, string][] => {
    const text = asText(intrinsics.evaluate(value));
    return text === null ? [] : [[String(key.value), text]];
  });
  return Object.fromEntries(entries);
}
