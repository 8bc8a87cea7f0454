import { randomBytes, randomUUID } from 'node:crypto';
import { ReefError } from '../../protocol/errors.ts';
import type { Measurement } from '../../protocol/samples.ts';
import { droppedNote, LineBuffer } from './output.ts';
import { type Answer, RuntimeSession } from './session.ts';
import { maxEventBytes, nothingMeasured, type ShimMeasurement } from './wire.ts';
import type { Attempt, Invocation, LogLine, Sandbox } from '../targets/target.ts';
import { type Event, type Result, resultOfCall, resultOfInit } from './attempt-result.ts';
import { LoadedFiles } from './loaded-files.ts';
import { LiveOutput } from './live-output.ts';
import type { Exit } from './exit.ts';

export type StartRequest = {
  sandboxId: string;
  session: RuntimeSession;
  onLine: (stream: LogLine['stream'], text: string) => void;
  /** Called once, when all that was started is gone and its output is complete. */
  onExit: (exit: Exit) => void;
};

/** What runs the shim: a process, a container. */
export interface Started {
  /** Null while it runs. */
  readonly exit: Exit | null;
  /** `performance.now()` of the start itself, where what came before it (an engine's work) is not the function's init. */
  readonly startedMs?: number | null;
  /** Takes what was printed so far as lines, the last one without its end too. */
  flushOutput(): Promise<void>;
  /** Ends it with all that it started; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A cold start that is ready to be made: either of the two is called, once. */
export type Prepared = { start: () => Started; discard: () => Promise<void> };

export type SandboxOptions = {
  functionName: string;
  functionArn: string;
  memoryMb: number | null;
  timeoutMs: number;
  initLimitMs: number;
  /** Where what the shim measured means something else in this kind of sandbox. */
  interpret?(measured: ShimMeasurement, roundTripMs: number): ShimMeasurement;
  /** Makes ready what a cold start needs, which counts for nothing. */
  prepare: (request: StartRequest, signal: AbortSignal) => Promise<Prepared>;
  /** Where a file that the shim says it loaded is on this machine. */
  localFile?: (file: string) => string;
  onOutput(line: LogLine): void;
  onClose(): void;
};

/** One process or container with its conversation: what a cold start makes and a crash ends. */
type Environment = {
  id: string;
  session: RuntimeSession;
  process: Started;
  loaded: LoadedFiles;
  /** Invocations handed over so far. */
  invocations: number;
};

/** A sandbox that speaks the Runtime API: started for the first call, kept warm, and started anew when it died or its files changed. */
export class RuntimeSandbox implements Sandbox {
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
        const { start, discard } = await this.prepare(signal);
        if (signal.aborted || this.isClosed()) {
          await discard();
          throw await this.cancelled();
        }
        const spawnedMs = performance.now();
        result = resultOfInit(await this.phase(this.options.initLimitMs, signal, start), this.options.initLimitMs);
        initMs = performance.now() - (this.environment?.process.startedMs ?? spawnedMs);
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
      await environment.process.flushOutput();
    }
    const measured = answer === null ? nothingMeasured : this.interpreted(answer);
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

  private interpreted({ measured, roundTripMs }: Answer): ShimMeasurement {
    return this.options.interpret?.(measured, roundTripMs) ?? measured;
  }

  /** Waits for what ends a phase: an event of the sandbox, its time limit, or an abort. */
  private phase(limitMs: number, signal: AbortSignal, begin: () => void): Promise<Event> {
    return new Promise<Event>((resolve) => {
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
    }).then((event) => {
      if (event.kind === 'exit' && event.exit.lost) throw event.exit.lost;
      return event;
    });
  }

  private async prepare(signal: AbortSignal): Promise<{ start: () => void; discard: () => Promise<void> }> {
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
      loaded: (files) => loaded.add(files.map((file) => options.localFile?.(file) ?? file)),
    });
    const request: StartRequest = {
      sandboxId: id,
      session,
      onLine: (stream, text) => this.print(id, stream, text),
      onExit: (exit) => tell({ kind: 'exit', exit }),
    };
    const prepared = await options.prepare(request, signal);
    const start = (): void => {
      this.environment = { id, session, process: prepared.start(), loaded, invocations: 0 };
    };
    return { start, discard: () => prepared.discard() };
  }

  private handOver(environment: Environment, invocation: Invocation): void {
    const { functionArn, timeoutMs } = this.options;
    environment.invocations += 1;
    const requestId = randomUUID();
    const traceId = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`;
    const { payload, onChunk } = invocation;
    environment.session.dispatch({ requestId, payload, timeoutMs, functionArn, traceId, onChunk }, (answer) =>
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
