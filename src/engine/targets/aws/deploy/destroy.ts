import type { PlannedChange } from '../../../../protocol/deploying.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import type { CloudStep, DestroyRequest, OnStep } from '../../deployer.ts';
import { targetName } from '../place.ts';
import { isReefAlias } from '../undo.ts';
import type { DeployContext } from './context.ts';
import type { Found } from './found-function.ts';
import { changing } from './journaled.ts';
import { LogGroups } from './log-groups.ts';
import { repositoryFor, roleNameFor } from './names.ts';
import { type Tags, tagNames } from './tags.ts';
import { published } from '../versions.ts';
import { whereabouts } from './whereabouts.ts';

/** What of a function is there, and this workspace made. */
type Belongings = { found: Found | null; role: string | null; repository: string | null; logGroup: string | null };

/** All that this workspace made for a function, and nothing else. What is gone already is not in the plan: it can be done again. */
export async function planDestroy(
  context: DeployContext,
  request: DestroyRequest,
  signal: AbortSignal,
): Promise<CloudStep<null>> {
  const { name, owner, logs } = request;
  const found = await context.calls.find(name, signal);
  if (found !== null) checkOwner(found.tags, request);
  const { account, region } = await whereabouts(context, found, signal);
  const isOurs = (tags: Tags | undefined): boolean => tags?.[tagNames.owner] === owner && tags[tagNames.function] === name;
  const logGroup = found?.deployed.logGroup ?? `/aws/lambda/${name}`;
  const [role, repository, hasLogs, contents] = await Promise.all([
    ownRole(context, roleNameFor(name, region), isOurs, signal),
    ownRepository(context, repositoryFor(name), isOurs, signal),
    logs ? hasLogGroup(context, logGroup, signal) : false,
    found === null ? '' : contentsOf(context, found, signal),
  ]);
  const belongings: Belongings = { found, role, repository, logGroup: hasLogs ? logGroup : null };
  const changes = [
    deletion('function', found === null ? null : `${name}${contents}`),
    deletion('role', role),
    deletion('repository', repository === null ? null : `${repository}, with all its images`),
    deletion('log group', belongings.logGroup),
  ].flat();
  const plan = {
    verb: 'destroy' as const,
    functionName: name,
    target: targetName(context.options.place),
    account,
    region,
    changes,
    notes: notesOf(belongings, logs, logGroup),
    newRole: null,
  };
  return { plan, current: async () => null, apply: (applySignal, onStep) => destroy(context, belongings, applySignal, onStep) };
}

/** @throws ReefError `not-owned` when it is not this workspace's to delete */
function checkOwner(tags: Tags, { name, owner }: DestroyRequest): void {
  if (tags[tagNames.owner] !== owner) {
    const whose = tags[tagNames.owner] === undefined ? 'was not made by Reef' : 'was deployed from another workspace';
    throw new ReefError('not-owned', `The function ${name} ${whose}, so Reef does not delete it.`);
  }
  if (tags[tagNames.made] === undefined) {
    const sentence = `The function ${name} was there before Reef took it over, so Reef does not delete it: delete it with the AWS console or CLI.`;
    throw new ReefError('not-owned', sentence);
  }
}

async function ownRole(context: DeployContext, name: string, isOurs: (tags?: Tags) => boolean, signal: AbortSignal) {
  const role = await (await context.roles()).find(name, signal);
  return isOurs(role?.tags) ? name : null;
}

async function ownRepository(context: DeployContext, name: string, isOurs: (tags?: Tags) => boolean, signal: AbortSignal) {
  const repositories = await context.repositories();
  const repository = await repositories.find(name, signal);
  return repository !== null && isOurs(await repositories.tags(repository, signal)) ? name : null;
}

async function hasLogGroup({ options }: DeployContext, name: string, signal: AbortSignal): Promise<boolean> {
  using groups = new LogGroups(options);
  return await groups.exists(name, signal);
}

/** `, with 3 versions, alias live and its URL`. */
async function contentsOf({ lambda, calls }: DeployContext, { deployed: { arn } }: Found, signal: AbortSignal): Promise<string> {
  const [versions, aliases, urls] = await Promise.all([
    lambda.versions(arn, signal),
    lambda.aliases(arn, signal),
    calls.urls(arn, signal),
  ]);
  const { length } = published(versions);
  const parts = [
    ...(length === 0 ? [] : [`${length} ${length === 1 ? 'version' : 'versions'}`]),
    ...aliases.filter((alias) => !isReefAlias(alias.name)).map((alias) => `alias ${alias.name}`),
    ...urls.map(({ url }) => url),
  ];
  return parts.length === 0 ? '' : `, with ${parts.join(', ')}`;
}

function deletion(what: string, from: string | null): PlannedChange[] {
  return from === null ? [] : [{ action: 'delete', what, from, to: null }];
}

function notesOf({ found, role }: Belongings, logs: boolean, logGroup: string): string[] {
  return [
    ...(found === null || logs ? [] : [`Its logs stay (${logGroup}): --logs deletes them too.`]),
    ...(role === null ? [] : [`Another function that uses the role ${role} can no longer run.`]),
  ];
}

async function destroy(
  context: DeployContext,
  { found, role, repository, logGroup }: Belongings,
  signal: AbortSignal,
  onStep: OnStep,
): Promise<null> {
  if (found !== null) {
    const { arn, name } = found.deployed;
    onStep(`Deleting the function ${name}`);
    await changing(context, found, signal, () => context.calls.deleteFunction(arn, signal));
  }
  if (role !== null) {
    onStep(`Deleting the role ${role}`);
    await (await context.roles()).delete(role, signal);
  }
  if (repository !== null) {
    onStep(`Deleting the repository ${repository}`);
    await (await context.repositories()).delete(repository, signal);
  }
  if (logGroup !== null) {
    onStep(`Deleting the log group ${logGroup}`);
    using groups = new LogGroups(context.options);
    await groups.delete(logGroup, signal);
  }
  return null;
}
