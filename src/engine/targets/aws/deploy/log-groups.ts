import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { type AwsOptions, clientConfig } from '../client-config.ts';
import { explaining } from '../errors.ts';

/** Log groups of functions, each call with the IAM action that it needs. */
export class LogGroups implements Disposable {
  private readonly options: AwsOptions;
  private readonly client: CloudWatchLogsClient;

  constructor(options: AwsOptions) {
    this.options = options;
    this.client = new CloudWatchLogsClient(clientConfig(options));
  }

  exists(name: string, signal: AbortSignal): Promise<boolean> {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
    return explaining({ action: 'logs:DescribeLogGroups', resource: name, place: this.options.place }, async () => {
      const { logGroups = [] } = await this.client.send(command, { abortSignal: signal });
      // Of several names with the same beginning the shortest comes first.
      return logGroups.some(({ logGroupName }) => logGroupName === name);
    });
  }

  /** Does nothing when it is gone. */
  async delete(name: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteLogGroupCommand({ logGroupName: name });
    await explaining({ action: 'logs:DeleteLogGroup', resource: name, place: this.options.place }, async () => {
      try {
        await this.client.send(command, { abortSignal: signal });
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    });
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }
}
