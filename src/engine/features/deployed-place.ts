import { ReefError } from '../../protocol/errors.ts';
import type { EngineContext } from '../context.ts';
import { deploymentFolder, statesOf } from '../deploy/state.ts';
import { deployedNameOf } from '../packaging/deployed-name.ts';
import type { DeployedAction } from './deploying.ts';

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
  const functions = await context.workspaceFunctions(signal);
  const own = functions.find(({ id }) => id === wanted) ?? functions.find((fn) => fn.name === wanted);
  const name = own === undefined ? wanted : deployedNameOf(own);
  if (target !== undefined) return { name, target };
  const states = statesOf(deploymentFolder(context.storePath), name);
  const [only, other] = states;
  if (only !== undefined && other === undefined) return { name, target: only.target };
  if (only === undefined) {
    const sentence = `It is not known where ${name} is deployed: name the target, e.g. --target aws or --target aws:dev/eu-west-1.`;
    throw new ReefError('no-such-target', sentence);
  }
  const targets = states.map((state) => state.target).join(', ');
  throw new ReefError('no-such-target', `${name} is deployed to several targets: name one with --target, ${targets}.`);
}
