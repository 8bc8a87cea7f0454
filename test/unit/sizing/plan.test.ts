import { describe, expect, it } from 'vitest';
import { lambdaSizes } from '../../../src/engine/studies/sizing/grid.ts';
import { firstSizes, type Known, revised } from '../../../src/engine/studies/sizing/plan.ts';

const range = (minMb: number, maxMb: number, stepMb = 1) => ({ minMb, maxMb, stepMb });

describe('sizes to probe', () => {
  it('are just past one vCPU, the smallest and the geometric middle, largest first', () => {
    expect(firstSizes(lambdaSizes, 40)).toEqual([2048, 512, 128]);
    expect(firstSizes(range(200, 1000), 40)).toEqual([1000, 447, 200]);
    expect(firstSizes(range(512, 512), 40)).toEqual([512]);
    expect(firstSizes(range(256, 300), 40)).toEqual([300, 256]);
    expect(firstSizes(range(4096, 8192), 40)).toEqual([4096]);
  });

  it('are fewer when few calls may be made, and keep both ends', () => {
    expect(firstSizes(lambdaSizes, 4)).toEqual([2048, 128]);
  });

  it('fit the steps of the target', () => {
    expect(firstSizes(range(128, 2048, 64), 40).every((size) => size % 64 === 0)).toBe(true);
  });
});

describe('revision of the plan', () => {
  const nothing: Known = { floorMb: 128, failedMb: null, triedMb: [3008], succeededMb: [3008] };

  it('changes nothing while nothing is wrong', () => {
    expect(revised([1769, 512, 128], nothing, lambdaSizes)).toEqual([1769, 512, 128]);
  });

  it('leaves out sizes below the floor and adds one at it', () => {
    expect(revised([1769, 1024, 512, 256, 128], { ...nothing, floorMb: 805 }, lambdaSizes)).toEqual([1769, 1024, 832]);
    expect(revised([1024, 512, 256], { ...nothing, floorMb: 500 }, lambdaSizes)).toEqual([1024, 512]);
  });

  it('goes to the largest size when the first runs out of memory, then to the floor that its use tells', () => {
    const failed: Known = { floorMb: 10_240, failedMb: 3008, triedMb: [3008], succeededMb: [] };
    expect(revised([1769, 128], failed, lambdaSizes)).toEqual([10_240]);
    const worked: Known = { floorMb: 4600, failedMb: 3008, triedMb: [3008, 10_240], succeededMb: [10_240] };
    expect(revised([], worked, lambdaSizes)).toEqual([4608]);
  });

  it('tries between a failure and the next success', () => {
    const failed: Known = {
      floorMb: 1024,
      failedMb: 512,
      triedMb: [3008, 1769, 1024, 512],
      succeededMb: [3008, 1769, 1024],
    };
    expect(revised([256, 128], failed, lambdaSizes)).toEqual([768]);
    expect(revised([], { ...failed, failedMb: 900, triedMb: [...failed.triedMb, 900] }, lambdaSizes)).toEqual([]);
  });
});
