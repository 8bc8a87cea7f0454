import { describe, expect, it } from 'vitest';
import { scanPlan } from '../../../src/engine/features/scan-plan.ts';
import { scanCostUsd, scannedBytesFor } from '../../../src/engine/pricing/cloudwatch.ts';

const stored = { group: '/aws/lambda/quote', storedBytes: 60 * 2 ** 30, expectedBytes: 28 * 2 ** 30, retentionDays: 30 };

describe('what queries of Logs Insights would cost', () => {
  it('is told with its price, an estimate and an end', () => {
    const plan = scanPlan(stored, 14, 1);
    expect(plan).toMatchObject({ expectedUsd: 0.14, maxUsd: 0.3 });
    expect(plan.sentence).toBe(
      'Logs Insights would read about 28.0 GB for 14 day(s) of /aws/lambda/quote, which stores 60.0 GB and is kept for 30 days: ' +
        'about $0.14 if it was written evenly, and at most $0.30, where Reef stops ($0.0050 a GB scanned in us-east-1, ' +
        'https://aws.amazon.com/cloudwatch/pricing/, 2026-02-01). Without Logs Insights the same is read free of charge.',
    );
  });

  it('is no more than was allowed, and of a small group a little more than it says', () => {
    expect(scanPlan(stored, 14, 0.1).maxUsd).toBe(0.1);
    const small = scanPlan({ ...stored, storedBytes: 2 ** 21, expectedBytes: 2 ** 21, retentionDays: null }, 14, 1);
    expect(small.maxUsd).toBe(0.005);
    expect(small.sentence).toContain('about 2.0 MB for 14 day(s) of /aws/lambda/quote, which stores 2.0 MB and is kept for ever');
  });

  it("and what may be read for it are each other's inverse", () => {
    expect(scannedBytesFor(scanCostUsd(123_456_789))).toBeCloseTo(123_456_789);
  });
});
