import type { ResultField } from '@aws-sdk/client-cloudwatch-logs';
import { messageOf } from '../../../protocol/errors.ts';
import type { Period, Scan, ScanResult } from '../function-logs.ts';
import { isPassing } from './errors.ts';
import type { QueryResult } from './insights.ts';

/** Runs one query over whole seconds since 1970, both included. */
export type RunQuery = (fromS: number, toS: number, signal: AbortSignal) => Promise<QueryResult>;

type Row = ResultField[];

/** Queries into which a period is divided at first: the second one is cut by what the first one found. */
const firstParts = 8;
/** Share of the rows that a query can give which it is meant to give. */
const wantedShare = 0.5;
const fastestGrowth = 4;

/**
 * All rows of a period, oldest first, though a query gives only so many: the period is cut into parts by how many rows each of
 * them had, and a query that was full is followed by one that begins where it ended. Ends before more is read than agreed.
 */
export async function* scanLog(
  run: RunQuery,
  { fromMs, toMs }: Period,
  { maxBytes, onProgress }: Scan,
  rowsPerQuery: number,
  signal: AbortSignal,
): AsyncGenerator<Row[], ScanResult> {
  const result: ScanResult = { scannedBytes: 0, queries: 0, missing: [] };
  const [firstS, lastS] = [Math.floor(fromMs / 1000), Math.ceil(toMs / 1000)];
  const wholeS = lastS - firstS + 1;
  let lengthS = Math.max(1, Math.ceil(wholeS / firstParts));
  let rows = 0;
  let known = new Set<string>();
  for (let atS = firstS; atS <= lastS;) {
    const affordableS = secondsLeft(result, maxBytes, atS - firstS);
    if (affordableS < 1) {
      result.missing.push(`${spanOf(atS, lastS)}: the agreed cost is reached.`);
      break;
    }
    const endS = Math.min(lastS, atS + Math.min(lengthS, affordableS) - 1);
    const answer = await runOrNote(run, atS, endS, lastS, result, signal);
    if (answer === null) break;
    const fresh = answer.rows.filter((row) => !known.has(pointerOf(row)));
    yield fresh;
    rows += fresh.length;
    const nextS = nextSecond(answer, atS, endS, rowsPerQuery);
    if (nextS === atS) {
      const most = answer.rows.length;
      result.missing.push(`${timeOf(atS)}: more lines in one second than a query gives (${most}): the others are left out.`);
    }
    atS = Math.max(nextS, atS + 1);
    // The second at which a full query ended is read again, as not all of it may have come.
    known = new Set(answer.rows.filter((row) => secondOf(row) === nextS).map(pointerOf));
    lengthS = nextLength(lengthS, answer, rowsPerQuery);
    onProgress({ scannedBytes: result.scannedBytes, rows, done: Math.min(1, (atS - firstS) / wholeS) });
  }
  return result;
}

/** Seconds that can be read for what is left, by what those before cost; at first nothing is known. */
function secondsLeft({ scannedBytes }: ScanResult, maxBytes: number, doneS: number): number {
  return scannedBytes === 0 || doneS <= 0 ? Infinity : Math.floor(((maxBytes - scannedBytes) / scannedBytes) * doneS);
}

/** Whether a query had more rows than it gave. */
function isFull({ rows, matched }: QueryResult, rowsPerQuery: number): boolean {
  return (matched ?? 0) > rows.length || rows.length >= rowsPerQuery;
}

/** Where the next query begins: after this one, or in the second at which it was full. */
function nextSecond(answer: QueryResult, fromS: number, toS: number, rowsPerQuery: number): number {
  const lastS = isFull(answer, rowsPerQuery) ? secondOf(answer.rows.at(-1)) : null;
  return lastS === null ? toS + 1 : Math.min(Math.max(lastS, fromS), toS + 1);
}

function nextLength(lengthS: number, answer: QueryResult, rowsPerQuery: number): number {
  const { rows, matched } = answer;
  // The service may give fewer rows than it says.
  const most = isFull(answer, rowsPerQuery) ? rows.length : rowsPerQuery;
  const filled = (matched ?? rows.length) / Math.max(1, most);
  const growth = filled === 0 ? fastestGrowth : Math.min(fastestGrowth, wantedShare / filled);
  return Math.max(1, Math.floor(lengthS * growth));
}

/** Null when the service is busy or ill for long: what was found is kept, and the rest is said to be missing. */
async function runOrNote(
  run: RunQuery,
  fromS: number,
  toS: number,
  lastS: number,
  result: ScanResult,
  signal: AbortSignal,
): Promise<QueryResult | null> {
  try {
    const answer = await run(fromS, toS, signal);
    result.queries += 1;
    result.scannedBytes += answer.scannedBytes;
    if (answer.status !== 'Complete') result.missing.push(`${spanOf(fromS, toS)}: the query ended as ${answer.status}.`);
    return answer;
  } catch (error) {
    if (result.queries === 0 || signal.aborted || !isPassing(error)) throw error;
    result.missing.push(`${spanOf(fromS, lastS)}: ${messageOf(error)}`);
    return null;
  }
}

function valueOf(row: Row, name: string): string {
  return row.find(({ field }) => field === name)?.value ?? '';
}

function pointerOf(row: Row): string {
  return valueOf(row, '@ptr');
}

/** Of `2026-03-01 10:00:00.250`, in UTC; null for a row without a time. */
function secondOf(row: Row | undefined): number | null {
  const atMs = row === undefined ? Number.NaN : Date.parse(`${valueOf(row, '@timestamp').replace(' ', 'T')}Z`);
  return Number.isNaN(atMs) ? null : Math.floor(atMs / 1000);
}

function spanOf(fromS: number, toS: number): string {
  return `${timeOf(fromS)} to ${timeOf(toS)}`;
}

function timeOf(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000', '');
}
