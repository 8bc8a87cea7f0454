import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callsOf } from '../../../src/engine/savings/calls.ts';
import { savingConfidence } from '../../../src/engine/savings/confidence.ts';
import { rankSavings, type SavingsSource } from '../../../src/engine/savings/savings.ts';
import type { CallVolume, ReportFigures } from '../../../src/engine/store/store.ts';
import type { CallsPerMonth } from '../../../src/protocol/savings.ts';
import type { FigureAtSize } from '../../../src/protocol/sizing.ts';
import { functionInfo } from '../../support/functions.ts';

const figure = (memoryMb: number, costPerMillionUsd: number, doubt = 0.02): FigureAtSize => ({
  memory_mb: memoryMb,
  duration_ms: 100,
  interval: [100 * (1 - doubt), 100 * (1 + doubt)],
  cost_per_million_usd: costPerMillionUsd,
});

function reportOf(current: FigureAtSize | null, best: FigureAtSize): ReportFigures {
  return {
    run_id: 'run',
    created_at: '2026-01-01T00:00:00.000Z',
    target: 'docker',
    basis: 'measured',
    recommendation: { ...best, why: '', feasible: true, saving: null, speedup: null },
    current,
    evidence: [],
  };
}

function ranked(reports: Record<string, ReportFigures>, calls?: CallsPerMonth, volumes: Record<string, CallVolume> = {}) {
  const functions = [...Object.keys(reports), 'Unmeasured'].map((name) => functionInfo({ name, memoryMb: 512 }));
  const idOf = (name: string): string => functions.find((fn) => fn.name === name)?.id ?? '';
  const source: SavingsSource = {
    latestFigures: () => new Map(Object.entries(reports).map(([name, report]) => [idOf(name), report])),
    latestCurve: () => [],
    callVolumes: () => new Map(Object.entries(volumes).map(([name, volume]) => [idOf(name), volume])),
  };
  return rankSavings(functions, source, calls, () => undefined);
}

describe('the confidence in a saving', () => {
  test('is the share of the belief above no saving', () => {
    // Bounds of 90 % that are 1.645 deviations around a mean of one deviation: 84 % of a normal belief is above 0.
    expect(savingConfidence(figure(512, 2), figure(256, 1), [0.1 - 0.1645, 0.1 + 0.1645])).toBeCloseTo(0.841, 3);
    expect(savingConfidence(figure(512, 2), figure(256, 1), [-0.1, 0.1])).toBe(0.5);
    expect(savingConfidence(figure(512, 2), figure(256, 1), [0.3, 0.3])).toBe(1);
    expect(savingConfidence(figure(512, 2), figure(256, 1), [-0.3, -0.3])).toBe(0);
  });

  test('follows from the intervals of both costs where the report has none of the saving', () => {
    expect(savingConfidence(figure(512, 2), figure(256, 1), undefined)).toBeGreaterThan(0.999);
    expect(savingConfidence(figure(512, 1.05, 0.3), figure(256, 1, 0.3), undefined)).toBeLessThan(0.65);
    expect(savingConfidence(figure(512, 1), figure(256, 1), undefined)).toBe(0.5);
  });

  test('is a probability, whatever the figures', () => {
    const cost = fc.double({ min: 1e-6, max: 1e4, noNaN: true });
    const doubt = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(cost, cost, doubt, doubt, (a, b, doubtA, doubtB) => {
        const confidence = savingConfidence(figure(512, a, doubtA), figure(256, b, doubtB), undefined);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(a >= b ? confidence : 1 - confidence).toBeGreaterThanOrEqual(0.5);
      }),
    );
  });
});

describe('calls a month', () => {
  const fn = { id: 'template.yaml#Orders', name: 'Orders' };
  const day = { calls: 25, firstMs: 0, lastMs: 24 * 3_600_000 };

  test('as given by name or id win over logs, and logs over what is given for every function', () => {
    expect(callsOf(fn, { every: 5, byFunction: { Orders: 7 } }, day)).toEqual({ perMonth: 7, from: 'given' });
    expect(callsOf(fn, { every: 5, byFunction: { 'template.yaml#Orders': 8 } }, day)).toEqual({ perMonth: 8, from: 'given' });
    expect(callsOf(fn, { every: 5 }, day)).toEqual({ perMonth: 730, from: 'logs' });
    expect(callsOf(fn, { every: 5 }, undefined)).toEqual({ perMonth: 5, from: 'given' });
    expect(callsOf(fn, undefined, undefined)).toEqual({ perMonth: null, from: null });
  });

  test('are not told by logs of a moment or of a few calls', () => {
    expect(callsOf(fn, undefined, { ...day, lastMs: 60_000 })).toEqual({ perMonth: null, from: null });
    expect(callsOf(fn, undefined, { ...day, calls: 2 })).toEqual({ perMonth: null, from: null });
  });
});

describe('the ranking', () => {
  test('goes by money a month × confidence, and lists what was not measured', () => {
    const reports = {
      Small: reportOf(figure(512, 2), figure(256, 1)),
      Large: reportOf(figure(512, 20), figure(256, 10)),
      Doubtful: reportOf(figure(512, 30, 0.8), figure(256, 29, 0.8)),
      Right: reportOf(figure(512, 2), figure(512, 2)),
    };
    const { savings, unmeasured } = ranked(reports, { every: 1_000_000, byFunction: { Small: 100_000_000 } });
    expect(savings.map(({ functionName }) => functionName)).toEqual(['Small', 'Large', 'Doubtful', 'Right']);
    expect(savings.map(({ savingPerMonthUsd }) => savingPerMonthUsd)).toEqual([100, 10, 1, 0]);
    expect(savings[3]).toMatchObject({ saving: 0, confidence: 1 });
    expect(unmeasured.map(({ functionName }) => functionName)).toEqual(['Unmeasured']);
  });

  test('puts functions of unknown calls after those of known calls, and what costs more last', () => {
    const reports = {
      Unknown: reportOf(figure(512, 20), figure(256, 10)),
      Dearer: reportOf(figure(512, 10), figure(1024, 12)),
      Known: reportOf(figure(512, 2), figure(256, 1)),
    };
    const { savings } = ranked(reports, { byFunction: { Known: 10, Dearer: 10 } });
    expect(savings.map(({ functionName }) => functionName)).toEqual(['Known', 'Dearer', 'Unknown']);
    expect(savings[1]?.saving).toBeCloseTo(-0.2);
  });

  test('takes the interval of the report only for the size that it was made against', () => {
    const report = reportOf(figure(512, 2), figure(256, 1));
    report.recommendation.saving_interval = [-0.5, 0.5];
    expect(ranked({ Same: report }).savings[0]?.confidence).toBe(0.5);
    const other = reportOf(figure(1024, 3), figure(512, 2));
    other.recommendation.saving_interval = [-0.5, 0.5];
    expect(ranked({ Other: other }).savings[0]).toMatchObject({ currentMb: 512, saving: 0, confidence: 1 });
  });
});
