import type { DeployedVersion } from '../../../../protocol/deploying.ts';
import type { Deployed } from '../deployed.ts';
import type { Alias, Lambda } from '../lambda.ts';
import { findFunction } from '../find-function.ts';
import { isReefAlias } from '../undo.ts';
import type { DeployContext } from './context.ts';

/** Published versions, newest first, with the aliases that lead to them. */
export async function listVersions({ lambda }: DeployContext, name: string, signal: AbortSignal): Promise<DeployedVersion[]> {
  const { arn } = await findFunction(lambda, name, signal);
  const [all, aliases] = await Promise.all([lambda.versions(arn, signal), lambda.aliases(arn, signal)]);
  const latest = all.find(({ version }) => version === '$LATEST');
  return published(all).map((each) => ({
    version: each.version,
    description: each.description,
    publishedAt: each.lastModified,
    memoryMb: each.memoryMb,
    codeSha256: each.codeSha256,
    codeBytes: each.codeBytes,
    aliases: aliases.filter((alias) => leads(alias, each.version)).map((alias) => alias.name),
    isLatest: latest !== undefined && isSame(each, latest),
  }));
}

/** Newest first. */
export function published(versions: readonly Deployed[]): Deployed[] {
  return versions.filter(({ version }) => version !== '$LATEST').toSorted((a, b) => Number(b.version) - Number(a.version));
}

/** The same code and settings; a version has a description of its own. */
export function isSame(one: Deployed, other: Deployed): boolean {
  return (['codeSha256', 'settingsHash', 'memoryMb', 'architecture'] as const).every((name) => one[name] === other[name]);
}

/** The newest published version that is what `$LATEST` is; null: there is none. */
export async function versionLike(lambda: Lambda, latest: Deployed, signal: AbortSignal): Promise<string | null> {
  const versions = await lambda.versions(latest.arn, signal);
  return published(versions).find((each) => isSame(each, latest))?.version ?? null;
}

function leads({ name, version, weights }: Alias, wanted: string): boolean {
  return !isReefAlias(name) && (version === wanted || wanted in weights);
}
