import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { explained } from './errors.ts';
import type { AwsPlace } from './place.ts';

export type QueryResult = {
  rows: ResultField[][];
  /** Rows that there are, which may be more than a query gives; null: the service does not say. */
  matched: number | null;
  /** That the service looked at, and is paid for. */
  scannedBytes: number;
  /** `Complete`, or why there is no more: `Failed`, `Cancelled`, `Timeout`, `Unknown`. */
  status: string;
};

/** Rows of one query. Source: CloudWatch Logs quotas. */
export const rowsPerQuery = 10_000;

const firstWaitMs = 200;
const slowestPollMs = 2_000;

/** Queries of CloudWatch Logs Insights, which are paid for by what they scan. */
export class Insights implements Disposable {
  private readonly client: CloudWatchLogsClient;
  private readonly place: AwsPlace;

  constructor(options: AwsOptions) {
    this.place = options.place;
    this.client = new CloudWatchLogsClient(clientConfig(options));
  }

  /**
   * Runs a query to its end; seconds since 1970, both included. When `signal` is aborted it is stopped, so that it scans no
   * further.
   */
  async run(group: string, text: string, fromS: number, toS: number, signal: AbortSignal): Promise<QueryResult> {
    const command = new StartQueryCommand({ logGroupName: group, queryString: text, startTime: fromS, endTime: toS });
    const { queryId } = await this.explain('logs:StartQuery', group, () => this.client.send(command, { abortSignal: signal }));
    if (queryId === undefined) return { rows: [], matched: null, scannedBytes: 0, status: 'Unknown' };
    try {
      return await this.resultOf(queryId, group, signal);
    } catch (error) {
      // `logs:StopQuery`: it may have ended meanwhile, and the first error is the one to tell.
      await this.client.send(new StopQueryCommand({ queryId })).catch(() => {});
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }

  private async resultOf(queryId: string, group: string, signal: AbortSignal): Promise<QueryResult> {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, slowestPollMs)) {
      const {
        status = 'Unknown',
        results = [],
        statistics,
      } = await this.explain('logs:GetQueryResults', group, () =>
        this.client.send(new GetQueryResultsCommand({ queryId }), { abortSignal: signal }),
      );
      if (status !== 'Scheduled' && status !== 'Running') {
        const { bytesScanned = 0, recordsMatched = null } = statistics ?? {};
        return { rows: results, matched: recordsMatched, scannedBytes: bytesScanned, status };
      }
      await sleep(waitMs, undefined, { signal });
    }
  }

  private async explain<Result>(action: string, resource: string, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      throw explained(error, { action, resource, place: this.place });
    }
  }
}
