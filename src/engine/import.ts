import type { DeployedFunction } from '../protocol/deployed.ts';
import type { Architecture, FunctionInfo } from '../protocol/functions.ts';
import { ReefError } from '../protocol/errors.ts';
import type { NewSample } from '../protocol/samples.ts';
import { invalidImport } from './exchange/invalid.ts';
import type { LoggedCall } from './exchange/logs/call-tracker.ts';
import type { LogEntry } from './exchange/logs/entry.ts';
import { createLogReader, type LogReading, readLogs } from './exchange/logs/read-logs.ts';
import { type Imported, measuredMs, samplesOf } from './exchange/logs/samples.ts';
import { type LogSummary, summarise } from './exchange/logs/summary.ts';
import { parseResult } from './exchange/power-tuning/result.ts';
import { averageSamples, measuredSizes } from './exchange/power-tuning/samples.ts';
import { formatShareUrl, parseShareUrl, type TunedSize } from './exchange/power-tuning/share-url.ts';
import { recordedFunction } from './functions/recorded-function.ts';
import { resolveFunction } from './resolve-function.ts';
import { asRun } from './run-lifecycle.ts';
import type { Store, StoredRequest } from './store/store.ts';
import type { Clock } from './studies/ports.ts';
import type { Period, ScanResult } from './targets/function-logs.ts';

export type ImportRequest = {
  /** Name or id of a function of the workspace, or any other name. */
  function: string;
  /** Absent: as the workspace states it, else x86_64. */
  architecture?: Architecture;
  /** What is imported, and where it came from, to be named in errors. */
  text: string;
  source: string;
  /** Of a comparison of Power Tuning: which of its curves, from 0. */
  curve?: number;
};

/** `function` as the target knows it; `from`: the target's name, where its logs can be looked at again. */
export type CloudImport = {
  function: FunctionInfo;
  from: string;
  /** Which deployed function it is; undefined where the target does not tell. */
  deployed: Pick<DeployedFunction, 'id' | 'region'> | undefined;
  period: Period;
  entries: AsyncIterable<LogEntry[]>;
  source: string;
};

/** Where imported samples went. */
export type ImportedRun = {
  runId: string;
  functionName: string;
  /** False when the workspace has no function of that name: the samples are kept under the name alone. */
  inWorkspace: boolean;
  /** True for a function of a cloud, whose samples are kept under its id there. */
  deployed?: boolean;
  architecture: Architecture;
  samples: number;
};

export type LogImport = ImportedRun & {
  /** Calls that an earlier import, or a study, has kept. */
  alreadyStored: number;
  reading: Omit<LogReading, 'calls'>;
  summary: LogSummary;
  /** What queries that are paid for have read; absent where there were none. */
  scan?: ScanResult & { costUsd: number };
};

export type TuningImport = ImportedRun & {
  sizes: TunedSize[];
  /** Sizes that Power Tuning gives as 0 ms: it could not read their logs. */
  leftOut: number;
  currency: string | null;
};

export type ImportContext = { store: Store; clock: Clock; folder: string; functions: readonly FunctionInfo[] };

/**
 * Keeps the calls that a log reports as samples of a run.
 * @throws ReefError `invalid-import` when there is no call in it; `ambiguous-function`
 */
export async function importLogs(request: ImportRequest, context: ImportContext): Promise<LogImport> {
  const reading = readLogs(request.text);
  if (reading.calls.length === 0) throw nothingIn(request.source, reading, 'export the log of the function and give that');
  return keepCalls(reading, placeOf(request, context), context);
}

/**
 * Keeps the calls of a deployed function that the logs of its cloud report.
 * @throws ReefError `invalid-import` when there is no call in them, and what the target throws
 */
export async function importCloudLogs(cloud: CloudImport, context: ImportContext): Promise<LogImport> {
  const reading = await readingOf(cloud);
  if (reading.calls.length === 0) throw nothingIn(cloud.source, reading, 'call it, or take more days');
  const imported = await keepCalls(reading, cloudPlace(cloud), context, notedOf(cloud));
  return { ...imported, deployed: true };
}

/**
 * Keeps those of the calls that the store does not have, as calls of the code with that hash; makes no run where there are none.
 * @returns how many. @throws what the target throws
 */
export async function importNewCalls(cloud: CloudImport, codeHash: string, context: ImportContext): Promise<number> {
  const reading = await readingOf(cloud);
  const place = cloudPlace(cloud);
  if (notStored(reading.calls, context.store, place).length === 0) return 0;
  const { samples } = await keepCalls(reading, place, context, { ...notedOf(cloud), codeHash });
  return samples;
}

async function readingOf({ entries }: CloudImport): Promise<LogReading> {
  const reader = createLogReader();
  for await (const page of entries) page.forEach(reader.take);
  return reader.reading();
}

function cloudPlace({ function: fn, deployed }: CloudImport): Place {
  return { function: fn, inWorkspace: false, architecture: fn.architecture ?? 'x86_64', region: deployed?.region ?? null };
}

/** Which of several that share a source the calls are of, and of which days: their figures are read from that. */
function notedOf({ function: fn, from, deployed, period }: CloudImport): Record<string, unknown> {
  return { from, deployed: deployed?.id ?? fn.id, from_ms: period.fromMs, to_ms: period.toMs };
}

async function keepCalls(
  { calls, ...reading }: LogReading,
  place: Place,
  context: ImportContext,
  more: Record<string, unknown> = {},
): Promise<LogImport> {
  const summary = summarise(calls);
  const fresh = notStored(calls, context.store, place);
  const settings = { source: 'logs', cold_rate: summary.coldRate, calls_per_month: summary.callsPerMonth, ...more };
  const imported = await keep('aws', settings, place, context, (run) => samplesOf(fresh, run));
  return { ...imported, alreadyStored: calls.length - fresh.length, reading, summary };
}

/** Calls that neither an earlier import nor a study has kept. */
function notStored(calls: readonly LoggedCall[], store: Store, { function: fn }: Place): LoggedCall[] {
  const requestIds = [...new Set(calls.map(({ requestId }) => requestId))];
  const stored = new Set(store.requestsOf(fn.id, requestIds).map(attemptKey));
  return calls.filter((call) => !stored.has(attemptKey({ ...call, durationMs: measuredMs(call) })));
}

/** Retries of a request share its id: they differ in what they took. */
function attemptKey({ requestId, durationMs, memoryMb }: StoredRequest): string {
  return JSON.stringify([requestId, durationMs, memoryMb]);
}

/**
 * Keeps the averages of AWS Lambda Power Tuning, one a size, as samples of a run. `text` is a share URL or its JSON;
 * of a comparison, `curve` says which (from 0).
 * @throws ReefError `invalid-import`, `ambiguous-function`
 */
export async function importTuning(request: ImportRequest, context: ImportContext): Promise<TuningImport> {
  const { text, source } = request;
  const isUrl = /^\s*(https?:|#|[A-Za-z0-9+/=%]+;)/.test(text);
  const { curves, currency } = isUrl ? parseShareUrl(text) : parseResult(text, source);
  const chosen = curves.length === 1 && request.curve === undefined ? curves[0] : curves[request.curve ?? -1];
  if (chosen === undefined) {
    const names = curves.map(({ name }, i) => `${i + 1}${name === null || name === '' ? '' : ` (${name})`}`).join(' and ');
    throw invalidImport(`${source} holds the curves ${names}: choose one with --curve.`);
  }
  const sizes = measuredSizes(chosen.sizes);
  if (sizes.length === 0)
    throw invalidImport(`${source} gives 0 ms at each size: Power Tuning could not read the logs of any call.`);
  // The URL holds all that there is, so that nothing is lost: also what is left out of the samples.
  const settings = { source: 'power-tuning', averages: true, share_url: formatShareUrl({ curves: [chosen], currency }) };
  const imported = await keep('power-tuning', settings, placeOf(request, context), context, (place) =>
    averageSamples(sizes, place),
  );
  return { ...imported, sizes, leftOut: chosen.sizes.length - sizes.length, currency };
}

type Place = {
  function: FunctionInfo;
  inWorkspace: boolean;
  architecture: Architecture;
  /** Where the calls were made; absent where nothing tells. */
  region?: string | null;
};

/** The function that samples belong to: one of the workspace, or a name that stands for one deployed elsewhere. */
function placeOf(request: ImportRequest, { functions, folder }: ImportContext): Place {
  const known = functionIn(request.function, functions, folder);
  const architecture = request.architecture ?? known?.architecture ?? 'x86_64';
  const fn = known ?? recordedFunction(`imported#${request.function}`, request.function, architecture);
  return { function: fn, inWorkspace: known !== undefined, architecture };
}

/** Keeps samples as a run of their own. */
async function keep(
  target: string,
  settings: Record<string, unknown>,
  { function: fn, inWorkspace, architecture, region = null }: Place,
  { store, clock, folder }: ImportContext,
  samplesIn: (run: Imported) => NewSample[],
): Promise<ImportedRun> {
  const importedAtMs = clock.nowMs();
  const plan = { study: 'import', function: fn, target, settings, folder, nowMs: importedAtMs } as const;
  return asRun(store, plan, async ({ id: runId }) => {
    const samples = store.addSamples(samplesIn({ runId, architecture, importedAtMs, region })).length;
    return { runId, functionName: fn.name, inWorkspace, architecture, samples };
  });
}

/** Undefined when the workspace has none of that name; several are an error. */
function functionIn(wanted: string, functions: readonly FunctionInfo[], folder: string): FunctionInfo | undefined {
  try {
    return resolveFunction(wanted, functions, folder);
  } catch (error) {
    if (error instanceof ReefError && error.code === 'no-such-function') return undefined;
    throw error;
  }
}

function nothingIn(source: string, { unparsed, withoutReport }: LogReading, advice: string): ReefError {
  const [example] = unparsed.examples;
  const found =
    example === undefined
      ? withoutReport === 0
        ? ''
        : ` (${withoutReport} call(s) began there, without a report)`
      : ` that can be read (${unparsed.count} look like one, such as: ${example})`;
  return invalidImport(`There is no REPORT line of AWS Lambda in ${source}${found}: ${advice}.`);
}
