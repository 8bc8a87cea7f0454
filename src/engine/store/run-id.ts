import { randomBytes } from 'node:crypto';

/** Unique, and sortable as text by time: nine digits to the base 36 last until the year 5188. */
export function newRunId(nowMs: number): string {
  return `${Math.floor(nowMs).toString(36).padStart(9, '0')}-${randomBytes(4).toString('hex')}`;
}
