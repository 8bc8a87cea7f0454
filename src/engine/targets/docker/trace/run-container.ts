import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { messageOf, ReefError } from '../../../../protocol/errors.ts';
import { isNotFound } from '../engine.ts';
import { whyOf } from '../images.ts';
import { ignoreGone } from '../labels.ts';

export type ContainerRun = {
  /** By the engine's clock, ms since 1970. */
  startedAtMs: number;
  finishedAtMs: number;
  exitCode: number;
  isOomKilled: boolean;
  /** Why it was ended from here; null when it ended by itself. */
  cut: 'time-cap' | 'cancelled' | null;
};

export type RunHooks = {
  /** Called once the container is there, before it starts. */
  fill?: (container: Docker.Container) => Promise<void>;
  /** Called when it has started. */
  started?: (container: Docker.Container) => void;
  onStdout?: (bytes: Buffer) => void;
  onStderr?: (bytes: Buffer) => void;
};

/** How often is asked whether a container without output still runs, ms. */
const askAgainMs = 250;

export type RunLimits = { signal: AbortSignal; timeCapMs: number };

/**
 * Runs a container from its start to its end and removes it, whatever happens.
 * @throws ReefError `sandbox-failed` when the engine refuses it or goes away, or someone else removes it
 */
export async function runContainer(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  hooks: RunHooks,
  limits: RunLimits,
): Promise<ContainerRun> {
  const container = await docker.createContainer(options).catch((cause: unknown) => {
    throw refused(`create a container of ${options.Image}`, cause);
  });
  try {
    await hooks.fill?.(container);
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    const outputEnd = follow(container, output, hooks);
    await container.start().catch((cause: unknown) => {
      throw refused(`start ${options.Image}`, cause);
    });
    hooks.started?.(container);
    const cut = await waitFor(container, outputEnd, limits);
    await outputEnd;
    const { State } = await container.inspect();
    if (State.Status === 'removing') throw removed(options);
    return {
      startedAtMs: Date.parse(State.StartedAt),
      finishedAtMs: Date.parse(State.FinishedAt),
      exitCode: State.ExitCode,
      isOomKilled: State.OOMKilled,
      cut,
    };
  } catch (cause) {
    if (cause instanceof ReefError) throw cause;
    throw isNotFound(cause) ? removed(options, cause) : silent(cause);
  } finally {
    // Where the engine is gone, there is nothing to be done: its next start removes what has our labels.
    await ignoreGone(container.remove({ force: true, v: true })).catch(() => {});
  }
}

function refused(what: string, cause: unknown): ReefError {
  if ((cause as { statusCode?: number }).statusCode === undefined) return silent(cause);
  return new ReefError('sandbox-failed', `Docker could not ${what}: ${whyOf(cause)}`, { cause });
}

function silent(cause: unknown): ReefError {
  const sentence = `The Docker engine stopped answering (${messageOf(cause)}): see whether it runs, and try again.`;
  return new ReefError('sandbox-failed', sentence, { cause });
}

function removed({ Image }: Docker.ContainerCreateOptions, cause?: unknown): ReefError {
  return new ReefError('sandbox-failed', `Someone removed the container of ${Image} while it was traced.`, { cause });
}

/** Resolves when all output is here. */
function follow(container: Docker.Container, output: NodeJS.ReadWriteStream, { onStdout, onStderr }: RunHooks): Promise<void> {
  const into = (take: ((bytes: Buffer) => void) | undefined): PassThrough => {
    const stream = new PassThrough();
    return stream.on('data', (bytes: Buffer) => take?.(bytes));
  };
  (container.modem as Docker['modem']).demuxStream(output, into(onStdout), into(onStderr));
  // The connection may break with the engine: what ended the container is told by `wait`.
  output.on('error', () => {});
  return new Promise((resolve) => {
    output.on('end', resolve).on('close', resolve);
  });
}

async function waitFor(
  container: Docker.Container,
  outputEnd: Promise<void>,
  { signal, timeCapMs }: RunLimits,
): Promise<ContainerRun['cut']> {
  let cut: ContainerRun['cut'] = null;
  const end = (why: NonNullable<typeof cut>): void => {
    cut ??= why;
    // It may have ended in the meantime.
    container.kill({ signal: 'SIGKILL' }).catch(() => {});
  };
  const cancel = (): void => end('cancelled');
  const timer = setTimeout(() => end('time-cap'), timeCapMs);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  const over = new AbortController();
  try {
    await Promise.race([container.wait(), endAfterOutput(container, outputEnd, over.signal)]);
    return cut;
  } finally {
    over.abort();
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

/** The client's `wait` never ends when the engine goes away while it waits: the end of the output then tells. */
async function endAfterOutput(container: Docker.Container, outputEnd: Promise<void>, over: AbortSignal): Promise<void> {
  await outputEnd;
  while (!over.aborted && (await container.inspect()).State.Running) await sleep(askAgainMs);
}
