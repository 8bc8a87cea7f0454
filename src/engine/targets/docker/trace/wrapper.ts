import type Docker from 'dockerode';
import { getSystemErrorMap } from 'node:util';
import type { Architecture } from '../../../../protocol/functions.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import { TracerReader } from '../../../runtime/tracer/frames.ts';
import { TraceGatherer } from '../../../runtime/tracer/gather.ts';
import { type Probe, ProbeFailed } from './probe.ts';
import { createOptions, entryOf, type TraceRequest } from './request.ts';
import { runContainer } from './run-container.ts';
import { tracerArchive, whyNoTracer } from '../../tracer-file.ts';
import { endingOf } from './watcher.ts';

const folder = '/__reef';
const tracer = 'tracer';
const standardError = '2';

/** What the tracer itself needs at full rate, cores: at a small CPU limit it would be a large part of the program's. */
const tracerCores = 0.03;

type Wish = { program: readonly string[]; periodUs: number; engineCores: number };

/**
 * The container with the tracer as its first process, which runs the program. It comes in a volume of its own, so that an
 * image without a shell will do, and one whose file system is read-only; its readings come with standard error, in frames.
 * A CPU limit is raised by what the tracer needs.
 */
export function wrapped(
  options: Docker.ContainerCreateOptions,
  { program, periodUs, engineCores }: Wish,
): Docker.ContainerCreateOptions {
  return {
    ...options,
    Entrypoint: [`${folder}/${tracer}`, 'run', String(periodUs), standardError, 'group', ...program],
    Cmd: [],
    Volumes: { ...options.Volumes, [folder]: {} },
    HostConfig: { ...options.HostConfig, ...withTracerCpu(options.HostConfig ?? {}, engineCores) },
  };
}

/** A limit is in billionths of a core, or in µs of each period. */
function withTracerCpu({ NanoCpus, CpuQuota, CpuPeriod }: Docker.HostConfig, engineCores: number): Partial<Docker.HostConfig> {
  const most = engineCores * 1e9;
  if (NanoCpus !== undefined) return { NanoCpus: Math.min(most, NanoCpus + tracerCores * 1e9) };
  if (CpuQuota === undefined || CpuPeriod === undefined || CpuQuota <= 0) return {};
  return { CpuQuota: Math.round(CpuQuota + tracerCores * CpuPeriod) };
}

/** Puts the tracer into a container that `wrapped` made. */
export async function putTracer(container: Docker.Container, architecture: Architecture): Promise<void> {
  await container.putArchive(await tracerArchive(architecture, tracer), { path: folder });
}

/** What the wrapper may miss, a sentence each. */
export function wrapperError(periodUs: number): string {
  return `A spike shorter than ${periodUs / 1000} ms shows in the kernel's peak only. The tracer is in the container: it adds about 0.2 MB and uses 2 to 4 % of a core.`;
}

export function wrapperProbe(samplesPerS = 1000): Probe {
  const periodUs = Math.round(1e6 / samplesPerS);
  return {
    kind: 'wrapper',
    samplesPerS,
    error: wrapperError(periodUs),
    whyNot: ({ architecture }) => Promise.resolve(whyNoTracer(architecture)),
    async run({ docker, architecture, cores }, request, hooks, limits) {
      const entry = await entryOf(docker, request);
      const gatherer = new TraceGatherer(hooks.onStderr);
      const reader = new TracerReader(gatherer);
      let failure: unknown = null;
      const onStderr = (bytes: Buffer): void => {
        try {
          if (failure === null) reader.push(bytes);
          gatherer.heard(Date.now());
          if (gatherer.latest !== null) hooks.onReading?.(gatherer.latest);
        } catch (error) {
          failure = error;
        }
      };
      const fill = (container: Docker.Container): Promise<void> => putTracer(container, architecture);
      const options = wrapped(createOptions(request, entry), { program: entry.program, periodUs, engineCores: cores });
      const run = await runContainer(docker, options, { ...hooks, fill, onStderr }, limits);
      if (failure !== null) throw new ProbeFailed('the program in the container is not the tracer', { cause: failure });
      if (gatherer.source === 'none' && run.cut === null && !run.isOomKilled) {
        throw new ProbeFailed('the container does not show its memory from inside');
      }
      refuseMissingProgram(gatherer, request, entry.program);
      const trace = gatherer.trace('wrapper', { isOom: run.isOomKilled, phases: [] });
      // A tracer that was itself killed cannot tell how the program ended.
      return { run, trace: gatherer.end === null ? { ...trace, ending: endingOf(run.exitCode, run.isOomKilled) } : trace };
    },
  };
}

function refuseMissingProgram({ end }: TraceGatherer, { image }: TraceRequest, [program = '']: readonly string[]): void {
  if (end?.how !== 'not-started') return;
  const why = getSystemErrorMap().get(-end.code)?.[1] ?? `error ${end.code}`;
  throw new ReefError('sandbox-failed', `${image} could not start "${program}" (${why}): name a program that the image has.`);
}
