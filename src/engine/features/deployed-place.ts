import { ReefError } from '../../protocol/errors.ts';
import type { EngineContext } from '../context.ts';
import { deploymentFolder, statesOf } from '../deploy/state.ts';
import { nameWhereDeployed } from '../packaging/deployed-name.ts';

/** A function by its name or id in the workspace, or by its name where it is deployed. */
export type DeployedAction = {
  function: string;
  /** Absent: where it was last deployed from here. */
  target?: string | undefined;
};

/**
 * The name that a function has where it is deployed, and the target: the one that is named, else where it was last deployed from
 * here.
 * @throws ReefError `no-such-target` when that is not known, or is several
 */
export async function placeOf(
  context: EngineContext,
  { function: wanted, target }: DeployedAction,
  signal: AbortSignal,
): Promise<{ name: string; target: string }> {
  const name = await nameOf(context, wanted, signal);
  if (target !== undefined) return { name, target };
  const targets = remembered(context, name);
  const [only, other] = targets;
  if (only !== undefined && other === undefined) return { name, target: only };
  const sentence =
    only === undefined
      ? `It is not known where ${name} is deployed: name the target, e.g. --target aws or --target aws:dev/eu-west-1.`
      : `${name} is deployed to several targets: name one with --target, ${targets.join(', ')}.`;
  throw new ReefError('no-such-target', sentence);
}

/** Targets to which a function was deployed from here. */
export async function deployedTargets(context: EngineContext, wanted: string, signal: AbortSignal): Promise<string[]> {
  return remembered(context, await nameOf(context, wanted, signal));
}

/** An ARN needs no workspace, which may not be readable. */
async function nameOf(context: EngineContext, wanted: string, signal: AbortSignal): Promise<string> {
  if (wanted.startsWith('arn:')) return wanted;
  return nameWhereDeployed(wanted, await context.workspaceFunctions(signal));
}

function remembered({ storePath }: EngineContext, name: string): string[] {
  return statesOf(deploymentFolder(storePath), name).map(({ target }) => target);
}
