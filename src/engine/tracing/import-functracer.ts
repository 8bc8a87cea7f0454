import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import type { TraceReport } from '../../protocol/tracing.ts';
import { parseRawResults, recordedRun } from '../exchange/functracer/raw-results.ts';
import { parseResultsDat } from '../exchange/functracer/results-dat.ts';
import { parseUhull } from '../exchange/functracer/uhull.ts';
import { invalidImport } from '../exchange/invalid.ts';
import { providerPrices } from '../pricing/providers/table.ts';
import { type HullWish, hullReportOf, traceReport } from '../studies/tracing/report.ts';
import { bytesInMb, curveOf, type Trace } from '../studies/tracing/trace.ts';

/** p99 that was measured for the Docker engine's own API, ms: the machine of a file cannot be asked. */
const usualDelayMs = 25;
const binMs = 100;

export type FunctracerRequest = {
  /** `rawresults.csv` files, one a run, or `results.dat`, and at most one `uhull.json`, whose limits are then replayed. */
  files: readonly string[];
  provider: string;
  hull?: { margin: number };
  /** Size that is paid for, MB. */
  sizeMb?: number;
};

/**
 * Costs, waste and hull of runs that functracer recorded; nothing is run.
 * @throws ReefError `invalid-import`
 */
export async function traceOfFiles(
  { files, provider, hull, sizeMb }: FunctracerRequest,
  nowMs: number,
): Promise<{ report: TraceReport; traces: Trace[] }> {
  const texts = await Promise.all(files.map(async (file) => ({ file: basename(file), text: await read(file) })));
  const isUhull = ({ file }: { file: string }): boolean => file.toLowerCase().endsWith('.json');
  const traces = texts.filter((one) => !isUhull(one)).flatMap(({ file, text }) => runsIn(file, text));
  const [limits] = texts.filter(isUhull).map(({ file, text }) => parseUhull(text, file));
  if (traces.length === 0) throw invalidImport('No run is among these files: name a rawresults.csv too.');
  const probe = {
    kind: 'host-files',
    samples_per_s: Math.round(traces.reduce((sum, { periodMs }) => sum + 1000 / Math.max(1, periodMs), 0) / traces.length),
    error: 'Recorded by functracer: peaks between its readings are missed, and page cache counts as memory.',
    passed_over: [],
  } as const;
  const size = sizeMb === undefined ? {} : { sizeMb };
  const wish: HullWish = {
    binMs,
    margin: hull?.margin ?? 0,
    delayMs: usualDelayMs,
    ...(sizeMb !== undefined && { staticMb: sizeMb }),
  };
  const report = traceReport({
    subject: texts.map(({ file }) => file).join(', '),
    createdAtMs: nowMs,
    probe: { ...probe, passed_over: [] },
    traces,
    prices: providerPrices,
    provider,
    ...size,
    ...(hull !== undefined && { hull: wish }),
  });
  return { report: limits === undefined ? report : { ...report, hull: hullReportOf(traces, wish, limits) }, traces };
}

/** A file of rows is a run; of `results.dat`, which has no readings, each line is a run at its peak throughout. */
function runsIn(file: string, text: string): Trace[] {
  if (!file.toLowerCase().endsWith('.dat')) return [parseRawResults(text, file)];
  return parseResultsDat(text, file).map(({ durationMs, peakMb }) => {
    const peak = peakMb * bytesInMb;
    const usage = curveOf([
      [0, peak],
      [durationMs, peak],
    ]);
    return recordedRun(usage, durationMs, durationMs);
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ReefError('invalid-import', `${file} cannot be read: name a file that exists: ${messageOf(cause)}`, { cause });
  }
}
