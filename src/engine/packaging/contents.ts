import type { Entry } from './entry.ts';

/** What goes into an archive, known well enough to tell whether it is the same as before. */
export type Contents = {
  /** SHA-256, hex, of `settings` and the entries: what ships and how it was made. */
  fingerprint: string;
  /** What decides about the archive beside its entries; goes into JSON. */
  settings: unknown;
  /** All of it; `onStep` is told what happens now. */
  make: (signal: AbortSignal, onStep: (step: string) => void) => Promise<Made>;
};

export type Made = {
  entries: Entry[];
  /** What the settings decide, and which is not part of the fingerprint by itself: packages that were fetched. */
  fetched: Entry[];
  /** The handler as it is in the archive. */
  handler: string;
  notes: string[];
  /** Of files that were put together from several packages: how much of it is whose, bytes; null is the function's own. */
  bundled: ReadonlyMap<string | null, number>;
};
