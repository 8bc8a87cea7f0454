import type { Database } from 'better-sqlite3';
import { ReefError } from '../../protocol/errors.ts';
import type { Run } from '../../protocol/runs.ts';
import { openDatabase } from './database.ts';
import { figureTable } from './figure-table.ts';
import { functionTable } from './function-table.ts';
import { reportTable } from './report-table.ts';
import { newRunId } from './run-id.ts';
import { requestQuery } from './request-query.ts';
import { runTable } from './run-table.ts';
import { sampleTable } from './sample-table.ts';
import type { Store } from './store.ts';
import { damaged, guarded } from './store-errors.ts';
import { traceTable } from './trace-table.ts';
import { volumeQuery } from './volume-query.ts';

/** Runs that this process began: tells them from those of an earlier process that had the same number. */
const ownRuns = new Set<string>();

/**
 * Opens the measurements at a path, relative to the current folder or absolute; makes them when there are none.
 * @throws ReefError `store-damaged`, `store-newer`, `store-unavailable`
 */
export function openStore(path: string): Store {
  const db = openDatabase(path);
  try {
    return storeOn(db, path);
  } catch (error) {
    db.close();
    // A statement that does not fit: the file says it is ours, but a table or column is not there.
    throw error instanceof ReefError ? error : damaged(path, error);
  }
}

/** The store on a database that is open already. Every call throws ReefErrors as `openStore` does. */
export function storeOn(db: Database, path: string): Store {
  const functions = functionTable(db);
  const runs = runTable(db);
  const samples = sampleTable(db);
  const traces = traceTable(db);
  const reports = reportTable(db);
  const figures = figureTable(db);
  const volumes = volumeQuery(db);
  const requests = requestQuery(db);
  const saveReport = db.transaction((report: Parameters<Store['saveReport']>[0]) => {
    reports.save(report.run_id, report.function.id, report);
    figures.save(report);
  });
  const guard = <Result>(work: () => Result): Result => guarded(path, work);

  return {
    path,
    saveFunction: (fn) => guard(() => functions.save(fn, Date.now())),
    startRun(newRun) {
      const run: Run = { ...newRun, id: newRunId(newRun.startedAtMs), status: 'running', endedAtMs: null, failure: null };
      guard(() => runs.insert(run));
      ownRuns.add(run.id);
      return run;
    },
    endRun(id, status, failure) {
      const found = guard(() => runs.end(id, status, Date.now(), failure));
      if (!found) throw new ReefError('no-such-run', `A run that is not in the store cannot end: ${id}`);
    },
    interruptOrphans(isAlive) {
      const isOrphan = ({ id, pid }: { id: string; pid: number }): boolean =>
        pid === process.pid ? !ownRuns.has(id) : !isAlive(pid);
      return guard(() => runs.underWay().filter((run) => isOrphan(run) && runs.interrupt(run.id)).length);
    },
    run: (id) => guard(() => runs.get(id)),
    runs: (limit) => guard(() => runs.newest(limit)),
    importedLogs: (functionName, limit) => guard(() => runs.importedLogs(functionName, limit)),
    runsOf: (functionId, limit) => guard(() => runs.ofFunction(functionId, limit)),
    addSamples: (added) => guard(() => samples.insert(added)),
    samples: (runId) => guard(() => samples.ofRun(runId)),
    sample: (id) => guard(() => samples.get(id)),
    addTrace: (sampleId, trace) => guard(() => traces.insert(sampleId, trace)),
    trace: (sampleId) => guard(() => traces.get(sampleId)),
    tracedSamples: (runId) => guard(() => traces.samplesOf(runId)),
    saveReport: (report) => guard(() => saveReport.immediate(report)),
    report: (runId) => {
      const found = guard(() => reports.get(runId));
      return found?.schema === 'reef/sizing@1' ? found : undefined;
    },
    saveTraceReport: (runId, functionId, report) => guard(() => reports.save(runId, functionId, report)),
    traceReport: (runId) => {
      const found = guard(() => reports.get(runId));
      return found?.schema === 'reef/trace@1' ? found : undefined;
    },
    latestFigures: (functionIds) => guard(() => figures.latest(functionIds)),
    latestCurve: (functionId) => guard(() => figures.curve(functionId)),
    callVolumes: () => guard(volumes),
    requestsOf: (functionId, requestIds) => guard(() => requests(functionId, requestIds)),
    close: () => void db.close(),
    [Symbol.dispose]: () => void db.close(),
  };
}
