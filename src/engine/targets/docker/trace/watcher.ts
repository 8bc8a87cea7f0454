import type { Writable } from 'node:stream';
import { TracerReader } from '../../../runtime/tracer/frames.ts';
import { TraceGatherer } from '../../../runtime/tracer/gather.ts';
import type { ProbeKind } from '../../../../protocol/tracing.ts';
import type { Ending } from '../../../studies/tracing/trace.ts';
import type { DockerEngine } from '../engine.ts';
import { groupFolders } from './cgroup-paths.ts';
import { ProbeFailed, type TracedRun, type TraceHooks } from './probe.ts';
import { createOptions, entryOf, type TraceRequest } from './request.ts';
import { runContainer, type RunLimits } from './run-container.ts';

/** A tracer outside of the container, which waits for the container's group and reads it until it is gone. */
export type Watcher = {
  /** Ends it; the stream of its readings then ends too. */
  input: Writable;
  /** Resolves when all that it wrote was taken. */
  ended: Promise<void>;
  stop(): Promise<void>;
};

/** Starts a watcher of the groups that a new container may have. `onBytes` gets its frames. */
export type StartWatcher = (folders: readonly string[], onBytes: (bytes: Buffer) => void) => Promise<Watcher>;

export async function runWatched(
  kind: ProbeKind,
  root: string,
  startWatcher: StartWatcher,
  { docker }: DockerEngine,
  request: TraceRequest,
  hooks: TraceHooks,
  limits: RunLimits,
): Promise<TracedRun> {
  const gatherer = new TraceGatherer();
  const reader = new TracerReader(gatherer);
  const take = (bytes: Buffer): void => {
    reader.push(bytes);
    if (gatherer.latest !== null) hooks.onReading?.(gatherer.latest);
  };
  let watcher: Watcher | undefined;
  try {
    const options = createOptions(request, await entryOf(docker, request));
    const fill = async ({ id }: { id: string }): Promise<void> => {
      watcher = await startWatcher(
        groupFolders(root, id).flatMap(({ memory, cpu }) => [memory, cpu]),
        take,
      );
    };
    const run = await runContainer(docker, options, { ...hooks, fill }, limits);
    watcher?.input.end();
    await watcher?.ended;
    if (gatherer.samples === 0) throw new ProbeFailed('the container’s group of the kernel was not found');
    const { startedAtMs, finishedAtMs: endedAtMs, exitCode, isOomKilled } = run;
    const trace = gatherer.trace(kind, { startedAtMs, endedAtMs, isOom: isOomKilled, phases: [] });
    return { run, trace: { ...trace, ending: endingOf(exitCode, trace.ending.isOom) } };
  } finally {
    await watcher?.stop();
  }
}

/** As a container's exit code tells it: 128 + n after signal n. */
export function endingOf(exitCode: number, isOom: boolean): Ending {
  return exitCode > 128 ? { exitCode: null, signal: exitCode - 128, isOom } : { exitCode, signal: null, isOom };
}
