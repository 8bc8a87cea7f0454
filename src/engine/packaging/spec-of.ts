import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FunctionSpec } from '../deploy/spec.ts';
import { nearestRuntime } from '../functions/runtimes.ts';
import { parseYaml } from '../functions/templates/parse-yaml.ts';
import { checkedSettings } from '../functions/templates/reef/checked-settings.ts';
import { textsOf } from '../functions/templates/reef/read-reef.ts';
import type { FunctionSettings } from '../functions/templates/reef/schema.ts';
import { runCommand } from '../system/process.ts';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo, Language } from '../../protocol/functions.ts';
import type { Deployable } from './build.ts';
import { imageBuild, zipBuild } from './builds.ts';
import { whyNotDeployable } from './deployable.ts';
import { deployedName } from './deployed-name.ts';
import { addSourceMapOption, environmentOf } from './own-environment.ts';

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

/**
 * What a function of the workspace shall be where it is deployed, and how it is packed.
 * @throws ReefError `invalid-settings` when it cannot be deployed so, with the reason; `handler-missing`, `runtime-not-found`
 */
export async function specOf(fn: FunctionInfo, context: SpecContext): Promise<Deployable> {
  const why = whyNotDeployable(fn);
  if (why !== null) throw new ReefError('invalid-settings', why);
  const settings = await settingsOf(fn, context.folder);
  const name = deployedName(fn, context.functions);
  const environment = environmentOf(fn, textsOf(settings.environment), context.environment);
  const { memory: memoryMb, timeout: timeoutS, storage: ephemeralStorageMb } = settings;
  const shared = { ...settings, memoryMb, timeoutS, ephemeralStorageMb, name, environment, tags: textsOf(settings.tags) };
  if (settings.dockerfile !== undefined) {
    const spec = FunctionSpec.parse({ ...shared, packageType: 'image', runtime: null, handler: null });
    return { spec, build: imageBuild(fn, settings, context.folder), notes: [] };
  }
  const notes: string[] = [];
  const runtime = fn.runtime ?? (await machineRuntime(fn, context, notes));
  const build = zipBuild(fn, settings, runtime, context.folder);
  const spec = FunctionSpec.parse({ ...shared, packageType: 'zip', runtime, handler: fn.handler });
  if (fn.source === 'code')
    notes.push(`${fn.name} has no entry in a reef.yaml: it gets ${spec.memoryMb} MB and ${spec.timeoutS} s.`);
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
