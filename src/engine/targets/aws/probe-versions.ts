import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { messageOf, ReefError } from '../../../protocol/errors.ts';
import { type Deployed, regionOf } from './deployed.ts';
import { type Journal, startJournal } from './journal.ts';
import type { Lambda } from './lambda.ts';
import { isConflict, removeAlias, removeVersion, restoreMemory, undo } from './undo.ts';

/** Only one study at a time may change a function, from whichever machine: whoever has made this alias. */
const lockAlias = 'reef-lock';
/** Cleaning up goes on after a cancellation, but not for ever. */
const cleanUpMs = 300_000;
const mostTries = 5;

export type Start = { lambda: Lambda; endpoint: string | null; folder: string; deployed: Deployed };

/**
 * Published versions of one function, one per size, each behind an alias of Reef's. A version is a copy of `$LATEST`, so
 * `$LATEST` has the wanted size for as long as publishing takes, and its own again before any call is made. Every
 * change is in the journal before it is made; `close` undoes them all.
 */
export class ProbeVersions {
  private readonly lambda: Lambda;
  private readonly journal: Journal;
  private readonly deployed: Deployed;
  /** Sandboxes by size. */
  private readonly users = new Map<number, number>();
  /** Changes of one function are made one after another. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(lambda: Lambda, journal: Journal, deployed: Deployed) {
    this.lambda = lambda;
    this.journal = journal;
    this.deployed = deployed;
  }

  /** Takes the function's lock. @throws ReefError `in-use` when another study has it */
  static async start({ lambda, endpoint, folder, deployed }: Start, signal: AbortSignal): Promise<ProbeVersions> {
    const marker = `Reef study ${randomBytes(6).toString('hex')} on ${hostname()}`;
    // The environment may name other places by the time that this is undone.
    const place = { profile: lambda.place.profile, region: regionOf(deployed.arn) };
    const head = { startedAt: new Date().toISOString(), place, endpoint, functionArn: deployed.arn, marker };
    const journal = startJournal(folder, head);
    const probes = new ProbeVersions(lambda, journal, deployed);
    try {
      await probes.alias(lockAlias, '$LATEST', signal);
      return probes;
    } catch (error) {
      await probes.close();
      throw error;
    }
  }

  /** The alias of a version at a size; published for the first who wants it. */
  open(memoryMb: number, signal: AbortSignal): Promise<string> {
    return this.inTurn(async () => {
      const users = this.users.get(memoryMb) ?? 0;
      const name = aliasOf(memoryMb);
      if (users === 0) {
        const version = await this.publish(memoryMb, signal);
        await this.lambda.settled(this.deployed.arn, signal, version);
        await this.alias(name, version, signal);
      }
      this.users.set(memoryMb, users + 1);
      return name;
    });
  }

  /** Removes the version of a size and its alias, once nobody uses it any more. */
  async release(memoryMb: number): Promise<void> {
    await this.inTurn(async () => {
      const users = (this.users.get(memoryMb) ?? 1) - 1;
      this.users.set(memoryMb, users);
      if (users > 0) return;
      const { aliases, versions } = this.journal.pending();
      const name = aliasOf(memoryMb);
      if (aliases.has(name)) await removeAlias(this.lambda, this.journal, name, cleanUp());
      const description = this.descriptionOf(memoryMb);
      if (versions.has(description)) await removeVersion(this.lambda, this.journal, description, cleanUp());
    });
  }

  /** Undoes all that is left; what cannot be undone now stays in the journal, for `reef recover`. */
  async close(): Promise<void> {
    await this.inTurn(async () => {
      try {
        await undo(this.lambda, this.journal, cleanUp());
      } catch (cause) {
        const what = `What Reef changed at ${this.deployed.name} could not be undone`;
        const sentence = `${what}: run "reef recover" when AWS can be reached (${this.journal.file}). ${messageOf(cause)}`;
        throw new ReefError('service-failed', sentence, { cause });
      } finally {
        this.journal.close();
      }
    });
  }

  private async publish(memoryMb: number, signal: AbortSignal): Promise<string> {
    const { lambda, journal } = this;
    try {
      const latest = await this.setMemory(memoryMb, signal);
      const description = this.descriptionOf(memoryMb);
      journal.note({ step: 'publish', description });
      const { arn, codeSha256, revisionId } = latest;
      const published = await lambda.publish({ arn, description, codeSha256, revisionId }, signal);
      const isOurs = published.description === description;
      journal.note({ step: 'published', description, version: isOurs ? published.version : null });
      return published.version;
    } finally {
      await restoreMemory(lambda, journal, cleanUp());
    }
  }

  /** Gives `$LATEST` the size, and returns it as it then is. */
  private async setMemory(memoryMb: number, signal: AbortSignal): Promise<Deployed> {
    const { lambda, journal, deployed } = this;
    for (let tries = 1; ; tries++) {
      const latest = await lambda.settled(deployed.arn, signal);
      if (latest.codeSha256 !== deployed.codeSha256) {
        throw new ReefError('in-use', `The code of ${deployed.name} was changed during the study: start it again.`);
      }
      if (latest.memoryMb === memoryMb) return latest;
      journal.note({ step: 'memory', fromMb: latest.memoryMb, toMb: memoryMb });
      try {
        await lambda.setMemory(deployed.arn, memoryMb, latest.revisionId, signal);
        return await lambda.settled(deployed.arn, signal);
      } catch (error) {
        if (tries === mostTries || !isConflict(error)) throw error;
      }
    }
  }

  private async alias(name: string, version: string, signal: AbortSignal): Promise<void> {
    const { lambda, journal, deployed } = this;
    const { marker } = journal.head;
    journal.note({ step: 'alias', name });
    try {
      await lambda.createAlias(deployed.arn, name, version, marker, signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const holder = await lambda.aliasDescription(deployed.arn, name, signal);
      // The answer to a first request was lost, and its repetition found what that one had made.
      if (holder === marker) return;
      const sentence = `${deployed.name} has the alias ${name} of another study (${holder ?? 'just ended'}): wait for its end, or run "reef recover" where it was started.`;
      throw new ReefError('in-use', sentence, { cause: error });
    }
  }

  private descriptionOf(memoryMb: number): string {
    return `${this.journal.head.marker} ${memoryMb} MB`;
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => {});
    return result;
  }
}

function aliasOf(memoryMb: number): string {
  return `reef-m${memoryMb}`;
}

function cleanUp(): AbortSignal {
  return AbortSignal.timeout(cleanUpMs);
}
