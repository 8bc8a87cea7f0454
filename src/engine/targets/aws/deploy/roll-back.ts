import type { Deployment, PlannedChange } from '../../../../protocol/deploying.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import type { CloudStep, RollBackRequest } from '../../deployer.ts';
import type { Deployed } from '../deployed.ts';
import { findFunction } from '../find-function.ts';
import type { Alias } from '../lambda.ts';
import { targetName } from '../place.ts';
import { isReefAlias } from '../undo.ts';
import type { DeployContext } from './context.ts';
import { settingChange } from './describe-settings.ts';
import type { Found } from './found-function.ts';
import { changing } from './journaled.ts';
import { leadAlias } from './publish.ts';
import { replaceLatest } from './replace-latest.ts';
import { differing } from './settings.ts';
import { codeOf } from './undo-deployment.ts';
import { isSame, published } from '../versions.ts';
import { whereabouts } from './whereabouts.ts';

/** The alias goes back to the version before, or where there is none `$LATEST` becomes what a version is. */
export async function planRollBack(
  context: DeployContext,
  request: RollBackRequest,
  signal: AbortSignal,
): Promise<CloudStep<Deployment>> {
  const { lambda } = context;
  const { arn, name } = await findFunction(lambda, request.name, signal);
  const latest = await existing(context, arn, '$LATEST', signal);
  const [versions, aliases] = await Promise.all([lambda.versions(arn, signal), lambda.aliases(arn, signal)]);
  const alias = wantedAlias(aliases, request, name);
  const isAt = (version: string): boolean => alias?.version === version && Object.keys(alias.weights).length === 0;
  const back = versionBack(published(versions), latest.deployed, alias, request);
  const version = await existing(context, arn, back.version, signal);
  const current = alias === null || alias.version === '$LATEST' ? latest : await existing(context, arn, alias.version, signal);
  const differences = differencesOf(current, version);
  const { account, region } = await whereabouts(context, latest, signal);
  const changes = alias === null ? differences : isAt(back.version) ? [] : [aliasChange(alias, back.version), ...differences];
  const plan = {
    verb: 'rollBack' as const,
    functionName: name,
    target: targetName(context.options.place),
    account,
    region,
    changes,
    notes: changes.length === 0 ? [] : [affected(alias, back.version)],
    newRole: null,
  };
  const deployment = { arn, version: back.version, alias: alias?.name ?? null, url: null };
  return {
    plan,
    current: async () => deployment,
    async apply(applySignal, onStep) {
      onStep(`Rolling ${name} back to version ${back.version}`);
      await changing(context, latest, applySignal, async (doing) => {
        if (alias !== null) await leadAlias(doing, alias.name, alias, back.version, applySignal);
        else await setBack(context, doing, latest, version, applySignal);
      });
      return deployment;
    },
  };
}

async function setBack(
  context: DeployContext,
  changes: Parameters<typeof replaceLatest>[1],
  latest: Found,
  version: Found,
  signal: AbortSignal,
): Promise<void> {
  const hasCode = version.deployed.codeSha256 === latest.deployed.codeSha256;
  const code = hasCode ? null : await codeOf(context.lambda, version, signal);
  const settings = { ...version.settings, description: latest.settings.description };
  await replaceLatest(context, changes, latest, { settings, code, architecture: version.deployed.architecture }, signal);
}

async function existing({ calls }: DeployContext, arn: string, version: string, signal: AbortSignal): Promise<Found> {
  const found = await calls.find(arn, signal, version === '$LATEST' ? undefined : version);
  if (found !== null) return found;
  throw new ReefError('in-use', `${version} of ${arn} was deleted by somebody else in the meantime.`);
}

/** The named alias, or the only one that leads to a version; null where there is none. */
function wantedAlias(aliases: readonly Alias[], { alias: wanted }: RollBackRequest, name: string): Alias | null {
  const own = aliases.filter((alias) => !isReefAlias(alias.name));
  if (wanted !== null) {
    const found = own.find((alias) => alias.name === wanted);
    if (found !== undefined) return found;
    throw new ReefError('invalid-settings', `${name} has no alias "${wanted}": it has ${listOf(own)}.`);
  }
  const leading = own.filter(({ version }) => version !== '$LATEST');
  const [only, other] = leading;
  if (other !== undefined) {
    throw new ReefError(
      'invalid-settings',
      `${name} has several aliases: name the one to roll back (--alias), ${listOf(leading)}.`,
    );
  }
  return only ?? null;
}

function listOf(aliases: readonly Alias[]): string {
  return aliases.length === 0 ? 'none' : aliases.map(({ name }) => name).join(', ');
}

/**
 * The version that is wanted; without one, the newest that is older than the alias's, or that is not what `$LATEST` is.
 * @throws ReefError `invalid-settings` when there is none
 */
function versionBack(
  versions: readonly Deployed[],
  latest: Deployed,
  alias: Alias | null,
  { to }: RollBackRequest,
): Pick<Deployed, 'version'> {
  const { name } = latest;
  if (to !== null) {
    const found = versions.find(({ version }) => version === to);
    if (found !== undefined) return found;
    const known = versions.map(({ version }) => version).join(', ');
    throw new ReefError('invalid-settings', `${name} has no version ${to}: it has ${known === '' ? 'none' : known}.`);
  }
  const isOlder = ({ version }: Deployed): boolean => Number(version) < Number(alias?.version);
  const found = versions.find((each) => (alias === null || alias.version === '$LATEST' ? !isSame(each, latest) : isOlder(each)));
  if (found !== undefined) return found;
  const from = alias === null ? 'what is deployed' : `version ${alias.version} of the alias ${alias.name}`;
  throw new ReefError('invalid-settings', `${name} has no version from before ${from}: there is nothing to go back to.`);
}

function differencesOf(from: Found, to: Found): PlannedChange[] {
  const settings = { ...to.settings, description: from.settings.description };
  const isCode = from.deployed.codeSha256 === to.deployed.codeSha256;
  const code: PlannedChange = { action: 'update', what: 'code', from: shown(from.deployed), to: shown(to.deployed) };
  return [
    ...(isCode ? [] : [code]),
    ...differing(from.settings, settings).map((name) => settingChange(name, from.settings, settings)),
  ];
}

const shownDigits = 12;

function shown({ codeSha256, description, version }: Deployed): string {
  const fingerprint = version === '$LATEST' ? undefined : /^Reef ([0-9a-f]{12}) /.exec(description)?.[1];
  return fingerprint ?? (codeSha256 ?? 'unknown').slice(0, shownDigits);
}

function aliasChange({ name, version }: Alias, to: string): PlannedChange {
  return {
    action: 'update',
    what: `alias ${name}`,
    from: version === '$LATEST' ? version : `version ${version}`,
    to: `version ${to}`,
  };
}

function affected(alias: Alias | null, version: string): string {
  return alias === null
    ? `$LATEST becomes what version ${version} is, and callers meet the change while it is made. What is there now stays as a version.`
    : `Callers of the alias ${alias.name} are affected, and $LATEST is not: the next deployment moves the alias forward again.`;
}
