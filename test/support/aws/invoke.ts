import { randomBytes, randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { createProcessTarget } from '../../../src/engine/targets/process/target.ts';
import type { Attempt, Sandbox } from '../../../src/engine/targets/target.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';
import { type LogFormat, logLines, type Reported } from './log-lines.ts';
import type { HeldCode, Holding } from './deploy/held.ts';
import { createImages } from './deploy/image.ts';
import type { RegistryPlace } from './deploy/registry.ts';
import { createUploaded } from './deploy/uploaded.ts';
import { type AwsReply, type AwsRequest, failure } from './request.ts';

/** How a deployed function runs: its real handler, with the speed that its size would give it in the cloud. */
export type Behaviour = {
  function: FunctionInfo;
  /** Handler time at a size, ms; without it, as it took here. */
  durationMs?: (memoryMb: number, call: number) => number;
  /** Memory in use, MB: a version with less of it is killed. Without it, the peak measured here. */
  usedMb?: number;
  logFormat?: LogFormat;
};

export type InvokeSettings = {
  /** Tails end before the report, as happens when a function prints much. */
  truncateTails: boolean;
  /** What the service's clock is ahead of this machine's, ms. */
  clockSkewMs: number;
};

type Version = {
  memoryMb: number;
  timeoutS: number;
  version: string;
  modified: string;
  runtime: string;
  handler: string;
  environment: Record<string, string>;
};
type Environment = { sandbox: Sandbox; calls: number; stream: string };

const initMs = 120;

/** Runs Invoke through Reef's own runtime, at the size and timeout that moto holds for the version, and logs to moto. */
export function createInvoker(
  folder: string,
  moto: string,
  behaviours: Map<string, Behaviour>,
  { holding, registry }: { holding: Holding; registry: () => RegistryPlace | null },
  settings: InvokeSettings,
) {
  const uploaded = createUploaded(holding);
  const images = createImages(registry);
  const runtime = createProcessTarget({ folder, nodePath: process.execPath, pythonPath: '', log: { log: () => {} } });
  const logs = new CloudWatchLogsClient({
    endpoint: moto,
    region: 'us-east-1',
    credentials: { accessKeyId: 't', secretAccessKey: 't' },
  });
  const environments = new Map<string, Environment>();
  let routedCalls = 0;

  async function environmentOf(
    name: string,
    running: Version,
    behaviour: Behaviour | undefined,
    code: HeldCode | undefined,
  ): Promise<Environment> {
    const { version, memoryMb, modified, ...rest } = running;
    // Moto gives the number of a deleted version again, and a change of `$LATEST` ends its environments.
    const key = [name, version, memoryMb, modified, code?.sha256, JSON.stringify(rest)].join(':');
    const known = environments.get(key);
    if (known !== undefined) return known;
    const sandbox = await open(name, running, behaviour, code);
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    const made = { sandbox, calls: 0, stream: `${day}/[${version}]${randomBytes(16).toString('hex')}` };
    environments.set(key, made);
    return made;
  }

  function open(name: string, running: Version, behaviour: Behaviour | undefined, code: HeldCode | undefined): Promise<Sandbox> {
    if (behaviour !== undefined) {
      const { function: fn } = behaviour;
      return runtime.open({ function: fn, memoryMb: null, architecture: 'x86_64' }, new AbortController().signal);
    }
    if (code?.kind === 'image') return images.open({ ...running, name, uri: code.resolvedUri });
    return uploaded.open({ ...running, name, sha256: code?.sha256 ?? '' });
  }

  async function read<Fields>(request: AwsRequest, path: string): Promise<Fields | null> {
    const { authorization = '' } = request.headers;
    const url = `${moto}/2015-03-31/functions/${request.functionName}/${path}`;
    const answer = await fetch(url, { headers: { authorization } });
    return answer.ok ? ((await answer.json()) as Fields) : null;
  }

  /** An alias gives each second call to the version that it shares its calls with. */
  async function routed(request: AwsRequest, qualifier: string): Promise<string> {
    if (/^(\$LATEST|\d+)$/.test(qualifier)) return qualifier;
    const alias = await read<{ RoutingConfig: { AdditionalVersionWeights?: object } | null }>(request, `aliases/${qualifier}`);
    const [other] = Object.keys(alias?.RoutingConfig?.AdditionalVersionWeights ?? {});
    if (other === undefined) return qualifier;
    routedCalls += 1;
    return routedCalls % 2 === 0 ? other : qualifier;
  }

  async function versionOf(request: AwsRequest): Promise<Version | null> {
    const qualifier = await routed(request, request.query.get('Qualifier') ?? '$LATEST');
    type Fields = {
      MemorySize: number;
      Timeout: number;
      Version: string;
      LastModified: string;
      Runtime?: string;
      Handler?: string;
      Environment?: { Variables: Record<string, string> };
    };
    const fields = await read<Fields>(request, `configuration?Qualifier=${encodeURIComponent(qualifier)}`);
    if (fields === null) return null;
    const { MemorySize: memoryMb, Timeout: timeoutS, Version: version, LastModified: modified } = fields;
    const { Runtime: runtime = '', Handler: handler = '', Environment: { Variables: environment } = { Variables: {} } } = fields;
    return { memoryMb, timeoutS, version, modified, runtime, handler, environment };
  }

  async function log(group: string, stream: string, messages: readonly string[]): Promise<void> {
    const ignoreExisting = (error: unknown): void => {
      if (!(error instanceof Error && error.name === 'ResourceAlreadyExistsException')) throw error;
    };
    await logs.send(new CreateLogGroupCommand({ logGroupName: group })).catch(ignoreExisting);
    await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream })).catch(ignoreExisting);
    const timestamp = Date.now() + settings.clockSkewMs;
    const logEvents = messages.map((message) => ({ timestamp, message }));
    await logs.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }));
  }

  async function invoke(request: AwsRequest): Promise<AwsReply> {
    const name = request.functionName ?? '';
    const behaviour = behaviours.get(name);
    const version = await versionOf(request);
    const code = holding.of(name, version?.version ?? '')?.code;
    if (version === null || (behaviour === undefined && code === undefined)) {
      return failure(404, 'ResourceNotFoundException', `Function not found: ${name}`);
    }
    const environment = await environmentOf(name, version, behaviour, code);
    const cold = environment.calls === 0;
    environment.calls += 1;
    const payload = request.body.length === 0 ? '{}' : request.body.toString();
    const startedAtMs = Date.now();
    const attempt = await environment.sandbox.invoke({ payload, eventName: null }, new AbortController().signal);
    const ended = endOf(attempt, behaviour, version, environment.calls);
    // A killed environment is replaced by a new one.
    if (ended.dies) environment.calls = 0;
    const requestId = randomUUID();
    const output = environment.sandbox
      .logs()
      .filter(({ sandboxId, atMs }) => sandboxId === attempt.sandboxId && atMs >= startedAtMs);
    const reported: Reported = {
      ...ended,
      requestId,
      version: version.version,
      memoryMb: version.memoryMb,
      initMs: cold ? initMs : null,
      billedMs: Math.ceil(ended.durationMs + (cold ? initMs : 0)),
      output: [...output.map(({ text }) => text), ...ended.output],
    };
    const lines = logLines(reported, behaviour?.logFormat ?? 'Text', new Date(Date.now() + settings.clockSkewMs));
    await log(`/aws/lambda/${name}`, environment.stream, lines);
    const tail = settings.truncateTails ? lines.slice(0, 1) : lines;
    const encoded = Buffer.from(`${tail.join('\n')}\n`)
      .subarray(-4096)
      .toString('base64');
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amz-executed-version': version.version,
        ...(request.headers['x-amz-log-type'] === 'Tail' && { 'x-amz-log-result': encoded }),
        ...(ended.status !== 'success' && { 'x-amz-function-error': 'Unhandled' }),
      },
      body: ended.body(requestId),
    };
  }

  return {
    invoke,
    async endEnvironments(): Promise<void> {
      const ending = [...environments.values()];
      environments.clear();
      for (const { sandbox } of ending) await sandbox.close();
    },
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await uploaded[Symbol.asyncDispose]();
      await images[Symbol.asyncDispose]();
      logs.destroy();
    },
  };
}

type End = Pick<Reported, 'durationMs' | 'usedMb' | 'status' | 'errorType' | 'output'> & {
  dies: boolean;
  body: (requestId: string) => string;
};

/** How the call ends in the cloud: as here, unless its size gives it too little memory or time. */
function endOf(
  { measurement, response }: Attempt,
  behaviour: Behaviour | undefined,
  { memoryMb, timeoutS }: Version,
  call: number,
): End {
  const usedMb = Math.ceil(behaviour?.usedMb ?? measurement.peakRssMb ?? 64);
  const durationMs = behaviour?.durationMs?.(memoryMb, call) ?? measurement.durationMs ?? 1;
  const failed = (errorType: string, errorMessage: (requestId: string) => string, more: Partial<End>): End => ({
    durationMs,
    usedMb: Math.min(usedMb, memoryMb),
    status: 'error',
    errorType,
    output: [],
    dies: true,
    body: (requestId) => JSON.stringify({ errorType, errorMessage: errorMessage(requestId) }),
    ...more,
  });
  if (usedMb > memoryMb) {
    const how = 'Error: Runtime exited with error: signal: killed';
    return failed('Runtime.ExitError', (requestId) => `RequestId: ${requestId} ${how}`, {});
  }
  if (durationMs > timeoutS * 1000 || measurement.outcome === 'timeout') {
    const how = `Error: Task timed out after ${timeoutS.toFixed(2)} seconds`;
    const timeout = { status: 'timeout', durationMs: timeoutS * 1000 } as const;
    return failed('Sandbox.Timedout', (requestId) => `RequestId: ${requestId} ${how}`, timeout);
  }
  const { error, outcome } = measurement;
  if (error !== null) return failed(error.type, () => error.message, { dies: outcome !== 'error', errorType: null });
  return { durationMs, usedMb, status: 'success', errorType: null, output: [], dies: false, body: () => response ?? 'null' };
}
