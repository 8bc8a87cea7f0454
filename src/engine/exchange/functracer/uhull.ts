import * as z from 'zod/mini';
import type { Hull } from '../../studies/tracing/hull.ts';
import { invalidImport } from '../invalid.ts';

/** functracer's `uhull.json`: an object of seconds (a tenth apart) to limits in MB; the last key, with 0, is the end. */

const binMs = 100;
/** Beyond this it is no profile of a function: the longest may run for 15 minutes. */
const mostBins = 24 * 36_000;

const Uhull = z.record(z.string().check(z.regex(/^\d+(\.\d+)?$/)), z.number().check(z.nonnegative()));

/**
 * Limits in bins of a tenth of a second. Bins that the file leaves out keep the limit before them, and so do those of 0:
 * functracer's own tuner does nothing there.
 * @throws ReefError `invalid-import`
 */
export function parseUhull(text: string, file: string): Hull {
  const limits = Object.entries(readUhull(text, file)).map(([seconds, memoryMb]) => ({
    bin: Math.round((Number(seconds) * 1000) / binMs),
    memoryMb,
  }));
  limits.sort((a, b) => a.bin - b.bin);
  const last = limits.at(-1);
  if (last === undefined || limits.every(({ memoryMb }) => memoryMb === 0)) {
    throw invalidImport(`${file} holds no limits: an object of seconds to MB is expected, such as {"0.0": 128, "0.1": 0}.`);
  }
  if (last.bin > mostBins) throw invalidImport(`${file} ends after ${last.bin / 10} s: that is more than a day.`);
  const memoryMb: number[] = [];
  let current = limits.find((limit) => limit.memoryMb > 0)?.memoryMb ?? 0;
  const bins = last.memoryMb === 0 ? last.bin : last.bin + 1;
  const byBin = new Map(limits.map((limit) => [limit.bin, limit.memoryMb]));
  for (let bin = 0; bin < bins; bin++) {
    const wanted = byBin.get(bin) ?? 0;
    if (wanted > 0) current = wanted;
    memoryMb.push(current);
  }
  return { binMs, memoryMb };
}

function readUhull(text: string, file: string): Record<string, number> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalidImport(`${file} is not JSON: an uhull is an object of seconds to MB, such as {"0.0": 128, "0.1": 0}.`, cause);
  }
  const parsed = Uhull.safeParse(json);
  if (!parsed.success) {
    throw invalidImport(`${file} is not an uhull: an object of seconds to MB is expected, such as {"0.0": 128, "0.1": 0}.`);
  }
  return parsed.data;
}

/** @throws RangeError when the bins are not a tenth of a second wide */
export function formatUhull(hull: Hull): string {
  if (hull.binMs !== binMs) throw new RangeError('An uhull has bins of a tenth of a second');
  const entries = [...hull.memoryMb, 0].map((memoryMb, bin): [string, number] => [(bin / 10).toFixed(1), memoryMb]);
  return `${JSON.stringify(Object.fromEntries(entries))}\n`;
}
