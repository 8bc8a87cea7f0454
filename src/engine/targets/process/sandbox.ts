import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { ReefError } from '../../../protocol/errors.ts';
import type { Measurement } from '../../../protocol/samples.ts';
import type { RuntimeApiServer } from '../../runtime/api-server.ts';
import { droppedNote, LineBuffer } from '../../runtime/output.ts';
import { RuntimeSession } from '../../runtime/session.ts';
import { maxEventBytes, nothingMeasured } from '../../runtime/wire.ts';
import type { Attempt, Invocation, LogLine, Sandbox } from '../target.ts';
import { type Event, type Result, resultOfCall, resultOfInit } from './attempt-result.ts';
import { LoadedFiles } from './loaded-files.ts';
import { LiveOutput } from './live-output.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

export type SandboxOptions = {
  functionName: string;
  functionArn: string;
  memoryMb: number | null;
  timeoutMs: number;
  initLimitMs: number;
  memoryCapMb: number;
  api: RuntimeApiServer;
  /** How to start the shim, once the sandbox's address and id are known. */
  command(runtimeApi: string, sandboxId: string): { program: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv };
  onOutput(line: LogLine): void;
  onClose(): void;
};

/** One process with its conversation: what a cold start makes and a crash ends. */
type Environment = {
  id: string;
  session: RuntimeSession;
  process: SandboxProcess;
  loaded: LoadedFiles;
  /** Invocations handed over so far. */
  invocations: number;
  dismiss: () => void;
};

/** A sandbox as a child process: starts it for the first call, keeps it warm, and starts it anew when it died or its files changed. */
export class ProcessSandbox implements Sandbox {
  readonly id = randomBytes(6).toString('hex');
  readonly memoryMb: number | null;
  private readonly options: SandboxOptions;
  private readonly lines = new LineBuffer<LogLine>();
  private readonly live: LiveOutput;
  private environment: Environment | undefined;
  private generation = 0;
  private state: 'open' | 'busy' | 'closed' = 'open';
  /** Where the events of the phase under way go. */
  private listener: (event: Event) => void = () => {};

  constructor(options: SandboxOptions) {
    this.options = options;
    this.memoryMb = options.memoryMb;
    this.live = new LiveOutput((line) => options.onOutput(line));
  }

  async invoke(invocation: Invocation, signal: AbortSignal): Promise<Attempt> {
    const { functionName } = this.options;
    const bytes = Buffer.byteLength(invocation.payload);
    if (bytes > maxEventBytes) {
      throw new ReefError(
        'invalid-event',
        `The event for ${functionName} has ${bytes} bytes, and Lambda takes at most ${maxEventBytes}.`,
      );
    }
    if (this.state === 'closed') throw new ReefError('sandbox-failed', `The sandbox of ${functionName} is closed.`);
    if (this.state === 'busy')
      throw new ReefError('sandbox-failed', `The sandbox of ${functionName} is busy: it takes one call at a time.`);
    this.state = 'busy';
    this.live.restart();
    try {
      return await this.attempt(invocation, signal);
    } finally {
      if (this.state === 'busy') this.state = 'open';
    }
  }

  logs(): readonly LogLine[] {
    const { droppedLines, droppedChars } = this.lines;
    const lines = this.lines.all();
    if (droppedLines === 0) return lines;
    const atMs = lines[0]?.atMs ?? Date.now();
    return [{ sandboxId: this.id, stream: 'reef', text: droppedNote(droppedLines, droppedChars), atMs }, ...lines];
  }

  async close(): Promise<void> {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.listener({ kind: 'cancelled' });
    await this.end();
    this.options.onClose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async attempt(invocation: Invocation, signal: AbortSignal): Promise<Attempt> {
    const startedAtMs = Date.now();
    await this.endIfChanged();
    for (;;) {
      let initMs: number | null = null;
      let result: Result | null = null;
      const cold = this.environment === undefined || this.environment.process.exit !== null;
      if (cold) await this.end();
      if (signal.aborted || this.isClosed()) throw await this.cancelled();
      if (cold) {
        const spawnedMs = performance.now();
        result = resultOfInit(await this.phase(this.options.initLimitMs, signal, () => this.start()), this.options.initLimitMs);
        initMs = performance.now() - spawnedMs;
      }
      const environment = this.environment;
      if (environment === undefined) throw await this.cancelled();
      if (result === null) {
        const event = await this.phase(this.options.timeoutMs, signal, () => this.handOver(environment, invocation));
        // It died between two calls, before it took this one: that is no attempt.
        if (event.kind === 'exit' && !environment.session.handedOver) continue;
        result = resultOfCall(event, this.options.timeoutMs);
      }
      if (result.outcome === 'cancelled') throw await this.cancelled();
      return this.finish(environment, result, { cold, startedAtMs, initMs });
    }
  }

  private async finish(
    environment: Environment,
    result: Result,
    times: Pick<Measurement, 'cold' | 'startedAtMs' | 'initMs'>,
  ): Promise<Attempt> {
    const { outcome, answer, error } = result;
    const sandboxSequence = Math.max(0, environment.invocations - 1);
    if (answer === null) {
      if (outcome === 'timeout' && error !== null) this.note(error.message);
      await this.end();
    } else {
      // What the handler printed is in the pipe by now: one turn of the event loop reads it.
      await turn();
      await turn();
      environment.process.flushOutput();
    }
    const measured = answer?.measured ?? nothingMeasured;
    const measurement: Measurement = {
      ...measured,
      ...times,
      outcome,
      durationMs: result.durationMs ?? measured.durationMs,
      roundTripMs: answer?.roundTripMs ?? null,
      error,
    };
    return { measurement, sandboxId: environment.id, sandboxSequence, response: answer?.body ?? null };
  }

  /** Waits for what ends a phase: an event of the sandbox, its time limit, or an abort. */
  private phase(limitMs: number, signal: AbortSignal, begin: () => void): Promise<Event> {
    return new Promise((resolve) => {
      const finish = (event: Event): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.listener = () => {};
        resolve(event);
      };
      const timer = setTimeout(() => finish({ kind: 'timeout' }), limitMs);
      const onAbort = (): void => finish({ kind: 'cancelled' });
      signal.addEventListener('abort', onAbort, { once: true });
      this.listener = finish;
      begin();
    });
  }

  private start(): void {
    const { options } = this;
    this.generation += 1;
    const id = this.generation === 1 ? this.id : `${this.id}.${this.generation}`;
    const loaded = new LoadedFiles();
    const tell = (event: Event): void => {
      if (this.environment?.id === id) this.listener(event);
    };
    const session = new RuntimeSession({
      ready: () => tell({ kind: 'ready' }),
      initError: (error) => tell({ kind: 'init-error', error }),
      loaded: (files) => loaded.add(files),
    });
    const { address, dismiss } = options.api.admit(session);
    const child = startSandboxProcess({
      ...options.command(address, id),
      memoryCapMb: options.memoryCapMb,
      onLine: (stream, text) => this.print(id, stream, text),
      onExit: (exit) => tell({ kind: 'exit', exit }),
    });
    this.environment = { id, session, process: child, loaded, invocations: 0, dismiss };
  }

  private handOver(environment: Environment, invocation: Invocation): void {
    const { functionArn, timeoutMs } = this.options;
    environment.invocations += 1;
    const requestId = randomUUID();
    const traceId = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`;
    environment.session.dispatch({ requestId, payload: invocation.payload, timeoutMs, functionArn, traceId }, (answer) =>
      this.listener({ kind: 'answer', answer }),
    );
  }

  private async endIfChanged(): Promise<void> {
    const changed = await this.environment?.loaded.changed();
    if (changed === undefined || changed === null) return;
    this.note(`${changed} changed: the sandbox starts anew.`);
    await this.end();
  }

  private async end(): Promise<void> {
    const { environment } = this;
    this.environment = undefined;
    environment?.dismiss();
    await environment?.process.kill();
  }

  private async cancelled(): Promise<ReefError> {
    await this.end();
    return new ReefError('cancelled', `The call of ${this.options.functionName} was cancelled and its sandbox stopped.`);
  }

  private isClosed(): boolean {
    return this.state === 'closed';
  }

  private note(text: string): void {
    this.print(this.environment?.id ?? this.id, 'reef', text);
  }

  private print(sandboxId: string, stream: LogLine['stream'], text: string): void {
    const line: LogLine = { sandboxId, stream, text, atMs: Date.now() };
    this.lines.push(line);
    this.live.push(line);
  }
}
