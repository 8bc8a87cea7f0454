import * as z from 'zod/mini';
import { Architecture } from '../../../../protocol/functions.ts';

/** Settings of `$LATEST` that a deployment sets; values of its environment are in no journal. */
export const PublicSettings = z.object({
  description: z.string(),
  runtime: z.nullable(z.string()),
  handler: z.nullable(z.string()),
  memoryMb: z.number(),
  timeoutS: z.number(),
  ephemeralStorageMb: z.number(),
  layers: z.array(z.string()),
  vpc: z.nullable(z.object({ subnets: z.array(z.string()), securityGroups: z.array(z.string()) })),
  logFormat: z.enum(['Text', 'JSON']),
  role: z.string(),
});

/** What `$LATEST` becomes, and the published version that is what it was. */
export const LatestStep = z.object({
  step: z.literal('latest'),
  before: z.string(),
  /** The description of `$LATEST`, as a version has one of its own. */
  description: z.string(),
  to: PublicSettings,
  /** `CodeSha256` of the new code. */
  code: z.nullable(z.string()),
  architecture: Architecture,
});
export type LatestStep = z.infer<typeof LatestStep>;

const Auth = z.enum(['AWS_IAM', 'NONE']);

/**
 * Changes of a deployment, each noted before it is made and once more when it is undone. `id` is in a tag of what is made, so that
 * nothing is deleted that another has made under the same name.
 */
export const deploySteps = [
  z.object({ step: z.literal('role'), name: z.string(), id: z.string() }),
  z.object({ step: z.literal('role-gone') }),
  z.object({ step: z.literal('repository'), name: z.string(), id: z.string() }),
  z.object({ step: z.literal('repository-gone') }),
  z.object({ step: z.literal('image'), repository: z.string(), tag: z.string() }),
  z.object({ step: z.literal('image-gone') }),
  z.object({ step: z.literal('function'), id: z.string() }),
  /** With all that belongs to it: versions, aliases, URLs. */
  z.object({ step: z.literal('function-gone') }),
  LatestStep,
  z.object({ step: z.literal('latest-restored') }),
  z.object({ step: z.literal('new-alias'), name: z.string(), description: z.string() }),
  z.object({ step: z.literal('new-alias-gone') }),
  /** `before` is null where there was no URL. */
  z.object({ step: z.literal('url'), alias: z.nullable(z.string()), before: z.nullable(Auth), after: z.nullable(Auth) }),
  z.object({ step: z.literal('url-restored') }),
] as const;
const DeployEntry = z.discriminatedUnion('step', deploySteps);
export type DeployEntry = z.infer<typeof DeployEntry>;

type Step<Name extends DeployEntry['step']> = Extract<DeployEntry, { step: Name }>;

/** What of a deployment is still to be undone, as it was noted. */
export type DeployPending = {
  role: Step<'role'> | null;
  repository: Step<'repository'> | null;
  image: Step<'image'> | null;
  function: Step<'function'> | null;
  latest: Step<'latest'> | null;
  newAlias: Step<'new-alias'> | null;
  url: Step<'url'> | null;
};

export const nothingDeployed: Readonly<DeployPending> = {
  role: null,
  repository: null,
  image: null,
  function: null,
  latest: null,
  newAlias: null,
  url: null,
};

/** What each entry makes of what is pending. */
const effects: { [Name in DeployEntry['step']]: (entry: Step<Name>) => Partial<DeployPending> } = {
  role: (role) => ({ role }),
  'role-gone': () => ({ role: null }),
  repository: (repository) => ({ repository }),
  'repository-gone': () => ({ repository: null, image: null }),
  image: (image) => ({ image }),
  'image-gone': () => ({ image: null }),
  function: (made) => ({ function: made }),
  'function-gone': () => ({ function: null, latest: null, newAlias: null, url: null }),
  latest: (latest) => ({ latest }),
  'latest-restored': () => ({ latest: null }),
  'new-alias': (newAlias) => ({ newAlias }),
  'new-alias-gone': () => ({ newAlias: null }),
  url: (url) => ({ url }),
  'url-restored': () => ({ url: null }),
};

export function isDeployEntry(entry: { step: string }): entry is DeployEntry {
  return Object.hasOwn(effects, entry.step);
}

/** What is pending after one more entry. */
export function afterStep<Name extends DeployEntry['step']>(pending: DeployPending, entry: Step<Name>): DeployPending {
  const effect = effects[entry.step] as (entry: Step<Name>) => Partial<DeployPending>;
  return { ...pending, ...effect(entry) };
}

export function isNothingDeployed(pending: DeployPending): boolean {
  return Object.values(pending).every((each) => each === null);
}
