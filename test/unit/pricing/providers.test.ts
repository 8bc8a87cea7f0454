import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billOf, type CallUse } from '../../../src/engine/pricing/providers/cost.ts';
import { allocationFor, billedTimeMs, type ProviderPrice } from '../../../src/engine/pricing/providers/price.ts';
import { providerPrices, withoutFreeTier } from '../../../src/engine/pricing/providers/table.ts';
import { referenceMs, referencePeakBytes } from '../tracing/traces.ts';

const million = 1_000_000;

function price(id: string): ProviderPrice {
  const found = providerPrices.find((row) => row.id === id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return withoutFreeTier(found);
}

function call(durationMs: number, peakMb: number): CallUse {
  return { durationMs, initMs: 0, peakMb, over: [{ durationMs, memoryMb: peakMb }] };
}

/** The reference run, as the older work counted it: its peak in whole MB. */
const run = call(referenceMs, Math.ceil(referencePeakBytes / 2 ** 20));
const cents = (usd: number | undefined): string => (usd ?? Number.NaN).toFixed(2);

describe('a million calls of the reference run', () => {
  it('cost what the older work found under the rule of 2020', () => {
    const bill = billOf(price('aws-2020'), run, million);
    expect(bill).toMatchObject({ allocated: { memoryMb: 832 }, billedMs: 3700, wastedMs: 48, wastedMb: 58 });
    expect([bill?.costUsd, bill?.netUsd, bill?.overheadUsd].map(cents)).toEqual(['50.30', '46.20', '4.10']);
    expect(bill?.memoryOverhead).toBeCloseTo(0.0746, 4);
    expect(bill?.timeOverhead).toBeCloseTo(0.0131, 4);
  });

  it('cost this much at the largest size of 2020, which the older price table lost', () => {
    expect(cents(billOf(price('aws-2020'), run, million, 3008)?.costUsd)).toBe('181.39');
  });

  it.each([
    ['aws-x86', 774, '46.21'],
    ['aws-arm64', 774, '37.01'],
    ['google-run', 1024, '98.45'],
    ['google-1', 1024, '61.45'],
    ['azure-flex', 2048, '192.60'],
  ])('cost to the cent what %s bills at %d MB', (id, sizeMb, usd) => {
    expect(cents(billOf(price(id), run, million, sizeMb)?.costUsd)).toBe(usd);
  });

  it('are not billed by IBM or Azure beyond the sizes that these have', () => {
    expect(billOf(price('ibm-code-engine'), run, million)).toMatchObject({ allocated: { memoryMb: 1024, cpuUnits: 0.25 } });
    expect(billOf(price('azure-consumption'), call(100, 1537), million)).toBeNull();
    expect(billOf(price('ibm-code-engine'), call(100, 4097), million)).toBeNull();
  });
});

describe('a bill', () => {
  it('of few calls is a part of a million’s', () => {
    expect(billOf(price('aws-2020'), run, 1000)?.costUsd).toBeCloseTo(0.0503, 4);
  });

  it('rounds a short call up as each provider does', () => {
    expect(cents(billOf(price('aws-2020'), call(105, 50), million)?.costUsd)).toBe('0.62');
    expect(cents(billOf(price('azure-flex'), call(40, 1500), million)?.costUsd)).toBe('52.20');
    expect(billedTimeMs(price('google-run'), 100)).toBe(100);
    expect(billedTimeMs(price('google-run'), 100.1)).toBe(200);
    expect(billedTimeMs(price('google-run'), 0.1 + 0.2 + 99.7)).toBe(100);
  });

  it('is never negative where more is free than is used', () => {
    const row = providerPrices.find(({ id }) => id === 'aws-x86');
    expect(row && billOf(row, run, 1000)?.costUsd).toBe(0);
  });

  it('of Azure’s Consumption plan counts memory in use, each moment rounded up to 128 MB', () => {
    const use = {
      ...call(300, 160),
      over: [
        { durationMs: 100, memoryMb: 10 },
        { durationMs: 200, memoryMb: 160 },
      ],
    };
    const gbSeconds = (100 * 128 + 200 * 256) / 1024 / 1000;
    expect(billOf(price('azure-consumption'), use, 1)?.costUsd).toBeCloseTo(gbSeconds * 1.6e-5 + 2e-7, 12);
    const short = billOf(price('azure-consumption'), call(1, 10), 1)?.costUsd;
    expect(short).toBeCloseTo((100 * 128 * 1.6e-5) / 1024 / 1000 + 2e-7, 12);
  });

  it('has the time before the first call where the provider bills it', () => {
    const cold = { ...call(100, 128), initMs: 250 };
    expect(billOf(price('aws-x86'), cold, 1)?.billedMs).toBe(350);
    expect(billOf(price('aws-2020'), cold, 1)?.billedMs).toBe(100);
  });

  it('is never below its net, nor falls with time or memory', () => {
    const use = fc.record({
      ms: fc.double({ min: 0.1, max: 1e5, noNaN: true }),
      mb: fc.double({ min: 1, max: 1500, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...providerPrices.map(withoutFreeTier)), use, (row, { ms, mb }) => {
        const bill = billOf(row, call(ms, mb), 1);
        const longer = billOf(row, call(ms * 1.5, mb), 1);
        const larger = billOf(row, call(ms, Math.min(1536, mb * 1.5)), 1);
        expect(bill?.overheadUsd).toBeGreaterThanOrEqual(-1e-15);
        expect(longer?.costUsd).toBeGreaterThanOrEqual(bill?.costUsd ?? Infinity);
        expect(larger?.costUsd).toBeGreaterThanOrEqual(bill?.costUsd ?? Infinity);
      }),
    );
  });
});

describe('a row of the price table', () => {
  it('has a name of its own, a date and a source', () => {
    expect(new Set(providerPrices.map(({ id }) => id)).size).toBe(providerPrices.length);
    for (const { date, source } of providerPrices) {
      expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(source).toMatch(/^https:/);
    }
  });

  it('gives the smallest size that holds what is needed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...providerPrices), fc.double({ min: 1, max: 40_000, noNaN: true }), (row, neededMb) => {
        const allocation = allocationFor(row, neededMb);
        if (allocation === null) return;
        expect(allocation.memoryMb).toBeGreaterThanOrEqual(neededMb);
        // Nothing smaller would do: the size below is the same or too small.
        const below = allocationFor(row, allocation.memoryMb - 0.5);
        expect(below?.memoryMb).toBe(allocation.memoryMb);
      }),
    );
  });
});
