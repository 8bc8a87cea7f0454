import type { Mark } from '../../../protocol/tracing.ts';
import { phasesOf } from '../../studies/tracing/phases.ts';
import { bytesInMb, type Trace } from '../../studies/tracing/trace.ts';
import type { Tracing } from '../../targets/target.ts';
import type { RuntimeSession } from '../session.ts';
import { TracerReader } from './frames.ts';
import { TraceGatherer } from './gather.ts';

/** How often a sandbox is read, µs, and how. */
export const samplingPeriodUs = 1000;

/** How long a traced sandbox may take to end by itself, so that its tracer can say how it ended, ms. */
export const endingMs = 1000;

/**
 * The trace of one start of a sandbox, whose first process is the tracer: its readings come with standard error, the phases
 * from the sandbox's conversation with the Runtime API.
 */
export class SandboxTrace {
  readonly #tracing: Tracing;
  readonly #marks: Mark[] = [];
  #gatherer = new TraceGatherer();

  constructor(tracing: Tracing, session: RuntimeSession) {
    this.#tracing = tracing;
    session.follow((mark) => void this.#marks.push(mark));
  }

  /** Latest usage, MB; 0 before the first reading. */
  get usageMb(): number {
    return (this.#gatherer.latest?.usageBytes ?? 0) / bytesInMb;
  }

  /** Takes standard error as it comes; `onStderr` gets what the function itself wrote to it. */
  splitter(onStderr: (bytes: Buffer) => void): (bytes: Buffer) => void {
    const gatherer = new TraceGatherer(onStderr);
    this.#gatherer = gatherer;
    const reader = new TracerReader(gatherer);
    let isTracer = true;
    return (bytes) => {
      if (!isTracer) return onStderr(bytes);
      try {
        reader.push(bytes);
      } catch {
        // The tracer could not be started: what says so comes from elsewhere, and is for people.
        isTracer = false;
        return onStderr(bytes);
      }
      gatherer.heard(Date.now());
      if (gatherer.latest !== null) this.#tracing.onReading(gatherer.latest);
    };
  }

  /** To be called once, when the sandbox has ended. Nothing is told of a sandbox whose memory could not be read. */
  end(isOom: boolean): void {
    const gatherer = this.#gatherer;
    if (gatherer.samples > 0) this.#tracing.onTrace(withPhases(gatherer, this.#marks, isOom));
  }
}

function withPhases(gatherer: TraceGatherer, marks: readonly Mark[], isOom: boolean): Trace {
  const trace = gatherer.trace('wrapper', { isOom, phases: [] });
  const { startedAtMs, endMs } = trace;
  return { ...trace, phases: phasesOf(marks, { startedAtMs, endMs, clockAheadMs: gatherer.clockAheadMs ?? 0 }) };
}
