import { posix } from 'node:path';
import { isMap, isSeq, type Node } from 'yaml';
import type { WorkspaceDiagnostic } from '../../../protocol/functions.ts';
import { diagnostic, startOfFile } from '../diagnostic.ts';
import { type Include, ServerlessVariables } from './serverless-variables.ts';
import type { CodeLocation, TemplateContent, TemplateEntry, TemplateFunction } from './template-function.ts';
import { asText, isLiteral, placeOf, SettingReader, type Value, workspacePath } from './values.ts';
import {
  offsetsOf,
  propertiesOf,
  type Property,
  property,
  rangeOf,
  rootOf,
  type Spot,
  syntaxDiagnostics,
  valueSpot,
  type YamlFile,
} from './yaml-file.ts';

/** `serverless.yml`, and its variants such as `serverless.prod.yml` or `serverless-api.yaml`. */
export function isServerlessName(file: string): boolean {
  return /^serverless(?:[.-][^/]*)?\.(?:ya?ml|json)$/i.test(posix.basename(file));
}

/** The functions of a Serverless Framework service; null when the file is none. */
export function readServerless(file: YamlFile, include: Include): TemplateContent | null {
  const root = rootOf(file);
  if (property(root, 'functions') === undefined || property(root, 'provider') === undefined) return null;
  const includes = new Map<string, YamlFile>();
  const variables = new ServerlessVariables(file, (path) => {
    const included = include(path);
    if (included !== undefined) includes.set(path, included);
    return included;
  });
  const diagnostics: WorkspaceDiagnostic[] = [];
  const provider = property(root, 'provider');
  const settings = variables.collection(valueSpot(provider));
  const cloud = settings === null ? variables.value(valueSpot(provider)) : variables.value(valueSpot(property(settings, 'name')));
  if (typeof cloud === 'string' && cloud !== 'aws' && provider !== undefined) {
    diagnostics.push(
      diagnostic(
        'information',
        'provider-unsupported',
        { file: file.path, range: rangeOf(file, provider.key) },
        `Reef reads functions of the provider aws only, so those of ${cloud} are not listed.`,
      ),
    );
    return { entries: [], diagnostics, includes: [] };
  }
  const entries = functionsOf(file, variables, diagnostics).map((found) =>
    readFunction({ service: file, found, provider: settings, variables, diagnostics }),
  );
  for (const included of includes.values()) diagnostics.push(...syntaxDiagnostics(included));
  return { entries, diagnostics, includes: [...includes.keys()] };
}

/** The functions by key: `functions` is a map, or a list of maps, and any of them may come from another file. */
function functionsOf(file: YamlFile, variables: ServerlessVariables, diagnostics: WorkspaceDiagnostic[]): Property[] {
  const stated = valueSpot(property(rootOf(file), 'functions'));
  if (stated === null) return [];
  const found = variables.collection(stated);
  if (found === null) {
    diagnostics.push(unresolved(stated, 'The functions of this service'));
    return [];
  }
  const lists = isSeq(found.node) ? found.node.items.map((node) => ({ file: found.file, node: node as Node })) : [found];
  const byName = new Map<string, Property>();
  for (const list of lists) {
    const map = variables.collection(list);
    if (map === null) diagnostics.push(unresolved(list, 'These functions'));
    for (const entry of propertiesOf(map)) {
      const name = String(entry.key.value);
      if (!byName.has(name)) byName.set(name, entry);
    }
  }
  return [...byName.values()];
}

function unresolved(spot: Spot, what: string): WorkspaceDiagnostic {
  const at = { file: spot.file.path, range: spot.file.lines.range(...offsetsOf(spot.node)) };
  return diagnostic(
    'information',
    'variable-unresolved',
    at,
    `${what} are known only when deployed, so Reef does not list them.`,
  );
}

type Context = {
  service: YamlFile;
  found: Property;
  provider: Spot | null;
  variables: ServerlessVariables;
  diagnostics: WorkspaceDiagnostic[];
};

function readFunction({ service, found, provider, variables, diagnostics }: Context): TemplateEntry {
  const own = variables.collection(valueSpot(found));
  const reader = new SettingReader(diagnostics);
  const properties: TemplateFunction['properties'] = {};
  const read = (name: string, as: keyof typeof properties): Value => {
    const ownProperty = property(own, name);
    const stated = ownProperty ?? property(provider, name);
    if (stated === undefined) return null;
    properties[as] = placeOf(stated, ownProperty === undefined, isLiteral(stated));
    return variables.value(valueSpot(stated));
  };

  const runtime = read('runtime', 'runtime');
  const memory = read('memorySize', 'memory');
  const timeout = read('timeout', 'timeout');
  const architecture = read('architecture', 'architecture');
  read('environment', 'environment');
  const handler = property(own, 'handler');
  if (handler !== undefined) properties.handler = placeOf(handler, false, isLiteral(handler));
  const isImage = property(own, 'image') !== undefined;
  const deployedName = asText(variables.value(valueSpot(property(own, 'name'))));

  return {
    function: {
      name: String(found.key.value),
      source: 'serverless',
      template: found.file.path,
      templateRange: found.file === undefined ? startOfFile : rangeOf(found.file, found.key),
      runtime: asText(runtime),
      isRuntimeKnown: runtime !== undefined && runtime !== null,
      handler: isImage ? imageCommand(own, variables) : asText(variables.value(valueSpot(handler))),
      code: isImage ? { kind: 'image', contextPath: null } : codeLocation(service.path, own, variables),
      entryPoints: [],
      memoryMb: reader.wholeNumber(memory, properties.memory, 'The memory size'),
      timeoutS: reader.wholeNumber(timeout, properties.timeout, 'The timeout'),
      architecture: reader.architecture(architecture, properties.architecture),
      environment: { ...textMap(variables, provider), ...textMap(variables, own) },
      ...(deployedName !== null && { deployedName }),
      properties,
    },
    settings: {
      kind: 'yaml',
      map: own !== null && isMap(own.node) ? own : null,
      owner: null,
      mapName: null,
      memoryKey: 'memorySize',
    },
  };
}

/** Handlers are relative to the service's folder, or to `module` of the Python requirements plugin. */
function codeLocation(service: string, own: Spot | null, variables: ServerlessVariables): CodeLocation {
  const module = asText(variables.value(valueSpot(property(own, 'module')))) ?? '.';
  const path = workspacePath(service, module);
  return path === null ? { kind: 'elsewhere', why: `${module} is outside the workspace folder` } : { kind: 'path', path };
}

function imageCommand(own: Spot | null, variables: ServerlessVariables): string | null {
  const image = variables.collection(valueSpot(property(own, 'image')));
  const command = variables.collection(valueSpot(property(image, 'command')));
  if (command === null || !isSeq(command.node)) return null;
  return asText(variables.value({ file: command.file, node: command.node.items[0] as Node }));
}

function textMap(variables: ServerlessVariables, owner: Spot | null): Record<string, string> {
  const entries = propertiesOf(variables.collection(valueSpot(property(owner, 'environment')))).flatMap(
    ({ file, key, value }): [string, string][] => {
      const text = asText(variables.value(value === null ? null : { file, node: value }));
      return text === null ? [] : [[String(key.value), text]];
    },
  );
  return Object.fromEntries(entries);
}
