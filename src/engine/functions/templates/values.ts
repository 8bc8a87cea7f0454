import { posix } from 'node:path';
import { isScalar } from 'yaml';
import type { Architecture, PropertyPlace, WorkspaceDiagnostic } from '../../../protocol/functions.ts';
import { diagnostic } from '../diagnostic.ts';
import { offsetsOf, type Property, valueOffsets } from './yaml-file.ts';

/** A value worked out from a template; undefined when that takes more than the workspace knows. */
export type Value = string | number | boolean | null | Value[] | undefined;

export function placeOf(found: Property, isInherited: boolean, isLiteral: boolean): PropertyPlace {
  const { lines, path } = found.file;
  return {
    file: path,
    key: lines.range(...offsetsOf(found.key)),
    value: lines.range(...valueOffsets(found)),
    inherited: isInherited || !found.isOwn,
    literal: isLiteral,
  };
}

/** Whether a value is a plain scalar that can be edited where it stands: no alias, no tag, no `${…}`. */
export function isLiteral({ value }: Property): boolean {
  return (
    isScalar(value) && value.tag?.startsWith('!') !== true && !(typeof value.value === 'string' && value.value.includes('${'))
  );
}

/** Checks of the settings of one function; what is wrong goes to `problems`. */
export class SettingReader {
  readonly #problems: WorkspaceDiagnostic[];

  constructor(problems: WorkspaceDiagnostic[]) {
    this.#problems = problems;
  }

  /** A whole number, e.g. of MB; AWS takes numbers written as strings too. */
  wholeNumber(value: Value, at: PropertyPlace | undefined, what: string): number | null {
    if (value === undefined || value === null || at === undefined) return null;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number > 0) return number;
    return this.#invalid(at, `${what} must be a whole number above 0`, value);
  }

  architecture(value: Value, at: PropertyPlace | undefined): Architecture | null {
    const first = Array.isArray(value) ? value[0] : value;
    if (first === undefined || first === null || at === undefined) return null;
    if (first === 'x86_64' || first === 'arm64') return first;
    return this.#invalid(at, 'The architecture must be x86_64 or arm64', first);
  }

  #invalid(at: PropertyPlace, rule: string, value: Value): null {
    this.#problems.push(
      diagnostic('warning', 'value-invalid', { file: at.file, range: at.value }, `${rule}, not ${JSON.stringify(value)}.`),
    );
    return null;
  }
}

export function asText(value: Value): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** A path of a template relative to the workspace; null when it leads out of it. */
export function workspacePath(template: string, path: string): string | null {
  if (posix.isAbsolute(path) || /^[a-z]:/i.test(path)) return null;
  const joined = posix.join(posix.dirname(template), path.replaceAll('\\', '/')).replace(/(?<=.)\/$/, '');
  return joined === '..' || joined.startsWith('../') ? null : joined;
}
