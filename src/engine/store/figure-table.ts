import type { Database } from 'better-sqlite3';
import * as z from 'zod/mini';
import { type CurvePoint, SizingReport } from '../../protocol/sizing.ts';
import type { ReportFigures } from './store.ts';

export type FigureTable = {
  /** Keeps the figures of a report unless the function has newer ones. */
  save(report: SizingReport): void;
  latest(functionIds: readonly string[] | undefined): Map<string, ReportFigures>;
  curve(functionId: string): CurvePoint[];
};

const Head = z.extend(
  z.pick(SizingReport, {
    run_id: true,
    created_at: true,
    target: true,
    basis: true,
    recommendation: true,
    current: true,
    evidence: true,
    code_hash: true,
    verdict: true,
  }),
  { recommended_p95_ms: z.optional(z.number()) },
);
const Curve = SizingReport.shape.curve;

type Row = { functionId: string; head: string };

export function figureTable(db: Database): FigureTable {
  const upsert = db.prepare(`
    INSERT INTO figures (function_id, run_id, created_at, head, curve) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (function_id) DO UPDATE SET
      run_id = excluded.run_id, created_at = excluded.created_at, head = excluded.head, curve = excluded.curve
    WHERE excluded.created_at >= figures.created_at`);
  const select = 'SELECT function_id AS functionId, head FROM figures';
  const all = db.prepare<[], Row>(select);
  const some = db.prepare<[string], Row>(`${select} WHERE function_id IN (SELECT value FROM json_each(?))`);
  const curve = db.prepare<[string], string>('SELECT curve FROM figures WHERE function_id = ?').pluck();
  return {
    save(report) {
      const { run_id, created_at, target, basis, recommendation, current, evidence, code_hash, verdict } = report;
      const best = report.curve.find(({ memory_mb }) => memory_mb === recommendation.memory_mb);
      const recommended_p95_ms = best?.percentiles?.p95.duration_ms;
      const head: ReportFigures = {
        run_id,
        created_at,
        target,
        basis,
        recommendation,
        current,
        evidence,
        code_hash,
        verdict,
        recommended_p95_ms,
      };
      upsert.run(report.function.id, run_id, created_at, JSON.stringify(head), JSON.stringify(report.curve));
    },
    latest(functionIds) {
      const rows = functionIds === undefined ? all.all() : some.all(JSON.stringify(functionIds));
      return new Map(rows.map(({ functionId, head }) => [functionId, z.parse(Head, JSON.parse(head))]));
    },
    curve(functionId) {
      const text = curve.get(functionId);
      return text === undefined ? [] : z.parse(Curve, JSON.parse(text));
    },
  };
}
