import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { messageOf } from '../../../protocol/errors.ts';
import type { RecordedCurve } from './curve.ts';
import { invalid, parseCurves } from './parse.ts';

/**
 * The curves of a CSV file, or of every CSV file in a folder, in the order of their ids' first appearance.
 * @throws ReefError `invalid-curve`
 */
export async function loadCurves(path: string): Promise<RecordedCurve[]> {
  const curves: RecordedCurve[] = [];
  const origin = new Map<string, string>();
  for (const file of await csvFiles(path)) {
    const name = basename(file);
    for (const curve of parseCurves(await readFile(file, 'utf8'), name, parse(file).name)) {
      const earlier = origin.get(curve.id);
      if (earlier !== undefined) {
        throw invalid(`Curve "${curve.id}" is in ${earlier} and in ${name}; give each curve its own curve_id.`);
      }
      origin.set(curve.id, name);
      curves.push(curve);
    }
  }
  return curves;
}

async function csvFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path);
    const files = names.filter((name) => name.toLowerCase().endsWith('.csv')).toSorted();
    if (files.length > 0) return files.map((name) => join(path, name));
  } catch (error) {
    throw invalid(`The recorded curves in ${basename(path)} cannot be read; check the path: ${messageOf(error)}`, error);
  }
  throw invalid(`The folder ${basename(path)} holds no CSV file; put recorded curves into it, or name a file.`);
}
