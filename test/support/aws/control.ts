import { randomUUID } from 'node:crypto';
import { type AwsReply, type AwsRequest, failure, json, passOn } from './request.ts';

/** What the account and its service are like. A test may change each at any time. */
export type ControlSettings = {
  /** Reads of a configuration that still find an update under way. */
  slowUpdates: number;
  /** Reads of a configuration that still find a new function pending. */
  slowCreates: number;
  /** Why the next updates do not come into force, a reason for each; those after them do. */
  failingUpdates: string[];
  largestMb: number;
  concurrency: number;
  functionsPerPage: number;
};

type State = {
  revision: string;
  readsUntilDone: number;
  isNew: boolean;
  failure: string | null;
  /** The last version, and the revision that it is a copy of. */
  published: { revision: string; version: string } | null;
};

/**
 * What the real control plane does and moto does not: revisions and their guards, updates that take a while and are in each
 * other's way, the account's cap, pages of 50.
 */
export function createControl(moto: string, settings: ControlSettings) {
  const states = new Map<string, State>();
  const stateOf = (name: string): State => {
    const state = states.get(name) ?? newState();
    states.set(name, state);
    return state;
  };

  return async function answer(asked: AwsRequest): Promise<AwsReply> {
    const request = byName(asked);
    const { action, functionName } = request;
    if (action === 'GetAccountSettings') return json(200, accountSettings(settings));
    if (action === 'ListFunctions') return page(await passOn(moto, request), request, settings);
    if (functionName === null) return passOn(moto, request);
    const state = stateOf(functionName);
    if (action === 'DeleteFunction' && request.query.get('Qualifier') === null) states.delete(functionName);
    if (action === 'CreateFunction') return create(moto, request, state, settings);
    if (action === 'UpdateFunctionConfiguration' || action === 'UpdateFunctionCode')
      return update(moto, request, state, settings);
    if (action === 'PublishVersion') return publish(moto, request, state);
    if (action === 'GetFunctionConfiguration') return configuration(moto, request, state);
    return conflict(await passOn(moto, request));
  };
}

function newState(): State {
  return { revision: randomUUID(), readsUntilDone: 0, isNew: false, failure: null, published: null };
}

async function create(moto: string, request: AwsRequest, state: State, settings: ControlSettings): Promise<AwsReply> {
  const reply = conflict(await passOn(moto, request));
  if (reply.status >= 300) return reply;
  Object.assign(state, { ...newState(), isNew: true, readsUntilDone: settings.slowCreates });
  return revised(reply, state, settings.slowCreates > 0 ? { State: 'Pending' } : {});
}

async function update(moto: string, request: AwsRequest, state: State, settings: ControlSettings): Promise<AwsReply> {
  const { RevisionId, ...changes } = JSON.parse(request.body.toString()) as { RevisionId?: string; MemorySize?: number };
  const { MemorySize: size } = changes;
  if (size !== undefined && size > settings.largestMb) {
    const constraint = `Member must have value less than or equal to ${settings.largestMb}`;
    const message = `1 validation error detected: Value '${size}' at 'memorySize' failed to satisfy constraint: ${constraint}`;
    return failure(400, 'ValidationException', message);
  }
  const refused = guard(request, state, RevisionId);
  if (refused !== null) return refused;
  const reply = await passOn(moto, { ...request, body: Buffer.from(JSON.stringify(changes)) });
  if (reply.status >= 300) return reply;
  state.revision = randomUUID();
  Object.assign(state, { readsUntilDone: settings.slowUpdates, isNew: false, failure: settings.failingUpdates.shift() ?? null });
  return revised(reply, state);
}

async function publish(moto: string, request: AwsRequest, state: State): Promise<AwsReply> {
  const { RevisionId, ...wanted } = JSON.parse(request.body.toString()) as { RevisionId?: string };
  const refused = guard(request, state, RevisionId);
  if (refused !== null) return refused;
  if (state.published?.revision === state.revision) {
    const url = `/2015-03-31/functions/${request.functionName}/configuration?Qualifier=${state.published.version}`;
    const known = await passOn(moto, { ...request, method: 'GET', url, body: Buffer.alloc(0) });
    // Nothing has changed since.
    if (known.status < 300) return { ...known, status: 201 };
  }
  const reply = await passOn(moto, { ...request, body: Buffer.from(JSON.stringify(wanted)) });
  if (reply.status >= 300) return reply;
  const { Version: version } = JSON.parse(reply.body.toString()) as { Version: string };
  state.published = { revision: state.revision, version };
  return reply;
}

async function configuration(moto: string, request: AwsRequest, state: State): Promise<AwsReply> {
  const reply = await passOn(moto, request);
  const qualifier = request.query.get('Qualifier') ?? '$LATEST';
  if (reply.status >= 300 || qualifier !== '$LATEST') return reply;
  if (state.readsUntilDone === 0) return revised(reply, state, failureOf(state));
  state.readsUntilDone -= 1;
  const answer = revised(reply, state, state.isNew ? { State: 'Pending' } : { LastUpdateStatus: 'InProgress' });
  // The end of an update is a change of its own.
  if (state.readsUntilDone === 0) state.revision = randomUUID();
  return answer;
}

function failureOf({ failure }: State): Record<string, unknown> {
  return failure === null ? {} : { LastUpdateStatus: 'Failed', LastUpdateStatusReason: failure };
}

function guard({ functionName }: AwsRequest, state: State, revision: string | undefined): AwsReply | null {
  if (state.readsUntilDone > 0) {
    const message = `The operation cannot be performed at this time. An update is in progress for resource: ${functionName}`;
    return failure(409, 'ResourceConflictException', message);
  }
  if (revision === undefined || revision === state.revision) return null;
  const message = 'The Revision Id provided does not match the latest Revision Id.';
  return failure(412, 'PreconditionFailedException', message);
}

/** Moto lists versions and aliases of a function by its name only, and knows no `account:function:name`. */
function byName(request: AwsRequest): AwsRequest {
  const lists = ['ListVersionsByFunction', 'ListAliases'].includes(request.action);
  if (!lists && !/functions\/\d+(:|%3A)function/.test(request.path)) return request;
  return { ...request, url: request.url.replace(/functions\/[^/?]+/, `functions/${request.functionName}`) };
}

/** An alias that is there already: moto has another name for the error. */
function conflict(reply: AwsReply): AwsReply {
  return reply.status === 409 ? failure(409, 'ResourceConflictException', reply.body.toString()) : reply;
}

function revised(reply: AwsReply, { revision }: State, more: Record<string, unknown> = {}): AwsReply {
  const fields = JSON.parse(reply.body.toString()) as Record<string, unknown>;
  return { ...reply, body: JSON.stringify({ ...fields, RevisionId: revision, ...more }) };
}

function page(reply: AwsReply, { query }: AwsRequest, { functionsPerPage }: ControlSettings): AwsReply {
  const { Functions } = JSON.parse(reply.body.toString()) as { Functions: unknown[] };
  const from = Number(query.get('Marker') ?? 0);
  const to = from + Math.min(functionsPerPage, Number(query.get('MaxItems') ?? functionsPerPage));
  const more = to < Functions.length ? { NextMarker: String(to) } : {};
  return json(200, { Functions: Functions.slice(from, to), ...more });
}

function accountSettings({ concurrency }: ControlSettings) {
  const limit = { TotalCodeSize: 75 * 2 ** 30, CodeSizeUnzipped: 250 * 2 ** 20, CodeSizeZipped: 50 * 2 ** 20 };
  return {
    AccountLimit: { ...limit, ConcurrentExecutions: concurrency, UnreservedConcurrentExecutions: concurrency },
    AccountUsage: { TotalCodeSize: 2 ** 20, FunctionCount: 1 },
  };
}
