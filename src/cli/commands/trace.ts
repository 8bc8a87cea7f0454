import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parse as parsePath, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../../engine/engine.ts';
import { formatResultsDat } from '../../engine/exchange/functracer/results-dat.ts';
import { resultsOf } from '../../engine/exchange/functracer/results-of-traces.ts';
import { samplesCsv, samplesNdjson } from '../../engine/exchange/trace/samples.ts';
import { writeTracePage } from '../../engine/report/page.ts';
import { formatRawResults } from '../../engine/exchange/functracer/raw-results.ts';
import { formatUhull } from '../../engine/exchange/functracer/uhull.ts';
import { openMetrics } from '../../engine/exchange/trace/openmetrics.ts';
import { traceOfFiles } from '../../engine/tracing/import-functracer.ts';
import type { TraceReport } from '../../protocol/tracing.ts';
import { traceText } from '../../engine/report/trace-text.ts';
import type { Trace } from '../../engine/studies/tracing/trace.ts';
import type { TraceStudyRequest } from '../../engine/tracing/request.ts';
import { parse, positiveNumber, wholeNumber } from '../options.ts';
import { progressLine } from '../progress.ts';
import { chosenEvent, openEngine, tracesOf } from '../session.ts';
import { checkSubject, imageOf, studyOf, traceOptions, type TraceValues } from '../trace-request.ts';
import { UsageError } from '../usage.ts';

/** `reef trace <function> [options]` and `reef trace --image IMAGE [options] [-- argument …]`; fails when a run does. */
export async function traceCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, traceOptions, Infinity);
  checkSubject(values);
  const json = values.json === true;
  const study = studyOf(values);
  if (values.from !== undefined) return await traceOfRecorded(values.from, study, values);
  const { image, ...common } = values;
  await using engine = openEngine(common, !json);
  const subject =
    image === undefined ? await functionOf(engine, positionals, values, signal) : { image: imageOf(image, values, positionals) };
  const progress = progressLine();
  const report = await engine.trace({ ...study, subject }, signal, progress.report);
  progress.end();
  if (values.samples !== undefined) await writeSamples(resolve(values.samples), tracesOf(engine, report));
  if (values.uhull !== undefined) await writeUhull(values.uhull, report);
  if (values.html !== undefined) await writeTracePage(report, [...tracesOf(engine, report)], values.html);
  console.log(json ? JSON.stringify(report, null, 2) : traceText(report));
  return report.runs.every(({ outcome }) => outcome === 'ok') ? 0 : 1;
}

/** `reef trace --from FILE`: runs that functracer recorded; nothing is run or kept. */
async function traceOfRecorded(
  files: readonly string[],
  { provider = 'aws-x86', hull }: Omit<TraceStudyRequest, 'subject'>,
  values: TraceValues,
): Promise<number> {
  const sizeMb = positiveNumber(values.memory, 'memory');
  const wish = { files, provider, ...(hull !== undefined && { hull }), ...(sizeMb !== undefined && { sizeMb }) };
  const { report, traces } = await traceOfFiles(wish, Date.now());
  if (values.samples !== undefined) await writeSamples(resolve(values.samples), traces);
  if (values.html !== undefined) await writeTracePage(report, traces, values.html);
  if (values.uhull !== undefined) await writeUhull(values.uhull, report);
  console.log(values.json === true ? JSON.stringify(report, null, 2) : traceText(report));
  return 0;
}

/** Limits that follow the runs, as functracer's autotuner reads them. */
async function writeUhull(file: string, { hull }: TraceReport): Promise<void> {
  if (hull !== undefined) await writeFile(file, formatUhull({ binMs: hull.bin_ms, memoryMb: hull.limits_mb }));
}

async function functionOf(
  engine: Engine,
  [name, ...more]: readonly string[],
  values: TraceValues,
  signal: AbortSignal,
): Promise<TraceStudyRequest['subject']> {
  if (name === undefined) throw new UsageError('Name the function, or an image with --image IMAGE.');
  if (more.length > 0) throw new UsageError(`Unexpected argument: ${more[0]}`);
  const memoryMb = wholeNumber(values.memory, 'memory', 1);
  const calls = wholeNumber(values.calls, 'calls', 1);
  const { event: files = [undefined], payload } = values;
  const events = await Promise.all(files.map((event) => chosenEvent(engine, name, { event, payload }, signal)));
  return {
    function: name,
    target: values.target ?? 'docker',
    events,
    ...(memoryMb !== undefined && { memoryMb }),
    ...(calls !== undefined && { calls }),
  };
}

/** One file a run: `name`, then `name-2`, `name-3`. By their ending: CSV, functracer's rows, OpenMetrics, else NDJSON; `.dat` has a line a run. */
async function writeSamples(file: string, traces: Iterable<Trace>): Promise<void> {
  if (/\.dat$/i.test(file)) return await writeFile(file, formatResultsDat(resultsOf(traces)));
  const { dir, name, ext } = parsePath(file);
  const pieces = sampleWriters.find(({ ending }) => ending.test(file))?.pieces ?? samplesNdjson;
  let index = 0;
  for (const trace of traces) {
    const path = index === 0 ? file : resolve(dir, `${name}-${index + 1}${ext}`);
    await pipeline(Readable.from(pieces(trace)), createWriteStream(path));
    index += 1;
  }
}

const sampleWriters: readonly { ending: RegExp; pieces: (trace: Trace) => Iterable<string> }[] = [
  { ending: /rawresults\.csv$/i, pieces: (trace) => [formatRawResults(trace)] },
  { ending: /\.csv$/i, pieces: samplesCsv },
  { ending: /\.(prom|om)$/i, pieces: (trace) => openMetrics([trace]) },
];
