import type { Deployment } from '../../../../protocol/deploying.ts';
import type { Log } from '../../../studies/ports.ts';
import type { CloudStep, Deployer, DeployRequest, OnStep } from '../../deployer.ts';
import type { AwsOptions } from '../client-config.ts';
import type { Lambda } from '../lambda.ts';
import { recover } from '../recover.ts';
import { applyDeploy } from './apply-deploy.ts';
import type { DeployContext } from './context.ts';
import { DeployCalls } from './deploy-calls.ts';
import { planDestroy } from './destroy.ts';
import { planDeploy } from './plan-deploy.ts';
import type { Repositories } from './repositories.ts';
import type { Roles } from './roles.ts';
import { planRollBack } from './roll-back.ts';
import { standing } from './standing.ts';

export type DeployerOptions = AwsOptions & {
  lambda: Lambda;
  /** As it is written into journals: where the environment finds AWS. */
  journaledEndpoint: string | null;
  /** Absolute path of the folder of journals. */
  journals: string;
  log: Log;
};

/** Deploys to an account and region. Whoever gets one disposes of it. */
export function createDeployer({ lambda, journaledEndpoint, journals, log, ...options }: DeployerOptions): Deployer & Disposable {
  const calls = new DeployCalls(options);
  let roles: Promise<Roles> | undefined;
  let repositories: Promise<Repositories> | undefined;
  const context: DeployContext = {
    options,
    lambda,
    calls,
    endpoint: journaledEndpoint,
    journals,
    log,
    roles: () => (roles ??= import('./roles.ts').then(({ Roles }) => new Roles(options))),
    repositories: () => (repositories ??= import('./repositories.ts').then(({ Repositories }) => new Repositories(options))),
  };

  /** What a process that was killed left is undone before anything is planned: it was never to stay. */
  async function tidy<Result>(signal: AbortSignal, planned: () => Promise<Result>): Promise<Result> {
    await recover(journals, log, signal);
    return planned();
  }

  async function deploy(request: DeployRequest, signal: AbortSignal, onStep: OnStep): Promise<CloudStep<Deployment>> {
    const planned = await planDeploy(context, request, signal, onStep);
    const { pushImage } = request;
    const apply = (applySignal: AbortSignal, step: OnStep): Promise<Deployment> =>
      applyDeploy({ context, plan: planned, pushImage, signal: applySignal, onStep: step });
    const current = (asked: AbortSignal): Promise<Deployment | null> => standing(context, planned, asked);
    return { plan: planned.plan, current, apply };
  }

  return {
    deploy: (request, signal, onStep) => tidy(signal, () => deploy(request, signal, onStep)),
    rollBack: (request, signal) => tidy(signal, () => planRollBack(context, request, signal)),
    destroy: (request, signal) => tidy(signal, () => planDestroy(context, request, signal)),
    roles: async (signal) => (await context.roles()).assumable(signal),
    [Symbol.dispose]() {
      calls[Symbol.dispose]();
      void roles?.then((made) => made[Symbol.dispose]());
      void repositories?.then((made) => made[Symbol.dispose]());
    },
  };
}
