import { setTimeout as sleep } from 'node:timers/promises';
import { ReefError } from '../../protocol/errors.ts';
import { effectiveMemoryMb, type FunctionInfo } from '../../protocol/functions.ts';
import type { Run } from '../../protocol/runs.ts';
import { openAsStated } from '../invoke.ts';
import { resolveFunction } from '../resolve-function.ts';
import { asRun } from '../run-lifecycle.ts';
import type { Store } from '../store/store.ts';
import { type AttemptContext, makeAttempt } from '../studies/attempt.ts';
import type { Clock, Log } from '../studies/ports.ts';
import type { Sandbox, Target } from '../targets/target.ts';
import type { ServedCall } from './api.ts';
import { Environments } from './environments.ts';
import { EventQueue } from './event-queue.ts';
import { type InvokeServer, startInvokeServer } from './invoke-server.ts';
import type { NewCall } from './operations.ts';

export type ServeSettings = {
  /** 0: any that is free. */
  port: number;
  /** Calls under way at once. */
  concurrency: number;
  /** Wait before the first and the second repetition of an asynchronous event that failed, ms. */
  retryDelaysMs: readonly number[];
};

export type ServeContext = {
  target: Target;
  /** Functions of the workspace as they are now. */
  functions: () => readonly FunctionInfo[];
  folder: string;
  store: Store;
  clock: Clock;
  log: Log;
};

/**
 * The workspace's functions behind Lambda's own Invoke API, on loopback. Every attempt is a sample, in a run for each function
 * that is called, which ends when the server is closed.
 * @throws ReefError `sandbox-failed` when the port is taken
 */
export async function serve(settings: ServeSettings, context: ServeContext): Promise<InvokeServer> {
  const { target, functions, folder, store, clock, log } = context;
  const closing = new AbortController();
  const contexts = new WeakMap<Sandbox, Omit<AttemptContext, 'earlierAttempts'>>();
  const runs = new Map<string, Promise<Run>>();
  const ended: Promise<unknown>[] = [];
  let end: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });

  function runOf(fn: FunctionInfo): Promise<Run> {
    const known = runs.get(fn.id);
    if (known !== undefined) return known;
    const plan = {
      study: 'invoke',
      function: fn,
      target: target.name,
      settings: { served: true },
      folder,
      nowMs: clock.nowMs(),
    } as const;
    const begun = new Promise<Run>((resolve, reject) => {
      const whole = asRun(store, plan, async (run) => {
        resolve(run);
        await closed;
      });
      ended.push(whole.catch(reject));
    });
    runs.set(fn.id, begun);
    return begun;
  }

  async function open(fn: FunctionInfo): Promise<Sandbox> {
    const run = await runOf(fn);
    const opened = await openAsStated({ run, target, function: fn, store, clock }, closing.signal);
    contexts.set(opened.sandbox, opened.context);
    return opened.sandbox;
  }

  async function callIn(sandbox: Sandbox, fn: FunctionInfo, { requestId, ...made }: NewCall, signal: AbortSignal) {
    const attempt = contexts.get(sandbox);
    if (attempt === undefined) throw new ReefError('internal', `A sandbox of ${fn.name} was not opened here.`);
    const startedAtMs = Date.now();
    const invocation = { ...made, eventName: null };
    const { sample, response } = await makeAttempt(sandbox, invocation, { ...attempt, earlierAttempts: 0 }, signal);
    const lines = sandbox.logs().filter((line) => line.atMs >= startedAtMs && line.sandboxId === sample.sandboxId);
    const output = lines.map(({ text }) => text);
    const call: ServedCall = { requestId, memoryMb: effectiveMemoryMb(fn), measurement: sample, response, output };
    return call;
  }

  const environments = new Environments({ open, concurrency: settings.concurrency });
  const events = new EventQueue({
    retryDelaysMs: settings.retryDelaysMs,
    log,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
  const server = await startInvokeServer({
    port: settings.port,
    functionOf: (name) => functionNamed(name, functions(), folder),
    call: (fn, made, signal) => environments.use(fn, (sandbox) => callIn(sandbox, fn, made, signal)),
    events,
  });
  return {
    url: server.url,
    async close() {
      closing.abort();
      await events.close();
      await server.close();
      await environments.close();
      end();
      await Promise.all(ended);
    },
  };
}

/** Undefined when there is none; a name that several functions have is an error that lists them. */
function functionNamed(name: string, functions: readonly FunctionInfo[], folder: string): FunctionInfo | undefined {
  return functions.some((fn) => fn.name === name || fn.id === name) ? resolveFunction(name, functions, folder) : undefined;
}
