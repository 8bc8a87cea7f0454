import { mean, quantile } from '../../src/engine/numerics/statistics.ts';
import type { TraceRequest } from '../../src/engine/targets/docker/trace/request.ts';
import { baseImage } from '../../src/engine/targets/docker/images.ts';

/** Programs to be traced, in the image that is made from this machine's own Python. */

function python(...lines: string[]): TraceRequest {
  return { image: baseImage('python'), args: ['python3', '-I', '-S', '-c', lines.join('\n')] };
}

/** Lasts some 50 ms, of which it holds 8 MB for 20 ms. */
export const spike = python(
  'import time',
  'time.sleep(.01)',
  'b = bytearray(8 << 20)',
  'time.sleep(.02)',
  'del b',
  'time.sleep(.005)',
);

export function resting(seconds: number): TraceRequest {
  return python('import time', `time.sleep(${seconds})`);
}

/** Computes for about half a second on one core, and prints how long that took, ms. */
export const computing: TraceRequest = {
  ...python(
    'import time',
    'start = time.perf_counter()',
    'x = 0',
    'for i in range(5_000_000): x += i & 7',
    'print((time.perf_counter() - start) * 1000)',
  ),
  cpus: 1,
};

/** Grows and shrinks by steps of some MB, each run a little differently. */
export function breathing(run: number): TraceRequest {
  return python(
    'import time',
    `for mb in [5, 40, 20, ${60 + run}, 10, 30]:`,
    `  b = bytearray(mb << 20); time.sleep(${0.1 + run * 0.01}); del b`,
  );
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const middle = (values: readonly number[]): number => quantile(values, 0.5);
export { mean, quantile };
