import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/engine/numerics/random.ts';
import { billedCostUsd, billedMs, expectedCostUsd } from '../../../src/engine/pricing/bill.ts';
import { lambdaPrice } from '../../../src/engine/pricing/prices.ts';

const x86 = lambdaPrice('x86_64');

describe('bill of one call', () => {
  it('charges duration by the GB-second, rounded up to a ms', () => {
    const noFee = { ...x86, usdPerRequest: 0 };
    expect(billedCostUsd(noFee, { memoryMb: 128, durationMs: 1402.03 })).toBeCloseTo(2.92292e-6, 11);
    expect(billedCostUsd(noFee, { memoryMb: 1769, durationMs: 120 })).toBeCloseTo(3.45509e-6, 11);
  });

  it('is nearly all fee for a 3 ms call at 128 MB', () => {
    const cost = billedCostUsd(x86, { memoryMb: 128, durationMs: 3 });
    expect(x86.usdPerRequest / cost).toBeCloseTo(0.97, 3);
  });

  it('bills the init of a cold call together with its handler', () => {
    expect(billedMs({ durationMs: 10.2, initMs: 200.3 })).toBe(211);
    expect(billedMs({ durationMs: 10.2, initMs: null })).toBe(11);
    expect(billedMs({ durationMs: 0 })).toBe(1);
  });

  it('costs a fifth less on arm64', () => {
    const arm = lambdaPrice('arm64');
    expect(arm.usdPerGbSecond / x86.usdPerGbSecond).toBeCloseTo(0.8, 4);
    expect(arm.usdPerRequest).toBe(x86.usdPerRequest);
  });

  it('bills each region by its own price', () => {
    expect(lambdaPrice('arm64', 'eu-south-1')).toMatchObject({
      region: 'eu-south-1',
      usdPerGbSecond: 1.56138e-5,
      usdPerRequest: 2.3e-7,
    });
    expect(lambdaPrice('x86_64', 'eu-west-1')).toEqual({ ...x86, region: 'eu-west-1' });
  });

  it('bills an unlisted region as us-east-1 and says so', () => {
    expect(lambdaPrice('x86_64', 'eu-nowhere-9').region).toBe('us-east-1');
  });

  it('grows with memory and duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 128, max: 10_239 }), fc.double({ min: 1, max: 1e5, noNaN: true }), (memoryMb, durationMs) => {
        const cost = billedCostUsd(x86, { memoryMb, durationMs });
        expect(billedCostUsd(x86, { memoryMb: memoryMb + 1, durationMs })).toBeGreaterThan(cost);
        expect(billedCostUsd(x86, { memoryMb, durationMs: durationMs + 2 })).toBeGreaterThan(cost);
      }),
    );
  });
});

describe('expected cost', () => {
  it('is the mean bill of calls that vary around the mean', () => {
    const random = seededRandom(5);
    const bills = Array.from({ length: 20_000 }, () => billedCostUsd(x86, { memoryMb: 1024, durationMs: 20 + 4 * random() }));
    const meanBill = bills.reduce((sum, bill) => sum + bill, 0) / bills.length;
    expect(expectedCostUsd(x86, 1024, 22) / meanBill).toBeCloseTo(1, 2);
  });

  it('is never below one billed ms', () => {
    expect(expectedCostUsd(x86, 1024, 0.1)).toBeCloseTo(billedCostUsd(x86, { memoryMb: 1024, durationMs: 0.1 }), 15);
  });
});
