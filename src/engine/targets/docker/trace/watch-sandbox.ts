import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ReefError } from '../../../../protocol/errors.ts';
import type { TraceProbe } from '../../../../protocol/tracing.ts';
import { TracerReader } from '../../../runtime/tracer/frames.ts';
import { TraceGatherer } from '../../../runtime/tracer/gather.ts';
import { type Mark, phasesOf } from '../../../studies/tracing/phases.ts';
import type { Ending, Trace } from '../../../studies/tracing/trace.ts';
import { connectEngine, type DockerEngine } from '../engine.ts';
import { groupFolders } from './cgroup-paths.ts';
import type { Reading } from './probe.ts';
import { sidecarProbe, sidecarSource } from './sidecar.ts';
import type { Watcher } from './watcher.ts';

/** Reads the memory of a function's container beside it, so that its runtime starts as ever. */
export type SandboxWatch = AsyncDisposable & {
  probe: TraceProbe;
  /** To be called with the container before it starts. */
  attach(container: Docker.Container): Promise<void>;
  /** Ends the watch while the container still runs, or after it died. `marks` are by this machine's clock. */
  finish(marks: readonly Mark[], ending: Ending): Promise<Trace>;
};

const askEveryMs = 10;

/** @throws ReefError `sandbox-failed` where no tracer fits the engine */
export async function watchSandbox(onReading: (reading: Reading) => void): Promise<SandboxWatch> {
  const engine = await connectEngine();
  const sidecar = sidecarProbe();
  const { kind, samplesPerS, error } = sidecar;
  const why = await sidecar.whyNot(engine);
  if (why !== null) throw new ReefError('sandbox-failed', `The memory of functions cannot be traced here: ${why}.`);
  const gatherer = new TraceGatherer();
  const reader = new TracerReader(gatherer);
  const over = new AbortController();
  let watcher: Watcher | undefined;
  let started: Promise<number | null> = Promise.resolve(null);

  return {
    probe: { kind, samples_per_s: samplesPerS, error, passed_over: [{ kind: 'wrapper', why: wrapperReason }] },
    async attach(container) {
      // A sandbox that died starts anew; the first container is the run.
      if (watcher !== undefined) return;
      watcher = await startWatcher(engine, container.id, (bytes) => {
        reader.push(bytes);
        gatherer.heard(Date.now());
        if (gatherer.latest !== null) onReading(gatherer.latest);
      });
      started = startTime(container, over.signal);
    },
    async finish(marks, ending) {
      const nowMs = Date.now();
      over.abort();
      const startedAtMs = await started;
      watcher?.input.end();
      await watcher?.ended;
      if (startedAtMs === null || gatherer.samples === 0) {
        throw new ReefError('sandbox-failed', 'The group of the container was not found: its memory could not be read.');
      }
      const clockAheadMs = gatherer.clockAheadMs ?? 0;
      const endedAtMs = nowMs - clockAheadMs;
      const trace = gatherer.trace(kind, { startedAtMs, endedAtMs, isOom: ending.isOom, phases: [] });
      return { ...trace, ending, phases: phasesOf(marks, { startedAtMs, endMs: trace.endMs, clockAheadMs }) };
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await watcher?.stop();
    },
  };
}

const wrapperReason = 'the runtime of a function is started as it is at the provider';

function startWatcher(engine: DockerEngine, id: string, onBytes: (bytes: Buffer) => void): Promise<Watcher> {
  const { root, start } = sidecarSource(engine);
  const folders = groupFolders(root, id).flatMap(({ memory, cpu }) => [memory, cpu]);
  return start(folders, onBytes);
}

/** When the container was started, by the engine's clock; null when it is gone before that is known. */
async function startTime(container: Docker.Container, over: AbortSignal): Promise<number | null> {
  for (;;) {
    try {
      const { State } = await container.inspect();
      const atMs = Date.parse(State.StartedAt);
      // Before its start it has the year 1.
      if (atMs > 0) return atMs;
    } catch {
      return null;
    }
    if (over.aborted) return null;
    await sleep(askEveryMs);
  }
}
