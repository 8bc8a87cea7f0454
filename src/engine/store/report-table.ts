import type { Database } from 'better-sqlite3';
import * as z from 'zod/mini';
import { ReefError } from '../../protocol/errors.ts';
import { SizingReport } from '../../protocol/sizing.ts';
import { TraceReport } from '../../protocol/tracing.ts';

/** A report of any study, which its `schema` tells. */
export type Report = SizingReport | TraceReport;

export type ReportTable = {
  save(runId: string, functionId: string, report: Report): void;
  /** Throws ReefError `store-newer` when a newer Reef wrote a report that this one does not know. */
  get(runId: string): Report | undefined;
};

const Report = z.discriminatedUnion('schema', [SizingReport, TraceReport]);
const schemas: ReadonlySet<string> = new Set<Report['schema']>(['reef/sizing@1', 'reef/trace@1']);

export function reportTable(db: Database): ReportTable {
  const upsert = db.prepare(`
    INSERT INTO reports (run_id, function_id, schema, created_at, document) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (run_id) DO UPDATE SET schema = excluded.schema, created_at = excluded.created_at, document = excluded.document`);
  const byRun = db.prepare<[string], { schema: string; document: string }>(
    'SELECT schema, document FROM reports WHERE run_id = ?',
  );
  return {
    save(runId, functionId, report) {
      // A figure that is not a number would become null in JSON, and be noticed only when the report is read.
      const { error } = Report.safeParse(report);
      if (error !== undefined)
        throw new ReefError(
          'internal',
          `The report of run ${runId} is not complete and was not kept: report it as a fault of Reef.`,
          { cause: error },
        );
      upsert.run(runId, functionId, report.schema, report.created_at, JSON.stringify(report));
    },
    get(runId) {
      const row = byRun.get(runId);
      if (row === undefined) return undefined;
      if (!schemas.has(row.schema))
        throw new ReefError(
          'store-newer',
          `The report of run ${runId} has a format that this version of Reef does not know (${row.schema}): update Reef to open it.`,
        );
      const document: unknown = JSON.parse(row.document);
      return z.parse(Report, document);
    },
  };
}
