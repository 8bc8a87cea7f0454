import { describe, expect, it } from 'vitest';
import { type FloorEvidence, headroomFor, memoryFloor } from '../../../src/engine/studies/sizing/floor.ts';
import { lambdaSizes } from '../../../src/engine/studies/sizing/grid.ts';

const evidence: FloorEvidence = {
  peakMb: null,
  headroom: 0.15,
  range: lambdaSizes,
  succeededMb: [256, 512, 1024],
  outOfMemoryMb: [],
  timedOutMb: [],
};

describe('memory floor', () => {
  it('is the peak with headroom', () => {
    const floor = memoryFloor({ ...evidence, peakMb: 700 });
    expect(floor).toMatchObject({ memory_mb: 805, peak_mb: 700 });
    expect(floor.reason).toContain('It used up to 700 MB; 15 % headroom makes 805 MB.');
  });

  it('gives runtimes with a growing heap more room', () => {
    expect(headroomFor({ language: 'node', runtime: 'nodejs22.x' })).toBe(0.25);
    expect(headroomFor({ language: null, runtime: 'java21' })).toBe(0.25);
    expect(headroomFor({ language: 'python', runtime: 'python3.13' })).toBe(0.15);
    expect(headroomFor({ language: null, runtime: null })).toBe(0.15);
  });

  it('is never below what the provider offers', () => {
    expect(memoryFloor({ ...evidence, peakMb: 20 }).memory_mb).toBe(128);
  });

  it('is above a size that ran out of memory: at the next that worked when the peak does not tell', () => {
    const floor = memoryFloor({ ...evidence, outOfMemoryMb: [128, 256], succeededMb: [512, 1024] });
    expect(floor.memory_mb).toBe(512);
    expect(floor.reason).toContain('ran out of memory at 256 MB');
    expect(memoryFloor({ ...evidence, peakMb: 200, outOfMemoryMb: [256], succeededMb: [512] }).memory_mb).toBe(512);
    expect(memoryFloor({ ...evidence, peakMb: 300, outOfMemoryMb: [256], succeededMb: [512] }).memory_mb).toBe(345);
  });

  it('is not moved by a timeout, but sizes up to there are no answers', () => {
    const floor = memoryFloor({ ...evidence, peakMb: 300, timedOutMb: [512], succeededMb: [1024] });
    expect(floor).toMatchObject({ memory_mb: 345, answers_from_mb: 1024 });
    expect(floor.reason).toContain('reached its timeout at 512 MB, so that no size up to there is an answer');
    expect(memoryFloor({ ...evidence, peakMb: 600, timedOutMb: [128], succeededMb: [256] })).not.toHaveProperty(
      'answers_from_mb',
    );
  });

  it('stays within the range and says so when even the largest size is tight', () => {
    const floor = memoryFloor({ ...evidence, peakMb: 1000, range: { minMb: 128, maxMb: 1024, stepMb: 1 } });
    expect(floor.memory_mb).toBe(1024);
    expect(floor.reason).toContain('leaves less room');
  });
});
