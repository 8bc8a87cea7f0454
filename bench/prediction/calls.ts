import type { Sandbox, Target } from '../../src/engine/targets/target.ts';
import type { Outcome } from '../../src/protocol/samples.ts';
import { cpuNow, othersShare, quietShare, untilQuiet } from './quiet.ts';

/** Time that is not the study's, which has a limit and an end of its own. */
export type Pause = { ms: number };

/** A target whose calls wait for a quiet machine, with `after` each of them; the time for both is added to the pause. */
export function interleaved(target: Target, pause: Pause, after: () => Promise<void>): Target {
  const pausing = async (work: Promise<void>): Promise<void> => {
    const startedMs = Date.now();
    await work;
    pause.ms += Date.now() - startedMs;
  };
  return {
    ...target,
    async open(request, signal) {
      const sandbox = await target.open(request, signal);
      return {
        id: sandbox.id,
        memoryMb: sandbox.memoryMb,
        logs: () => sandbox.logs(),
        close: () => sandbox.close(),
        [Symbol.asyncDispose]: () => sandbox.close(),
        async invoke(invocation, signal) {
          await pausing(untilQuiet());
          const attempt = await sandbox.invoke(invocation, signal);
          await pausing(after());
          return attempt;
        },
      };
    },
  };
}

type Call = { durationMs: number; cpuMs: number; others: number };

/** Warm calls at one size, and how much of the machine others had meanwhile; or why there are none. */
export class Measured {
  readonly calls: Call[] = [];
  failed: Outcome | null = null;
  private readonly sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  async call(payload: string, signal: AbortSignal): Promise<void> {
    if (this.failed !== null) return;
    await untilQuiet();
    const before = await cpuNow();
    const { measurement } = await this.sandbox.invoke({ payload, eventName: null }, signal);
    const { outcome, cold, durationMs, cpuUserMs, cpuSystemMs } = measurement;
    const cpuMs = (cpuUserMs ?? 0) + (cpuSystemMs ?? 0);
    const others = othersShare(before, await cpuNow(), cpuMs);
    if (outcome !== 'ok') this.failed = outcome;
    else if (!cold && durationMs !== null) this.calls.push({ durationMs, cpuMs, others });
  }

  /** The calls in quiet, or the few that others disturbed least: chosen by the disturbance, not by their duration. */
  least(): Call[] {
    const sorted = this.calls.toSorted((a, b) => a.others - b.others);
    return sorted.slice(0, Math.max(3, sorted.filter(({ others }) => others <= quietShare).length));
  }
}
