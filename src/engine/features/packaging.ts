import { dirname, join } from 'node:path';
import type { Artifact } from '../deploy/artifact.ts';
import type { EngineContext } from '../context.ts';
import type { Deployable } from '../packaging/build.ts';
import { packagingOf, type PackagingContext } from '../packaging/packaging-of.ts';
import { specOf } from '../packaging/spec-of.ts';
import { resolveFunction } from '../resolve-function.ts';
import { createProgramFinder } from '../runtime/programs.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';

/** A function by its name or id. */
export type PackageRequest = { function: string };

/** A function's code as it would be deployed. */
export type Packaged = {
  function: FunctionInfo;
  /** Its name where it is deployed. */
  name: string;
  /** Null for an image. */
  runtime: string | null;
  architecture: FunctionInfo['architecture'];
  /** SHA-256, hex, of all that went in. */
  fingerprint: string;
  artifact: Artifact;
  /** What was decided because nobody stated it, and what the artifact says of itself, a sentence each. */
  notes: string[];
};

/** A function of the workspace, what it shall be where it is deployed, and how it is packed. */
export async function deployableOf(
  context: EngineContext,
  wanted: string,
  signal: AbortSignal,
): Promise<Deployable & { function: FunctionInfo }> {
  const { folder, settings } = context.options;
  const functions = await context.workspaceFunctions(signal);
  const fn = resolveFunction(wanted, functions, folder);
  const programOf = createProgramFinder(settings);
  return { function: fn, ...(await specOf(fn, { folder, functions, environment: process.env, programOf })) };
}

/** What packing needs to know of the workspace. */
export function packagingContext({ storePath, options }: EngineContext): PackagingContext {
  return { place: join(dirname(storePath), 'packages'), programOf: createProgramFinder(options.settings) };
}

export async function packageFunction(
  context: EngineContext,
  request: PackageRequest,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<Packaged> {
  const deployable = await deployableOf(context, request.function, signal);
  const { spec, notes, function: fn } = deployable;
  const packaging = await packagingOf(deployable, packagingContext(context), signal);
  const artifact = await packaging.pack(signal, onStep);
  return {
    function: fn,
    name: spec.name,
    runtime: spec.runtime,
    architecture: spec.architecture,
    fingerprint: packaging.codeFingerprint,
    artifact,
    notes: [...notes, ...artifact.notes],
  };
}
