import { createWriteStream } from 'node:fs';
import { parse as parsePath, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../../engine/engine.ts';
import { samplesCsv, samplesNdjson } from '../../engine/exchange/trace/samples.ts';
import { writeTracePage } from '../../engine/report/page.ts';
import { traceText } from '../../engine/report/trace-text.ts';
import type { Trace } from '../../engine/studies/tracing/trace.ts';
import type { TraceStudyRequest } from '../../engine/tracing/request.ts';
import { parse, wholeNumber } from '../options.ts';
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
  const { image, ...common } = values;
  await using engine = openEngine(common, !json);
  const subject =
    image === undefined ? await functionOf(engine, positionals, values, signal) : { image: imageOf(image, values, positionals) };
  const progress = progressLine();
  const report = await engine.trace({ ...study, subject }, signal, progress.report);
  progress.end();
  if (values.samples !== undefined) await writeSamples(resolve(values.samples), tracesOf(engine, report));
  if (values.html !== undefined) await writeTracePage(report, [...tracesOf(engine, report)], values.html);
  console.log(json ? JSON.stringify(report, null, 2) : traceText(report));
  return report.runs.every(({ outcome }) => outcome === 'ok') ? 0 : 1;
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

/** One file a run: `name`, then `name-2`, `name-3`; CSV by its ending, else NDJSON. */
async function writeSamples(file: string, traces: Iterable<Trace>): Promise<void> {
  const { dir, name, ext } = parsePath(file);
  let index = 0;
  for (const trace of traces) {
    const path = index === 0 ? file : resolve(dir, `${name}-${index + 1}${ext}`);
    const pieces = ext.toLowerCase() === '.csv' ? samplesCsv(trace) : samplesNdjson(trace);
    await pipeline(Readable.from(pieces), createWriteStream(path));
    index += 1;
  }
}
