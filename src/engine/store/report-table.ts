import type { Database } from 'better-sqlite3';
import * as z from 'zod/mini';
import { ReefError } from '../../protocol/errors.ts';
import type { Run } from '../../protocol/runs.ts';
import { SizingReport } from '../../protocol/sizing.ts';
import { TraceReport } from '../../protocol/tracing.ts';

export type ReportTable = {
  save(report: SizingReport): void;
  /** Throws ReefError `store-newer` when a newer Reef wrote a report that this one does not know. */
  get(runId: string): SizingReport | undefined;
  saveTrace(run: Pick<Run, 'id' | 'functionId'>, report: TraceReport): void;
  getTrace(runId: string): TraceReport | undefined;
};

const schema: SizingReport['schema'] = 'reef/sizing@1';
const traceSchema: TraceReport['schema'] = 'reef/trace@1';

export function reportTable(db: Database): ReportTable {
  const upsert = db.prepare(`
    INSERT INTO reports (run_id, function_id, schema, created_at, document) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (run_id) DO UPDATE SET schema = excluded.schema, created_at = excluded.created_at, document = excluded.document`);
  const byRun = db.prepare<[string], { schema: string; document: string }>(
    'SELECT schema, document FROM reports WHERE run_id = ?',
  );
  return {
    save(report) {
      // A figure that is not a number would become null in JSON, and be noticed only when the report is read.
      const { error } = SizingReport.safeParse(report);
      if (error !== undefined)
        throw new ReefError(
          'internal',
          `The report of run ${report.run_id} is not complete and was not kept: report it as a fault of Reef.`,
          { cause: error },
        );
      upsert.run(report.run_id, report.function.id, report.schema, report.created_at, JSON.stringify(report));
    },
    get(runId) {
      const row = byRun.get(runId);
      if (row === undefined || row.schema === traceSchema) return undefined;
      if (row.schema !== schema)
        throw new ReefError(
          'store-newer',
          `The report of run ${runId} has a format that this version of Reef does not know (${row.schema}): update Reef to open it.`,
        );
      const document: unknown = JSON.parse(row.document);
      return z.parse(SizingReport, document);
    },
    saveTrace(run, report) {
      const complete = z.parse(TraceReport, report);
      upsert.run(run.id, run.functionId, report.schema, report.created_at, JSON.stringify(complete));
    },
    getTrace(runId) {
      const row = byRun.get(runId);
      if (row?.schema !== traceSchema) return undefined;
      const document: unknown = JSON.parse(row.document);
      return z.parse(TraceReport, document);
    },
  };
}
