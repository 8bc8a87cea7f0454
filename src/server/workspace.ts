import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from '../engine/create-engine.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import { isCancelled, messageOf, ReefError } from '../protocol/errors.ts';
import type { ChangedParams } from '../protocol/requests.ts';
import { createFiguresCache, type FiguresCache } from './figures-cache.ts';
import { detailsOf } from './log.ts';

/** How often the store's files are looked at: another window or a terminal may have measured. */
const pollEveryMs = 1_000;
/** A client waits about two seconds for an answer to `shutdown`. */
const closeWithinMs = 1_500;

export type WorkspaceOptions = EngineOptions & {
  /** URI of the folder as the client spells it. */
  uri: string;
  onChanged: (what: ChangedParams['what']) => void;
};

/** One folder: its engine, kept up to date in the background, and the studies under way. */
export interface Workspace {
  readonly uri: string;
  readonly engine: Engine;
  readonly figures: FiguresCache;
  /** Settles when the first scan is over; rejects with a ReefError when the folder cannot be read. */
  readonly ready: Promise<void>;
  /** Files that were created, changed or deleted on disk; relative paths. */
  update(files: readonly string[]): Promise<void>;
  /** The unsaved text of an open file, or null when it was closed. */
  overlay(file: string, text: string | null): Promise<void>;
  /** Does work that runs functions; it is aborted with the signal or when the workspace closes. */
  study<Result>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Stops following the folder, lets studies end, then closes the engine. */
  retire(): Promise<void>;
  /** Aborts what is under way, waits for it to be marked, and closes the engine. */
  close(): Promise<void>;
}

export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { uri, folder, log, onChanged } = options;
  const engine = createEngine(options);
  const figures = createFiguresCache(engine);
  const following = new AbortController();
  const closing = new AbortController();
  const studies = new Set<Promise<unknown>>();
  let sizes = '';
  let indexing: Promise<unknown> = Promise.resolve();

  /** Changes of the index go one after the other, in the order in which they came. */
  function inOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = indexing.then(work);
    indexing = result.catch(() => undefined);
    return result;
  }

  function afterIndexing(differs: boolean): void {
    if (!differs || following.signal.aborted) return;
    const before = sizes;
    sizes = engine.functions
      .discovery()
      .functions.map(({ id, memoryMb }) => `${id}=${memoryMb}`)
      .join('\n');
    if (sizes !== before) figures.refresh();
    onChanged('functions');
  }

  async function reindex(work: () => Promise<boolean>): Promise<void> {
    if (following.signal.aborted) return;
    try {
      afterIndexing(await inOrder(work));
    } catch (error) {
      if (!isCancelled(error)) log.log('error', `A change in ${folder} could not be followed: ${detailsOf(error)}`);
    }
  }

  async function firstScan(): Promise<void> {
    try {
      await inOrder(() => engine.functions.scan(following.signal));
    } catch (cause) {
      if (isCancelled(cause)) throw cause;
      throw new ReefError('no-workspace', `The folder ${folder} could not be searched for functions: ${messageOf(cause)}.`, {
        cause,
      });
    }
    afterIndexing(true);
  }

  let looking: Promise<void> | null = null;
  let lookAgain = false;

  /** Whether the code of profiled functions changed: one look at a time, and one more after what came meanwhile. */
  function lookForDrift(): void {
    if (following.signal.aborted || !figures.hasStore()) return;
    lookAgain = looking !== null;
    looking ??= compareCode().finally(() => {
      looking = null;
      if (lookAgain) lookForDrift();
    });
  }

  async function compareCode(): Promise<void> {
    try {
      await engine.drift({}, following.signal);
      if (figures.refresh()) onChanged('functions');
    } catch (error) {
      if (!isCancelled(error)) log.log('warn', `Whether reports still hold could not be told: ${messageOf(error)}`);
    }
  }

  const ready = firstScan();
  ready.then(lookForDrift, () => {});
  ready.catch((error: unknown) => {
    if (!isCancelled(error)) log.log('error', detailsOf(error));
  });

  const poll = setInterval(() => {
    if (!figures.isStale()) return;
    if (figures.refresh()) onChanged('functions');
    onChanged('runs');
  }, pollEveryMs);
  poll.unref();

  async function study<Result>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const running = work(AbortSignal.any([signal, closing.signal]));
    studies.add(running);
    try {
      return await running;
    } finally {
      studies.delete(running);
      if (!following.signal.aborted) {
        if (figures.refresh()) onChanged('functions');
        onChanged('runs');
      }
    }
  }

  function stopFollowing(): void {
    clearInterval(poll);
    following.abort();
  }

  async function retire(): Promise<void> {
    stopFollowing();
    await Promise.allSettled([...studies, indexing, looking]);
    await engine[Symbol.asyncDispose]();
  }

  async function close(): Promise<void> {
    stopFollowing();
    closing.abort();
    await Promise.race([Promise.allSettled([...studies, indexing, looking]), delay(closeWithinMs, undefined, { ref: false })]);
    await engine[Symbol.asyncDispose]();
  }

  return {
    uri,
    engine,
    figures,
    ready,
    async update(files) {
      await reindex(() => engine.functions.update(files, following.signal));
      lookForDrift();
    },
    overlay: (file, text) => reindex(() => engine.functions.overlay(file, text)),
    study,
    retire,
    close,
  };
}
