import {
  CloudWatchLogsClient,
  SessionTimeoutException,
  StartLiveTailCommand,
  type StartLiveTailResponseStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { ReefError } from '../../../protocol/errors.ts';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { explained } from './errors.ts';
import type { LiveUpdate } from './follow.ts';

/** The service says something each second; after this time without a word the connection is lost, ms. */
const silenceMs = 30_000;

/**
 * One session of Live Tail, from its first update on; ends when the service ends it, which is after three hours.
 * `group`: the ARN of the log group.
 * @throws ReefError when it cannot be opened, or breaks
 */
export async function* liveTail(options: AwsOptions, group: string, signal: AbortSignal): AsyncGenerator<LiveUpdate> {
  // A client of its own: nothing but the end of its connections ends a session.
  const client = new CloudWatchLogsClient({ ...clientConfig(options), maxAttempts: 1 });
  const end = (): void => client.destroy();
  const silence = setTimeout(end, silenceMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    await useOwnEndpoint(client);
    const command = new StartLiveTailCommand({ logGroupIdentifiers: [group] });
    const { responseStream = [] } = await client.send(command, { abortSignal: signal });
    for await (const event of responseStream) {
      silence.refresh();
      const update = updateOf(event);
      if (update !== null) yield update;
    }
    // A session that ends otherwise than by its time limit was cut off.
    throw new ReefError('service-failed', 'AWS closed the connection of logs:StartLiveTail.', { cause: closed });
  } catch (error) {
    if (signal.aborted) throw new ReefError('cancelled', 'Following the log was stopped.', { cause: error });
    if (error instanceof SessionTimeoutException) return;
    throw explained(error, { action: 'logs:StartLiveTail', resource: group, place: options.place });
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', end);
    end();
  }
}

const closed = Object.assign(new Error('The connection was closed.'), { code: 'ECONNRESET' });

/** AWS has a host for streams (`stream-logs…`); an endpoint that the user named is one host for all. */
async function useOwnEndpoint({ config }: CloudWatchLogsClient): Promise<void> {
  const named = config.isCustomEndpoint === true || (await config.serviceConfiguredEndpoint?.()) !== undefined;
  if (named) config.disableHostPrefix = true;
}

/** Null for the word that a session is open, before its first update. */
function updateOf({
  sessionUpdate,
  SessionTimeoutException: over,
  SessionStreamingException: broken,
}: StartLiveTailResponseStream) {
  const failure = over ?? broken;
  if (failure !== undefined) throw failure;
  if (sessionUpdate === undefined) return null;
  const events = (sessionUpdate.sessionResults ?? []).map(({ timestamp = 0, logStreamName: stream = '', message = '' }) => {
    return { id: null, atMs: timestamp, stream, message };
  });
  return { events, sampled: sessionUpdate.sessionMetadata?.sampled ?? false };
}
