import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capNote, largestSizeMb, limitsOf, nodeHeapOptions } from '../../../src/engine/targets/docker/limits.ts';

describe('the limits of a size', () => {
  it('are memory without swap and CPU by credits, one core at 1769 MB', () => {
    expect(limitsOf(1769, 8)).toEqual({
      limits: { Memory: 1769 * 2 ** 20, MemorySwap: 1769 * 2 ** 20, CpuPeriod: 20_000, CpuQuota: 20_000 },
      capped: false,
    });
    expect(limitsOf(128, 8).limits.CpuQuota).toBe(1447);
    expect(limitsOf(3538, 2)).toMatchObject({ limits: { CpuQuota: 40_000 }, capped: false });
  });

  it('never give more cores than the engine has, and tell', () => {
    expect(limitsOf(10_240, 2)).toMatchObject({ limits: { CpuQuota: 40_000 }, capped: true });
  });

  it('say from which size an engine gives less CPU than Lambda, when it does', () => {
    expect(capNote(2, 10_240)).toBe(
      'The Docker engine has 2 cores: sizes above 3538 MB got no more CPU than that; Lambda gives them more.',
    );
    expect(capNote(1, 2048)).toMatch(/has 1 core: sizes above 1769 MB/);
    expect(capNote(2, 3008)).toBeNull();
    expect(capNote(6, 10_240)).toBeNull();
  });

  it('grow with the size, for every engine', () => {
    const size = fc.integer({ min: 128, max: 10_240 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 64 }), (a, b, cores) => {
        const [small, large] = [limitsOf(Math.min(a, b), cores).limits, limitsOf(Math.max(a, b), cores).limits];
        expect(small.CpuQuota).toBeLessThanOrEqual(large.CpuQuota);
        expect(small.CpuQuota).toBeGreaterThanOrEqual(1_000);
        expect(large.CpuQuota).toBeLessThanOrEqual(cores * 20_000);
      }),
    );
  });

  it('end where the engine has no more memory', () => {
    expect(largestSizeMb(4 * 2 ** 30)).toBe(4096);
    expect(largestSizeMb(64 * 2 ** 30)).toBe(10_240);
  });

  it("leave Node's heap room within the size", () => {
    expect(nodeHeapOptions(512)).toEqual(['--max-semi-space-size=25', '--max-old-space-size=461']);
  });
});
