import type { LiveDifference } from '../../../../protocol/applying.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import { formatMemory, formatPercent } from '../../../format/format.ts';
import type { Deployed } from '../deployed.ts';
import type { FunctionChanges } from '../function-changes.ts';
import { type Routing, sameRouting } from '../journal.ts';
import type { Alias, Lambda } from '../lambda.ts';
import { isConflict } from '../undo.ts';

/** An alias with the versions that it sends calls to. */
export type AliasState = {
  alias: Alias;
  main: Deployed;
  /** The version that gets a share of the calls; null when all go to one. */
  other: { version: Deployed; weight: number } | null;
};

/** @throws ReefError `invalid-settings` when there is no such alias, or it follows `$LATEST`; `in-use` when it has several shifts, or one to other code */
export async function aliasState(lambda: Lambda, latest: Deployed, name: string, signal: AbortSignal): Promise<AliasState> {
  const { arn } = latest;
  const alias = await lambda.alias(arn, name, signal);
  if (alias === null) {
    const names = (await lambda.aliases(arn, signal)).map((each) => each.name).filter((each) => !each.startsWith('reef-'));
    const others = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new ReefError('invalid-settings', `${latest.name} has no alias ${name}: ${others}.`);
  }
  if (alias.version === '$LATEST') {
    const sentence = `The alias ${name} of ${latest.name} follows $LATEST, whose calls Lambda does not share out: change the function itself.`;
    throw new ReefError('invalid-settings', sentence);
  }
  const [other, second] = Object.entries(alias.weights);
  if (second !== undefined)
    throw new ReefError('in-use', `The alias ${name} of ${latest.name} shares its calls among several versions.`);
  const main = await lambda.configuration(arn, signal, alias.version);
  if (other === undefined) return { alias, main, other: null };
  const version = await lambda.configuration(arn, signal, other[0]);
  const difference = differenceBetween(version, main);
  if (difference !== null) {
    const sentence = `The alias ${name} of ${latest.name} is being shifted from version ${main.version} to version ${version.version}, which has ${difference}: that is a deployment, and is for the tool that began it to end.`;
    throw new ReefError('in-use', sentence);
  }
  return { alias, main, other: { version, weight: other[1] } };
}

/** What two versions differ in beside their sizes; null when in nothing. */
export function differenceBetween(one: Deployed, other: Deployed): 'other code' | 'other settings' | null {
  if (one.codeSha256 !== other.codeSha256) return 'other code';
  return one.settingsHash === other.settingsHash && one.architecture === other.architecture ? null : 'other settings';
}

/** How the descriptions of Reef's versions begin, and what version each takes the place of. */
const placed = /^Reef: .* in place of version (\d+) /;

/** The version that one of Reef's took the place of; null for any other version. */
export function replacedBy({ description }: Deployed): string | null {
  return placed.exec(description)?.[1] ?? null;
}

/** Where an alias sends calls, before and after, with the sizes of the versions as far as they are known. */
export function routingChange(
  { alias, main, other }: AliasState,
  after: Routing,
  sizes: Record<string, number> = {},
): LiveDifference {
  const known: Record<string, number> = { ...sizes, [main.version]: main.memoryMb };
  if (other !== null) known[other.version.version] = other.version.memoryMb;
  const memoryOf = (version: string): number | null => known[version] ?? null;
  const text = (of: Routing): string => describeRouting(of, memoryOf).replaceAll('version new', 'the new version');
  return { what: `alias ${alias.name}`, from: text(alias), to: text(after) };
}

/** `version 7 (512 MB)`, `version 7 (512 MB) 90 %, version 8 (1024 MB) 10 %`. */
function describeRouting({ version, weights }: Routing, memoryOf: (version: string) => number | null): string {
  const name = (each: string): string => {
    const memoryMb = memoryOf(each);
    return memoryMb === null ? `version ${each}` : `version ${each} (${formatMemory(memoryMb)})`;
  };
  const others = Object.entries(weights);
  if (others.length === 0) return name(version);
  const rest = others.reduce((left, [, weight]) => left - weight, 1);
  return [[version, rest] as const, ...others].map(([each, weight]) => `${name(each)} ${formatPercent(weight)}`).join(', ');
}

/** Sends an alias's calls to `after`, if it is still as `before` says; journaled, guarded by its revision, and checked. */
export async function shiftAlias(
  { lambda, journal, deployed }: FunctionChanges,
  before: Alias,
  after: Routing,
  signal: AbortSignal,
): Promise<void> {
  const { name, version, weights, revisionId } = before;
  journal.note({ step: 'routing', alias: name, before: { version, weights }, after });
  let cause: unknown;
  await lambda.routeAlias(deployed.arn, name, after, revisionId, signal).catch((error: unknown) => {
    // The answer to a first request may be lost: its repetition is then refused, as the alias is as it was wanted.
    if (!isConflict(error)) throw error;
    cause = error;
  });
  const now = await lambda.alias(deployed.arn, name, signal);
  if (now !== null && sameRouting(now, after)) return;
  throw new ReefError('in-use', `The alias ${name} of ${deployed.name} was changed in the meantime: look at the change again.`, {
    cause,
  });
}
