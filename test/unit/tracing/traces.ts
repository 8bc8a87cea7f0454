import * as fc from 'fast-check';
import { bytesInMb, type Curve, curveOf, emptyCurve, type Trace } from '../../../src/engine/studies/tracing/trace.ts';

/** Corners of a run of an image resizer of 2020, s and MB: its peak was 810,766,336 bytes, its duration 3,652 ms. */
const corners: readonly [number, number][] = [
  [0, 0],
  [0.14, 54],
  [0.43, 232],
  [0.69, 380],
  [0.85, 532],
  [1.31, 584],
  [1.87, 648],
  [2.13, 664],
  [2.8, 666],
  [3.05, 733],
  [3.2, 773],
  [3.27, 120],
  [3.57, 169],
  [3.63, 2],
  [3.652, 0],
];

export const referencePeakBytes = 810_766_336;
export const referenceMs = 3652;

export const reference: Curve = curveOf(corners.map(([s, mb]) => [s * 1000, mb * bytesInMb]));

/** Values in MB, one each `stepMs`. */
export function curveEvery(stepMs: number, valuesMb: readonly number[]): Curve {
  return curveOf(valuesMb.map((mb, i) => [i * stepMs, mb * bytesInMb]));
}

export function traceOf(usage: Curve, more: Partial<Trace> = {}): Trace {
  return {
    probe: 'wrapper',
    startedAtMs: 0,
    periodMs: 1,
    usage,
    workingSet: emptyCurve,
    anonymous: emptyCurve,
    file: emptyCurve,
    limit: emptyCurve,
    cpu: emptyCurve,
    kernelPeakBytes: null,
    phases: [],
    endMs: usage.timeMs.at(-1) ?? 0,
    ending: { exitCode: 0, signal: null, isOom: false },
    missed: 0,
    lost: 0,
    probeCpuMs: null,
    ...more,
  };
}

/** Any run of two readings or more, in order of time. */
export const anyCurve: fc.Arbitrary<Curve> = fc
  .array(fc.tuple(fc.double({ min: 0.01, max: 300, noNaN: true }), fc.double({ min: 0, max: 900, noNaN: true })), {
    minLength: 2,
    maxLength: 40,
  })
  .map((steps) => {
    let timeMs = 0;
    return curveOf(steps.map(([stepMs, mb]) => [(timeMs += stepMs), mb * bytesInMb]));
  });
