import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionInfo } from '../../../protocol/functions.ts';
import { formatUsd } from '../../format/format.ts';
import { jsonEntries } from '../../exchange/logs/json-entries.ts';
import { cloudWatchPrice } from '../../pricing/cloudwatch.ts';
import type { FunctionLogs } from '../function-logs.ts';
import { callLog, entriesOf } from './call-log.ts';
import type { AwsOptions } from './client-config.ts';
import type { CloudLogs } from './cloud-logs.ts';
import type { Deployed } from './deployed.ts';
import { follow, type LogSource } from './follow.ts';
import { Insights, rowsPerQuery } from './insights.ts';
import { liveTail } from './live-tail.ts';
import { scanLog } from './scan-log.ts';

/** Words of the events, in either format, that say how a call went, so that what the function itself printed is not sent. */
const aboutCalls = [
  'RequestId: ',
  'platform.',
  'Task timed out',
  '[ERROR]',
  'Invoke Error',
  'Uncaught Exception',
  'Unhandled Promise Rejection',
  'heap out of memory',
  'XRAY TraceId',
];
const pattern = aboutCalls.map((words) => `?"${words}"`).join(' ');
const regularExpression = aboutCalls.map((words) => words.replaceAll(/[.[\]]/g, '\\$&')).join('|');
const query = [
  'fields @timestamp, @logStream, @message',
  `filter @message like /${regularExpression}/`,
  'sort @timestamp asc',
  `limit ${rowsPerQuery}`,
].join(' | ');

const { usdPerSessionMinute, freeSessionMinutesPerMonth } = cloudWatchPrice;
const livePrice = `Live Tail costs ${formatUsd(usdPerSessionMinute)} a minute, after ${freeSessionMinutesPerMonth.toLocaleString('en-US')} free minutes a month; polling costs nothing`;

const nowhere = { atMs: null, stream: null };
const dayMs = 24 * 3_600_000;

/** The logs of functions in CloudWatch. `deployedOf`: where a function is deployed. */
export function createFunctionLogs(
  options: AwsOptions,
  logs: CloudLogs,
  deployedOf: (fn: FunctionInfo, signal: AbortSignal) => Promise<Deployed>,
): FunctionLogs {
  const groupOf = async (fn: FunctionInfo, signal: AbortSignal): Promise<string> => (await deployedOf(fn, signal)).logGroup;

  return {
    group: groupOf,
    async *read(fn, period, signal) {
      const group = await groupOf(fn, signal);
      for await (const events of logs.events({ group, ...period, pattern }, signal)) yield events.flatMap(entriesOf);
    },
    async *follow(fn, wish, signal) {
      const { logGroup: group, arn } = await deployedOf(fn, signal);
      const source: LogSource = {
        read: (fromMs, readSignal) => logs.events({ group, fromMs }, readSignal),
        live: (liveSignal) => liveTail(options, groupArn(arn, group), liveSignal),
        nowMs: () => Date.now(),
        sleep: (durationMs, sleepSignal) => sleep(durationMs, undefined, { signal: sleepSignal }),
      };
      yield* follow(source, wish, livePrice, signal);
    },
    ofCall: async (fn, call, signal) => callLog(logs, await groupOf(fn, signal), call, signal),
    async estimate(fn, { fromMs, toMs }, signal) {
      const group = await groupOf(fn, signal);
      const { storedBytes = 0, retentionInDays, creationTime = 0 } = (await logs.group(group, signal)) ?? {};
      const keptMs = Math.min(toMs - creationTime, (retentionInDays ?? Infinity) * dayMs);
      const share = Math.min(1, (toMs - fromMs) / Math.max(1, keptMs));
      return { group, storedBytes, expectedBytes: storedBytes * share, retentionDays: retentionInDays ?? null };
    },
    async *scan(fn, period, scan, signal) {
      const group = await groupOf(fn, signal);
      using insights = new Insights(options);
      const run = (fromS: number, toS: number, runSignal: AbortSignal) => insights.run(group, query, fromS, toS, runSignal);
      const rows = scanLog(run, period, scan, rowsPerQuery, signal);
      for (;;) {
        const { done, value } = await rows.next();
        if (done === true) return value;
        yield value.flatMap((row) => jsonEntries(row, nowhere));
      }
    },
  };
}

/** `arn:aws:lambda:<region>:<account>:function:…` says where its log group is. */
function groupArn(functionArn: string, group: string): string {
  const [, partition = 'aws', , region = '', account = ''] = functionArn.split(':');
  return `arn:${partition}:logs:${region}:${account}:log-group:${group}`;
}
