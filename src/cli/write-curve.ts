import { writeFile } from 'node:fs/promises';
import { type CurveRow, recordedCurveCsv } from '../engine/exchange/curve-csv.ts';
import type { ImportedRun } from '../engine/import.ts';
import { ReefError } from '../protocol/errors.ts';

/** Writes sizes that were imported as a curve to replay; without a file nothing is written. */
export async function writeCurve(
  file: string | undefined,
  { functionName, architecture }: ImportedRun,
  rows: readonly CurveRow[],
): Promise<void> {
  if (file === undefined) return;
  if (rows.length === 0)
    throw new ReefError('not-enough-data', 'No size has a warm call that succeeded, so there is no curve to write.');
  await writeFile(file, recordedCurveCsv(functionName, architecture, rows));
  console.error(`A curve to replay: ${file}`);
}
