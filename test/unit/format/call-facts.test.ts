import { describe, expect, it } from 'vitest';
import { callFacts } from '../../../src/engine/format/call-facts.ts';
import { type CallReport, unmeasured } from '../../../src/protocol/samples.ts';

const measurement = { ...unmeasured, outcome: 'ok', cold: true, startedAtMs: 0, error: null } as const;
const measured = { ...measurement, durationMs: 41.4, initMs: 120, peakRssMb: 80.2 };
const report: CallReport = {
  requestId: 'r',
  version: '3',
  memoryMb: 512,
  architecture: 'x86_64',
  billedMs: 162,
  restoreMs: null,
};

describe('the figures of a call', () => {
  it('are those of the provider, with what is billed', () => {
    expect(callFacts({ measurement: measured, report, costUsd: 0.0000015 })).toEqual([
      '41 ms',
      'billed 162 ms',
      'init 120 ms',
      'peak 81 of 512 MB',
      'version 3',
      '$0.0000015',
    ]);
    const restored = callFacts({ measurement: measured, report: { ...report, restoreMs: 120 }, costUsd: null });
    expect(restored).toContain('restore 120 ms');
    expect(restored).toHaveLength(5);
  });

  it('on this machine are what was measured, and cost nothing', () => {
    expect(callFacts({ measurement: measured, costUsd: 0.0000015 })).toEqual(['41 ms', 'init 120 ms', 'peak 81 MB']);
  });

  it('that are not known are left out', () => {
    const nothing = { ...report, version: null, billedMs: null, memoryMb: null };
    expect(callFacts({ measurement, report: nothing, costUsd: null })).toEqual([]);
  });

  it('can be told in other words', () => {
    const shout = (text: string, ...args: (string | number)[]): string => `${text.toUpperCase()} ${args.join()}`;
    expect(callFacts({ measurement: { ...measurement, initMs: 5 }, costUsd: null }, shout)).toEqual(['INIT {0} 5.0 ms']);
  });
});
