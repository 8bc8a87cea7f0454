import { posix } from 'node:path';
import { isScalar, type Node } from 'yaml';
import { asText, type Value, workspacePath } from './values.ts';
import { dereference, property, rootOf, type Spot, valueSpot, type YamlFile } from './yaml-file.ts';

/** A place in a template, or a plain value; undefined when only a deployment knows it. */
export type Resolved = { spot: Spot } | { value: string | number | boolean | null } | undefined;

/** Gives another file of the service that has been read; undefined when it is not there (yet). */
export type Include = (path: string) => YamlFile | undefined;

const maxDepth = 25;
/** Parts of one value; more is no setting but a text made to keep its reader busy. */
const maxSteps = 10_000;
const wholeVariable = /^\$\{.*\}$/s;

/**
 * Variables of the Serverless Framework, as far as the workspace tells: `self`, `file` of a YAML or JSON file,
 * literals and the fallback after a comma. Options and the environment of a deployment are unknown here,
 * so that `${opt:stage, 'dev'}` is its fallback.
 */
export class ServerlessVariables {
  readonly #service: YamlFile;
  readonly #include: Include;
  #steps = 0;

  constructor(service: YamlFile, include: Include) {
    this.#service = service;
    this.#include = include;
  }

  /** Follows aliases and variables until a map, a list or a plain value is found. */
  resolve(spot: Spot | null, depth = 0): Resolved {
    if (depth === 0) this.#steps = 0;
    const node = spot === null ? null : dereference(spot.file, spot.node);
    if (spot === null || node === null) return { value: null };
    if (!isScalar(node)) return { spot: { file: spot.file, node } };
    const { value } = node;
    if (typeof value === 'string') return this.#expand(value, depth);
    return typeof value === 'number' || typeof value === 'boolean' || value === null ? { value } : undefined;
  }

  value(spot: Spot | null): Value {
    const resolved = this.resolve(spot);
    return resolved !== undefined && 'value' in resolved ? resolved.value : undefined;
  }

  /** The map or list at a place, variables followed; null when it is none. */
  collection(spot: Spot | null): Spot | null {
    const resolved = this.resolve(spot);
    return resolved !== undefined && 'spot' in resolved ? resolved.spot : null;
  }

  #expand(text: string, depth: number): Resolved {
    if (!text.includes('${')) return { value: text };
    if (depth > maxDepth || ++this.#steps > maxSteps) return undefined;
    let result = '';
    for (let at = 0; at < text.length;) {
      const start = text.indexOf('${', at);
      const end = start === -1 ? -1 : closingBrace(text, start + 1);
      if (end === -1) return { value: result + text.slice(at) };
      const resolved = this.#variable(text.slice(start + 2, end), depth + 1);
      if (start === 0 && end === text.length - 1) return resolved;
      const part = resolved !== undefined && 'value' in resolved ? asText(resolved.value) : null;
      if (part === null) return undefined;
      result += text.slice(at, start) + part;
      at = end + 1;
    }
    return { value: result };
  }

  /** The first source of a variable that gives something. */
  #variable(body: string, depth: number): Resolved {
    for (const source of splitTopLevel(body)) {
      const resolved = this.#source(source.trim(), depth);
      if (resolved !== undefined && !('value' in resolved && resolved.value === null)) return resolved;
    }
    return undefined;
  }

  #source(source: string, depth: number): Resolved {
    const quoted = /^(['"])(.*)\1$/s.exec(source);
    if (quoted !== null) return this.#expand(quoted[2] ?? '', depth);
    if (/^-?\d+(?:\.\d+)?$/.test(source)) return { value: Number(source) };
    if (source === 'true' || source === 'false') return { value: source === 'true' };
    if (wholeVariable.test(source)) return this.#expand(source, depth);

    const expanded = this.#expand(source, depth);
    if (expanded === undefined || 'spot' in expanded) return undefined;
    const text = String(expanded.value);
    if (text.startsWith('self:')) return this.#path(rootOf(this.#service), text.slice('self:'.length), depth);
    if (text === 'sls:stage') {
      const stage = this.#path(rootOf(this.#service), 'provider.stage', depth);
      return stage !== undefined && 'value' in stage && stage.value === null ? { value: 'dev' } : stage;
    }
    const file = /^file\(([^)]+)\)(?::(.+))?$/.exec(text);
    return file === null ? undefined : this.#file(file[1] ?? '', file[2] ?? '', depth);
  }

  #file(name: string, path: string, depth: number): Resolved {
    const inWorkspace = workspacePath(this.#service.path, name.trim());
    if (inWorkspace === null || !['.yml', '.yaml', '.json'].includes(posix.extname(inWorkspace))) return undefined;
    const file = this.#include(inWorkspace);
    return file === undefined ? undefined : this.#path(rootOf(file), path, depth);
  }

  #path(from: Spot | null, path: string, depth: number): Resolved {
    let resolved = this.resolve(from, depth);
    for (const name of path.split('.').filter((part) => part !== '')) {
      if (resolved === undefined || !('spot' in resolved)) return resolved === undefined ? undefined : { value: null };
      resolved = this.resolve(this.#step(resolved.spot, name), depth);
    }
    return resolved;
  }

  #step(spot: Spot, name: string): Spot | null {
    const { node } = spot;
    if ('items' in node && /^\d+$/.test(name)) {
      const item = (node.items as Node[])[Number(name)];
      if (item !== undefined && !('key' in item)) return { file: spot.file, node: item };
    }
    return valueSpot(property(spot, name));
  }
}

/** Index of the brace that closes the one at `open`; -1 when there is none. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

/** Splits at commas that are in no quotes, braces or parentheses. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if (character === '{' || character === '(') depth++;
    else if (character === '}' || character === ')') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
