import { randomBytes } from 'node:crypto';
import { ReefError } from '../../../../protocol/errors.ts';
import { formatMemory } from '../../../format/format.ts';
import type { LiveStep } from '../../live-settings.ts';
import type { Deployed } from '../deployed.ts';
import type { FunctionChanges } from '../function-changes.ts';
import type { Routing } from '../journal.ts';
import type { Alias } from '../lambda.ts';
import { type AliasState, aliasState, differenceBetween, routingChange, shiftAlias } from './alias-state.ts';
import { changing, type Parts, readyToChange, revisionNote } from './parts.ts';

export type Shift = { alias: string; memoryMb: number; weight: number };

/** Gives a version with the wanted size a share of an alias's calls: a new version, or that of a shift under way. */
export async function planShift(parts: Parts, arn: string, shift: Shift, signal: AbortSignal): Promise<LiveStep> {
  const latest = await readyToChange(parts, arn, signal);
  const state = await aliasState(parts.lambda, latest, shift.alias, signal);
  if (state.other === null) return planNewVersion(parts, latest, state, shift);
  const { version, weight } = state.other;
  if (version.memoryMb !== shift.memoryMb) {
    const sentence = `The alias ${shift.alias} of ${latest.name} is being shifted to version ${version.version} with ${formatMemory(version.memoryMb)}: finish that shift, or roll it back, first.`;
    throw new ReefError('in-use', sentence);
  }
  if (weight === shift.weight) return { changes: [], notes: [], apply: async () => {} };
  return planRouting(parts, latest, state, routing(state.main.version, version.version, shift.weight));
}

/** Gives the version of a shift all calls. */
export async function planFinish(parts: Parts, arn: string, alias: string, signal: AbortSignal): Promise<LiveStep> {
  const latest = await readyToChange(parts, arn, signal);
  const state = await aliasState(parts.lambda, latest, alias, signal);
  if (state.other === null) return { changes: [], notes: [], apply: async () => {} };
  return planRouting(parts, latest, state, { version: state.other.version.version, weights: {} });
}

/** An alias that is sent elsewhere among versions that are there already. */
function planRouting(parts: Parts, latest: Deployed, state: AliasState, after: Routing): LiveStep {
  const { alias } = state;
  return {
    changes: [routingChange(state, after)],
    notes: [`Callers of the alias ${alias.name} are affected, and nobody else.`, ...revisionNote(latest)],
    apply: (signal) => changing(parts, latest, signal, (changes) => shiftAlias(changes, alias, after, signal)),
  };
}

function planNewVersion(parts: Parts, latest: Deployed, state: AliasState, { memoryMb, weight }: Shift): LiveStep {
  const { alias, main } = state;
  if (main.memoryMb === memoryMb) return { changes: [], notes: [], apply: async () => {} };
  copiesOnly(latest, main, alias);
  const after = routing(main.version, 'new', weight);
  const isAtSize = latest.memoryMb === memoryMb;
  return {
    changes: [
      { what: 'a new version', from: 'none', to: formatMemory(memoryMb) },
      routingChange(state, after, { new: memoryMb }),
    ],
    notes: [
      `Callers of the alias ${alias.name} are affected: about ${Math.round(weight * 100)} of 100 calls go to the new version.`,
      ...(isAtSize
        ? []
        : [
            `While the version is published, for a few seconds, $LATEST has ${formatMemory(memoryMb)}; then ${formatMemory(latest.memoryMb)} again.`,
          ]),
      ...revisionNote(latest),
    ],
    apply: (signal) =>
      changing(parts, latest, signal, async (changes, now) => {
        const version = await publishAt(changes, now, main, memoryMb, signal);
        await shiftAlias(changes, alias, routing(main.version, version, weight), signal);
      }),
  };
}

/** A version can be made of `$LATEST` only: it must be what the alias runs, but for its size. */
function copiesOnly(latest: Deployed, main: Deployed, { name }: Alias): void {
  const differs = differenceBetween(latest, main);
  if (differs === null) return;
  const sentence = `$LATEST of ${latest.name} has ${differs} than version ${main.version}, which the alias ${name} runs: a new version would bring that along. Publish what is there first, or change the size in its template.`;
  throw new ReefError('invalid-settings', sentence);
}

/** A version of `$LATEST` with another size. `$LATEST` has that size for as long as publishing takes. */
async function publishAt(
  changes: FunctionChanges,
  latest: Deployed,
  main: Deployed,
  memoryMb: number,
  signal: AbortSignal,
): Promise<string> {
  const { lambda, deployed } = changes;
  const description = `Reef: ${formatMemory(memoryMb)} in place of version ${main.version} (${formatMemory(main.memoryMb)}) ${randomBytes(4).toString('hex')}`;
  const published = await (async () => {
    try {
      const sized = latest.memoryMb === memoryMb ? latest : await changes.setMemory(latest, memoryMb, signal);
      return await changes.publish(sized, description, signal);
    } finally {
      await changes.restoreLatest();
    }
  })();
  const version = await lambda.settled(deployed.arn, signal, published.version);
  if (version.memoryMb === memoryMb && version.codeSha256 === main.codeSha256) return version.version;
  const sentence = `Version ${version.version} of ${deployed.name} is not what was to be published: somebody else has changed the function.`;
  throw new ReefError('in-use', sentence);
}

function routing(main: string, other: string, weight: number): Routing {
  return weight === 1 ? { version: other, weights: {} } : { version: main, weights: { [other]: weight } };
}
