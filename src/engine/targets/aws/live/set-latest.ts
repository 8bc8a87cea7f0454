import { ReefError } from '../../../../protocol/errors.ts';
import type { LiveDifference } from '../../../../protocol/applying.ts';
import { formatMemory } from '../../../format/format.ts';
import type { LiveStep } from '../../live-settings.ts';
import type { Deployed } from '../deployed.ts';
import type { FunctionChanges } from '../function-changes.ts';
import type { Alias, Lambda } from '../lambda.ts';
import { isConflict, lockAlias } from '../undo.ts';
import { AppliedChanges, type Settings } from './applied.ts';
import { checkArchitecture } from './check-architecture.ts';
import { changing, type Parts, readyToChange, revisionNote } from './parts.ts';
import { setArchitecture } from './set-architecture.ts';

/** Sets the size and architecture of the function itself. */
export async function planSet(parts: Parts, arn: string, wanted: Partial<Settings>, signal: AbortSignal): Promise<LiveStep> {
  const latest = await readyToChange(parts, arn, signal);
  const before = settingsOf(latest);
  const after = { ...before, ...wanted };
  const applied = new AppliedChanges(parts.journals);
  return {
    changes: differences(before, after),
    notes: [
      ...(await affected(parts.lambda, latest, signal)),
      ...(before.architecture === after.architecture
        ? []
        : await checkArchitecture(parts.lambda, latest, after.architecture, signal)),
      ...revisionNote(latest),
    ],
    apply: (applySignal) =>
      changing(parts, latest, applySignal, async (changes, now) => {
        await setLatest(changes, now, after, applySignal);
        await applied.add(arn, { at: new Date().toISOString(), before, after });
      }),
  };
}

/** Sets back what Reef set last. */
export async function planUndo(parts: Parts, arn: string, signal: AbortSignal): Promise<LiveStep> {
  const latest = await readyToChange(parts, arn, signal);
  const applied = new AppliedChanges(parts.journals);
  const { last, inForce } = await applied.last(arn, latest);
  if (last === null) {
    const sentence = `There is nothing to set back: Reef has not changed ${latest.name} from this workspace.`;
    throw new ReefError('invalid-settings', sentence);
  }
  if (inForce === null) {
    const sentence = `${latest.name} was changed after Reef had set it to ${formatMemory(last.after.memoryMb)} on ${last.after.architecture}: set the size that it shall have instead.`;
    throw new ReefError('in-use', sentence);
  }
  const { before, after } = inForce;
  return {
    changes: differences(after, before),
    notes: [...(await affected(parts.lambda, latest, signal)), ...revisionNote(latest)],
    async apply(applySignal) {
      await changing(parts, latest, applySignal, (changes, now) => setLatest(changes, now, before, applySignal));
      await applied.remove(arn, inForce);
    },
  };
}

/** Each part is journaled before it is changed, guarded by the revision before it, and checked once it is in force. */
async function setLatest(changes: FunctionChanges, latest: Deployed, wanted: Settings, signal: AbortSignal): Promise<void> {
  let now = latest;
  if (now.memoryMb !== wanted.memoryMb) {
    now = await unlessDone(changes, now, { ...settingsOf(now), memoryMb: wanted.memoryMb }, signal, (from) =>
      changes.setMemory(from, wanted.memoryMb, signal),
    );
  }
  if (now.architecture !== wanted.architecture) {
    changes.journal.note({ step: 'architecture', from: now.architecture, to: wanted.architecture });
    now = await unlessDone(changes, now, wanted, signal, (from) =>
      setArchitecture(changes.lambda, from, wanted.architecture, signal),
    );
  }
  if (now.memoryMb === wanted.memoryMb && now.architecture === wanted.architecture) return;
  const sentence = `${now.name} has ${formatMemory(now.memoryMb)} on ${now.architecture} after it was set: somebody else has changed it.`;
  throw new ReefError('in-use', sentence);
}

/**
 * A conflict is another's change, unless the answer to the first request was lost: then its repetition found what that one had
 * made.
 */
async function unlessDone(
  { lambda }: FunctionChanges,
  before: Deployed,
  wanted: Settings,
  signal: AbortSignal,
  change: (from: Deployed) => Promise<Deployed>,
): Promise<Deployed> {
  try {
    return await change(before);
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    const now = await lambda.settled(before.arn, signal);
    const isDone = now.memoryMb === wanted.memoryMb && now.architecture === wanted.architecture;
    if (isDone && now.codeSha256 === before.codeSha256 && now.settingsHash === before.settingsHash) return now;
    throw new ReefError('in-use', `${before.name} was changed in the meantime: look at the change again.`, { cause });
  }
}

function settingsOf({ memoryMb, architecture }: Settings): Settings {
  return { memoryMb, architecture };
}

function differences(before: Settings, after: Settings): LiveDifference[] {
  const memory = { what: 'memory', from: formatMemory(before.memoryMb), to: formatMemory(after.memoryMb) };
  const architecture = { what: 'architecture', from: before.architecture, to: after.architecture };
  return [memory, architecture].filter(({ from, to }) => from !== to);
}

/** Who gets `$LATEST`, and who does not. */
async function affected(lambda: Lambda, { arn, name }: Deployed, signal: AbortSignal): Promise<string[]> {
  const aliases = (await lambda.aliases(arn, signal)).filter((alias) => alias.name !== lockAlias);
  const named = (list: Alias[]): string => list.map((alias) => alias.name).join(', ');
  const following = aliases.filter(({ version }) => version === '$LATEST');
  const pinned = aliases.filter(({ version }) => version !== '$LATEST');
  const callers =
    following.length === 0 ? '' : `, and those of the alias${following.length === 1 ? '' : 'es'} ${named(following)}`;
  return [
    `All who call ${name} without a version or alias get it at once${callers}.`,
    ...(pinned.length === 0 ? [] : [`Callers of ${named(pinned)} keep their version with its own size.`]),
  ];
}
