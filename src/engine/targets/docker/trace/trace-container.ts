import { ReefError } from '../../../../protocol/errors.ts';
import type { ProbeKind } from '../../../../protocol/tracing.ts';
import type { DockerEngine } from '../engine.ts';
import { hostFilesProbe } from './host-files.ts';
import { type Probe, ProbeFailed, type ProbeFacts, type TracedRun, type TraceHooks } from './probe.ts';
import type { TraceRequest } from './request.ts';
import type { RunLimits } from './run-container.ts';
import { sidecarProbe } from './sidecar.ts';
import { oneShotProbe, streamProbe } from './statistics.ts';
import { wrapperProbe } from './wrapper.ts';

/** All probes, the best first. */
export function allProbes(): Probe[] {
  return [wrapperProbe(), sidecarProbe(), hostFilesProbe(), oneShotProbe, streamProbe];
}

/** A probe that was passed over, and why. */
export type Passed = { kind: ProbeKind; why: string };

export type ProbedRun = TracedRun & { probe: ProbeFacts; passed: Passed[] };

/**
 * Runs a program in a container and reads its memory with the first probe that works here; a probe that starts the container
 * and then sees nothing is passed over too, and the container runs again. With `only`, no other is tried.
 * @throws ReefError `sandbox-failed`, `runtime-not-found`
 */
export async function traceContainer(
  engine: DockerEngine,
  request: TraceRequest,
  hooks: TraceHooks,
  { only, probes = allProbes(), ...limits }: RunLimits & { only?: ProbeKind; probes?: readonly Probe[] },
): Promise<ProbedRun> {
  const passed: Passed[] = [];
  for (const probe of probes.filter(({ kind }) => only === undefined || kind === only)) {
    const { kind, samplesPerS, error } = probe;
    const why = await probe.whyNot(engine);
    if (why !== null) {
      passed.push({ kind, why });
      continue;
    }
    try {
      const traced = await probe.run(engine, request, hooks, limits);
      return { ...traced, probe: { kind, samplesPerS, error }, passed };
    } catch (failure) {
      if (!(failure instanceof ProbeFailed)) throw failure;
      passed.push({ kind, why: failure.message });
    }
  }
  const reasons = passed.map(({ kind, why }) => `${kind}: ${why}`).join('; ');
  throw new ReefError('sandbox-failed', `The memory of ${request.image} could not be read here (${reasons}).`);
}
