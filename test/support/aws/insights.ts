import { type AwsReply, type AwsRequest, json, passOn } from './request.ts';

export type InsightsSettings = {
  /** Rows that a query gives at most; the service's own limit is 10,000. */
  rows: number;
  /** Looks at a query that still find it running. */
  slowQueries: number;
  /** Status in which queries end. */
  status: string;
  /** What a query is said to have scanned for each event in its period, bytes. */
  bytesPerEvent: number;
};

type Query = { logGroupName: string; queryString: string; startTime: number; endTime: number };
type Event = { eventId: string; logStreamName: string; message: string; timestamp: number };

/**
 * Logs Insights over the events of moto, which itself neither filters nor counts: the queries that Reef makes are understood
 * (a regular expression over the message, oldest first, a limit), and no others.
 */
export function createInsights(moto: string, settings: InsightsSettings) {
  const queries = new Map<string, { query: Query; looks: number; stopped: boolean }>();

  async function result(request: AwsRequest, query: Query): Promise<AwsReply> {
    const { logGroupName, startTime, endTime, queryString } = query;
    const [, expression] = /\| filter @message like \/(.*)\/ \| sort @timestamp asc \| limit \d+$/.exec(queryString) ?? [];
    if (expression === undefined) throw new Error(`This query is not understood: ${queryString}`);
    const period = { logGroupName, startTime: startTime * 1000, endTime: endTime * 1000 + 999 };
    const headers = { ...request.headers, 'x-amz-target': 'Logs_20140328.FilterLogEvents' };
    const answer = await passOn(moto, { ...request, headers, body: Buffer.from(JSON.stringify(period)) });
    const { events } = JSON.parse(answer.body.toString()) as { events: Event[] };
    const matching = events.filter(({ message }) => new RegExp(expression).test(message));
    const rows = matching.toSorted((a, b) => a.timestamp - b.timestamp).slice(0, settings.rows);
    const statistics = {
      recordsMatched: matching.length,
      recordsScanned: events.length,
      bytesScanned: events.length * settings.bytesPerEvent,
    };
    return json(200, { status: settings.status, statistics, results: rows.map(rowOf) });
  }

  return async function answer(request: AwsRequest): Promise<AwsReply> {
    const asked = JSON.parse(request.body.toString()) as Query & { queryId: string };
    if (request.action === 'StartQuery') {
      const queryId = String(queries.size + 1);
      queries.set(queryId, { query: asked, looks: 0, stopped: false });
      return json(200, { queryId });
    }
    const known = queries.get(asked.queryId);
    if (known === undefined) return json(400, { __type: 'ResourceNotFoundException' });
    if (request.action === 'StopQuery') {
      known.stopped = true;
      return json(200, { success: true });
    }
    known.looks += 1;
    return known.looks <= settings.slowQueries ? json(200, { status: 'Running', results: [] }) : result(request, known.query);
  };
}

function rowOf({ eventId, logStreamName, message, timestamp }: Event) {
  const time = new Date(timestamp).toISOString().replace('T', ' ').replace('Z', '');
  const fields = { '@timestamp': time, '@logStream': logStreamName, '@message': message, '@ptr': eventId };
  return Object.entries(fields).map(([field, value]) => ({ field, value }));
}
