import type { Constant, Gap } from '../memory-site.ts';
import { type Entry, type Expression, type Span, written } from '../expression.ts';
import type { Names } from '../evaluate.ts';

/** Constructs of the AWS CDK that make a function. */
export type ConstructKind = 'Function' | 'NodejsFunction' | 'PythonFunction' | 'DockerImageFunction' | 'CfnFunction';

const kinds = new Set<string>([
  'Function',
  'NodejsFunction',
  'PythonFunction',
  'DockerImageFunction',
  'CfnFunction',
] satisfies ConstructKind[]);

/**
 * The construct that a qualified name means: module, then members, as imported. Modules of other services have functions
 * too (`aws-cloudfront`). Null for anything else.
 */
export function constructKind(qualified: readonly string[]): ConstructKind | null {
  const name = qualified.at(-1) ?? '';
  const module = qualified.slice(0, -1).join('.');
  return /^(?:aws[-_]cdk|@aws-cdk\/)/.test(module) && /aws[-_]lambda/.test(module) && isKind(name) ? name : null;
}

function isKind(name: string): name is ConstructKind {
  return kinds.has(name);
}

/** A construct as a program writes it, in whichever language. */
export type Construct = {
  kind: ConstructKind;
  id: Expression;
  /** Name of the variable or field that gets it; null without one. */
  variable: string | null;
  /** True where a loop or a helper may make several functions of it. */
  isRepeated: boolean;
  settings: Settings;
  /** Where the program could put a setting, or why it cannot. */
  gap: Gap | string;
  names: Names;
  constant(value: Expression): Constant | undefined;
};

/** A setting that holds; inherited when another map brings it, which others may use too. */
export type Setting = { entry: Entry; isInherited: boolean };

export type Settings = {
  /** By name in camel case. */
  all: ReadonlyMap<string, Setting>;
  /** What may bring settings that the text does not tell, as it is written: `...props.common`. Null: nothing. */
  opaque: string | null;
};

/** The settings that hold of maps in their order: a later entry replaces an earlier one, as in both languages. */
export function collectSettings(
  text: string,
  entries: readonly Entry[],
  isInherited: boolean,
  mapOf: (value: Expression) => readonly Entry[] | undefined,
): Settings {
  const all = new Map<string, Setting>();
  let opaque: string | null = null;
  for (const entry of entries) {
    const { key, value, keySpan } = entry;
    // It ends behind the text where that was closed in order to read it.
    if (value.end > text.length) continue;
    if (key !== null) {
      all.set(camelCase(key), { entry, isInherited });
      continue;
    }
    const spread = mapOf(value);
    if (spread === undefined) {
      opaque = written(text, spanOver(keySpan, value));
      // It may replace what stands before it.
      all.clear();
    } else {
      const inner = collectSettings(text, spread, true, () => undefined);
      for (const [name, setting] of inner.all) all.set(name, setting);
      opaque = inner.opaque ?? opaque;
    }
  }
  return { all, opaque };
}

function spanOver(first: Span, last: Span): Span {
  return { start: first.start, end: last.end };
}

function camelCase(name: string): string {
  return name.replaceAll(/_+([a-z0-9])/gi, (_whole, letter: string) => letter.toUpperCase());
}
