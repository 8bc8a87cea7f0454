import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { messageOf, ReefError } from '../../../protocol/errors.ts';
import { type Deployed, regionOf } from './deployed.ts';
import { type Head, type Journal, startJournal } from './journal.ts';
import type { Lambda } from './lambda.ts';
import { isConflict, lockAlias, restoreLatest, undo } from './undo.ts';

/** Cleaning up goes on after a cancellation, but not for ever. */
const cleanUpMs = 300_000;

export type Start = {
  lambda: Lambda;
  endpoint: string | null;
  /** Absolute path of the folder of journals. */
  folder: string;
  deployed: Deployed;
  purpose: Head['purpose'];
};

/**
 * Changes of one deployed function by whoever holds its lock. Each is in the journal before it is made; `close` undoes those
 * that were not kept, and gives the lock back.
 */
export class FunctionChanges {
  readonly lambda: Lambda;
  readonly journal: Journal;
  readonly deployed: Deployed;

  constructor(lambda: Lambda, journal: Journal, deployed: Deployed) {
    this.lambda = lambda;
    this.journal = journal;
    this.deployed = deployed;
  }

  /** Takes the function's lock. @throws ReefError `in-use` when somebody else has it */
  static async start({ deployed, ...start }: Start, signal: AbortSignal): Promise<FunctionChanges> {
    const changes = new FunctionChanges(start.lambda, beginJournal(start, deployed.arn), deployed);
    try {
      await changes.makeAlias(lockAlias, '$LATEST', signal);
      return changes;
    } catch (error) {
      await changes.close();
      throw error;
    }
  }

  /** Makes an alias of Reef's own. */
  async makeAlias(name: string, version: string, signal: AbortSignal): Promise<void> {
    const { lambda, journal, deployed } = this;
    const { marker } = journal.head;
    journal.note({ step: 'alias', name });
    try {
      await lambda.createAlias(deployed.arn, name, version, marker, signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const holder = (await lambda.alias(deployed.arn, name, signal))?.description ?? null;
      // The answer to a first request was lost, and its repetition found what that one had made.
      if (holder === marker) return;
      throw locked(deployed, name, holder, error);
    }
  }

  /** Gives `$LATEST` a size if it is still as given, and returns it as it then is. */
  async setMemory(latest: Deployed, memoryMb: number, signal: AbortSignal): Promise<Deployed> {
    const { lambda, journal } = this;
    journal.note({ step: 'memory', fromMb: latest.memoryMb, toMb: memoryMb });
    await lambda.setMemory(latest.arn, memoryMb, latest.revisionId, signal);
    return lambda.settled(latest.arn, signal);
  }

  /** Publishes `$LATEST` as it is; not ours is a version that was there before, because nothing had changed since. */
  async publish(latest: Deployed, description: string, signal: AbortSignal): Promise<{ version: string; isOurs: boolean }> {
    const { arn, codeSha256, revisionId } = latest;
    this.journal.note({ step: 'publish', description });
    const published = await this.lambda.publish({ arn, description, codeSha256, revisionId }, signal);
    const isOurs = published.description === description;
    this.journal.note({ step: 'published', description, version: isOurs ? published.version : null });
    return { version: published.version, isOurs };
  }

  /** Gives `$LATEST` back what it had. */
  async restoreLatest(): Promise<void> {
    await restoreLatest(this.lambda, this.journal, cleanUp());
  }

  /** Undoes all that is left; what cannot be undone now stays in the journal, for `reef recover`. */
  async close(): Promise<void> {
    await closeJournal(this.lambda, this.journal, this.deployed.name);
  }
}

/** The journal of changes to one function, which need not be there yet. */
export function beginJournal({ lambda, endpoint, folder, purpose }: Omit<Start, 'deployed'>, functionArn: string): Journal {
  const marker = `Reef ${purpose} ${randomBytes(6).toString('hex')} on ${hostname()}`;
  // The environment may name other places by the time that this is undone.
  const place = { profile: lambda.place.profile, region: regionOf(functionArn) };
  return startJournal(folder, { startedAt: new Date().toISOString(), place, endpoint, functionArn, purpose, marker });
}

/** What tells the changes of one journal from those of others, without what it says of this machine. */
export function idOf({ head: { marker } }: Journal): string {
  return marker.split(' ')[2] ?? marker;
}

/** Undoes what a journal still holds; what cannot be undone now stays in it. */
export async function closeJournal(lambda: Lambda, journal: Journal, name: string): Promise<void> {
  try {
    await undo(lambda, journal, cleanUp());
  } catch (cause) {
    const what = `What Reef changed at ${name} could not be undone`;
    const sentence = `${what}: run "reef recover" when AWS can be reached (${journal.file}). ${messageOf(cause)}`;
    throw new ReefError('service-failed', sentence, { cause });
  } finally {
    journal.close();
  }
}

/** Somebody else is changing the function. */
export function locked({ name }: Deployed, alias: string, holder: string | null, cause?: unknown): ReefError {
  const sentence = `${name} has the alias ${alias} of another study or change of Reef's (${holder ?? 'just ended'}): wait for its end, or run "reef recover" where it was started.`;
  return new ReefError('in-use', sentence, { cause });
}

export function cleanUp(): AbortSignal {
  return AbortSignal.timeout(cleanUpMs);
}
