import { describe, expect, test } from 'vitest';
import { liveChoices } from '../../../src/extension/commands/live-choices.ts';
import type { LiveAction, LiveAlias, LiveState } from '../../../src/protocol/applying.ts';
import { english } from './english.ts';

const state: LiveState = { memoryMb: 512, architecture: 'x86_64', aliases: [], undoMb: null };
const live: LiveAlias = { name: 'live', version: '3', memoryMb: 512, shift: null, replaced: null };

/** Label without its icon, description, action, and what is still to be chosen. */
type Offered = [label: string, description: string, action: LiveAction, ask?: string];

const offered = (changed: Partial<LiveState>, recommendedMb: number | null = 1024): Offered[] =>
  liveChoices({ ...state, ...changed }, recommendedMb, english).map(({ label, description, action, ask }) => {
    const text = label.replace(/^\$\([a-z-]+\) /, '');
    return ask === undefined ? [text, description, action] : [text, description, action, ask];
  });

const another = (mb: number) => ['Deployed function: another size…', `${mb} MB`, { kind: 'set', memoryMb: mb }, 'memory'];
const toArm = ['Deployed function: move to arm64', 'x86_64', { kind: 'set', architecture: 'arm64' }];

describe('what is offered for a deployed function', () => {
  test('is the recommended size first, then another size and the other architecture', () => {
    expect(offered({})).toEqual([
      ['Deployed function', '512 MB → 1024 MB', { kind: 'set', memoryMb: 1024 }],
      another(512),
      toArm,
    ]);
    expect(offered({ architecture: 'arm64' })[2]).toEqual([
      'Deployed function: move to x86_64',
      'arm64',
      { kind: 'set', architecture: 'x86_64' },
    ]);
  });

  test('is no size where there is no recommendation, or it is the one in force', () => {
    expect(offered({}, null)).toEqual([another(512), toArm]);
    expect(offered({}, 512)).toEqual([another(512), toArm]);
  });

  test('is to set back what Reef changed', () => {
    expect(offered({ memoryMb: 1024, undoMb: 512 })).toEqual([
      ['Deployed function: set back', '1024 MB → 512 MB', { kind: 'undo' }],
      another(1024),
      toArm,
    ]);
  });
});

describe('what is offered for an alias', () => {
  const ofAliases = (aliases: LiveAlias[], recommendedMb: number | null = 1024): Offered[] =>
    offered({ aliases }, recommendedMb).filter(([label]) => label.startsWith('Alias'));

  test('is a shift to the recommended size, where its version has another', () => {
    const shift = { kind: 'shift', alias: 'live', weight: 0.1, memoryMb: 1024 };
    expect(ofAliases([live])).toEqual([['Alias live: shift to a new version…', 'version 3 (512 MB) → 1024 MB', shift, 'weight']]);
    expect(ofAliases([live], null)).toEqual([]);
    expect(ofAliases([{ ...live, memoryMb: 1024 }])).toEqual([]);
    // Of a version whose size cannot be told it is offered all the same.
    expect(ofAliases([{ ...live, memoryMb: null }])).toMatchObject([{ 1: 'version 3 → 1024 MB' }]);
  });

  test('is to go on with a shift, with what it has, whatever is recommended by now', () => {
    const shifting = { ...live, shift: { version: '4', memoryMb: 1024, weight: 0.25 } };
    const now = 'version 3 (512 MB), version 4 (1024 MB) 25 %';
    expect(ofAliases([shifting], 2048)).toEqual([
      ['Alias live: all calls to the new version', now, { kind: 'finish', alias: 'live' }],
      ['Alias live: another share…', now, { kind: 'shift', alias: 'live', weight: 0.25, memoryMb: 1024 }, 'weight'],
      ['Alias live: roll back', 'version 3 (512 MB)', { kind: 'rollBack', alias: 'live' }],
    ]);
  });

  test('is to roll back a shift that was finished', () => {
    expect(ofAliases([{ ...live, version: '4', memoryMb: 1024, replaced: '3' }])).toEqual([
      ['Alias live: roll back', 'version 4 (1024 MB) → version 3', { kind: 'rollBack', alias: 'live' }],
    ]);
  });

  test('is nothing where it follows what is deployed: a shift is between versions', () => {
    expect(ofAliases([{ ...live, version: '$LATEST' }])).toEqual([]);
  });
});
