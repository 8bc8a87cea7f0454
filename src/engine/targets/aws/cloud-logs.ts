import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { explained } from './errors.ts';
import type { AwsPlace } from './place.ts';

export type LogQuery = {
  group: string;
  fromMs: number;
  /** Default: now. */
  toMs?: number;
  /** In the syntax of CloudWatch; without one, every event. */
  pattern?: string;
};

/** Reads log groups of CloudWatch; changes nothing there. */
export class CloudLogs implements Disposable {
  private readonly client: CloudWatchLogsClient;
  private readonly place: AwsPlace;

  constructor(options: AwsOptions) {
    this.place = options.place;
    this.client = new CloudWatchLogsClient(clientConfig(options));
  }

  /** Events a page at a time, oldest first within a stream. A group that is not there has none: the function never ran. */
  async *events({ group, fromMs, toMs, pattern }: LogQuery, signal: AbortSignal): AsyncGenerator<FilteredLogEvent[]> {
    const query = {
      logGroupName: group,
      startTime: Math.floor(fromMs),
      ...(toMs !== undefined && { endTime: Math.ceil(toMs) }),
      ...(pattern !== undefined && { filterPattern: pattern }),
    };
    const pages = paginateFilterLogEvents({ client: this.client }, query, { abortSignal: signal })[Symbol.asyncIterator]();
    for (;;) {
      try {
        const { done, value } = await pages.next();
        if (done === true) return;
        yield value.events ?? [];
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return;
        throw explained(error, { action: 'logs:FilterLogEvents', resource: group, place: this.place });
      }
    }
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }
}
