import { isMap, isSeq, type Node } from 'yaml';
import type { WorkspaceDiagnostic } from '../../../protocol/functions.ts';
import { Intrinsics, textMap } from './intrinsics.ts';
import type { CodeLocation, SettingsSite, TemplateContent, TemplateEntry, TemplateFunction } from './template-function.ts';
import { asText, isLiteral, placeOf, SettingReader, workspacePath } from './values.ts';
import {
  dereference,
  plainString,
  propertiesOf,
  type Property,
  property,
  rangeOf,
  rootOf,
  type Spot,
  valueSpot,
  type YamlFile,
} from './yaml-file.ts';

const samType = 'AWS::Serverless::Function';
const lambdaType = 'AWS::Lambda::Function';

/** Cheap test before parsing: a template without one of these types holds no function. */
export function mayBeCloudFormation(text: string): boolean {
  return text.includes(samType) || text.includes(lambdaType);
}

/**
 * The functions of a SAM or CloudFormation template, whatever its file name; null when the file is none,
 * for example a document that only mentions the types.
 */
export function readCloudFormation(file: YamlFile): TemplateContent | null {
  const root = rootOf(file);
  const resources = valueSpot(property(root, 'Resources'));
  const isTemplate = property(root, 'AWSTemplateFormatVersion') !== undefined || property(root, 'Transform') !== undefined;
  const functions = propertiesOf(resources).filter((resource) => functionType(valueSpot(resource)) !== null);
  if (functions.length === 0 && !isTemplate) return null;

  const diagnostics: WorkspaceDiagnostic[] = [];
  const globals = valueSpot(property(valueSpot(property(root, 'Globals')), 'Function'));
  const intrinsics = new Intrinsics(file);
  const entries = functions.map((resource) => readFunction({ file, resource, globals, intrinsics, diagnostics }));
  return { entries, diagnostics, includes: [] };
}

function functionType(resource: Spot | null): string | null {
  const type = plainString(valueSpot(property(resource, 'Type')));
  return type === samType || type === lambdaType ? type : null;
}

type Context = {
  file: YamlFile;
  resource: Property;
  globals: Spot | null;
  intrinsics: Intrinsics;
  diagnostics: WorkspaceDiagnostic[];
};

type Setting = { found: Property; isInherited: boolean };

function readFunction({ file, resource, globals, intrinsics, diagnostics }: Context): TemplateEntry {
  const isSam = functionType(valueSpot(resource)) === samType;
  const body = valueSpot(resource);
  const own = valueSpot(property(body, 'Properties'));
  const reader = new SettingReader(diagnostics);
  const properties: TemplateFunction['properties'] = {};

  const setting = (name: string): Setting | undefined => {
    const found = property(own, name);
    if (found !== undefined) return { found, isInherited: false };
    const shared = isSam ? property(globals, name) : undefined;
    return shared === undefined ? undefined : { found: shared, isInherited: true };
  };
  const read = (name: string, as: keyof typeof properties): ReturnType<Intrinsics['evaluate']> => {
    const stated = setting(name);
    if (stated === undefined) return null;
    properties[as] = placeOf(stated.found, stated.isInherited, isLiteral(stated.found));
    return intrinsics.evaluate(stated.found.value);
  };

  const runtime = read('Runtime', 'runtime');
  const handler = asText(read('Handler', 'handler'));
  const codeName = isSam ? 'CodeUri' : 'Code';
  read(codeName, 'codeUri');
  read('Environment', 'environment');
  const memory = read('MemorySize', 'memory');
  const timeout = read('Timeout', 'timeout');
  const architectures = read('Architectures', 'architecture');
  const isImage = plainString(valueSpot(setting('PackageType')?.found)) === 'Image';
  const deployedName = asText(intrinsics.evaluate(property(own, 'FunctionName')?.value ?? null));
  const variables = (spot: Spot | null): Record<string, string> =>
    textMap(intrinsics, valueSpot(property(valueSpot(property(spot, 'Environment')), 'Variables')));

  return {
    function: {
      name: String(resource.key.value),
      source: isSam ? 'sam' : 'cloudformation',
      template: file.path,
      templateRange: rangeOf(file, resource.key),
      runtime: asText(runtime ?? null),
      isRuntimeKnown: runtime !== undefined,
      handler: isImage ? imageCommand(own, intrinsics) : handler,
      code: isImage ? imageCode(file.path, body) : codeLocation(file.path, setting, isSam, intrinsics),
      entryPoints: entryPoints(file.path, body),
      memoryMb: reader.wholeNumber(memory, properties.memory, 'The memory size'),
      timeoutS: reader.wholeNumber(timeout, properties.timeout, 'The timeout'),
      architecture: reader.architecture(architectures, properties.architecture),
      environment: { ...(isSam ? variables(globals) : {}), ...variables(own) },
      ...(deployedName !== null && { deployedName }),
      properties,
    },
    settings: settingsSite(body, own),
  };
}

function settingsSite(body: Spot | null, own: Spot | null): SettingsSite {
  return {
    kind: 'yaml',
    map: own !== null && isMap(own.node) ? own : null,
    owner: body,
    mapName: 'Properties',
    memoryKey: 'MemorySize',
  };
}

function codeLocation(
  template: string,
  setting: (name: string) => Setting | undefined,
  isSam: boolean,
  intrinsics: Intrinsics,
): CodeLocation {
  if (isSam && setting('InlineCode') !== undefined) return { kind: 'inline' };
  const found = setting(isSam ? 'CodeUri' : 'Code')?.found;
  if (found === undefined && isSam) return localCode(template, '.');
  const code = valueSpot(found);
  if (code === null) return { kind: 'elsewhere', why: 'it is not stated' };
  if (property(code, 'ZipFile') !== undefined) return { kind: 'inline' };
  const path = intrinsics.evaluate(code.node);
  if (typeof path === 'string') return localCode(template, path);
  return { kind: 'elsewhere', why: 'it is in a bucket, or known only when deployed' };
}

function localCode(template: string, path: string): CodeLocation {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return { kind: 'elsewhere', why: `it is at ${path}` };
  if (/\.(?:zip|jar)$/i.test(path)) return { kind: 'elsewhere', why: `it is in the archive ${path}` };
  const inWorkspace = workspacePath(template, path);
  return inWorkspace === null
    ? { kind: 'elsewhere', why: `${path} is outside the workspace folder` }
    : { kind: 'path', path: inWorkspace };
}

function imageCode(template: string, body: Spot | null): CodeLocation {
  const context = plainString(valueSpot(property(valueSpot(property(body, 'Metadata')), 'DockerContext')));
  return { kind: 'image', contextPath: context === null ? null : workspacePath(template, context) };
}

function imageCommand(own: Spot | null, intrinsics: Intrinsics): string | null {
  const command = property(valueSpot(property(own, 'ImageConfig')), 'Command');
  const parts = command === undefined ? null : intrinsics.evaluate(command.value);
  return Array.isArray(parts) ? asText(parts[0]) : null;
}

/** `Metadata.BuildProperties.EntryPoints` of the SAM esbuild step, relative to the code folder. */
function entryPoints(template: string, body: Spot | null): string[] {
  const build = valueSpot(property(valueSpot(property(body, 'Metadata')), 'BuildProperties'));
  const list = valueSpot(property(build, 'EntryPoints'));
  const node = list === null ? null : dereference(list.file, list.node);
  const uri = plainString(valueSpot(property(valueSpot(property(body, 'Properties')), 'CodeUri'))) ?? '.';
  if (!isSeq(node) || list === null) return [];
  return node.items.flatMap((item) => {
    const entry = plainString({ file: list.file, node: item as Node });
    return entry === null ? [] : (workspacePath(template, `${uri}/${entry}`) ?? []);
  });
}
