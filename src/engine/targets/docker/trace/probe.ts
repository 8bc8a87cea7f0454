import type { ProbeKind } from '../../../../protocol/tracing.ts';
import type { Trace } from '../../../studies/tracing/trace.ts';
import type { Reading } from '../../target.ts';
import type { DockerEngine } from '../engine.ts';
import type { ContainerRun, RunHooks, RunLimits } from './run-container.ts';
import type { TraceRequest } from './request.ts';

export type ProbeFacts = {
  kind: ProbeKind;
  /** Readings a second that are asked for. */
  samplesPerS: number;
  /** What such readings may miss, a sentence. */
  error: string;
};

export type TracedRun = { trace: Trace; run: ContainerRun };

export type TraceHooks = Pick<RunHooks, 'onStdout' | 'onStderr' | 'started'> & {
  /** Called some thirty times a second while the container runs, if it can be seen at all. */
  onReading?: (reading: Reading) => void;
};

/** A way to read a container's memory while it runs. */
export type Probe = ProbeFacts & {
  /** Why it cannot be used with this engine; null when it can. */
  whyNot(engine: DockerEngine): Promise<string | null>;
  /** @throws ReefError `sandbox-failed` when the container cannot be run; ProbeFailed when only the readings are missing */
  run(engine: DockerEngine, request: TraceRequest, hooks: TraceHooks, limits: RunLimits): Promise<TracedRun>;
};

/** The container could be run, but not be read in this way: another probe may. */
export class ProbeFailed extends Error {}
