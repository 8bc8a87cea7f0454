import { CsvError, parse } from 'csv-parse/sync';
import * as z from 'zod/mini';
import { ReefError } from '../../../protocol/errors.ts';
import type { Architecture } from '../../../protocol/functions.ts';
import type { CurveRow, RecordedCurve } from './curve.ts';

const required = ['memory_mb', 'duration_ms'] as const;

const architectures: Readonly<Record<string, Architecture>> = {
  x86_64: 'x86_64',
  x86: 'x86_64',
  amd64: 'x86_64',
  arm64: 'arm64',
  arm: 'arm64',
  aarch64: 'arm64',
};

/** Numbers as people and spreadsheets write them; not `0x10`, `Infinity` or a thousands separator. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function number(expected: string, accepts: (value: number) => boolean) {
  return z.pipe(
    z.string().check(z.refine((text) => decimal.test(text) && accepts(Number(text)), { error: `not ${expected}` })),
    z.transform((text) => Number(text)),
  );
}

const positive = number('a positive number', (value) => value > 0 && Number.isFinite(value));
const notNegative = number('a number of 0 or more', (value) => value >= 0 && Number.isFinite(value));
const size = number(
  'a whole number of MB from 1 to 1,048,576',
  (value) => Number.isInteger(value) && value >= 1 && value <= 2 ** 20,
);

const empty = z.pipe(
  z.literal(''),
  z.transform(() => null),
);

/** Columns that a curve may have, as text; an optional one that is empty was not recorded. */
const columns = {
  curve_id: z.string(),
  arch: z
    .string()
    .check(z.refine((text) => text === '' || text.toLowerCase() in architectures, { error: 'not x86_64 or arm64' })),
  memory_mb: size,
  duration_ms: positive,
  sigma_ln: z.union([empty, notNegative]),
  p99_ms: z.union([empty, positive]),
  init_ms: z.union([empty, notNegative]),
  max_memory_mb: z.union([empty, positive]),
  n: z.union([empty, positive]),
};
const Row = z.object(columns);
type Row = z.infer<typeof Row>;
type Column = keyof typeof columns;

const expectations: Partial<Record<Column, string>> = {
  sigma_ln: 'not a number of 0 or more',
  p99_ms: 'not a positive number',
  init_ms: 'not a number of 0 or more',
  max_memory_mb: 'not a positive number',
  n: 'not a positive number',
};

type Line = { line: number; row: Row };

/**
 * Curves of one CSV text. `file` is the name to use in errors; `stem` names the curve where there is no `curve_id`.
 * @throws ReefError `invalid-curve` with the line of the first thing that is wrong
 */
export function parseCurves(text: string, file: string, stem: string): RecordedCurve[] {
  const byCurve = new Map<string, Line[]>();
  for (const line of readRows(text, file)) {
    const id = line.row.curve_id || stem;
    const lines = byCurve.get(id) ?? [];
    lines.push(line);
    byCurve.set(id, lines);
  }
  return [...byCurve].map(([id, lines]) => ({
    id,
    architecture: oneArchitecture(lines, id, file),
    rows: rowsOf(lines, id, file),
  }));
}

function readRows(text: string, file: string): Line[] {
  const records = readRecords(text, file);
  const header = records[0];
  if (header === undefined) throw invalid(`${file} is empty; its first line must name the columns memory_mb and duration_ms.`);
  const names = header.record.map((name) => name.trim().toLowerCase());
  for (const column of required) {
    if (!names.includes(column))
      throw invalid(`${file} line ${header.line}: there is no column ${column}; name the columns in the first line.`);
  }
  const repeated = names.find((name, i) => name in columns && names.indexOf(name) < i);
  if (repeated !== undefined) throw invalid(`${file} line ${header.line}: the column ${repeated} is there twice; remove one.`);
  if (records.length === 1) throw invalid(`${file} has no rows below its header; add one for each memory size.`);
  return records.slice(1).map(({ record, line }) => ({ line, row: readRow(names, record, file, line) }));
}

type CsvRecord = { record: string[]; line: number };

function readRecords(text: string, file: string): CsvRecord[] {
  try {
    const lines: number[] = [];
    const records = parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      on_record: (record: string[], context) => {
        lines.push(context.lines);
        return record;
      },
    });
    return records.map((record, i) => ({ record, line: lines[i] ?? 0 }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? ` line ${error['lines']}` : '';
    const what =
      error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH' ? 'the number of values differs from the header' : 'this is not CSV';
    throw invalid(`${file}${line}: ${what}; correct the line.`, error);
  }
}

function readRow(names: readonly string[], record: readonly string[], file: string, line: number): Row {
  const cells = Object.fromEntries(Object.keys(columns).map((column) => [column, record[names.indexOf(column)] ?? '']));
  const result = Row.safeParse(cells);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const column = String(issue?.path[0]) as Column;
  const value = cells[column] ?? '';
  const problem =
    value === ''
      ? `${column} is missing`
      : `${column} is "${shorten(value)}", ${expectations[column] ?? issue?.message ?? 'not valid'}`;
  throw invalid(`${file} line ${line}: ${problem}; correct the line.`);
}

function oneArchitecture(lines: readonly Line[], id: string, file: string): Architecture {
  const stated = lines
    .filter(({ row }) => row.arch !== '')
    .map(({ line, row }) => ({ line, arch: architectures[row.arch.toLowerCase()] }));
  const first = stated[0]?.arch;
  const other = stated.find(({ arch }) => arch !== first);
  if (other) {
    throw invalid(
      `${file} line ${other.line}: curve "${id}" has rows of two architectures; give each architecture its own curve_id.`,
    );
  }
  return first ?? 'x86_64';
}

function rowsOf(lines: readonly Line[], id: string, file: string): CurveRow[] {
  const seen = new Map<number, number>();
  for (const { line, row } of lines) {
    const earlier = seen.get(row.memory_mb);
    if (earlier !== undefined) {
      throw invalid(
        `${file} line ${line}: curve "${id}" has ${row.memory_mb} MB already in line ${earlier}; keep one row for each size.`,
      );
    }
    seen.set(row.memory_mb, line);
  }
  return lines
    .map(({ row }) => ({
      memoryMb: row.memory_mb,
      durationMs: row.duration_ms,
      sigmaLn: row.sigma_ln ?? sigmaFromP99(row.duration_ms, row.p99_ms),
      initMs: row.init_ms,
      maxMemoryMb: row.max_memory_mb,
    }))
    .toSorted((a, b) => a.memoryMb - b.memoryMb);
}

const defaultSigma = 0.03;
/** Standard normal quantile of 0.99. */
const z99 = 2.326;

/** Spread that a p99 tells: ln(p99 / mean) / 2.326, bounded to 0.005–0.6; 3 % when there is none, the middle of warm calls on AWS. */
function sigmaFromP99(meanMs: number, p99Ms: number | null): number {
  if (p99Ms === null) return defaultSigma;
  return Math.min(0.6, Math.max(0.005, Math.log(p99Ms / meanMs) / z99));
}

function shorten(value: string): string {
  return value.length <= 40 ? value : `${value.slice(0, 40)}…`;
}

export function invalid(sentence: string, cause?: unknown): ReefError {
  return new ReefError('invalid-curve', sentence, cause === undefined ? undefined : { cause });
}
