import { posix } from 'node:path';
import { isMap } from 'yaml';
import type { CodeLocation, TemplateContent, TemplateEntry, TemplateFunction } from '../template-function.ts';
import { isLiteral, placeOf, workspacePath } from '../values.ts';
import { propertiesOf, type Property, property, rangeOf, rootOf, valueSpot, type YamlFile } from '../yaml-file.ts';
import { plainValue } from './plain-value.ts';
import { type Problem, schemaProblems, settingProblem } from './problems.ts';
import { FunctionSettings } from './schema.ts';

/** `reef.yaml`, in whatever folder. */
export function isReefFile(file: string): boolean {
  return /^reef\.ya?ml$/i.test(posix.basename(file));
}

/** Settings by the names of properties that other templates have too. */
const places = {
  memory: 'memory',
  timeout: 'timeout',
  handler: 'handler',
  runtime: 'runtime',
  code: 'codeUri',
  architecture: 'architecture',
  environment: 'environment',
} as const;

/** What means nothing for a function that is an image: its Dockerfile says it. */
const zipOnly =
  'handler runtime code layers bundle minify sourceMaps external provided bundleAwsSdk include exclude requirements'.split(' ');

/** The functions of a `reef.yaml`, as far as they can be read, and all that is wrong with it. */
export function readReef(file: YamlFile): TemplateContent {
  const entries = propertiesOf(valueSpot(property(rootOf(file), 'functions'))).map((found) => readFunction(file, found));
  return { entries, diagnostics: reefProblems(file).map((problem) => problem.diagnostic), includes: [] };
}

/** All that is wrong with a `reef.yaml` that is valid YAML. */
export function reefProblems(file: YamlFile): Problem[] {
  const root = rootOf(file);
  const data = plainValue(root);
  return [
    ...schemaProblems(file, withoutExtensions(data)),
    ...propertiesOf(valueSpot(property(root, 'functions'))).flatMap((found) => ownProblems(file, found)),
  ];
}

/** Keys such as `x-defaults` hold what YAML anchors refer to, as in Compose files. */
function withoutExtensions(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => !name.startsWith('x-')));
}

/** The setting of a function as the schema takes it; undefined where it is not stated or not valid. */
export function settingsOf(found: Property): Partial<FunctionSettings> {
  const data = plainValue(valueSpot(found));
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return {};
  const valid = Object.entries(FunctionSettings.shape).flatMap(([name, schema]) => {
    const stated = (data as Record<string, unknown>)[name];
    const parsed = stated === undefined ? undefined : schema.safeParse(stated);
    return parsed?.success === true ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(valid);
}

/** What the schema cannot say: paths out of the workspace, and settings that exclude each other. */
function ownProblems(file: YamlFile, found: Property): Problem[] {
  const name = String(found.key.value);
  const settings = settingsOf(found);
  const isImage = settings.dockerfile !== undefined;
  const outside = (['code', 'requirements', 'dockerfile', 'context'] as const).filter((setting) => {
    const path = settings[setting];
    return path !== undefined && workspacePath(file.path, path) === null;
  });
  const meaningless = isImage
    ? zipOnly.filter((setting) => property(valueSpot(found), setting) !== undefined)
    : settings.context === undefined
      ? []
      : ['context'];
  return [
    ...outside.map((setting) => settingProblem(file, name, setting, 'must be a path within the workspace folder')),
    ...meaningless.map((setting) =>
      settingProblem(
        file,
        name,
        setting,
        isImage ? 'has no meaning beside dockerfile: take one of them out' : 'goes with dockerfile only',
      ),
    ),
  ];
}

function readFunction(file: YamlFile, found: Property): TemplateEntry {
  const own = valueSpot(found);
  const settings = settingsOf(found);
  const properties: TemplateFunction['properties'] = {};
  for (const [name, as] of Object.entries(places)) {
    const stated = property(own, name);
    if (stated !== undefined) properties[as] = placeOf(stated, false, isLiteral(stated));
  }
  const { handler, runtime, memory, timeout, architecture, environment, deployedName } = settings;
  return {
    function: {
      name: String(found.key.value),
      source: 'reef',
      template: file.path,
      templateRange: rangeOf(found.file, found.key),
      runtime: runtime ?? null,
      isRuntimeKnown: runtime !== undefined || properties.runtime === undefined,
      handler: handler ?? null,
      code: codeOf(file.path, settings),
      entryPoints: [],
      memoryMb: memory ?? null,
      timeoutS: timeout ?? null,
      architecture: architecture ?? null,
      environment: textsOf(environment),
      deployedName: deployedName ?? String(found.key.value),
      properties,
    },
    settings: {
      kind: 'yaml',
      map: own !== null && isMap(own.node) ? own : null,
      owner: null,
      mapName: null,
      memoryKey: 'memory',
    },
  };
}

function codeOf(file: string, { dockerfile, context, code = '.' }: Partial<FunctionSettings>): CodeLocation {
  if (dockerfile !== undefined) {
    return { kind: 'image', contextPath: workspacePath(file, context ?? posix.dirname(dockerfile)) };
  }
  const path = workspacePath(file, code);
  return path === null ? { kind: 'elsewhere', why: `${code} is outside the workspace folder` } : { kind: 'path', path };
}

/** Values of the environment or of tags, as text. */
export function textsOf(values: FunctionSettings['environment']): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]));
}
