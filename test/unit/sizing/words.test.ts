import { describe, expect, it } from 'vitest';
import { describeWork } from '../../../src/engine/studies/sizing/words.ts';

describe('what a function is, in words', () => {
  it('names CPU work, waiting and threads', () => {
    expect(describeWork({ cpuMs: 100, waitMs: 2, parallelism: 1 }).sentence).toBe(
      'CPU-bound: 100 ms of CPU work and 2.0 ms of waiting a call; more memory makes it faster up to 1769 MB, where it has a whole vCPU.',
    );
    expect(describeWork({ cpuMs: 0.5, waitMs: 100, parallelism: 1 }).sentence).toBe(
      'Waiting: 0.50 ms of CPU work and 100 ms of waiting a call; memory hardly matters for its speed.',
    );
    expect(describeWork({ cpuMs: 10, waitMs: 90, parallelism: 1 }).sentence).toContain(
      'above about 885 MB memory hardly matters for its speed',
    );
    expect(describeWork({ cpuMs: 50, waitMs: 50, parallelism: 2 }).sentence).toContain(
      'about 2.0 threads work at once, so that more memory makes it faster up to 3538 MB',
    );
  });

  it('does not claim more than was measured', () => {
    expect(describeWork({ cpuMs: 50, waitMs: 50, parallelism: null }).sentence).toContain('beyond was not measured');
    expect(describeWork({ cpuMs: null, waitMs: null, parallelism: null }).kind).toBe('unknown');
  });
});
