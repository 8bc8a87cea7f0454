import { ReefError } from '../../../../protocol/errors.ts';
import { formatMemory } from '../../../format/format.ts';
import type { LiveStep } from '../../live-settings.ts';
import type { Deployed } from '../deployed.ts';
import { type Routing, sameRouting } from '../journal.ts';
import { type AliasState, aliasState, replacedBy, routingChange } from './alias-state.ts';
import { type Parts, readyToChange, revisionNote, takingBack } from './parts.ts';

/** Gives all calls of an alias back to the version from before a shift, and deletes the version that Reef made for it. */
export async function planRollBack(parts: Parts, arn: string, name: string, signal: AbortSignal): Promise<LiveStep> {
  const { lambda } = parts;
  const latest = await readyToChange(parts, arn, signal);
  const state = await aliasState(lambda, latest, name, signal);
  const { alias, main, other } = state;
  const back = other === null ? await versionBefore(parts, state, signal) : main;
  const made = other === null ? main : other.version;
  const target: Routing = { version: back.version, weights: {} };
  const isOurs = replacedBy(made) !== null;
  const others = (await lambda.aliases(arn, signal)).filter((each) => each.name !== name);
  const isShared = others.some(({ version, weights }) => version === made.version || made.version in weights);
  const goes = isOurs && !isShared;
  return {
    changes: [
      routingChange(state, target, { [back.version]: back.memoryMb }),
      ...(goes ? [{ what: `version ${made.version}`, from: formatMemory(made.memoryMb), to: 'deleted' }] : []),
    ],
    notes: [`Callers of the alias ${name} are affected, and nobody else.`, ...revisionNote(latest)],
    apply: (applySignal) =>
      takingBack(parts, latest, applySignal, async ({ journal }) => {
        const now = await lambda.alias(arn, name, applySignal);
        if (now === null || now.revisionId !== alias.revisionId || !sameRouting(now, alias)) {
          throw new ReefError(
            'in-use',
            `The alias ${name} of ${latest.name} was changed in the meantime: look at the change again.`,
          );
        }
        // From here on the journal says what is to be taken back, and whoever reads it does that: this process, or the next.
        if (goes) journal.note({ step: 'published', description: made.description, version: made.version });
        journal.note({ step: 'routing', alias: name, before: target, after: { version: alias.version, weights: alias.weights } });
      }),
  };
}

async function versionBefore({ lambda }: Parts, { alias, main }: AliasState, signal: AbortSignal): Promise<Deployed> {
  const version = replacedBy(main);
  if (version === null) {
    const sentence = `There is nothing to take back: the alias ${alias.name} of ${main.name} has no shift, and version ${main.version} was not made by Reef.`;
    throw new ReefError('invalid-settings', sentence);
  }
  try {
    return await lambda.configuration(main.arn, signal, version);
  } catch (cause) {
    if (!(cause instanceof ReefError) || cause.code !== 'no-such-function') throw cause;
    const sentence = `Version ${version} of ${main.name}, which the alias ${alias.name} ran before, is gone: set the alias by hand.`;
    throw new ReefError('invalid-settings', sentence, { cause });
  }
}
