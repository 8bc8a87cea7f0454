import type { Architecture } from '../../protocol/functions.ts';

/** One size of a curve to be replayed. Null: not known. */
export type CurveRow = {
  memoryMb: number;
  /** Mean of warm calls. */
  durationMs: number;
  sigmaLn: number | null;
  initMs: number | null;
  peakMb: number | null;
  /** Calls behind the mean. */
  n: number | null;
};

const header = ['curve_id', 'arch', 'memory_mb', 'duration_ms', 'sigma_ln', 'init_ms', 'max_memory_mb', 'n'];

/** A recorded curve as the target `replay` reads it: CSV (RFC 4180), figures unrounded. */
export function recordedCurveCsv(id: string, architecture: Architecture, rows: readonly CurveRow[]): string {
  const lines = rows.map((row) => [id, architecture, row.memoryMb, row.durationMs, row.sigmaLn, row.initMs, row.peakMb, row.n]);
  return [header, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
