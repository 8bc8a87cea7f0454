import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createEngine } from '../engine/create-engine.ts';
import type { Engine } from '../engine/engine.ts';
import type { Trace } from '../engine/studies/tracing/trace.ts';
import { ReefError } from '../protocol/errors.ts';
import type { EventChoice } from '../protocol/requests.ts';
import type { RunSummary, StudyName } from '../protocol/runs.ts';
import type { SizingReport } from '../protocol/sizing.ts';
import type { TraceReport } from '../protocol/tracing.ts';
import { UsageError } from './usage.ts';

export type CommonValues = {
  workspace?: string | undefined;
  store?: string | undefined;
  node?: string | undefined;
  python?: string | undefined;
  image?: string | undefined;
};

/** The engine that a command works with; output of functions goes to stderr when `showOutput`. */
export function openEngine(values: CommonValues, showOutput = false): Engine {
  const folder = resolve(values.workspace ?? '.');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new ReefError('no-workspace', `There is no folder ${folder}: name the workspace with --workspace.`);
  }
  return createEngine({
    folder,
    settings: {
      storePath: values.store === undefined ? '.reef/samples.db' : resolve(values.store),
      nodePath: values.node ?? '',
      pythonPath: values.python ?? '',
      ...(values.image !== undefined && { images: { '*': values.image } }),
    },
    log: {
      log(level, message) {
        if (level === 'warn' || level === 'error') console.error(`reef: ${message}`);
      },
    },
    onOutput(_fn, line) {
      if (showOutput) console.error(line.text);
    },
  });
}

/** A target as it is typed, with the path of a recorded curve made absolute. */
export function targetPath(target: string): string {
  return target.startsWith('replay:') ? `replay:${resolve(target.slice('replay:'.length))}` : target;
}

/** Which function on which target: with a replay target the curve id stands for the function. */
export function chosen(
  positional: string | undefined,
  values: { target?: string | undefined; curve?: string | undefined; image?: string | undefined },
): { function: string; target: string } {
  const target = values.target ?? 'process';
  const replay = target.startsWith('replay:');
  if (values.curve !== undefined && !replay) throw new UsageError('--curve goes with --target replay:<csv>.');
  if (values.curve !== undefined && positional !== undefined)
    throw new UsageError('Name the curve once: as argument or with --curve.');
  if (values.image !== undefined && target !== 'docker') throw new UsageError('--image goes with --target docker.');
  const name = values.curve ?? positional;
  if (name === undefined && !replay) throw new UsageError('Name the function: "reef functions" lists them.');
  return { function: name ?? '', target: targetPath(target) };
}

/** `--event` is a file, or the name of one of the function's events; `--payload` is the text itself. */
export async function chosenEvent(
  engine: Engine,
  functionName: string,
  values: { event?: string | undefined; payload?: string | undefined },
  signal: AbortSignal,
): Promise<EventChoice> {
  const { event, payload } = values;
  if (event !== undefined && payload !== undefined) throw new UsageError('Give either --event or --payload.');
  if (payload !== undefined) return { text: payload };
  if (event === undefined) return null;
  const { functions } = await engine.functions.scan(signal);
  const named = functions
    .filter(({ id, name }) => id === functionName || name === functionName)
    .flatMap(({ events }) => events)
    .find(({ name, file }) => name === event || file === event);
  return { file: named?.file ?? resolve(event) };
}

const recentRuns = 1_000;

/** The report of a run that found a size, or for `last` of the newest one that has such a report. */
export function wantedReport(engine: Engine, wanted: string | undefined): SizingReport {
  return engine.report(wantedRun(engine, wanted, ['sizing']));
}

/** The report of a run of any study. */
export function wantedReportOfAny(engine: Engine, wanted: string | undefined): SizingReport | TraceReport {
  const runId = wantedRun(engine, wanted, ['sizing', 'tracing']);
  return engine.store().run(runId)?.study === 'tracing' ? engine.traceReport(runId) : engine.report(runId);
}

/** The runs of a trace, each read from the store when its turn comes. */
export function* tracesOf(engine: Engine, { run_id, runs }: TraceReport): Generator<Trace> {
  for (const run of runs.keys()) yield engine.tracePoints(run_id ?? '', run);
}

function wantedRun(engine: Engine, wanted: string | undefined, studies: readonly StudyName[]): string {
  if (wanted === undefined) throw new UsageError('Name the run, or "last": "reef runs" lists them.');
  if (wanted !== 'last') return wanted;
  const runId = newestRun(engine, ({ hasReport, study }) => hasReport && studies.includes(study));
  if (runId === undefined) throw new ReefError('no-such-run', 'There is no report yet: "reef profile <function>" makes one.');
  return runId;
}

/** Looking makes no store. */
export function newestRun(engine: Engine, isWanted: (run: RunSummary) => boolean): string | undefined {
  return existsSync(engine.storePath) ? engine.store().runs(recentRuns).find(isWanted)?.id : undefined;
}
