import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  type LogGroup,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { explained } from './errors.ts';
import type { AwsPlace } from './place.ts';
import type { LogEvent } from './shown-events.ts';

export type LogQuery = {
  group: string;
  fromMs: number;
  /** Default: now. */
  toMs?: number;
  /** In the syntax of CloudWatch; without one, every event. */
  pattern?: string;
  /** Without one, all of them. */
  stream?: string;
};

/** Reads log groups of CloudWatch; changes nothing there. Free of charge. */
export class CloudLogs implements Disposable {
  private readonly client: CloudWatchLogsClient;
  private readonly place: AwsPlace;

  constructor(options: AwsOptions) {
    this.place = options.place;
    this.client = new CloudWatchLogsClient(clientConfig(options));
  }

  /** Events a page at a time, oldest first. A group that is not there has none: the function never ran. */
  async *events({ group, fromMs, toMs, pattern, stream }: LogQuery, signal: AbortSignal): AsyncGenerator<LogEvent[]> {
    const query = {
      logGroupName: group,
      startTime: Math.floor(fromMs),
      ...(toMs !== undefined && { endTime: Math.ceil(toMs) }),
      ...(pattern !== undefined && { filterPattern: pattern }),
      ...(stream !== undefined && { logStreamNames: [stream] }),
    };
    const pages = paginateFilterLogEvents({ client: this.client }, query, { abortSignal: signal })[Symbol.asyncIterator]();
    for (;;) {
      try {
        const { done, value } = await pages.next();
        if (done === true) return;
        yield (value.events ?? []).map(({ eventId, timestamp, logStreamName, message }) => {
          return { id: eventId ?? null, atMs: timestamp ?? 0, stream: logStreamName ?? '', message: message ?? '' };
        });
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return;
        throw explained(error, { action: 'logs:FilterLogEvents', resource: group, place: this.place });
      }
    }
  }

  /** Null when there is no group of that name. */
  async group(name: string, signal: AbortSignal): Promise<LogGroup | null> {
    try {
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
      const { logGroups = [] } = await this.client.send(command, { abortSignal: signal });
      // The first of those that begin with it, as they come in the order of their names.
      return logGroups.find(({ logGroupName }) => logGroupName === name) ?? null;
    } catch (error) {
      throw explained(error, { action: 'logs:DescribeLogGroups', resource: name, place: this.place });
    }
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }
}
