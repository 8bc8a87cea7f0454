import * as z from 'zod/mini';
import { ReefError } from '../../protocol/errors.ts';

/** Runs `work` on the store at `path`; what SQLite or the file system says is wrong becomes a sentence for people. */
export function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw explain(path, error);
  }
}

export function damaged(path: string, cause: unknown): ReefError {
  return new ReefError(
    'store-damaged',
    `The store of measurements is damaged and was left as it is: move it away to start a new one, or put a copy in its place: ${path}`,
    { cause },
  );
}

export function foreign(path: string): ReefError {
  return new ReefError(
    'store-damaged',
    `This SQLite file is not a store of Reef and was left as it is: choose another path in the setting reef.store.path: ${path}`,
  );
}

export function newer(path: string): ReefError {
  return new ReefError(
    'store-newer',
    `The store of measurements was written by a newer version of Reef and was left as it is: update Reef to use it: ${path}`,
  );
}

export function unavailable(what: string, path: string, cause?: unknown): ReefError {
  return new ReefError('store-unavailable', `${what}: ${path}`, { cause });
}

/** Sentences by the start of SQLite's (extended) result code, or by the system's error code. */
const sentences: readonly [code: RegExp, sentence: string][] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, 'The disk is full, so the store of measurements cannot grow: free some space and run again'],
  [/^(SQLITE_BUSY|SQLITE_LOCKED)/, 'Another process keeps the store of measurements locked: close it and run again'],
  [
    /^(SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS)/,
    'The store of measurements cannot be written: allow writing to the file and its folder, or choose another path in the setting reef.store.path',
  ],
  [
    /^(SQLITE_CANTOPEN|ENOTDIR|EEXIST|ENOENT|EISDIR|ENAMETOOLONG|ELOOP)/,
    'The store of measurements cannot be opened: check that its folder can be made and read, or choose another path in the setting reef.store.path',
  ],
  [/^(SQLITE_IOERR|SQLITE_PROTOCOL|EIO)/, 'Reading or writing the store of measurements failed: check the disk and run again'],
  [
    /^(ERR_DLOPEN_FAILED|MODULE_NOT_FOUND)/,
    'SQLite cannot be loaded, so the store of measurements cannot be opened: install Reef for this platform again',
  ],
];

function explain(path: string, error: unknown): unknown {
  // A column of JSON or of names that is not what Reef wrote there.
  if (error instanceof SyntaxError || error instanceof z.core.$ZodError) return damaged(path, error);
  if (error instanceof ReefError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code)) return damaged(path, error);
  const found = sentences.find(([pattern]) => pattern.test(code));
  return found === undefined ? error : unavailable(found[1], path, error);
}
