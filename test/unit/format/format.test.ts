import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCostPerMillion,
  formatDuration,
  formatGain,
  formatInterval,
  formatMemory,
  formatPercent,
  formatRate,
  formatShares,
  formatUsd,
  lensText,
} from '../../../src/engine/format/format.ts';
import type { Figures } from '../../../src/protocol/requests.ts';

const figures: Figures = {
  functionId: 'template.yaml#Resize',
  runId: 'r1',
  createdAt: '2026-01-01T00:00:00.000Z',
  target: 'replay:curves.csv',
  basis: 'measured',
  currentMb: 512,
  currentDurationMs: 41.2,
  currentCostPerMillionUsd: 0.834,
  recommendedMb: 1024,
  recommendedDurationMs: 40.8,
  recommendedCostPerMillionUsd: 0.64,
  saving: 0.233,
  speedup: 1.01,
  why: '',
  evidence: [],
};

describe('figures in words', () => {
  it.each([
    [0.421, '0.42 ms'],
    [4.2, '4.2 ms'],
    [0, '0 ms'],
    [9.96, '10 ms'],
    [41.4, '41 ms'],
    [999.4, '999 ms'],
    [999.7, '1.00 s'],
    [1402, '1.40 s'],
    [12_345, '12.3 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
  ])('writes %f ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes money with the digits that matter', () => {
    expect(formatCostPerMillion(0.834)).toBe('$0.83/M');
    expect(formatCostPerMillion(12.4)).toBe('$12.40/M');
    expect(formatCostPerMillion(1234.4)).toBe('$1,234/M');
    expect(formatUsd(0.000213)).toBe('$0.00021');
    expect(formatUsd(0)).toBe('$0');
  });

  it('writes memory and shares', () => {
    expect(formatMemory(512)).toBe('512 MB');
    expect(formatPercent(0.234)).toBe('23 %');
    expect(formatPercent(0.042)).toBe('4.2 %');
    expect(formatPercent(0.1)).toBe('10 %');
    expect(formatPercent(-0.0001)).toBe('0 %');
  });

  it('writes the unit of an interval once', () => {
    expect(formatInterval([38, 45])).toBe('38–45 ms');
    expect(formatInterval([980, 1020])).toBe('980 ms–1.02 s');
    expect(formatInterval([40.1, 40.2])).toBe('40 ms');
    expect(formatInterval([61_000, 125_000])).toBe('1 min 1 s–2 min 5 s');
    expect(formatInterval([0.7, 0.9], formatCostPerMillion)).toBe('$0.70/M–$0.90/M');
  });

  it('says what a change brings', () => {
    expect(formatGain(0.23, 1.9)).toBe('saves 23 %, ×1.9 faster');
    expect(formatGain(0.23, 0.5)).toBe('saves 23 %, ×2.0 slower');
    expect(formatGain(-0.042, 1.9)).toBe('×1.9 faster for 4.2 % more');
    expect(formatGain(-0.042, 1)).toBe('costs 4.2 % more');
    expect(formatGain(0.001, 1.01)).toBe('');
    expect(formatGain(null, null)).toBe('');
  });
});

describe('lens text', () => {
  it('names the figures at the stated size and what the recommended one saves', () => {
    expect(lensText(figures)).toBe('512 MB · 41 ms · $0.83/M → 1024 MB saves 23 %');
  });

  it('names speed bought for little money', () => {
    expect(lensText({ ...figures, saving: -0.03, speedup: 1.9 })).toBe(
      '512 MB · 41 ms · $0.83/M → 1024 MB ×1.9 faster for 3 % more',
    );
  });

  it('says when the size is right', () => {
    expect(lensText({ ...figures, currentMb: 1024 })).toBe('1024 MB is right · 41 ms · $0.64/M');
  });

  it('marks predictions', () => {
    expect(lensText({ ...figures, basis: 'predicted' })).toBe('512 MB · 41 ms · $0.83/M → 1024 MB saves 23 % (predicted)');
  });

  it('shows the recommendation alone without a stated size', () => {
    const unstated = {
      ...figures,
      currentMb: null,
      currentDurationMs: null,
      currentCostPerMillionUsd: null,
      saving: null,
      speedup: null,
    };
    expect(lensText(unstated)).toBe('1024 MB recommended · 41 ms · $0.64/M');
  });

  it('says p95, that memory hardly matters, that nothing can be said, and that the report is old', () => {
    expect(lensText({ ...figures, currentMb: 1024, recommendedP95Ms: 61 })).toBe(
      '1024 MB is right · 41 ms (p95 61 ms) · $0.64/M',
    );
    expect(lensText({ ...figures, verdict: 'flat', saving: null })).toBe('512 MB · 41 ms · $0.83/M · memory hardly matters');
    expect(lensText({ ...figures, verdict: 'flat' })).toBe('512 MB · 41 ms · $0.83/M → 1024 MB saves 23 %');
    expect(lensText({ ...figures, verdict: 'noisy', saving: null })).toBe(
      '512 MB · 41 ms · $0.83/M · too noisy to tell sizes apart',
    );
    expect(lensText({ ...figures, verdict: 'clear', stale: 'The code changed.' })).toBe(
      '512 MB · 41 ms · $0.83/M → 1024 MB saves 23 % · profile again',
    );
  });
});

describe('other figures', () => {
  it.for([
    [22, '22 B'],
    [5_000, '4.9 KB'],
    [2_097_152, '2.0 MB'],
    [262_144_000, '250 MB'],
  ] as const)('%d bytes are %s', ([bytes, text]) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.for([
    [0, '0'],
    [0.0714, '0.071'],
    [8.13, '8.1'],
    [88.1, '88'],
    [99.7, '100'],
    [12_345.6, '12,346'],
  ] as const)('a rate of %d is %s', ([rate, text]) => {
    expect(formatRate(rate)).toBe(text);
  });

  it('an alias names its version, and the shares where there are several', () => {
    expect(formatShares('12', {})).toBe('12');
    expect(formatShares('12', { '13': 0.25 })).toBe('12 (75 %), 13 (25 %)');
  });
});
