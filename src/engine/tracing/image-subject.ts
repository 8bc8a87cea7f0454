import type { NewSample, Outcome } from '../../protocol/samples.ts';
import { unmeasured } from '../../protocol/samples.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { EngineOptions } from '../engine.ts';
import { recordedFunction } from '../functions/recorded-function.ts';
import { LineSplitter } from '../runtime/output.ts';
import type { SampleStore } from '../studies/ports.ts';
import { connectEngine } from '../targets/docker/engine.ts';
import { removeOrphans } from '../targets/docker/labels.ts';
import type { Container } from 'dockerode';
import { leastLimitMb } from '../studies/tracing/hull.ts';
import { bytesInMb, type Ending } from '../studies/tracing/trace.ts';
import { LimitFollower } from '../targets/docker/trace/apply-limits.ts';
import { tryLimit } from '../targets/docker/trace/find-safe-size.ts';
import type { ContainerRun } from '../targets/docker/trace/run-container.ts';
import { endingOf } from '../targets/docker/trace/watcher.ts';
import { actuationDelayMs } from '../targets/docker/trace/actuation.ts';
import { traceContainer } from '../targets/docker/trace/trace-container.ts';
import type { Reading } from '../targets/target.ts';
import type { ImageRequest, TraceStudyRequest } from './request.ts';
import type { Subject, TracedOnce } from './subject.ts';

const defaultTimeCapMs = 15 * 60_000;

/** A limit near all of the machine's memory would be none. */
const mostOfMachine = 0.8;

type Context = { request: TraceStudyRequest; store: () => SampleStore } & Pick<EngineOptions, 'log' | 'onOutput'>;

/**
 * A program in an image, run as `docker run` would run it.
 * @throws ReefError `sandbox-failed` without a Docker engine
 */
export async function imageSubject(image: ImageRequest, { request, store, log, onOutput }: Context): Promise<Subject> {
  const engine = await connectEngine();
  await removeOrphans(engine.docker, log);
  const { architecture } = engine;
  const fn = { ...recordedFunction(`image#${image.image}`, image.image, architecture), packageType: 'image' as const };
  const { timeCapMs = defaultTimeCapMs, probe } = request;
  return {
    function: fn,
    isImage: true,
    target: 'docker',
    architecture,
    memoryMb: image.memoryMb ?? null,
    settings: { image: image.image, memory_mb: image.memoryMb ?? null, cpus: image.cpus ?? null },
    inputs: 1,
    actuationDelayMs: () => actuationDelayMs(engine),
    sizes: { minMb: leastLimitMb, maxMb: Math.floor((engine.memoryBytes / bytesInMb) * mostOfMachine) },
    async tryAt(runId, memoryMb, signal) {
      const { run, trial } = await tryLimit(engine, image, memoryMb, { signal, timeCapMs });
      const ending = endingOf(run.exitCode, run.isOomKilled);
      const endMs = run.finishedAtMs - run.startedAtMs;
      store().addSamples([sampleOf(runId, `${runId}.${memoryMb}`, memoryMb, architecture, { run, ending, endMs })]);
      return run.cut === 'cancelled' ? null : trial;
    },
    runOnce: (runId, index, signal) => runOnce(runId, index, signal),
    async runWithLimits(runId, index, plan, signal) {
      const follower = new LimitFollower(plan);
      const traced = await runOnce(runId, index, signal, {
        image: plan.dryRun ? image : { ...image, memoryMb: plan.staticMb },
        follower,
      });
      return { ...traced, changes: await follower.stop() };
    },
    [Symbol.asyncDispose]: async () => {},
  };

  async function runOnce(
    runId: string,
    index: number,
    signal: AbortSignal,
    { image: wanted, follower }: { image: ImageRequest; follower?: LimitFollower } = { image },
  ): Promise<TracedOnce> {
    const line = (stream: 'stdout' | 'stderr') =>
      new LineSplitter((text) => onOutput(fn, { sandboxId: `${runId}.${index + 1}`, stream, text, atMs: Date.now() }));
    const [stdout, stderr] = [line('stdout'), line('stderr')];
    const hooks = {
      onStdout: (bytes: Buffer) => stdout.push(bytes),
      onStderr: (bytes: Buffer) => stderr.push(bytes),
      onReading: (reading: Reading) => {
        follower?.onReading(reading);
        request.onReading?.({ ...reading, run: index });
      },
      started: (container: Container) => follower?.start(container),
    };
    const only = probe === undefined ? {} : { only: probe };
    const traced = await traceContainer(engine, wanted, hooks, { signal, timeCapMs, ...only });
    stdout.end();
    stderr.end();
    const { run, trace } = traced;
    const ended = { run, ending: trace.ending, endMs: trace.endMs };
    const place = `${runId}.${index + 1}`;
    const [sample] = store().addSamples([sampleOf(runId, place, wanted.memoryMb, architecture, ended)]);
    if (sample === undefined) throw new ReefError('internal', 'A run was not kept: report it as a fault of Reef.');
    const { kind, samplesPerS, error } = traced.probe;
    return {
      trace,
      probe: { kind, samples_per_s: samplesPerS, error, passed_over: traced.passed },
      facts: { outcome: outcomeOf(ended) },
      sampleId: sample.id,
    };
  }
}

type Ended = { run: ContainerRun; ending: Ending; endMs: number };

function outcomeOf({ run, ending }: Ended): Outcome {
  if (run.cut === 'cancelled') return 'cancelled';
  if (run.cut === 'time-cap') return 'timeout';
  if (ending.isOom) return 'oom';
  return ending.exitCode === 0 ? 'ok' : 'crashed';
}

function sampleOf(
  runId: string,
  sandboxId: string,
  memoryMb: number | undefined,
  architecture: NewSample['architecture'],
  ended: Ended,
): NewSample {
  return {
    ...unmeasured,
    runId,
    outcome: outcomeOf(ended),
    cold: true,
    startedAtMs: ended.run.startedAtMs,
    durationMs: ended.endMs,
    error: null,
    memoryMb: memoryMb === undefined ? null : Math.round(memoryMb),
    architecture,
    sandboxId,
    sandboxSequence: 0,
    eventName: null,
    costUsd: null,
  };
}
