import type { NewSample, Outcome } from '../../protocol/samples.ts';
import { unmeasured } from '../../protocol/samples.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { EngineOptions } from '../engine.ts';
import { recordedFunction } from '../functions/recorded-function.ts';
import { LineSplitter } from '../runtime/output.ts';
import type { SampleStore } from '../studies/ports.ts';
import { connectEngine } from '../targets/docker/engine.ts';
import { removeOrphans } from '../targets/docker/labels.ts';
import { actuationDelayMs } from '../targets/docker/trace/actuation.ts';
import { type ProbedRun, traceContainer } from '../targets/docker/trace/trace-container.ts';
import type { Reading } from '../targets/target.ts';
import type { ImageRequest, TraceStudyRequest } from './request.ts';
import type { Subject } from './subject.ts';

const defaultTimeCapMs = 15 * 60_000;

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
    async runOnce(runId, index, signal) {
      const line = (stream: 'stdout' | 'stderr') =>
        new LineSplitter((text) => onOutput(fn, { sandboxId: `${runId}.${index + 1}`, stream, text, atMs: Date.now() }));
      const [stdout, stderr] = [line('stdout'), line('stderr')];
      const hooks = {
        onStdout: (bytes: Buffer) => stdout.push(bytes),
        onStderr: (bytes: Buffer) => stderr.push(bytes),
        onReading: (reading: Reading) => request.onReading?.({ ...reading, run: index }),
      };
      const only = probe === undefined ? {} : { only: probe };
      const traced = await traceContainer(engine, image, hooks, { signal, timeCapMs, ...only });
      stdout.end();
      stderr.end();
      const outcome = outcomeOf(traced);
      const [sample] = store().addSamples([sampleOf(runId, index, image, architecture, traced)]);
      if (sample === undefined) throw new ReefError('internal', 'A run was not kept: report it as a fault of Reef.');
      const { kind, samplesPerS, error } = traced.probe;
      return {
        trace: traced.trace,
        probe: { kind, samples_per_s: samplesPerS, error, passed_over: traced.passed },
        facts: { outcome },
        sampleId: sample.id,
      };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function outcomeOf({ run, trace: { ending } }: ProbedRun): Outcome {
  if (run.cut === 'cancelled') return 'cancelled';
  if (run.cut === 'time-cap') return 'timeout';
  if (ending.isOom) return 'oom';
  return ending.exitCode === 0 ? 'ok' : 'crashed';
}

function sampleOf(
  runId: string,
  index: number,
  { memoryMb }: ImageRequest,
  architecture: NewSample['architecture'],
  traced: ProbedRun,
): NewSample {
  return {
    ...unmeasured,
    runId,
    outcome: outcomeOf(traced),
    cold: true,
    startedAtMs: traced.run.startedAtMs,
    durationMs: traced.trace.endMs,
    error: null,
    memoryMb: memoryMb === undefined ? null : Math.round(memoryMb),
    architecture,
    sandboxId: `${runId}.${index + 1}`,
    sandboxSequence: 0,
    eventName: null,
    costUsd: null,
  };
}
