import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ControlSettings, createControl } from './control.ts';
import { createDeployControl } from './deploy/control.ts';
import { Holding } from './deploy/held.ts';
import { answerEcr, type RegistryPlace } from './deploy/registry.ts';
import { type Behaviour, createInvoker, type InvokeSettings } from './invoke.ts';
import { createInsights, type InsightsSettings } from './insights.ts';
import { createLiveControl } from './live-control.ts';
import { liveTail, type LiveTailSettings } from './live-tail.ts';
import { type AwsReply, type AwsRequest, failure, json, passOn, readRequest, send } from './request.ts';

/** Something that goes wrong: the next `times` requests of an action get this reply, or none at all where it is null. */
export type Fault = {
  action: string;
  times: number;
  /** Requests that pass before. */
  after?: number;
  reply: AwsReply | null | 'as it is';
  /** The answer waits until this is settled. */
  hold?: Promise<unknown>;
  /** True: the request is carried out before the fault hides its answer. */
  carriedOut?: boolean;
  /** Called when it strikes, once the request is carried out where it is. */
  meanwhile?: () => void;
};

export type Emulator = AsyncDisposable & {
  url: string;
  /** How functions run, by name. */
  behaviours: Map<string, Behaviour>;
  /** Deployed packages, zip, by the names of their functions. */
  packages: Map<string, Uint8Array>;
  /** The real registry behind ECR; null: there is none, and images cannot be pushed. */
  registry: RegistryPlace | null;
  /** What layers say of themselves, by their ARNs; of others moto tells. */
  layers: Map<string, { CompatibleArchitectures: string[] }>;
  settings: ControlSettings &
    InvokeSettings & {
      eventsPerPage: number;
      /** What the caller's policies deny. */
      deniedActions: string[];
      liveTail: LiveTailSettings;
      insights: InsightsSettings;
    };
  /** Ends all execution environments, as the service does when it likes. */
  endEnvironments(): Promise<void>;
  /** Bytes of packages that were sent so far. */
  uploadedBytes(): number;
  faults: Fault[];
  /** Operations in the order in which they came. */
  actions: string[];
};

/** AWS on loopback: moto, with what it lacks before it. `folder` holds the code of the functions. */
export async function startEmulator(moto: string, folder: string): Promise<Emulator> {
  const settings: Emulator['settings'] = {
    slowUpdates: 0,
    slowCreates: 0,
    failingUpdates: [],
    largestMb: 10_240,
    concurrency: 1_000,
    functionsPerPage: 50,
    truncateTails: false,
    clockSkewMs: 0,
    eventsPerPage: 10_000,
    deniedActions: [],
    liveTail: { everyMs: 50, endsAfter: null, eventsPerUpdate: 500 },
    insights: { rows: 10_000, slowQueries: 0, status: 'Complete', bytesPerEvent: 1_000 },
  };
  const behaviours = new Map<string, Behaviour>();
  const packages: Emulator['packages'] = new Map();
  const layers: Emulator['layers'] = new Map();
  const packagesPath = '/packages';
  const packagesUrl = (): string => `${emulator.url}${packagesPath}`;
  const holding = new Holding();
  const control = createDeployControl({
    moto,
    holding,
    packagesUrl,
    registry: () => emulator.registry,
    control: createLiveControl({ moto, packagesUrl, control: createControl(moto, settings) }),
  });
  const invoker = createInvoker(folder, moto, behaviours, { holding, registry: () => emulator.registry }, settings);
  const insights = createInsights(moto, settings.insights);

  async function carryOut(request: AwsRequest): Promise<AwsReply> {
    if (request.action === 'Invoke') return invoker.invoke(request);
    if (request.action === 'FilterLogEvents') return passOn(moto, inPages(request, settings.eventsPerPage));
    if (['StartQuery', 'GetQueryResults', 'StopQuery'].includes(request.action)) return insights(request);
    if (request.action === 'SimulatePrincipalPolicy') return simulation(request, settings.deniedActions);
    if (request.path.startsWith(packagesPath)) return packageOf(packages, holding, request);
    if (request.action === 'GetLayerVersionByArn') return layerOf(layers, request);
    if (isEcr(request) && emulator.registry !== null) return answerEcr(moto, emulator.registry, request);
    return request.path.startsWith('/20') ? control(request) : passOn(moto, request);
  }

  async function answer(request: AwsRequest, response: ServerResponse): Promise<void> {
    emulator.actions.push(request.action);
    const fault = due(emulator.faults, request.action);
    if (fault === undefined && request.action === 'StartLiveTail') return liveTail(moto, request, response, settings.liveTail);
    if (fault === undefined) return send(response, await carryOut(request));
    if (fault.carriedOut === true) await carryOut(request);
    fault.meanwhile?.();
    await fault.hold;
    if (fault.reply === 'as it is') send(response, await carryOut(request));
    else if (fault.reply === null) response.destroy();
    else send(response, fault.reply);
  }

  const server = createServer((message, response) => {
    readRequest(message)
      .then((request) => answer(request, response))
      .catch((error: unknown) => send(response, { status: 500, body: String(error) }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const emulator: Emulator = {
    url: `http://127.0.0.1:${port}`,
    behaviours,
    packages,
    registry: null,
    layers,
    settings,
    endEnvironments: () => invoker.endEnvironments(),
    uploadedBytes: () => holding.uploadedBytes,
    faults: [],
    actions: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await invoker[Symbol.asyncDispose]();
    },
  };
  return emulator;
}

/** An archive without entries, where a test has given none. */
export const emptyZip = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');

function packageOf(packages: Emulator['packages'], holding: Holding, { path }: AwsRequest): AwsReply {
  const name = decodeURIComponent(path.split('/').at(-1) ?? '');
  const zip = packages.get(name) ?? holding.packages.get(name) ?? emptyZip;
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: Buffer.from(zip) };
}

function isEcr({ headers }: AwsRequest): boolean {
  return String(headers['x-amz-target']).startsWith('AmazonEC2ContainerRegistry');
}

function layerOf(layers: Emulator['layers'], { query }: AwsRequest): AwsReply {
  const layer = layers.get(query.get('Arn') ?? '');
  return layer === undefined ? failure(404, 'ResourceNotFoundException', 'No such layer') : json(200, layer);
}

function inPages(request: AwsRequest, limit: number): AwsRequest {
  const query = JSON.parse(request.body.toString()) as Record<string, unknown>;
  return { ...request, body: Buffer.from(JSON.stringify({ limit, ...query })) };
}

/** Moto does not simulate policies. */
function simulation({ body }: AwsRequest, denied: readonly string[]): AwsReply {
  const actions = [...new URLSearchParams(body.toString())].filter(([name]) => name.startsWith('ActionNames.member.'));
  const members = actions.map(([, action]) => {
    const decision = denied.includes(action) ? 'implicitDeny' : 'allowed';
    return `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision></member>`;
  });
  const result = `<SimulatePrincipalPolicyResult><EvaluationResults>${members.join('')}</EvaluationResults></SimulatePrincipalPolicyResult>`;
  const xmlns = 'https://iam.amazonaws.com/doc/2010-05-08/';
  const text = `<SimulatePrincipalPolicyResponse xmlns="${xmlns}">${result}</SimulatePrincipalPolicyResponse>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: text };
}

function due(faults: Fault[], action: string): Fault | undefined {
  const fault = faults.find((each) => each.action === action && each.times > 0);
  if (fault === undefined) return undefined;
  if ((fault.after ?? 0) > 0) {
    fault.after = (fault.after ?? 0) - 1;
    return undefined;
  }
  fault.times -= 1;
  return fault;
}
