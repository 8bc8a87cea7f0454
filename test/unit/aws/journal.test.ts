import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, isSettled, pendingOf, sameRouting } from '../../../src/engine/targets/aws/journal.ts';

const made: Entry[] = [
  { step: 'alias', name: 'reef-lock' },
  { step: 'memory', fromMb: 512, toMb: 1024 },
  { step: 'architecture', from: 'x86_64', to: 'arm64' },
  { step: 'publish', description: 'a' },
  { step: 'published', description: 'a', version: '7' },
  { step: 'alias', name: 'reef-m1024' },
  { step: 'routing', alias: 'live', before: { version: '6', weights: {} }, after: { version: '6', weights: { 7: 0.1 } } },
];
const undone: Entry[] = [
  { step: 'memory-restored' },
  { step: 'architecture-restored' },
  { step: 'routing-restored', alias: 'live' },
  { step: 'version-gone', description: 'a' },
  { step: 'alias-gone', name: 'reef-m1024' },
  { step: 'alias-gone', name: 'reef-lock' },
];

describe('what a journal says is still to be undone', () => {
  it('is all that was begun', () => {
    const { memory, architecture, versions, aliases, routings } = pendingOf(made);
    expect(memory).toEqual({ fromMb: 512, toMb: 1024 });
    expect(architecture).toEqual({ from: 'x86_64', to: 'arm64' });
    expect(routings.get('live')).toMatchObject({ before: { version: '6' }, after: { weights: { 7: 0.1 } } });
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
      fc.property(
        fc.integer({ min: 1, max: made.length }),
        fc.shuffledSubarray(undone, { minLength: undone.length }),
        (length, undoing) => {
          expect(isSettled(pendingOf(made.slice(0, length)))).toBe(false);
          expect(isSettled(pendingOf([...made, ...undoing]))).toBe(true);
        },
      ),
    );
  });

  it('keeps the size from before where a change was tried twice and another came between', () => {
    const entries: Entry[] = [
      { step: 'memory', fromMb: 512, toMb: 1024 },
      { step: 'memory', fromMb: 768, toMb: 1024 },
    ];
    expect(pendingOf(entries).memory).toEqual({ fromMb: 768, toMb: 1024 });
  });

  it('is only what Reef made for the time of the work once the rest is kept', () => {
    const pending = pendingOf([...made, { step: 'kept' }]);
    expect(pending).toEqual({ ...pendingOf([]), aliases: new Set(['reef-lock', 'reef-m1024']) });
    // What is changed after it is undone again.
    expect(pendingOf([...made, { step: 'kept' }, { step: 'memory', fromMb: 1024, toMb: 512 }]).memory).not.toBeNull();
  });
});

describe('where an alias sends calls', () => {
  it('is the same for the same versions and shares, as the service rounds them', () => {
    const routing = { version: '6', weights: { 7: 0.1 } };
    expect(sameRouting(routing, { version: '6', weights: { 7: 0.1000001 } })).toBe(true);
    for (const other of [
      { version: '5', weights: { 7: 0.1 } },
      { version: '6', weights: {} },
      { version: '6', weights: { 8: 0.1 } },
      { version: '6', weights: { 7: 0.11 } },
    ]) {
      expect(sameRouting(routing, other)).toBe(false);
      expect(sameRouting(other, routing)).toBe(false);
    }
  });
});
