import type { Database } from 'better-sqlite3';
import * as z from 'zod/mini';
import { type Run, type RunStatus, RunSummary } from '../../protocol/runs.ts';

type Row = Record<string, unknown> & { settings: string; machine: string; hasReport: number };

export type RunTable = {
  insert(run: Run): void;
  /** Returns whether there is such a run. */
  end(id: string, status: RunStatus, endedAtMs: number | null, failure: string | null): boolean;
  underWay(): { id: string; pid: number }[];
  /** Ends a run whose process is gone, unless that process has ended it meanwhile; when it ended is not known. Returns whether it did. */
  interrupt(id: string): boolean;
  get(id: string): RunSummary | undefined;
  newest(limit: number): RunSummary[];
  ofFunction(functionId: string, limit: number): RunSummary[];
  importedLogs(functionName: string, limit: number): RunSummary[];
};

const select = `
  SELECT id, study, function_id AS functionId, function_name AS functionName, target, status, started_at_ms AS startedAtMs,
    ended_at_ms AS endedAtMs, settings, tool_version AS toolVersion, git_commit AS gitCommit, machine, failure, pid,
    (SELECT count(*) FROM samples WHERE run_id = runs.id) AS samples,
    EXISTS (SELECT 1 FROM reports WHERE run_id = runs.id) AS hasReport
  FROM runs`;

export function runTable(db: Database): RunTable {
  const insert = db.prepare(`
    INSERT INTO runs (id, study, function_id, function_name, target, status, started_at_ms, ended_at_ms, settings, tool_version,
      git_commit, machine, failure, pid)
    VALUES (@id, @study, @functionId, @functionName, @target, @status, @startedAtMs, @endedAtMs, @settings, @toolVersion,
      @gitCommit, @machine, @failure, @pid)`);
  const end = db.prepare('UPDATE runs SET status = ?, ended_at_ms = ?, failure = ? WHERE id = ?');
  const underWay = db.prepare<[], { id: string; pid: number }>("SELECT id, pid FROM runs WHERE status = 'running'");
  const interrupt = db.prepare("UPDATE runs SET status = 'interrupted' WHERE id = ? AND status = 'running'");
  const byId = db.prepare<[string], Row>(`${select} WHERE id = ?`);
  const newest = db.prepare<[number], Row>(`${select} ORDER BY id DESC LIMIT ?`);
  const ofFunction = db.prepare<[string, number], Row>(`${select} WHERE function_id = ? ORDER BY id DESC LIMIT ?`);
  const importedLogs = db.prepare<[string, number], Row>(
    `${select} WHERE study = 'import' AND target = 'aws' AND function_name = ? ORDER BY id DESC LIMIT ?`,
  );
  return {
    insert: (run) => void insert.run({ ...run, settings: JSON.stringify(run.settings), machine: JSON.stringify(run.machine) }),
    end: (id, status, endedAtMs, failure) => end.run(status, endedAtMs, failure, id).changes > 0,
    underWay: () => underWay.all(),
    interrupt: (id) => interrupt.run(id).changes > 0,
    get(id) {
      const row = byId.get(id);
      return row === undefined ? undefined : toRun(row);
    },
    newest: (limit) => newest.all(limit).map(toRun),
    importedLogs: (functionName, limit) => importedLogs.all(functionName, limit).map(toRun),
    ofFunction: (functionId, limit) => ofFunction.all(functionId, limit).map(toRun),
  };
}

function toRun(row: Row): RunSummary {
  const settings: unknown = JSON.parse(row.settings);
  const machine: unknown = JSON.parse(row.machine);
  return z.parse(RunSummary, { ...row, settings, machine, hasReport: row.hasReport === 1 });
}
