import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { defaultSeed, type EngineContext } from '../context.ts';
import type { LogEntry } from '../exchange/logs/entry.ts';
import { importCloudLogs, type LogImport } from '../import.ts';
import { scanCostUsd, scannedBytesFor } from '../pricing/cloudwatch.ts';
import type { Followed, FunctionLogs, Period, ScanResult } from '../targets/function-logs.ts';
import type { Target } from '../targets/target.ts';
import { type ScanPlan, scanPlan } from './scan-plan.ts';

/** A deployed function, by name or id, on a target such as `aws:dev/eu-west-1`. */
export type DeployedFunction = { function: string; target: string };

export type CloudLogs = DeployedFunction & {
  days: number;
  /** By queries that are paid for, once the plan is agreed to; absent: by reading, which is free. */
  insights?: { maxUsd: number; confirm: (plan: ScanPlan) => Promise<boolean> };
};

/** Told while a log is read; `share` of the whole is null where that is not known. */
export type OnRead = (message: string, share: number | null) => void;

export type FollowRequest = DeployedFunction & {
  /** How far back it begins, ms. */
  sinceMs: number;
  /** True: without a live session, which is paid for. */
  poll: boolean;
};

const dayMs = 24 * 3_600_000;
/** Nothing is called: a function's own events, which may be broken, are not looked at. */
const noEvent = { text: '{}' };

/** Keeps the calls of the last days that a cloud has logged. */
export async function importFromCloud(
  context: EngineContext,
  request: CloudLogs,
  signal: AbortSignal,
  onProgress: OnRead = () => {},
): Promise<LogImport> {
  await using on = await openLogs(context, request, signal);
  const { fn, logs, target } = on;
  const { store, clock, options } = context;
  const { days, insights } = request;
  const toMs = clock.nowMs();
  const period = { fromMs: toMs - days * dayMs, toMs };
  let scan: ScanResult | null = null;

  async function* scanned({ maxUsd, confirm }: NonNullable<CloudLogs['insights']>): AsyncGenerator<LogEntry[]> {
    const plan = scanPlan(await logs.estimate(fn, period, signal), days, maxUsd);
    if (!(await confirm(plan))) throw new ReefError('cancelled', 'Nothing was read: the plan was not agreed to.');
    const pages = logs.scan(fn, period, { maxBytes: scannedBytesFor(plan.maxUsd), onProgress: tell }, signal);
    let page = await pages.next();
    for (; page.done !== true; page = await pages.next()) yield page.value;
    scan = page.value;
  }
  const tell = ({ rows, done }: { rows: number; done: number }): void => onProgress(`${count(rows)} lines found`, done);

  const entries = insights === undefined ? counted(logs, fn, period, signal, onProgress) : scanned(insights);
  const source = `the last ${days} day(s) of the log of ${fn.name}`;
  const place = { store: store(), clock, folder: options.folder, functions: [] };
  const deployed = await target.catalog?.describe(fn.deployedId ?? fn.id, signal);
  const imported = await importCloudLogs({ function: fn, from: target.name, deployed, period, entries, source }, place);
  return scan === null ? imported : { ...imported, scan: withCost(scan) };
}

export async function* followLogs(context: EngineContext, request: FollowRequest, signal: AbortSignal): AsyncGenerator<Followed> {
  await using on = await openLogs(context, request, signal);
  yield* on.logs.follow(on.fn, request, signal);
}

type Opened = AsyncDisposable & { target: Target; fn: FunctionInfo; logs: FunctionLogs };

/** The function with its logs; whoever gets it disposes of it. */
export async function openLogs(context: EngineContext, request: DeployedFunction, signal: AbortSignal): Promise<Opened> {
  const { target, fn } = await context.prepare({ ...request, event: noEvent }, defaultSeed, signal);
  const { logs } = target;
  const close = async (): Promise<void> => target[Symbol.asyncDispose]();
  if (logs !== undefined) return { target, fn, logs, [Symbol.asyncDispose]: close };
  await close();
  throw new ReefError('invalid-import', `The target ${target.name} keeps no logs: name "aws" with a profile and region.`);
}

async function* counted(
  logs: FunctionLogs,
  fn: FunctionInfo,
  period: Period,
  signal: AbortSignal,
  onProgress: OnRead,
): AsyncGenerator<LogEntry[]> {
  let read = 0;
  for await (const entries of logs.read(fn, period, signal)) {
    yield entries;
    read += entries.length;
    onProgress(`${count(read)} lines read`, null);
  }
}

function withCost(scan: ScanResult): ScanResult & { costUsd: number } {
  return { ...scan, costUsd: scanCostUsd(scan.scannedBytes) };
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
