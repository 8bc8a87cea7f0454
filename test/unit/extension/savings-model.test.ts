import { expect, test } from 'vitest';
import { savingsTree, type FolderSavings } from '../../../src/extension/views/savings-model.ts';
import type { Saving } from '../../../src/protocol/savings.ts';
import { english } from './english.ts';

function saving(changes: Partial<Saving>): Saving {
  return {
    functionId: 'template.yaml#a',
    functionName: 'a',
    runId: 'run-1',
    createdAt: '2026-03-04T05:06:07.000Z',
    target: 'docker',
    basis: 'measured',
    currentMb: 2048,
    recommendedMb: 1024,
    currentCostPerMillionUsd: 4,
    recommendedCostPerMillionUsd: 3,
    currentDurationMs: 50,
    recommendedDurationMs: 60,
    saving: 0.25,
    confidence: 0.92,
    callsPerMonth: 12_000_000,
    callsFrom: 'given',
    savingPerMonthUsd: 12.3,
    ...changes,
  };
}

const folder = (changes: Partial<FolderSavings>): FolderSavings => ({
  folder: 'file:///w',
  name: 'w',
  savings: [],
  unmeasured: [],
  ...changes,
});
const texts = (folders: FolderSavings[]): string[] =>
  savingsTree(folders, english).map(({ label, description }) => `${label}: ${description}`);

test('says money and confidence where calls are known, else the share', () => {
  expect(texts([folder({ savings: [saving({}), saving({ callsPerMonth: null, savingPerMonthUsd: null })] })])).toEqual([
    'a: $12.30 a month, 92 % sure · 2048 → 1024 MB',
    'a: saves 25 %, ×1.2 slower, 92 % sure · 2048 → 1024 MB',
  ]);
});

test('says when a faster size costs more, and when nothing is to be done', () => {
  const dearer = saving({ savingPerMonthUsd: -2, saving: -0.1, confidence: 0 });
  const right = saving({ recommendedMb: 2048, savingPerMonthUsd: 0, saving: 0, confidence: 1 });
  expect(texts([folder({ savings: [dearer, right] })])).toEqual([
    'a: $2.00 more a month · 2048 → 1024 MB',
    'a: 2048 MB is right',
  ]);
});

test('only a size that differs from a stated one can be applied; a stale report is marked', () => {
  const nodes = savingsTree(
    [folder({ savings: [saving({}), saving({ recommendedMb: 2048 }), saving({ stale: 'The code changed.' })] })],
    english,
  );
  expect(nodes.map(({ traits }) => traits.includes('applicable'))).toEqual([true, false, true]);
  expect(nodes.map(({ icon }) => icon?.id)).toEqual(['arrow-down', 'pass', 'history']);
  expect(nodes[2]?.accessibilityLabel).toContain('The code changed.');
});

test('several folders are ranked together, and functions without a report come last', () => {
  const unmeasured = [{ functionId: 'x', functionName: 'x' }];
  const one = folder({ savings: [saving({ savingPerMonthUsd: 1 })], unmeasured });
  const other = folder({ folder: 'file:///v', name: 'v', savings: [saving({ functionName: 'b', savingPerMonthUsd: 5 })] });
  const nodes = savingsTree([one, other], english);
  expect(nodes.map(({ label }) => label)).toEqual(['b', 'a', 'Not profiled yet']);
  expect(nodes[2]?.children.map(({ label }) => label)).toEqual(['x']);
});

test('is empty while nothing was profiled, so that the view can say what to do', () => {
  expect(savingsTree([folder({ unmeasured: [{ functionId: 'x', functionName: 'x' }] })], english)).toEqual([]);
});
