import { ReefError } from '../../../protocol/errors.ts';
import type { Deployed } from './deployed.ts';
import { cleanUp, FunctionChanges, type Start } from './function-changes.ts';
import { isConflict, removeAlias, removeVersion } from './undo.ts';

const mostTries = 5;

/**
 * Published versions of one function, one per size, each behind an alias of Reef's. A version is a copy of `$LATEST`, so
 * `$LATEST` has the wanted size for as long as publishing takes, and its own again before any call is made. Every
 * change is in the journal before it is made; `close` undoes them all.
 */
export class ProbeVersions {
  private readonly changes: FunctionChanges;
  /** Sandboxes by size. */
  private readonly users = new Map<number, number>();
  /** Changes of one function are made one after another. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(changes: FunctionChanges) {
    this.changes = changes;
  }

  /** Takes the function's lock. @throws ReefError `in-use` when another study has it */
  static async start(start: Omit<Start, 'purpose'>, signal: AbortSignal): Promise<ProbeVersions> {
    return new ProbeVersions(await FunctionChanges.start({ ...start, purpose: 'study' }, signal));
  }

  /** The alias of a version at a size; published for the first who wants it. */
  open(memoryMb: number, signal: AbortSignal): Promise<string> {
    return this.inTurn(async () => {
      const { lambda, deployed } = this.changes;
      const users = this.users.get(memoryMb) ?? 0;
      const name = aliasOf(memoryMb);
      if (users === 0) {
        const version = await this.publish(memoryMb, signal);
        await lambda.settled(deployed.arn, signal, version);
        await this.changes.makeAlias(name, version, signal);
      }
      this.users.set(memoryMb, users + 1);
      return name;
    });
  }

  /** Removes the version of a size and its alias, once nobody uses it any more. */
  async release(memoryMb: number): Promise<void> {
    await this.inTurn(async () => {
      const { lambda, journal } = this.changes;
      const users = (this.users.get(memoryMb) ?? 1) - 1;
      this.users.set(memoryMb, users);
      if (users > 0) return;
      const { aliases, versions } = journal.pending();
      const name = aliasOf(memoryMb);
      if (aliases.has(name)) await removeAlias(lambda, journal, name, cleanUp());
      const description = this.descriptionOf(memoryMb);
      if (versions.has(description)) await removeVersion(lambda, journal, description, cleanUp());
    });
  }

  /** Undoes all that is left; what cannot be undone now stays in the journal, for `reef recover`. */
  async close(): Promise<void> {
    await this.inTurn(() => this.changes.close());
  }

  private async publish(memoryMb: number, signal: AbortSignal): Promise<string> {
    try {
      const latest = await this.setMemory(memoryMb, signal);
      const { version } = await this.changes.publish(latest, this.descriptionOf(memoryMb), signal);
      return version;
    } finally {
      await this.changes.restoreLatest();
    }
  }

  /** Gives `$LATEST` the size, and returns it as it then is. */
  private async setMemory(memoryMb: number, signal: AbortSignal): Promise<Deployed> {
    const { lambda, deployed } = this.changes;
    for (let tries = 1; ; tries++) {
      const latest = await lambda.settled(deployed.arn, signal);
      if (latest.codeSha256 !== deployed.codeSha256) {
        throw new ReefError('in-use', `The code of ${deployed.name} was changed during the study: start it again.`);
      }
      if (latest.memoryMb === memoryMb) return latest;
      try {
        return await this.changes.setMemory(latest, memoryMb, signal);
      } catch (error) {
        if (tries === mostTries || !isConflict(error)) throw error;
      }
    }
  }

  private descriptionOf(memoryMb: number): string {
    return `${this.changes.journal.head.marker} ${memoryMb} MB`;
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
