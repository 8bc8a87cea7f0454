import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, isSettled, pendingOf } from '../../../src/engine/targets/aws/journal.ts';

const made: Entry[] = [
  { step: 'alias', name: 'reef-lock' },
  { step: 'memory', fromMb: 512, toMb: 1024 },
  { step: 'publish', description: 'a' },
  { step: 'published', description: 'a', version: '7' },
  { step: 'alias', name: 'reef-m1024' },
];
const undone: Entry[] = [
  { step: 'memory-restored' },
  { step: 'version-gone', description: 'a' },
  { step: 'alias-gone', name: 'reef-m1024' },
  { step: 'alias-gone', name: 'reef-lock' },
];

describe('what a journal says is still to be undone', () => {
  it('is all that was begun', () => {
    const { memory, versions, aliases } = pendingOf(made);
    expect(memory).toEqual({ fromMb: 512, toMb: 1024 });
    expect([...versions]).toEqual([['a', '7']]);
    expect([...aliases]).toEqual(['reef-lock', 'reef-m1024']);
  });

  it('is never a version that was there before', () => {
    const entries: Entry[] = [
      { step: 'publish', description: 'a' },
      { step: 'published', description: 'a', version: null },
    ];
    expect(isSettled(pendingOf(entries))).toBe(true);
  });

  it('is something from the first change on, wherever the journal ends, and nothing once each is undone, in any order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: made.length }), fc.shuffledSubarray(undone, { minLength: 4 }), (length, undoing) => {
        expect(isSettled(pendingOf(made.slice(0, length)))).toBe(false);
        expect(isSettled(pendingOf([...made, ...undoing]))).toBe(true);
      }),
    );
  });

  it('keeps the size from before where a change was tried twice and another came between', () => {
    const entries: Entry[] = [
      { step: 'memory', fromMb: 512, toMb: 1024 },
      { step: 'memory', fromMb: 768, toMb: 1024 },
    ];
    expect(pendingOf(entries).memory).toEqual({ fromMb: 768, toMb: 1024 });
  });
});
