import { nextTrial, type SizeSearch, type Trial } from '../../../studies/tracing/safe-size.ts';
import type { DockerEngine } from '../engine.ts';
import { createOptions, entryOf, type TraceRequest } from './request.ts';
import { runContainer, type RunLimits } from './run-container.ts';

/**
 * Runs a program under one memory limit after the other, as the search says. A run passes when it ends with exit code 0 in
 * time. Cancelling ends the search; the trials until then are returned. The runs are not traced: a tracer uses memory too.
 * @throws ReefError as `runContainer` does
 */
export async function findSafeSize(
  { docker }: DockerEngine,
  request: TraceRequest,
  search: SizeSearch,
  limits: RunLimits,
  onTrial: (trial: Trial) => void = () => {},
): Promise<Trial[]> {
  const entry = await entryOf(docker, request);
  const trials: Trial[] = [];
  for (let memoryMb = nextTrial(trials, search); memoryMb !== null; memoryMb = nextTrial(trials, search)) {
    const run = await runContainer(docker, createOptions({ ...request, memoryMb }, entry), {}, limits);
    if (run.cut === 'cancelled') break;
    const passed = run.cut === null && run.exitCode === 0 && !run.isOomKilled;
    const trial = { memoryMb, passed, durationMs: passed ? run.finishedAtMs - run.startedAtMs : null };
    trials.push(trial);
    onTrial(trial);
  }
  return trials;
}
