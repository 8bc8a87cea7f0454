import { setTimeout as sleep } from 'node:timers/promises';
import { constants } from 'node:os';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf, type ReefError } from '../../../protocol/errors.ts';
import { LineSplitter } from '../../runtime/output.ts';
import type { Exit } from '../../runtime/exit.ts';
import { endingMs, type SandboxTrace } from '../../runtime/tracer/sandbox-trace.ts';
import type { Prepared, Started, StartRequest } from '../../runtime/sandbox.ts';
import { engineFailure } from './engine.ts';
import { ignoreGone } from './labels.ts';

/** Output comes through the engine: it is taken as complete when none came for this long, ms, but at most `longestWaitMs`. */
const quietMs = 15;
const longestWaitMs = 250;
/** Once its output has ended, a container is looked at so often until it has ended too. */
const lookEveryMs = 500;

export type ContainerRequest = Pick<StartRequest, 'onLine' | 'onExit'> & {
  docker: Docker;
  options: Docker.ContainerCreateOptions;
  memoryMb: number;
  /** What the container runs first, but for Reef's tracer. */
  program?: string | undefined;
  /** Where the tracer is its first process. */
  trace?: SandboxTrace | undefined;
  /** Called once the container is there, before it starts. */
  fill: (container: Docker.Container) => Promise<void>;
};

/**
 * Creates a container, ready to be started, and follows it to its end; it is removed whatever happens.
 * @throws ReefError `sandbox-failed` when the engine refuses it
 */
export async function prepareContainer(request: ContainerRequest): Promise<Prepared> {
  const { docker, options, fill } = request;
  const container = await docker.createContainer(options).catch((cause: unknown) => {
    throw engineFailure(cause, `Docker refused to create a container of ${options.Image}: ${messageOf(cause)}`);
  });
  const discard = (): Promise<void> => ignoreGone(container.remove({ force: true, v: true }));
  try {
    await fill(container);
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    return { start: () => startContainer(container, output, request), discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

function startContainer(container: Docker.Container, output: NodeJS.ReadWriteStream, request: ContainerRequest): Started {
  const lines = followOutput(container, output, request);
  let startedMs: number | null = null;
  let exit: Exit | null = null;
  let removal: Promise<void> | undefined;
  const remove = (): Promise<void> => (removal ??= ignoreGone(container.remove({ force: true, v: true })));

  const follow = async (): Promise<void> => {
    let end: End = { code: null, reason: null, oomKilled: false, lost: null };
    try {
      await container.start();
      startedMs = performance.now();
      await waitForEnd(container, lines.closed);
      end = removal === undefined ? endOf(await container.inspect(), request.program) : end;
    } catch (error) {
      // A container that was created and could not be started, or an engine that went away.
      const reason = messageOf(error);
      const lost = startedMs === null ? null : engineFailure(error, `Docker lost a container of Reef: ${reason}`);
      if (removal === undefined) end = { ...end, reason, lost };
    }
    await lines.complete();
    await remove().catch((error: unknown) => request.onLine('reef', `A container could not be removed: ${messageOf(error)}`));
    const { code, reason, oomKilled, lost } = end;
    const ended: Exit = {
      code,
      signal: signalOf(code),
      reason,
      lost,
      heapFull: lines.heapFull(),
      overMemoryMb: null,
      sizeExceededMb: oomKilled ? request.memoryMb : null,
    };
    exit = ended;
    request.trace?.end(oomKilled);
    request.onExit(ended);
  };
  const ended = follow();

  return {
    get exit() {
      return exit;
    },
    get startedMs() {
      return startedMs;
    },
    flushOutput: () => lines.flush(),
    async kill() {
      if (request.trace !== undefined && exit === null) await endByItself(container, ended);
      await remove().catch(() => {});
      await ended;
    },
  };
}

/** Asks a container to end, so that what its tracer knows arrives; one that does not is left to be removed. */
async function endByItself(container: Docker.Container, ended: Promise<void>): Promise<void> {
  // It may have ended in the meantime, or never have started.
  const asked = await container.kill({ signal: 'SIGTERM' }).then(
    () => true,
    () => false,
  );
  if (asked) await Promise.race([ended, sleep(endingMs, undefined, { ref: false })]);
}

/**
 * The answer to `wait` may never come when the engine goes away. Its output ends then too, as it does when the function
 * closes it: from then on the container is looked at. Rejects when the engine does not answer.
 */
async function waitForEnd(container: Docker.Container, outputClosed: Promise<void>): Promise<void> {
  const ended = container.wait().then(() => true);
  ended.catch(() => {});
  await Promise.race([ended, outputClosed]);
  while (!(await Promise.race([ended, sleep(lookEveryMs, false, { ref: false })]))) {
    if (!(await container.inspect()).State.Running) return;
  }
}

type End = { code: number | null; reason: string | null; oomKilled: boolean; lost: ReefError | null };

type Output = { closed: Promise<void>; complete(): Promise<void>; flush(): Promise<void>; heapFull(): boolean };

function followOutput(container: Docker.Container, output: NodeJS.ReadWriteStream, { onLine, trace }: ContainerRequest): Output {
  let heapFull = false;
  let chunks = 0;
  const stdout = new LineSplitter((text) => onLine('stdout', text));
  const stderr = new LineSplitter((text) => {
    if (text.includes('heap out of memory')) heapFull = true;
    onLine('stderr', text);
  });
  const taking =
    (splitter: LineSplitter) =>
    (chunk: Buffer): void => {
      chunks += 1;
      splitter.push(chunk);
    };
  const into = (take: (chunk: Buffer) => void): PassThrough => new PassThrough().on('data', take);
  const takeStderr = trace?.splitter(taking(stderr)) ?? taking(stderr);
  (container.modem as Docker['modem']).demuxStream(output, into(taking(stdout)), into(takeStderr));
  // The connection may break with the engine: what ended the sandbox is told by `wait`.
  output.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    output.on('end', resolve).on('close', resolve);
  });
  const flush = async (): Promise<void> => {
    const fromMs = performance.now();
    for (let seen = -1; seen !== chunks && performance.now() - fromMs < longestWaitMs;) {
      seen = chunks;
      await sleep(quietMs);
    }
    stdout.end();
    stderr.end();
  };
  return {
    closed,
    flush,
    heapFull: () => heapFull,
    async complete() {
      await Promise.race([closed, sleep(longestWaitMs, undefined, { ref: false })]);
      await flush();
    },
  };
}

/** A shell's and an init's way to say that a program is not there. */
const notFoundCode = 127;

function endOf({ State }: Docker.ContainerInspectInfo, program: string | undefined): End {
  const missing = State.ExitCode === notFoundCode && program !== undefined;
  const reason = missing ? `the image has no program "${program}", choose one that has it` : null;
  return { code: State.ExitCode, reason, oomKilled: State.OOMKilled, lost: null };
}

/** The container's init ends with 128 + n when signal n ended the function. */
function signalOf(code: number | null): NodeJS.Signals | null {
  if (code === null || code <= 128) return null;
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return (found?.[0] as NodeJS.Signals | undefined) ?? null;
}
