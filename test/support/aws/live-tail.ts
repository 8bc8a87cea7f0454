import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventMessage } from '../event-stream.ts';
import { type AwsRequest, failure, passOn, send } from './request.ts';

export type LiveTailSettings = {
  /** How often a session says something, ms; the service does so each second. */
  everyMs: number;
  /** Updates after which a session ends: as it does after three hours, or because the connection breaks. */
  endsAfter: { updates: number; how: 'timeout' | 'failure' | 'cut' } | null;
  /** Events that an update holds at most; more of them are left out. */
  eventsPerUpdate: number;
};

type Event = { eventId: string; logStreamName: string; message: string; timestamp: number; ingestionTime: number };

/** A session of Live Tail over the events of moto: what was put there after the session began, in the service's wire format. */
export async function liveTail(moto: string, request: AwsRequest, response: ServerResponse, settings: LiveTailSettings) {
  const { logGroupIdentifiers: [arn = ''] = [] } = JSON.parse(request.body.toString()) as { logGroupIdentifiers?: string[] };
  const group = /^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:([^:*]+)$/.exec(arn)?.[1];
  if (group === undefined) return send(response, failure(400, 'InvalidParameterException', `Not the ARN of a log group: ${arn}`));
  const before = await eventsOf(moto, request, group);
  if (before === null)
    return send(response, failure(400, 'ResourceNotFoundException', 'The specified log group does not exist.'));
  const sent = new Set(before.map(({ eventId }) => eventId));
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  response.write(eventMessage('event', 'initial-response', {}));
  response.write(eventMessage('event', 'sessionStart', { requestId: '1', sessionId: '1', logGroupIdentifiers: [arn] }));
  for (let updates = 0; !response.destroyed; updates++) {
    const { endsAfter } = settings;
    if (endsAfter !== null && updates >= endsAfter.updates) return end(response, endsAfter.how);
    const fresh = ((await eventsOf(moto, request, group)) ?? []).filter(({ eventId }) => !sent.has(eventId));
    for (const { eventId } of fresh) sent.add(eventId);
    const results = fresh
      .slice(0, settings.eventsPerUpdate)
      .map((event) => ({ ...event, eventId: undefined, logGroupIdentifier: arn }));
    const sessionMetadata = { sampled: fresh.length > results.length };
    response.write(eventMessage('event', 'sessionUpdate', { sessionMetadata, sessionResults: results }));
    await sleep(settings.everyMs);
  }
}

function end(response: ServerResponse, how: 'timeout' | 'failure' | 'cut'): void {
  if (how === 'cut') return void response.destroy();
  const type = how === 'timeout' ? 'SessionTimeoutException' : 'SessionStreamingException';
  response.end(eventMessage('exception', type, { message: `The session ended: ${how}` }));
}

/** Null where there is no such group. */
async function eventsOf(moto: string, request: AwsRequest, group: string): Promise<Event[] | null> {
  const asked = {
    ...request,
    headers: { ...request.headers, 'x-amz-target': 'Logs_20140328.FilterLogEvents' },
    body: Buffer.from(JSON.stringify({ logGroupName: group })),
  };
  const { status, body } = await passOn(moto, asked);
  return status === 200 ? (JSON.parse(body.toString()) as { events: Event[] }).events : null;
}
