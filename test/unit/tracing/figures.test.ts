import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { providerPrices } from '../../../src/engine/pricing/providers/table.ts';
import { callsOf } from '../../../src/engine/studies/tracing/calls.ts';
import { figuresOf, truePeakMb } from '../../../src/engine/studies/tracing/figures.ts';
import { phasesOf } from '../../../src/engine/studies/tracing/phases.ts';
import type { Mark } from '../../../src/protocol/tracing.ts';
import { areaUnder, bytesInMb, emptyCurve, spansOf, within } from '../../../src/engine/studies/tracing/trace.ts';
import { sharesOf, wasteOf } from '../../../src/engine/studies/tracing/waste.ts';
import { anyCurve, curveEvery, traceOf } from './traces.ts';

const aws = providerPrices.find(({ id }) => id === 'aws-x86');
const aws2020 = providerPrices.find(({ id }) => id === 'aws-2020');
if (aws === undefined || aws2020 === undefined) throw new Error('no prices');

describe('figures of a run', () => {
  it('are those of its readings', () => {
    const trace = traceOf(curveEvery(2, [1, 5, 3]), { anonymous: curveEvery(2, [1, 2]), endMs: 5, missed: 1 });
    expect(figuresOf(trace)).toMatchObject({
      peakMb: 5,
      anonymousPeakMb: 2,
      filePeakMb: null,
      kernelPeakMb: null,
      durationMs: 5,
      samples: 3,
      samplesPerS: 500,
      firstSampleMs: 0,
      gapP99Ms: 2,
      missed: 1,
    });
  });

  it('are missing without readings, not 0', () => {
    expect(figuresOf(traceOf(emptyCurve))).toMatchObject({
      peakMb: null,
      samplesPerS: null,
      firstSampleMs: null,
      gapP99Ms: null,
    });
  });

  it('take the kernel’s peak where it saw more', () => {
    expect(truePeakMb({ peakMb: 5, kernelPeakMb: 8 })).toBe(8);
    expect(truePeakMb({ peakMb: 5, kernelPeakMb: null })).toBe(5);
    expect(truePeakMb({ peakMb: null, kernelPeakMb: null })).toBeNull();
  });
});

describe('what is billed for nothing', () => {
  it('is split into rounding, headroom, memory below the peak, and init', () => {
    const phases = [
      { name: 'init' as const, requestId: null, startMs: 0, endMs: 100 },
      { name: 'invoke' as const, requestId: 'a', startMs: 100, endMs: 300.5 },
    ];
    const usage = curveEvery(100, [100, 100, 300, 300]);
    const waste = wasteOf(callsOf(traceOf(usage, { phases })), aws, 512);
    expect(waste).toEqual({
      billedMbMs: 301 * 512,
      init: 100 * 512,
      rounding: 0.5 * 512,
      headroom: 200.5 * 212,
      used: 20_000 + 30_000,
      temporal: 200.5 * 300 - 50_000,
    });
  });

  it('adds up to the whole, and no part is negative', () => {
    fc.assert(
      fc.property(anyCurve, fc.constantFrom(aws, aws2020), fc.integer({ min: 128, max: 3008 }), (usage, price, sizeMb) => {
        const waste = wasteOf(callsOf(traceOf(usage)), price, sizeMb);
        if (waste === null) throw new Error('no waste');
        const { billedMbMs, ...parts } = waste;
        for (const part of Object.values(parts)) expect(part).toBeGreaterThanOrEqual(-1e-6);
        const sum = Object.values(sharesOf(waste)).reduce((a, b) => a + b, 0);
        expect(billedMbMs).toBeGreaterThan(0);
        expect(sum).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('phases of a run', () => {
  it('are what the Runtime API saw, by the clock of the engine', () => {
    const marks: Mark[] = [
      { kind: 'ready', atMs: 5_150 },
      { kind: 'handed', atMs: 5_160, requestId: 'a' },
      { kind: 'answered', atMs: 5_260, requestId: 'a' },
      { kind: 'handed', atMs: 5_300, requestId: 'b' },
    ];
    expect(phasesOf(marks, { startedAtMs: 5_000, endMs: 240, clockAheadMs: 50 })).toEqual([
      { name: 'init', requestId: null, startMs: 0, endMs: 100 },
      { name: 'invoke', requestId: 'a', startMs: 110, endMs: 210 },
      { name: 'invoke', requestId: 'b', startMs: 240, endMs: 240 },
    ]);
    expect(phasesOf([], { startedAtMs: 0, endMs: 1, clockAheadMs: 0 })).toEqual([]);
  });
});

describe('curves', () => {
  it('are cut without adding points', () => {
    const part = within(curveEvery(10, [1, 2, 3, 4]), 5, 20);
    expect([...part.timeMs]).toEqual([10, 20]);
    expect([...within(part, 30, 40).timeMs]).toEqual([]);
  });

  it('have an area, and spans that are never below it', () => {
    expect(areaUnder(curveEvery(10, [0, 2, 2])) / bytesInMb).toBe(30);
    fc.assert(
      fc.property(anyCurve, (curve) => {
        const spans = spansOf(curve).reduce((sum, { durationMs, value }) => sum + durationMs * value, 0);
        expect(spans).toBeGreaterThanOrEqual(areaUnder(curve) * (1 - 1e-12));
      }),
    );
  });
});
