import { searchSafeSize, type SizeSearch, type Trial } from '../../../studies/tracing/safe-size.ts';
import type { DockerEngine } from '../engine.ts';
import { createOptions, entryOf, type TraceRequest } from './request.ts';
import { type ContainerRun, runContainer, type RunLimits } from './run-container.ts';

/**
 * Runs a program under a memory limit. It passes when it ends with exit code 0 in time. The run is not traced: a tracer uses
 * memory too.
 * @throws ReefError as `runContainer` does
 */
export async function tryLimit(
  { docker }: DockerEngine,
  request: TraceRequest,
  memoryMb: number,
  limits: RunLimits,
): Promise<{ run: ContainerRun; trial: Trial }> {
  const entry = await entryOf(docker, request);
  const run = await runContainer(docker, createOptions({ ...request, memoryMb }, entry), {}, limits);
  const passed = run.cut === null && run.exitCode === 0 && !run.isOomKilled;
  return { run, trial: { memoryMb, passed, durationMs: passed ? run.finishedAtMs - run.startedAtMs : null } };
}

/** Runs a program under one memory limit after the other, as the search says, until it is over or cancelled. */
export async function findSafeSize(
  engine: DockerEngine,
  request: TraceRequest,
  search: SizeSearch,
  limits: RunLimits,
  onTrial: (trial: Trial) => void = () => {},
): Promise<Trial[]> {
  return searchSafeSize(search, async (memoryMb) => {
    const { run, trial } = await tryLimit(engine, request, memoryMb, limits);
    if (run.cut === 'cancelled') return null;
    onTrial(trial);
    return trial;
  });
}
