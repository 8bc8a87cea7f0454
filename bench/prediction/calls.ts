import type { Sandbox, Target } from '../../src/engine/targets/target.ts';
import type { Outcome } from '../../src/protocol/samples.ts';
import { cpuNow, othersShare, quietShare, untilQuiet } from './quiet.ts';

/** A target whose calls wait for a quiet machine, with `after` each of them. */
export function interleaved(target: Target, after: () => Promise<void>): Target {
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
          await untilQuiet();
          const attempt = await sandbox.invoke(invocation, signal);
          await after();
          return attempt;
        },
      };
    },
  };
}

/** Warm calls at one size, and how much of the machine others had meanwhile; or why there are none. */
export class Measured {
  readonly calls: { durationMs: number; others: number }[] = [];
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
    const others = othersShare(before, await cpuNow(), (cpuUserMs ?? 0) + (cpuSystemMs ?? 0));
    if (outcome !== 'ok') this.failed = outcome;
    else if (!cold && durationMs !== null) this.calls.push({ durationMs, others });
  }

  /** The calls in quiet, or the few that others disturbed least: chosen by the disturbance, not by their duration. */
  least(): { durationMs: number; others: number }[] {
    const sorted = this.calls.toSorted((a, b) => a.others - b.others);
    return sorted.slice(0, Math.max(3, sorted.filter(({ others }) => others <= quietShare).length));
  }
}
