import type Docker from 'dockerode';
import { samplingPeriodUs } from '../../../runtime/tracer/sandbox-trace.ts';
import type { DockerEngine } from '../engine.ts';
import { entryOf } from './request.ts';
import { wrapped } from './wrapper.ts';

/** The container of a sandbox with the tracer in front of its runtime, which an image may name itself. */
export async function withTracer(
  options: Docker.ContainerCreateOptions,
  { docker, cores }: DockerEngine,
): Promise<Docker.ContainerCreateOptions> {
  const own = Array.isArray(options.Entrypoint) ? options.Entrypoint : null;
  const program = own ?? (await entryOf(docker, { image: options.Image ?? '', args: [] })).program;
  return wrapped(options, { program, periodUs: samplingPeriodUs, engineCores: cores });
}
