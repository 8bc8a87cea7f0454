import { statSync } from 'node:fs';
import type { Engine } from '../engine/engine.ts';
import { messageOf } from '../protocol/errors.ts';
import type { Figures } from '../protocol/requests.ts';

export type FiguresCache = {
  of: (functionId: string) => Figures | null;
  /** One sentence when the store could not be opened or read; else null. */
  storeError(): string | null;
  /** False while there is no store: looking at a workspace does not make one. */
  hasStore(): boolean;
  /** Reads the figures again. Returns whether what people see differs. */
  refresh(): boolean;
  /** Whether the store's files changed since the last refresh, by this process or another. */
  isStale(): boolean;
};

/** The latest figures of one folder in memory, so that lenses and hovers read no file. */
export function createFiguresCache(engine: Engine): FiguresCache {
  const file = engine.storePath;
  let figures = new Map<string, Figures>();
  let error: string | null = null;
  let stamp = '';

  function read(): void {
    error = null;
    figures = new Map();
    if (stampOf(file) === '') return;
    try {
      figures = engine.figures();
    } catch (failure) {
      error = messageOf(failure);
    }
  }

  return {
    of: (functionId) => figures.get(functionId) ?? null,
    storeError: () => error,
    hasStore: () => stampOf(file) !== '',
    isStale: () => stampOf(file) !== stamp,
    refresh() {
      const before = shown(figures, error);
      read();
      // Opening the store touches its files: what counts is how they are after that.
      stamp = stampOf(file);
      return shown(figures, error) !== before;
    },
  };
}

/** Size and time of the database and of its write-ahead log; empty when there is no database. */
function stampOf(file: string): string {
  const database = stampOfFile(file);
  return database === '' ? '' : `${database} ${stampOfFile(`${file}-wal`)}`;
}

function stampOfFile(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.size}@${stats.mtimeMs}`;
  } catch {
    // It is there but cannot be looked at: opening it gives the error for people.
    return 'unreadable';
  }
}

function shown(figures: Map<string, Figures>, error: string | null): string {
  return `${error ?? ''}\n${[...figures.values()].map(({ runId, functionId, currentMb, stale }) => `${functionId} ${runId} ${currentMb} ${stale ?? ''}`).join('\n')}`;
}
