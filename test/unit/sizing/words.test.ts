import { describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../../src/protocol/sizing.ts';
import { describeWork } from '../../../src/engine/studies/sizing/words.ts';

/** T(m) = wait + cpu ÷ min(vCPU, 1). */
function curveOf(cpuMs: number, waitMs: number): CurvePoint[] {
  return [128, 256, 512, 768, 896, 1024, 1769, 3008].map((memory_mb) => {
    const duration_ms = waitMs + cpuMs / Math.min(1, memory_mb / 1769);
    return { memory_mb, duration_ms, interval: [duration_ms, duration_ms], cost_per_million_usd: 1, basis: 'predicted' };
  });
}

describe('what a function is, in words', () => {
  it('names CPU work, waiting and threads', () => {
    expect(describeWork({ cpuMs: 100, waitMs: 2, parallelism: 1 }, curveOf(100, 2)).sentence).toBe(
      'CPU-bound: 100 ms of CPU work and 2.0 ms of waiting a call; more memory makes it faster up to 1769 MB, where it has a whole vCPU.',
    );
    expect(describeWork({ cpuMs: 0.5, waitMs: 100, parallelism: 1 }, curveOf(0.5, 100)).sentence).toBe(
      'Waiting: 0.50 ms of CPU work and 100 ms of waiting a call; memory hardly matters for its speed.',
    );
    expect(describeWork({ cpuMs: 10, waitMs: 90, parallelism: 1 }, curveOf(10, 90)).sentence).toContain(
      'above about 896 MB memory hardly matters for its speed',
    );
    expect(describeWork({ cpuMs: 50, waitMs: 50, parallelism: 2 }, curveOf(50, 50)).sentence).toContain(
      'about 2.0 threads work at once, so that more memory makes it faster up to 3538 MB',
    );
  });

  it('does not claim more than was measured', () => {
    expect(describeWork({ cpuMs: 50, waitMs: 50, parallelism: null }, curveOf(50, 50)).sentence).toContain(
      'beyond was not measured',
    );
    expect(describeWork({ cpuMs: null, waitMs: null, parallelism: null }, []).kind).toBe('unknown');
  });
});
