import type { ProbeKind } from '../../../protocol/tracing.ts';
import { type Curve, type Phase, type Trace, within } from '../../studies/tracing/trace.ts';
import { GrowingCurve } from './columns.ts';
import type { TracerDetail, TracerEnd, TracerListener, TracerSource, TracerStart } from './frames.ts';

export type RunFacts = { startedAtMs?: number; endedAtMs?: number; isOom: boolean; phases: Phase[] };

/** Gathers what a tracer tells of one run. */
export class TraceGatherer implements TracerListener {
  readonly #usage = new GrowingCurve();
  readonly #workingSet = new GrowingCurve();
  readonly #anonymous = new GrowingCurve();
  readonly #file = new GrowingCurve();
  readonly #limit = new GrowingCurve();
  readonly #cpu = new GrowingCurve();
  readonly #peak = new GrowingCurve();
  readonly #stderr: (bytes: Buffer) => void;
  #start: TracerStart | null = null;
  #end: TracerEnd | null = null;
  #clockAheadMs: number | null = null;

  constructor(onStderr: (bytes: Buffer) => void = () => {}) {
    this.#stderr = onStderr;
  }

  /**
   * To be told when frames have arrived, by this machine's clock: their readings were taken just before, so the least
   * difference is how far the engine's clock is behind.
   */
  heard(nowMs: number): void {
    const taken = this.#usage.last;
    if (this.#start === null || taken === null) return;
    const aheadMs = nowMs - (this.#start.startedAtMs + taken.timeMs);
    this.#clockAheadMs = Math.min(this.#clockAheadMs ?? aheadMs, aheadMs);
  }

  /** What to take from a time of this machine's clock to have the engine's, ms; null before the first reading. */
  get clockAheadMs(): number | null {
    return this.#clockAheadMs;
  }

  get source(): TracerSource {
    return this.#start?.source ?? 'none';
  }

  get samples(): number {
    return this.#usage.length;
  }

  /** Null before the first reading. Its time counts from the tracer's start. */
  get latest(): { samples: number; timeMs: number; usageBytes: number; workingSetBytes: number | null } | null {
    const usage = this.#usage.last;
    if (usage === null) return null;
    const workingSetBytes = this.#workingSet.last?.value ?? null;
    return { samples: this.samples, timeMs: usage.timeMs, usageBytes: usage.value, workingSetBytes };
  }

  /** How the tracer says that the run ended; null while it lasts, and when it was cut off. */
  get end(): TracerEnd | null {
    return this.#end;
  }

  onStart(start: TracerStart): void {
    this.#start = start;
  }

  onSample(timeMs: number, usageBytes: number): void {
    this.#usage.push(timeMs, usageBytes);
  }

  onDetail({ timeMs, usage, anonymous, file, shared, inactiveFile, limit, cpuMs, peak }: TracerDetail): void {
    if (usage !== null && inactiveFile !== null) this.#workingSet.push(timeMs, Math.max(0, usage - inactiveFile));
    if (anonymous !== null) this.#anonymous.push(timeMs, anonymous);
    // The kernel counts shared memory among files, but cannot give it up as a file's.
    if (file !== null) this.#file.push(timeMs, Math.max(0, file - (shared ?? 0)));
    if (limit !== null) this.#limit.push(timeMs, limit);
    if (cpuMs !== null) this.#cpu.push(timeMs, cpuMs);
    if (peak !== null) this.#peak.push(timeMs, peak);
  }

  onStderr(bytes: Buffer): void {
    this.#stderr(bytes);
  }

  onEnd(end: TracerEnd): void {
    this.#end = end;
  }

  /**
   * The run. `startedAtMs` and `endedAtMs` are the container's by the same clock as the tracer's, where these are not the
   * tracer's own: what was read before and after belongs to the container runtime and is cut off.
   */
  trace(probe: ProbeKind, { startedAtMs, endedAtMs, isOom, phases }: RunFacts): Trace {
    const tracerStartMs = this.#start?.startedAtMs ?? 0;
    const moveMs = startedAtMs === undefined ? 0 : tracerStartMs - startedAtMs;
    const end = this.#end;
    const fromMs = startedAtMs === undefined ? -Infinity : 0;
    const knownEndMs = endedAtMs === undefined ? undefined : endedAtMs - (startedAtMs ?? tracerStartMs);
    const cut = (curve: GrowingCurve): Curve => within(curve.curve(moveMs), fromMs, knownEndMs ?? Infinity);
    const usage = cut(this.#usage);
    return {
      probe,
      startedAtMs: startedAtMs ?? tracerStartMs,
      periodMs: this.#start?.periodMs ?? 1,
      usage,
      workingSet: cut(this.#workingSet),
      anonymous: cut(this.#anonymous),
      file: cut(this.#file),
      limit: cut(this.#limit),
      cpu: cut(this.#cpu),
      kernelPeakBytes: kernelPeak(this.#peak.curve(moveMs)),
      phases,
      endMs: knownEndMs ?? (end === null ? (usage.timeMs.at(-1) ?? 0) : end.timeMs + moveMs),
      ending: {
        exitCode: end?.how === 'exited' ? end.code : null,
        signal: end?.how === 'killed' ? end.code : null,
        isOom: isOom || (end?.oomKills ?? 0) > 0,
      },
      missed: end?.missed ?? 0,
      lost: end?.lost ?? 0,
      probeCpuMs: end?.ownCpuMs ?? null,
    };
  }
}

/** A peak that was there at the start is the container runtime's; the run's own is known once that is passed. */
function kernelPeak({ timeMs, values }: Curve): number | null {
  const started = timeMs.findLastIndex((time) => time <= 0);
  const [first, last] = [values[Math.max(0, started)], values.at(-1)];
  return first !== undefined && last !== undefined && last > first ? last : null;
}
