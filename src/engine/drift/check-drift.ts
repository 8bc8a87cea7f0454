import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import type { EventChoice } from '../../protocol/requests.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import { emptyEvent, Version } from '../evidence/version.ts';
import { codeHash, listCode } from '../functions/code-hash.ts';
import { resolveFunction } from '../resolve-function.ts';
import type { Store } from '../store/store.ts';
import { describeMachine } from '../system/machine.ts';
import { type FunctionDrift, functionDrift } from './function-drift.ts';

export type DriftRequest = {
  /** Name or id; absent: every function that has a report. */
  function?: string;
  /** Warm calls to make first, at the size in use; absent or 0: what was measured meanwhile must do. */
  calls?: number;
};

export type DriftContext = {
  folder: string;
  functions: readonly FunctionInfo[];
  store: Store;
  nowMs: () => number;
  /** Makes calls as a run of their own. */
  measure: (request: { function: string; target: string; event: EventChoice }, warmCalls: number) => Promise<void>;
};

/** @throws ReefError `no-such-function`, `ambiguous-function`, `no-such-run` without a report of the named function */
export async function checkDrift(request: DriftRequest, context: DriftContext, signal: AbortSignal): Promise<FunctionDrift[]> {
  const { folder, functions, store } = context;
  const named = request.function === undefined ? null : resolveFunction(request.function, functions, folder);
  const reports = store.latestFigures(named === null ? undefined : [named.id]);
  if (named !== null && !reports.has(named.id))
    throw new ReefError('no-such-run', `There is no report of ${named.name}: "reef profile ${named.name}" makes one.`);
  const listed = await listCode(folder, signal);
  const found: FunctionDrift[] = [];
  for (const fn of named === null ? functions : [named]) {
    const runId = reports.get(fn.id)?.run_id;
    const report = runId === undefined ? undefined : store.report(runId);
    if (report === undefined) continue;
    await measureAgain(fn, report, request.calls ?? 0, context);
    const hash = await codeHash(fn, folder, listed, signal);
    found.push(functionDrift(fn, report, store, { machine: describeMachine(), nowMs: context.nowMs(), codeHash: hash }));
  }
  return found;
}

/** A few calls with each event of the report that is still there. */
async function measureAgain(fn: FunctionInfo, report: SizingReport, calls: number, { store, measure }: DriftContext) {
  if (calls === 0) return;
  const run = store.run(report.run_id);
  const version = Version.safeParse(run?.settings);
  for (const name of version.success ? Object.keys(version.data.eventBytes) : []) {
    const file = fn.events.find((event) => event.name === name)?.file;
    const event = name === emptyEvent ? { text: '{}' } : file === undefined ? undefined : { file };
    if (event !== undefined) await measure({ function: fn.id, target: run?.target ?? report.target, event }, calls);
  }
}
