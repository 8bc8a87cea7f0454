import type { Database } from 'better-sqlite3';
import * as z from 'zod/mini';
import { Basis, type SizingReport } from '../../protocol/sizing.ts';
import type { ReportFigures } from './store.ts';

type Row = {
  functionId: string;
  runId: string;
  createdAt: string;
  target: string;
  basis: string;
  memoryMb: number;
  durationMs: number;
  costUsd: number;
  why: string;
  evidence: string;
  curve: string;
};

export type FigureTable = {
  /** Keeps the figures of a report unless the function has newer ones. */
  save(report: SizingReport): void;
  latest(functionIds: readonly string[] | undefined): Map<string, ReportFigures>;
};

const Evidence = z.array(z.string());
const Curve = z.array(z.tuple([z.number(), z.number(), z.number()]));

const select = `
  SELECT function_id AS functionId, run_id AS runId, created_at AS createdAt, target, basis, recommended_memory_mb AS memoryMb,
    recommended_duration_ms AS durationMs, recommended_cost_per_million_usd AS costUsd, why, evidence, curve
  FROM figures`;

export function figureTable(db: Database): FigureTable {
  const upsert = db.prepare(`
    INSERT INTO figures (function_id, run_id, created_at, target, basis, recommended_memory_mb, recommended_duration_ms,
      recommended_cost_per_million_usd, why, evidence, curve)
    VALUES (@functionId, @runId, @createdAt, @target, @basis, @memoryMb, @durationMs, @costUsd, @why, @evidence, @curve)
    ON CONFLICT (function_id) DO UPDATE SET
      run_id = excluded.run_id, created_at = excluded.created_at, target = excluded.target, basis = excluded.basis,
      recommended_memory_mb = excluded.recommended_memory_mb, recommended_duration_ms = excluded.recommended_duration_ms,
      recommended_cost_per_million_usd = excluded.recommended_cost_per_million_usd, why = excluded.why,
      evidence = excluded.evidence, curve = excluded.curve
    WHERE excluded.created_at >= figures.created_at`);
  const all = db.prepare<[], Row>(select);
  const some = db.prepare<[string], Row>(`${select} WHERE function_id IN (SELECT value FROM json_each(?))`);
  return {
    save: (report) => void upsert.run(toRow(report)),
    latest(functionIds) {
      const rows = functionIds === undefined ? all.all() : some.all(JSON.stringify(functionIds));
      return new Map(rows.map((row) => [row.functionId, toFigures(row)]));
    },
  };
}

function toRow(report: SizingReport): Row {
  const best = report.recommendation;
  return {
    functionId: report.function.id,
    runId: report.run_id,
    createdAt: report.created_at,
    target: report.target,
    basis: report.basis,
    memoryMb: best.memory_mb,
    durationMs: best.duration_ms,
    costUsd: best.cost_per_million_usd,
    why: best.why,
    evidence: JSON.stringify(report.evidence),
    curve: JSON.stringify(report.curve.map((point) => [point.memory_mb, point.duration_ms, point.cost_per_million_usd])),
  };
}

function toFigures(row: Row): ReportFigures {
  const curve = z.parse(Curve, JSON.parse(row.curve));
  return {
    run_id: row.runId,
    created_at: row.createdAt,
    target: row.target,
    basis: z.parse(Basis, row.basis),
    recommendation: { memory_mb: row.memoryMb, duration_ms: row.durationMs, cost_per_million_usd: row.costUsd, why: row.why },
    curve: curve.map(([memory_mb, duration_ms, cost_per_million_usd]) => ({ memory_mb, duration_ms, cost_per_million_usd })),
    evidence: z.parse(Evidence, JSON.parse(row.evidence)),
  };
}
