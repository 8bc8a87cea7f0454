import { setTimeout as sleep } from 'node:timers/promises';
import { isCancelled } from '../../../protocol/errors.ts';
import type { LogLine } from '../../../protocol/logs.ts';
import { jsonEntries } from '../../exchange/logs/json-entries.ts';
import { factOf } from '../../exchange/logs/read-logs.ts';
import type { Fact } from '../../exchange/logs/fact.ts';
import type { LogEntry } from '../../exchange/logs/entry.ts';
import type { LoggedCallQuery } from '../function-logs.ts';
import type { CloudLogs } from './cloud-logs.ts';
import { clockSkewMs, waitsMs } from './find-report.ts';
import type { LogEvent } from './shown-events.ts';

/** Init ends within ten seconds, or is done again in the call. Source: AWS Lambda, runtime environment. */
const longestInitMs = 60_000;
/** What is not there after this time does not come any more. */
const settledMs = 60_000;
const dayMs = 24 * 3_600_000;

/** An event as the reader of logs takes it. */
export function entriesOf({ message, atMs, stream }: LogEvent): LogEntry[] {
  return jsonEntries({ message, timestamp: atMs, logStreamName: stream }, { atMs: null, stream: null });
}

/**
 * All lines of one call, those that name its request and those that do not, with what its init said before; or why CloudWatch
 * has none, or not all. A call that has just ended is waited for.
 */
export async function callLog(
  logs: CloudLogs,
  group: string,
  call: LoggedCallQuery,
  signal: AbortSignal,
): Promise<{ lines: LogLine[]; why: string | null }> {
  let found = await lookUp(logs, group, call, signal);
  for (const waitMs of waitsMs) {
    if (found.isWhole || Date.now() > call.startedAtMs + call.timeoutMs + settledMs) break;
    await sleep(waitMs, undefined, { signal });
    found = await lookUp(logs, group, call, signal);
  }
  const { lines, isWhole } = found;
  if (isWhole) return { lines, why: null };
  const why = lines.length === 0 ? await whyNone(logs, group, call, signal) : 'The report of this call is not in its log.';
  return { lines, why };
}

async function whyNone(logs: CloudLogs, name: string, { startedAtMs }: LoggedCallQuery, signal: AbortSignal): Promise<string> {
  const ageDays = (Date.now() - startedAtMs) / dayMs;
  const unknown = `CloudWatch has no line of this call in ${name}: its role may not write there, or its lines were not kept.`;
  try {
    const group = await logs.group(name, signal);
    if (group === null) return `There is no log group ${name}: it was deleted, or the function's role may not make it.`;
    const { retentionInDays: keptDays } = group;
    return keptDays === undefined || ageDays < keptDays
      ? unknown
      : `The lines of this call are gone: ${name} keeps ${keptDays} day(s), and the call was ${Math.floor(ageDays)} days ago.`;
  } catch (error) {
    if (isCancelled(error)) throw error;
    return unknown;
  }
}

async function lookUp(
  logs: CloudLogs,
  group: string,
  { requestId, startedAtMs, timeoutMs }: LoggedCallQuery,
  signal: AbortSignal,
): Promise<{ lines: LogLine[]; isWhole: boolean }> {
  const period = { fromMs: startedAtMs - clockSkewMs, toMs: startedAtMs + timeoutMs + clockSkewMs };
  const [first] = await all(logs.events({ group, ...period, pattern: `"${requestId}"` }, signal));
  if (first === undefined) return { lines: [], isWhole: false };
  // Only some lines name the request; a stream is one sandbox, whose calls come one after the other.
  const { stream } = first;
  const fromMs = first.atMs - longestInitMs;
  const toMs = first.atMs + timeoutMs + longestInitMs;
  const events = await all(logs.events({ group, fromMs, toMs, stream }, signal));
  const { from, to, isWhole } = spanOf(events.map(factsOf), requestId);
  return { lines: events.slice(from, to).map(({ atMs, message }) => ({ atMs, stream, text: message.trimEnd() })), isWhole };
}

/** Which of a stream's events are of a call: from after the report of the call before it to its own report. */
export function spanOf(facts: readonly Fact[][], requestId: string): { from: number; to: number; isWhole: boolean } {
  const is = (kind: Fact['kind'], own: boolean) => (each: readonly Fact[]) =>
    each.some((fact) => fact.kind === kind && (requestOf(fact) === requestId) === own);
  const start = facts.findIndex(is('start', true));
  const end = facts.findIndex(is('report', true));
  const begins = start >= 0 ? start : end;
  const from = begins < 0 ? 0 : facts.slice(0, begins).findLastIndex(is('report', false)) + 1;
  if (end >= 0) return { from, to: end + 1, isWhole: true };
  const next = facts.findIndex((each, index) => index > begins && is('start', false)(each));
  return { from, to: next < 0 ? facts.length : next, isWhole: false };
}

function factsOf(event: LogEvent): Fact[] {
  return entriesOf(event)
    .map(factOf)
    .filter((fact) => fact !== null);
}

function requestOf(fact: Fact): string | null {
  if (fact.kind === 'report') return fact.report.requestId;
  return fact.kind === 'start' ? fact.requestId : null;
}

async function all(pages: AsyncIterable<LogEvent[]>): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for await (const page of pages) events.push(...page);
  return events;
}
