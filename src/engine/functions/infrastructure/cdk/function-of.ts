import type { PropertyName, WorkspaceDiagnostic } from '../../../../protocol/functions.ts';
import { languageOfFile } from '../../runtimes.ts';
import type { CodeSite, TemplateEntry, TemplateFunction } from '../../templates/template-function.ts';
import { asText, SettingReader, type Value } from '../../templates/values.ts';
import type { TextFile } from '../../text-change.ts';
import { evaluate, textMap } from '../evaluate.ts';
import type { Expression } from '../expression.ts';
import { type Gap, memoryChanges } from '../memory-site.ts';
import { uniqueName } from '../names.ts';
import { placeOf } from '../place.ts';
import { codeOfConstruct } from './code-of.ts';
import type { Construct } from './construct.ts';

export type Context = {
  source: TextFile;
  /** Folder of `cdk.json`; null where there is none. */
  appFolder: string | null;
  /** Names given so far: a function is known by its name in its file. */
  taken: Set<string>;
  diagnostics: WorkspaceDiagnostic[];
};

/** What a construct says of its function, and how its size is changed. */
export function functionOf(construct: Construct, { source, appFolder, taken, diagnostics }: Context): TemplateEntry {
  const { settings, names, id } = construct;
  const reader = new SettingReader(diagnostics);
  const properties: TemplateFunction['properties'] = {};
  const read = (name: string, as: PropertyName): Value => {
    const setting = settings.all.get(name);
    if (setting === undefined) return null;
    properties[as] = placeOf(source, setting.entry, setting.isInherited);
    return evaluate(setting.entry.value, names);
  };
  const runtime = asText(read('runtime', 'runtime'));
  const memoryMb = reader.wholeNumber(read('memorySize', 'memory'), properties.memory, 'The memory size');
  const timeout = read('timeout', 'timeout');
  const architecture = read(construct.kind === 'CfnFunction' ? 'architectures' : 'architecture', 'architecture');
  read('handler', 'handler');
  read(settings.all.has('entry') ? 'entry' : 'code', 'codeUri');
  read('environment', 'environment');
  const functionName = settings.all.get('functionName')?.entry.value;
  const deployedName = functionName === undefined ? null : asText(evaluate(functionName, names));
  return {
    function: {
      name: uniqueName(nameOf(construct), taken),
      source: 'cdk',
      template: source.path,
      templateRange: source.lines.range(id.start, id.end),
      runtime,
      // Where none is stated, the construct has one by its kind.
      isRuntimeKnown: runtime !== null,
      ...codeOfConstruct(construct, source.path, appFolder),
      entryPoints: [],
      memoryMb,
      timeoutS: reader.wholeNumber(timeout, properties.timeout, 'The timeout'),
      architecture: reader.architecture(architecture, properties.architecture),
      environment: environmentOf(construct),
      ...(deployedName !== null && { deployedName }),
      properties,
    },
    settings: memorySite(construct, source, memoryMb !== null),
  };
}

function memorySite(construct: Construct, source: TextFile, isKnown: boolean): CodeSite {
  const isPython = languageOfFile(source.path) === 'python';
  const memory = construct.settings.all.get('memorySize');
  const own = memory?.isInherited === false ? memory.entry : undefined;
  const key = isPython ? 'memory_size' : 'memorySize';
  const edit = {
    file: source,
    own,
    isKnown,
    constant: own === undefined ? undefined : construct.constant(own.value),
    gap: gapFor(construct, isPython),
    key,
    assign: isPython ? '=' : ': ',
  } as const;
  return {
    kind: 'code',
    memoryKey: key,
    lineComment: isPython ? '#' : '//',
    changes: construct.isRepeated ? () => 'the program may make several functions of this construct' : memoryChanges(edit),
  };
}

function gapFor({ settings, gap }: Construct, isPython: boolean): Gap | string {
  if (settings.opaque !== null) return `it may come from ${settings.opaque}`;
  const isInherited = settings.all.get('memorySize')?.isInherited === true;
  return isPython && isInherited ? 'it comes from a map, beside which Python takes no second one' : gap;
}

/** Its id; where that is no plain text, what of it is, or the variable that gets it. */
function nameOf({ id, variable }: Construct): string {
  return literalParts(id) || variable || 'function';
}

function literalParts(id: Expression): string {
  if (id.kind === 'literal') return String(id.value);
  return id.kind === 'text'
    ? id.parts
        .map(literalParts)
        .join('')
        .replaceAll(/^\W+|\W+$/g, '')
    : '';
}

/** Its variables whose values the text tells; a raw construct has them one map deeper. */
function environmentOf({ settings, names }: Construct): Record<string, string> {
  let map = settings.all.get('environment')?.entry.value;
  const variables = map?.kind === 'map' ? map.entries.find(({ key }) => key === 'variables')?.value : undefined;
  if (variables?.kind === 'map') map = variables;
  return textMap(map, names);
}
