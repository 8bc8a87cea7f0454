import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request of an AWS SDK, as the emulator sees it. */
export type AwsRequest = {
  method: string;
  /** Path and query, as they came. */
  url: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** The operation, e.g. `PublishVersion`. */
  action: string;
  /** Name of the Lambda function that it is about. */
  functionName: string | null;
};

export type AwsReply = { status: number; headers?: Record<string, string>; body: string | Buffer };

const operations: [method: string, path: RegExp, action: string][] = [
  ['GET', /^\/2016-08-19\/account-settings\/?$/, 'GetAccountSettings'],
  ['GET', /^\/2015-03-31\/functions\/?$/, 'ListFunctions'],
  ['POST', /^\/2015-03-31\/functions\/?$/, 'CreateFunction'],
  ['DELETE', /^\/2015-03-31\/functions\/([^/]+)\/?$/, 'DeleteFunction'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, 'UpdateFunctionConfiguration'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/?$/, 'GetFunction'],
  ['PUT', /^\/2015-03-31\/functions\/([^/]+)\/code$/, 'UpdateFunctionCode'],
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/versions$/, 'PublishVersion'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/versions$/, 'ListVersionsByFunction'],
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/aliases$/, 'CreateAlias'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/aliases$/, 'ListAliases'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/aliases\/[^/]+$/, 'GetAlias'],
  ['PUT', /^\/2015-03-31\/functions\/([^/]+)\/aliases\/[^/]+$/, 'UpdateAlias'],
  ['DELETE', /^\/2015-03-31\/functions\/([^/]+)\/aliases\/[^/]+$/, 'DeleteAlias'],
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, 'Invoke'],
  ['GET', /^\/2018-10-31\/layers\/?$/, 'GetLayerVersionByArn'],
  ['GET', /^\/2021-10-31\/functions\/([^/]+)\/urls$/, 'ListFunctionUrlConfigs'],
  ['POST', /^\/2021-10-31\/functions\/([^/]+)\/url$/, 'CreateFunctionUrlConfig'],
  ['PUT', /^\/2021-10-31\/functions\/([^/]+)\/url$/, 'UpdateFunctionUrlConfig'],
  ['DELETE', /^\/2021-10-31\/functions\/([^/]+)\/url$/, 'DeleteFunctionUrlConfig'],
  ['POST', /^\/2017-03-31\/tags\/([^/]+)$/, 'TagResource'],
  ['DELETE', /^\/2017-03-31\/tags\/([^/]+)$/, 'UntagResource'],
];

export async function readRequest(message: IncomingMessage): Promise<AwsRequest> {
  const { method = 'GET', url = '/', headers } = message;
  const { pathname: path, searchParams: query } = new URL(url, 'http://localhost');
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const operation = operations.find(([verb, pattern]) => verb === method && pattern.test(path));
  const target = headers['x-amz-target'];
  const body = Buffer.concat(chunks);
  const form = String(headers['content-type']).includes('urlencoded') ? new URLSearchParams(body.toString()).get('Action') : null;
  const action = operation?.[2] ?? form ?? (typeof target === 'string' ? (target.split('.').at(-1) ?? '') : `${method} ${path}`);
  const resource = decodeURIComponent(operation?.[1].exec(path)?.[1] ?? '');
  const named = resource === '' ? null : (/(?:^|:)function:([^:]+)/.exec(resource)?.[1] ?? resource);
  const functionName = action === 'CreateFunction' ? newName(body) : named;
  return { method, url, path, query, headers, body, action, functionName };
}

function newName(body: Buffer): string {
  return (JSON.parse(body.toString()) as { FunctionName: string }).FunctionName;
}

/** An error as the REST-JSON protocol of AWS spells it. */
export function failure(status: number, type: string, message: string, more: Record<string, unknown> = {}): AwsReply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
    body: JSON.stringify({ Type: 'User', message, Message: message, ...more }),
  };
}

export function json(status: number, value: unknown): AwsReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function send(response: ServerResponse, { status, headers, body }: AwsReply): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** Hands a request on, as it is or with another body, and returns the answer. */
export async function passOn(to: string, { method, url, headers, body }: AwsRequest): Promise<AwsReply> {
  const passed = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !['host', 'connection', 'content-length', 'expect', 'transfer-encoding'].includes(name)
      ? [[name, value]]
      : [],
  );
  const bare = method === 'GET' || method === 'HEAD' || (method === 'DELETE' && body.length === 0);
  const answer = await fetch(`${to}${url}`, { method, headers: passed, ...(!bare && { body: new Uint8Array(body) }) });
  const type = answer.headers.get('content-type');
  const error = answer.headers.get('x-amzn-errortype');
  return {
    status: answer.status,
    headers: { ...(type !== null && { 'content-type': type }), ...(error !== null && { 'x-amzn-errortype': error }) },
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
