import { resolve } from 'node:path';
import { ReefError } from '../protocol/errors.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import type { EngineOptions, RunRequest } from './engine.ts';
import { type Event, readEvent } from './event.ts';
import type { FunctionIndex } from './functions/function-index.ts';
import { qualifiedName } from './functions/qualified-name.ts';
import { createFunctionIndex } from './functions/workspace-index.ts';
import { linkAskedFor, type Resolved } from './link-asked-for.ts';
import { nameWhereDeployed } from './packaging/deployed-name.ts';
import { resolveFunction } from './resolve-function.ts';
import { openStore } from './store/sqlite.ts';
import type { Store } from './store/store.ts';
import type { Clock } from './studies/ports.ts';
import { isProcessAlive } from './system/process.ts';
import { journalFolder, leftBehind } from './targets/aws/journal.ts';
import { createTarget } from './targets/registry.ts';
import type { Target } from './targets/target.ts';

/** Of what is random in targets where a request does not say. */
export const defaultSeed = 1;

/** What the features of one engine share. */
export type EngineContext = {
  options: EngineOptions;
  functions: FunctionIndex;
  /** Absolute. */
  storePath: string;
  clock: Clock;
  /** Opens the store at the first call. */
  store: () => Store;
  closeStore: () => void;
  target: (name: string, seed?: number) => Promise<Target>;
  /** Functions of the workspace, looked for where nobody has done so yet. */
  workspaceFunctions: (signal: AbortSignal) => Promise<readonly FunctionInfo[]>;
  /** The function that a request names on an open target; of a deployed one its source, where that is known. */
  functionOn: (on: Target, request: OnTarget, signal: AbortSignal) => Promise<Resolved>;
  /** Target and function of a request, or the first thing that is wrong with it. */
  open: (request: OnTarget, signal: AbortSignal) => Promise<Opened>;
  /** Target, function and event of a request, or the first thing that is wrong with it. */
  prepare: (request: RunRequest, seed: number, signal: AbortSignal) => Promise<Prepared>;
};

type OnTarget = Pick<RunRequest, 'function' | 'target' | 'qualifier'>;

/** Whoever gets one disposes of its target. */
export type Opened = { target: Target; fn: FunctionInfo };
export type Prepared = Opened & { event: Event };

const clock: Clock = { nowMs: () => Date.now() };

/** A deployed function and its version or alias, whichever way a request names that. */
function named({ function: name, qualifier }: OnTarget): { function: string; qualifier?: string } {
  const wanted = qualifiedName(name);
  const both = [...new Set([wanted.qualifier, qualifier].filter((each) => typeof each === 'string'))];
  if (both.length > 1)
    throw new ReefError('invalid-settings', `Both ${both.join(' and ')} are named of ${wanted.function}: name one of them.`);
  return { function: wanted.function, ...(both[0] !== undefined && { qualifier: both[0] }) };
}

export function createContext(options: EngineOptions): EngineContext {
  const { folder, settings, log } = options;
  const functions = createFunctionIndex(folder);
  const storePath = resolve(folder, settings.storePath);
  let opened: Store | undefined;

  function store(): Store {
    if (opened === undefined) {
      opened = openStore(storePath);
      const interrupted = opened.interruptOrphans(isProcessAlive);
      if (interrupted > 0)
        log.log('warn', `${interrupted} run(s) of an earlier process were under way when it ended: marked as interrupted.`);
      const left = leftBehind(journalFolder(storePath));
      if (left !== null) log.log('warn', left);
    }
    return opened;
  }

  const target = (name: string, seed = defaultSeed): Promise<Target> => createTarget(name, { ...options, clock, seed });

  async function workspaceFunctions(signal: AbortSignal): Promise<readonly FunctionInfo[]> {
    if (functions.discovery().functions.length === 0) await functions.scan(signal);
    return functions.discovery().functions;
  }

  async function open(request: OnTarget, signal: AbortSignal, seed = defaultSeed): Promise<Opened> {
    const opening = await target(request.target, seed);
    try {
      const { function: fn, remark } = await functionOn(opening, request, signal);
      if (remark !== null) log.log('warn', remark);
      return { target: opening, fn };
    } catch (error) {
      await opening[Symbol.asyncDispose]();
      throw error;
    }
  }

  async function prepare(request: RunRequest, seed: number, signal: AbortSignal): Promise<Prepared> {
    const opened = await open(request, signal, seed);
    try {
      return { ...opened, event: await readEvent(request.event, opened.fn, folder) };
    } catch (error) {
      await opened.target[Symbol.asyncDispose]();
      throw error;
    }
  }

  async function functionOn(on: Target, request: OnTarget, signal: AbortSignal): Promise<Resolved> {
    if (on.find !== undefined) {
      const { function: wanted, qualifier } = named(request);
      const own = await workspaceFunctions(signal);
      const found = await on.find(nameWhereDeployed(wanted, own), signal, qualifier);
      return linkAskedFor({ found, wanted, own, folder, catalog: on.catalog, log }, signal);
    }
    if (request.qualifier !== undefined) {
      const sentence = `There are no versions and aliases on ${request.target}: leave "${request.qualifier}" out, or name the target aws.`;
      throw new ReefError('invalid-settings', sentence);
    }
    const own = await on.discover(signal);
    const fn =
      own.length > 0
        ? resolveFunction(request.function, own, request.target)
        : resolveFunction(request.function, await workspaceFunctions(signal), folder);
    return { function: fn, remark: null };
  }

  return {
    options,
    functions,
    storePath,
    clock,
    store,
    closeStore() {
      opened?.close();
      opened = undefined;
    },
    target,
    workspaceFunctions,
    functionOn,
    open,
    prepare,
  };
}
