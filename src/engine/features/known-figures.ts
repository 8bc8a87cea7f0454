import type { Figures } from '../../protocol/requests.ts';
import type { CallsPerMonth, Savings } from '../../protocol/savings.ts';
import type { EngineContext } from '../context.ts';
import { checkDrift, type DriftRequest } from '../drift/check-drift.ts';
import type { FunctionDrift } from '../drift/function-drift.ts';
import { staleSentence } from '../drift/stale.ts';
import type { RunRequest } from '../engine.ts';
import { figuresOf } from '../figures.ts';
import { rankSavings } from '../savings/savings.ts';
import type { ReportFigures } from '../store/store.ts';
import { measure } from './invoking.ts';

/** What the latest reports say of the workspace's functions, and whether they still hold. */
export class KnownFigures {
  private readonly context: EngineContext;
  /** Of the last look at drift, by function: the report that was looked at, and why it does not hold. */
  private readonly checked = new Map<string, { runId: string; stale: string | undefined }>();

  constructor(context: EngineContext) {
    this.context = context;
  }

  figures(functionIds?: readonly string[]): Map<string, Figures> {
    const { store, functions } = this.context;
    const result = new Map<string, Figures>();
    for (const [id, report] of store().latestFigures(functionIds)) {
      const fn = functions.byId(id);
      if (fn === undefined) continue;
      const stale = this.staleness(id, report);
      const figure = figuresOf(report, fn, () => store().latestCurve(id));
      result.set(id, { ...figure, ...(stale !== undefined && { stale }) });
    }
    return result;
  }

  async drift(request: DriftRequest, signal: AbortSignal): Promise<FunctionDrift[]> {
    const { context } = this;
    const { options, store, clock } = context;
    const found = await checkDrift(
      request,
      {
        folder: options.folder,
        functions: await context.workspaceFunctions(signal),
        store: store(),
        nowMs: () => clock.nowMs(),
        measure: (calls: RunRequest, warmCalls: number) => measure(context, calls, warmCalls, signal),
      },
      signal,
    );
    for (const { functionId, runId, stale } of found) this.checked.set(functionId, { runId, stale });
    return found;
  }

  savings(calls?: CallsPerMonth): Savings {
    const { functions, store } = this.context;
    return rankSavings(functions.discovery().functions, store(), calls, (id, report) => this.staleness(id, report));
  }

  private staleness(functionId: string, { run_id, created_at }: ReportFigures): string | undefined {
    const known = this.checked.get(functionId);
    const found = known?.runId === run_id ? known.stale : undefined;
    return found ?? staleSentence({ reportedAt: created_at, nowMs: this.context.clock.nowMs() });
  }
}
