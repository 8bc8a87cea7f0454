import type { CloudOutcome, CloudPlan, Deployment, DeployTool, ExecutionRole, PlanAnswer } from '../../protocol/deploying.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { EngineContext } from '../context.ts';
import { ownerOf } from '../deploy/owner.ts';
import { deployToolOf } from '../deploy/template-tool.ts';
import { deploymentFolder, forgetState, writeState } from '../deploy/state.ts';
import { packagingOf } from '../packaging/packaging-of.ts';
import { resolveFunction } from '../resolve-function.ts';
import { placeOfTarget } from '../targets/aws/place.ts';
import type { CloudStep, Deployer, OnStep, PushImage } from '../targets/deployer.ts';
import { deployableOf, packagingContext } from './packaging.ts';
import { type DeployedAction, placeOf } from './deployed-place.ts';

export type DeployAction = {
  /** A function of the workspace by name or id. */
  function: string;
  /** Absent: where it was last deployed from here. */
  target?: string | undefined;
  /** Name or ARN of the execution role, in place of what its settings say. */
  role?: string | undefined;
  /** Takes a function over that this workspace did not make. */
  adopt?: boolean | undefined;
};

export type RollBackAction = DeployedAction & { to?: string | undefined; alias?: string | undefined };
export type DestroyAction = DeployedAction & { logs?: boolean | undefined };

/** Whom a change of a cloud is shown to, and who agrees to it before it is made. */
export type Asking = {
  confirm: (plan: CloudPlan) => Promise<PlanAnswer>;
  onStep: OnStep;
};

/**
 * The tool that a function of a template is deployed with, and what it would run; null when Reef deploys it itself.
 * @throws ReefError `no-such-function`, `ambiguous-function`, `no-such-target`
 */
export async function deployTool(
  context: EngineContext,
  action: { function: string; target?: string | undefined },
  signal: AbortSignal,
): Promise<DeployTool | null> {
  const { folder } = context.options;
  const fn = resolveFunction(action.function, await context.workspaceFunctions(signal), folder);
  const place = placeOfTarget(action.target ?? 'aws');
  if (place === null) throw notDeployable(action.target ?? '');
  return deployToolOf(fn, folder, place);
}

/** Packs a function and deploys it, once the plan is agreed to; does nothing where nothing has changed. */
export async function deployFunction(
  context: EngineContext,
  action: DeployAction,
  asking: Asking,
  signal: AbortSignal,
): Promise<CloudOutcome> {
  const deployable = await deployableOf(context, action.function, signal);
  const { function: fn, spec, notes } = deployable;
  const { target: targetName } = await placeOf(context, { function: fn.id, target: action.target }, signal);
  const packaging = await packagingOf(deployable, packagingContext(context), signal);
  const owner = await ownerOf(context.options.folder);
  await using target = await context.target(targetName);
  const deployer = deployerOf(target, targetName);
  const planned = async (role: string | null): Promise<CloudStep<Deployment>> => {
    const request = { spec: { ...spec, role }, packaging, owner, adopt: action.adopt === true, pushImage };
    const step = await deployer.deploy(request, signal, asking.onStep);
    // What was decided for the user matters when something is made of it.
    const told = step.plan.changes.length === 0 ? [] : notes;
    return { ...step, plan: { ...step.plan, notes: [...told, ...step.plan.notes] } };
  };
  const outcome = await agreed(planned, action.role ?? spec.role, asking, signal);
  // Where nothing was to be done, too: a clone of the workspace does not know it yet.
  if (outcome.deployment !== null) {
    writeState(deploymentFolder(context.storePath), {
      schema: 'reef/deployment@1',
      name: spec.name,
      target: targetName,
      functionId: fn.id,
      ...outcome.deployment,
    });
  }
  return outcome;
}

export async function rollBackFunction(
  context: EngineContext,
  action: RollBackAction,
  asking: Asking,
  signal: AbortSignal,
): Promise<CloudOutcome> {
  const { name, target: targetName } = await placeOf(context, action, signal);
  await using target = await context.target(targetName);
  const deployer = deployerOf(target, targetName);
  const request = { name, to: action.to ?? null, alias: action.alias ?? null };
  return await agreed(() => deployer.rollBack(request, signal), null, asking, signal);
}

export async function destroyFunction(
  context: EngineContext,
  action: DestroyAction,
  asking: Asking,
  signal: AbortSignal,
): Promise<CloudOutcome> {
  const { name, target: targetName } = await placeOf(context, action, signal);
  const owner = await ownerOf(context.options.folder);
  await using target = await context.target(targetName);
  // What was made beside it has its name, be it given as an ARN.
  const request = { name: name.startsWith('arn:') ? (name.split(':')[6] ?? name) : name, owner, logs: action.logs === true };
  const outcome = await agreed(() => deployerOf(target, targetName).destroy(request, signal), null, asking, signal);
  if (outcome.state !== 'declined') forgetState(deploymentFolder(context.storePath), { name, target: targetName });
  return outcome;
}

export async function executionRoles(context: EngineContext, targetName: string, signal: AbortSignal): Promise<ExecutionRole[]> {
  await using target = await context.target(targetName);
  return await deployerOf(target, targetName).roles(signal);
}

/** Shows a plan, another one with a role that is chosen meanwhile, and carries out what is agreed to. */
async function agreed<Result extends Deployment | null>(
  planned: (role: string | null) => Promise<CloudStep<Result>>,
  firstRole: string | null,
  { confirm, onStep }: Asking,
  signal: AbortSignal,
): Promise<CloudOutcome> {
  let role = firstRole;
  for (;;) {
    const step = await planned(role);
    const { plan } = step;
    if (plan.changes.length === 0) return { state: 'unchanged', plan, deployment: await step.current(signal) };
    const answer = await confirm(plan);
    if ('role' in answer) {
      ({ role } = answer);
      continue;
    }
    if (!answer.accepted) return { state: 'declined', plan, deployment: null };
    return { state: 'done', plan, deployment: await step.apply(signal, onStep) };
  }
}

function deployerOf({ deployer }: { deployer?: Deployer }, target: string): Deployer {
  if (deployer !== undefined) return deployer;
  throw notDeployable(target);
}

function notDeployable(target: string): ReefError {
  const sentence = `Nothing can be deployed to "${target}": use aws, aws:<profile> or aws:<profile>/<region>.`;
  return new ReefError('no-such-target', sentence);
}

/** The client of the Docker engine is loaded when there is an image. */
const pushImage: PushImage = async (imageId, to, signal, onStep) => {
  const docker = await import('../targets/docker/push.ts');
  return docker.pushImage(imageId, to, signal, onStep);
};
