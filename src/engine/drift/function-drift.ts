import type { FunctionInfo } from '../../protocol/functions.ts';
import type { Machine, RunSummary } from '../../protocol/runs.ts';
import type { Sample } from '../../protocol/samples.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import { ranOnThis, sharedEvents } from '../evidence/same.ts';
import { emptyEvent, Version } from '../evidence/version.ts';
import type { Store } from '../store/store.ts';
import { type Drift, driftOf } from '../studies/sizing/drift.ts';
import { staleSentence } from './stale.ts';

/** A function beside its latest report. */
export type FunctionDrift = {
  functionId: string;
  functionName: string;
  runId: string;
  reportedAt: string;
  target: string;
  drift: Drift;
  /** Null where the code cannot be compared. */
  codeChanged: boolean | null;
  /** Why to profile again, in a sentence; absent while the report holds. */
  stale?: string;
};

export type Now = { machine: Machine; nowMs: number; codeHash: string | null };

const maxRuns = 500;
const enoughWarm = 10;
const mostImported = 500;

/** What was measured since the report's run, on the same target with the same events, beside what the report believes. */
export function functionDrift(fn: FunctionInfo, report: SizingReport, store: Store, now: Now): FunctionDrift {
  const run = store.run(report.run_id);
  const drift = driftOf(report, run === undefined ? [] : newSamples(store, run, now.machine));
  // The hash of a report from a cloud is of the code that is deployed there.
  const isHere = !/^aws(:|$)/.test(report.target);
  const codeChanged =
    isHere && report.code_hash !== undefined && now.codeHash !== null ? report.code_hash !== now.codeHash : null;
  const known = { reportedAt: report.created_at, nowMs: now.nowMs, drift };
  const stale = staleSentence({ ...known, ...(codeChanged !== null && { codeChanged }) });
  return {
    functionId: fn.id,
    functionName: fn.name,
    runId: report.run_id,
    reportedAt: report.created_at,
    target: report.target,
    drift,
    codeChanged,
    ...(stale !== undefined && { stale }),
  };
}

/** The newest that are enough: a change of late must not drown in what was still as believed. */
function newSamples(store: Store, reported: RunSummary, machine: Machine): Sample[] {
  const later = store
    .runsOf(reported.functionId, maxRuns)
    .filter((run) => run.id > reported.id && run.target === reported.target && ranOnThis(run, machine));
  const found: Sample[] = [];
  for (const run of later) {
    found.push(...comparable(store.samples(run.id), run, reported));
    if (found.filter(({ outcome, cold }) => outcome === 'ok' && !cold).length >= enoughWarm) break;
  }
  return found;
}

/** Those with an event of the report; of imported logs the newest, as their events are not known. */
function comparable(samples: readonly Sample[], run: RunSummary, reported: RunSummary): Sample[] {
  if (run.study === 'import') {
    const later = samples.filter(({ startedAtMs }) => startedAtMs > reported.startedAtMs);
    return later.toSorted((a, b) => b.startedAtMs - a.startedAtMs).slice(0, mostImported);
  }
  const version = Version.safeParse(reported.settings);
  const events = version.success ? sharedEvents(run, version.data) : new Set<string>();
  return samples.filter(({ eventName }) => events.has(eventName ?? emptyEvent));
}
