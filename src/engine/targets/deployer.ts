import type { CloudPlan, Deployment, ExecutionRole } from '../../protocol/deploying.ts';
import type { Packaging } from '../deploy/artifact.ts';
import type { FunctionSpec } from '../deploy/spec.ts';

/** Told what happens now, for people. */
export type OnStep = (step: string) => void;

/** Where an image is pushed to, and what the registry knows the sender by. The password is never logged. */
export type ImageDestination = {
  /** Registry and repository, e.g. `123456789012.dkr.ecr.eu-west-1.amazonaws.com/reef/hello`. */
  repository: string;
  tag: string;
  user: string;
  password: string;
};

/**
 * Sends an image of the local engine to a registry, and returns its digest there, `sha256:…`.
 * @throws ReefError `sandbox-failed` without an engine, `service-failed` when the registry refuses it, `cancelled`
 */
export type PushImage = (imageId: string, to: ImageDestination, signal: AbortSignal, onStep: OnStep) => Promise<string>;

export type DeployRequest = {
  spec: FunctionSpec;
  packaging: Packaging;
  /** Tells what this workspace has made from what others have; the same on every machine. */
  owner: string;
  /** True: a function of that name that is not this workspace's is taken over. */
  adopt: boolean;
  pushImage: PushImage;
};

export type RollBackRequest = {
  /** Name or ARN. */
  name: string;
  /** A published version; null: the one before. */
  to: string | null;
  /** The alias to move; null: the only one that leads to a version, or `$LATEST` itself where there is none. */
  alias: string | null;
};

export type DestroyRequest = {
  /** Name where it is deployed. */
  name: string;
  owner: string;
  /** True: its logs too. */
  logs: boolean;
};

/** What would change, and the way to change it. */
export type CloudStep<Result> = {
  plan: CloudPlan;
  /** What is deployed now, for who has nothing to change; null: nothing. */
  current: (signal: AbortSignal) => Promise<Result | null>;
  /**
   * Makes the changes, and returns once they are in force and checked. After a failure or cancellation the state from before
   * holds; what a killed process leaves is in the journal.
   * @throws ReefError `in-use` when somebody else has changed the function since the plan, or is changing it
   */
  apply: (signal: AbortSignal, onStep: OnStep) => Promise<Result>;
};

/** Deploys functions to a place: each step planned first, guarded against the changes of others, and recorded where a crash finds it. */
export interface Deployer {
  /**
   * @throws ReefError `not-owned` when the function is another's, `invalid-settings` when it cannot become what is wanted
   */
  deploy(request: DeployRequest, signal: AbortSignal, onStep: OnStep): Promise<CloudStep<Deployment>>;
  /** @throws ReefError `no-such-function`, `invalid-settings` when there is nothing to go back to */
  rollBack(request: RollBackRequest, signal: AbortSignal): Promise<CloudStep<Deployment>>;
  /** Nothing is left in the plan when all is gone already. @throws ReefError `not-owned` when the function is another's */
  destroy(request: DestroyRequest, signal: AbortSignal): Promise<CloudStep<null>>;
  /** Roles that Lambda may assume, by name. */
  roles(signal: AbortSignal): Promise<ExecutionRole[]>;
}
