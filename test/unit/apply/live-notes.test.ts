import { describe, expect, test } from 'vitest';
import { liveNotes, type LiveContext } from '../../../src/engine/apply/live-notes.ts';
import { computedPlace, functionInfo } from '../../support/functions.ts';

const deployed = functionInfo({ memoryMb: 512 });
const set = (memoryMb: number): LiveContext['action'] => ({ kind: 'set', memoryMb });
const notes = (context: Partial<LiveContext>): string[] =>
  liveNotes({ action: set(1024), fn: deployed, own: undefined, report: null, ...context });

describe('what to know before a deployed function is changed', () => {
  test('is nothing of a function that no source here states', () => {
    expect(notes({})).toEqual([]);
    expect(notes({ own: functionInfo({ template: null, memoryMb: null }) })).toEqual([]);
  });

  test('is that its source would set it back, unless that states the same', () => {
    const again = ', and its next deployment may set that again: change it there, too.';
    expect(notes({ own: functionInfo({ memoryMb: 512 }) })).toEqual([`template.yaml states 512 MB${again}`]);
    // Lambda's own default.
    expect(notes({ own: functionInfo({ memoryMb: null }) })).toEqual([
      `template.yaml states no memory, which means 128 MB${again}`,
    ]);
    expect(notes({ own: functionInfo({ memoryMb: 1024 }) })).toEqual([]);
    expect(notes({ action: set(128), own: functionInfo({ memoryMb: null }) })).toEqual([]);
  });

  test('is where a size that the source computes comes from', () => {
    const memory = computedPlace('stack.ts', 'props.memory');
    const own = functionInfo({ source: 'cdk', template: 'stack.ts', memoryMb: null, properties: { memory } });
    expect(notes({ own })).toEqual([
      'stack.ts states the memory too (props.memory), and its next deployment may set that again.',
    ]);
  });

  test('is what the other architecture costs', () => {
    const action = { kind: 'set', architecture: 'arm64' } as const;
    const unknown = 'how long calls take there is not known before it is measured.';
    expect(notes({ action })).toEqual([`On arm64 the same time and memory cost 20 % less; ${unknown}`]);
    const back = { kind: 'set', architecture: 'x86_64' } as const;
    expect(notes({ action: back, fn: functionInfo({ architecture: 'arm64' }) })).toEqual([
      `On x86_64 the same time and memory cost 25 % more; ${unknown}`,
    ]);
    expect(notes({ action: back })).toEqual([]);
    const own = functionInfo({ architecture: null });
    expect(notes({ action, own })[1]).toBe(
      'template.yaml states no architecture, which means x86_64, and its next deployment may set that again: change it there, too.',
    );
    expect(notes({ action, own: functionInfo({ architecture: 'arm64' }) })).toHaveLength(1);
  });

  test('is nothing where a change is taken back', () => {
    const own = functionInfo({ memoryMb: 1024 });
    for (const action of [{ kind: 'undo' }, { kind: 'rollBack', alias: 'live' }] as const)
      expect(notes({ action, own })).toEqual([]);
  });
});
