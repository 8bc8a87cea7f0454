import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { FunctionSpec } from '../deploy/spec.ts';
import { withMachineValues } from '../functions/machine-values.ts';
import { isAwsRuntime, languageOfRuntime, nearestRuntime } from '../functions/runtimes.ts';
import { parseYaml } from '../functions/templates/parse-yaml.ts';
import { checkedSettings } from '../functions/templates/reef/checked-settings.ts';
import { textsOf } from '../functions/templates/reef/read-reef.ts';
import { type FunctionSettings, functionName } from '../functions/templates/reef/schema.ts';
import { runCommand } from '../system/process.ts';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo, Language } from '../../protocol/functions.ts';
import type { Deployable, ImageBuild, ZipBuild } from './build.ts';
import { whyNotDeployable } from './deployable.ts';

export type SpecContext = {
  /** Absolute path of the workspace folder. */
  folder: string;
  /** All functions of the workspace: names must not collide where they are deployed. */
  functions: readonly FunctionInfo[];
  /** Variables that a `reef.yaml` may refer to. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Program that runs functions of a language; its version decides the runtime of code that states none. */
  programOf: (language: Language) => Promise<string>;
};

/** AWS Lambda takes this much of names and values together. */
const maxEnvironmentBytes = 4_096;

/** Makes Node.js tell places in the sources rather than in the bundle. */
const sourceMapOption = '--enable-source-maps';

/**
 * What a function of the workspace shall be where it is deployed, and how it is packed.
 * @throws ReefError `invalid-settings` when it cannot be deployed so, with the reason; `handler-missing`, `runtime-not-found`
 */
export async function specOf(fn: FunctionInfo, context: SpecContext): Promise<Deployable> {
  const why = whyNotDeployable(fn);
  if (why !== null) throw new ReefError('invalid-settings', why);
  const settings = await settingsOf(fn, context.folder);
  const name = deployedName(fn, settings, context.functions);
  const environment = environmentOf(fn, settings, context.environment);
  const shared = {
    ...common(settings),
    name,
    environment,
    tags: textsOf(settings.tags),
  };
  if (settings.dockerfile !== undefined) {
    const spec = FunctionSpec.parse({ ...shared, packageType: 'image', runtime: null, handler: null });
    return { spec, build: imageBuild(fn, settings, context.folder), notes: [] };
  }
  const notes: string[] = [];
  const runtime = fn.runtime ?? (await machineRuntime(fn, context, notes));
  const build = zipBuild(fn, settings, runtime, context.folder);
  const spec = FunctionSpec.parse({ ...shared, packageType: 'zip', runtime, handler: fn.handler });
  if (build.language === 'node' && build.bundle && build.sourceMaps) addSourceMapOption(spec.environment, notes);
  return { spec, build, notes };
}

/** What a `reef.yaml` says of a function; nothing for a handler without an entry. */
async function settingsOf(fn: FunctionInfo, folder: string): Promise<FunctionSettings> {
  if (fn.source !== 'reef' || fn.template === null) return {};
  const text = await readFile(join(folder, fn.template), 'utf8').catch((cause: unknown) => {
    throw new ReefError('invalid-settings', `${fn.template} cannot be read: ${messageOf(cause)}`, { cause });
  });
  return checkedSettings(parseYaml(fn.template, text), fn.name);
}

/** Settings that the specification has under other names, or as they are. */
function common({
  description,
  memory,
  timeout,
  storage,
  architecture,
  layers,
  vpc,
  logFormat,
  role,
  url,
  alias,
}: FunctionSettings) {
  return {
    description,
    memoryMb: memory,
    timeoutS: timeout,
    ephemeralStorageMb: storage,
    architecture,
    layers,
    vpc,
    logFormat,
    role,
    url,
    alias,
  };
}

function deployedName(fn: FunctionInfo, settings: FunctionSettings, functions: readonly FunctionInfo[]): string {
  const name = settings.deployedName ?? deployedNameOf(fn);
  if (!functionName.test(name)) {
    throw new ReefError(
      'invalid-settings',
      `"${name}" cannot be the name of a function on AWS Lambda: give ${fn.name} an entry in a reef.yaml.`,
    );
  }
  const other = functions.find((each) => each.id !== fn.id && whyNotDeployable(each) === null && deployedNameOf(each) === name);
  if (other !== undefined) {
    throw new ReefError(
      'invalid-settings',
      `${fn.id} and ${other.id} would both be deployed as ${name}: give one of them another deployedName in a reef.yaml.`,
    );
  }
  return name;
}

/**
 * The name that a function of the workspace has where Reef deploys it, whether or not it can be one: what its entry says; of
 * plain code its file or folder, with the symbol where that says more than that it is a handler.
 */
export function deployedNameOf({ source, name, symbol, deployedName }: FunctionInfo): string {
  if (deployedName !== undefined) return deployedName;
  if (source !== 'code') return name;
  const own =
    name.endsWith(`.${symbol}`) && /^(?:lambda_?)?handler$/i.test(symbol ?? '')
      ? name.slice(0, -1 - (symbol ?? '').length)
      : name;
  return own.replaceAll(/[^a-zA-Z0-9-_]+/g, '-');
}

function environmentOf(
  fn: FunctionInfo,
  settings: FunctionSettings,
  machine: SpecContext['environment'],
): Record<string, string> {
  const { values, missing } = withMachineValues(textsOf(settings.environment), machine);
  const [first] = missing;
  if (first !== undefined) {
    throw new ReefError(
      'invalid-settings',
      `${first.name} of ${fn.name} (${fn.template}) is \${env:${first.refersTo}}, which is not set: set ${first.refersTo} in the environment.`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(values));
  if (bytes > maxEnvironmentBytes) {
    throw new ReefError(
      'invalid-settings',
      `The environment of ${fn.name} has ${bytes} bytes, and AWS Lambda takes 4 KB: keep large values elsewhere.`,
    );
  }
  return values;
}

async function machineRuntime(fn: FunctionInfo, { programOf }: SpecContext, notes: string[]): Promise<string> {
  const language = fn.language ?? 'node';
  const { stdout } = await runCommand(await programOf(language), ['--version'], { timeoutMs: 20_000 });
  const version = /\d+\.\d+/.exec(stdout)?.[0] ?? '';
  const runtime = nearestRuntime(language, version);
  notes.push(
    `${fn.name} states no runtime: it is ${runtime}, as this machine has ${language === 'node' ? 'Node.js' : 'Python'} ${version}.`,
  );
  return runtime;
}

/** A NODE_OPTIONS of the user's own is left as it is. */
function addSourceMapOption(environment: Record<string, string>, notes: string[]): void {
  const own = environment['NODE_OPTIONS'];
  if (own === undefined) {
    environment['NODE_OPTIONS'] = sourceMapOption;
    notes.push(
      `NODE_OPTIONS is ${sourceMapOption}, so that stack traces tell places in the sources; sourceMaps: false leaves it out.`,
    );
  } else if (!own.includes(sourceMapOption)) {
    notes.push(`NODE_OPTIONS is yours and has no ${sourceMapOption}: stack traces tell places in the bundle.`);
  }
}

function imageBuild(fn: FunctionInfo, { dockerfile = '', context }: FunctionSettings, folder: string): ImageBuild {
  const beside = join(folder, posix.dirname(fn.template ?? ''));
  const file = join(beside, dockerfile);
  return { kind: 'image', dockerfile: file, context: join(beside, context ?? posix.dirname(dockerfile)) };
}

function zipBuild(fn: FunctionInfo, settings: FunctionSettings, runtime: string, folder: string): ZipBuild {
  const { handlerFile, symbol, codeRoot, handler } = fn;
  if (handlerFile === null || symbol === null || codeRoot === null || handler === null) {
    throw new ReefError('handler-missing', whyNoHandler(fn));
  }
  const language = languageOfRuntime(runtime);
  if (language === null || !isAwsRuntime(runtime)) {
    throw new ReefError(
      'invalid-settings',
      `"${runtime}" of ${fn.name} is no runtime that Reef packs for: write one such as nodejs22.x or python3.13.`,
    );
  }
  const { requirements } = settings;
  return {
    kind: 'zip',
    language,
    folder,
    codeRoot: join(folder, codeRoot),
    handlerFile: join(folder, handlerFile),
    symbol,
    bundle: settings.bundle ?? true,
    minify: settings.minify ?? true,
    sourceMaps: settings.sourceMaps ?? true,
    external: settings.external ?? [],
    provided: settings.provided ?? [],
    bundleAwsSdk: settings.bundleAwsSdk ?? false,
    include: settings.include ?? [],
    exclude: settings.exclude ?? [],
    requirements: requirements === undefined ? null : join(folder, posix.dirname(fn.template ?? ''), requirements),
    notCode: [...(fn.template === null ? [] : [fn.template]), ...fn.events.map(({ file }) => file)].map((file) =>
      join(folder, file),
    ),
  };
}

function whyNoHandler({ name, handler, template }: FunctionInfo): string {
  if (handler === null)
    return `${name} states no handler: add one to ${template ?? 'its template'}, for example src/app.handler.`;
  return `${name} has no file for its handler "${handler}": correct handler or code in ${template ?? 'its template'}.`;
}
