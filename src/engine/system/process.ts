import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { ReefError } from '../../protocol/errors.ts';

export { findProgram } from './find-program.ts';

/** Every process that Reef starts is started here: an argument list (never a shell string), and a group that can be killed whole. */

const isWindows = process.platform === 'win32';

export type SpawnInGroup = Pick<SpawnOptions, 'cwd' | 'env' | 'stdio'>;

/**
 * Starts a program as the head of its own process group (POSIX), so that `killTree` reaches what it starts in turn.
 * It gets no terminal signals: whoever starts it ends it.
 */
export function spawnInGroup(file: string, args: readonly string[], options: SpawnInGroup): ChildProcess {
  return spawn(file, args, { ...options, detached: !isWindows, shell: false, windowsHide: true });
}

/** Kills a process started by `spawnInGroup` and all its descendants, at once. Does nothing when they are gone. */
export function killTree(pid: number): void {
  if (isWindows) {
    spawn('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () => tryKill(pid));
  } else {
    tryKill(-pid);
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already, which is what was wanted.
  }
}

/** Whether a process with this id exists, be it another user's. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export type CommandOptions = {
  cwd?: string;
  /** Replaces the environment; without it the child has ours. */
  env?: NodeJS.ProcessEnv;
  /** Default 30,000 ms. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** For each of stdout and stderr; what comes after is dropped and `truncated` is set. Default 10 MiB. */
  maxOutputBytes?: number;
};

export type CommandResult = {
  stdout: string;
  stderr: string;
  /** Null when a signal ended the program. */
  exitCode: number | null;
  truncated: boolean;
};

/**
 * Runs a program to its end and returns what it printed, whatever its exit code.
 * @throws ReefError `internal` when it cannot be started or takes longer than `timeoutMs`; `cancelled` after an abort.
 */
export function runCommand(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { cwd, env, timeoutMs = 30_000, signal, maxOutputBytes = 10 * 1024 * 1024 } = options;
  const cancelled = (): ReefError => new ReefError('cancelled', `Cancelled while running ${file}.`, { cause: signal?.reason });
  if (signal?.aborted === true) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const child = spawnInGroup(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
      ...(env !== undefined && { env }),
    });
    const stdout = boundedText(child.stdout, maxOutputBytes);
    const stderr = boundedText(child.stderr, maxOutputBytes);

    const stop = (error: ReefError): void => {
      finish();
      if (child.pid !== undefined) killTree(child.pid);
      reject(error);
    };
    const onAbort = (): void => stop(cancelled());
    const timer = setTimeout(
      () => stop(new ReefError('internal', `${file} did not end within ${timeoutMs} ms and was killed.`)),
      timeoutMs,
    );
    function finish(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    child.on('error', (cause) => stop(new ReefError('internal', `${file} could not be started: ${cause.message}`, { cause })));
    child.on('close', (exitCode) => {
      finish();
      resolve({ stdout: stdout.text(), stderr: stderr.text(), exitCode, truncated: stdout.truncated() || stderr.truncated() });
    });
  });
}

function boundedText(stream: NodeJS.ReadableStream | null, maxBytes: number): { text(): string; truncated(): boolean } {
  const chunks: Buffer[] = [];
  let room = maxBytes;
  let truncated = false;
  stream?.on('data', (chunk: Buffer) => {
    if (chunk.length > room) truncated = true;
    if (room > 0) chunks.push(chunk.subarray(0, room));
    room -= Math.min(room, chunk.length);
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), truncated: () => truncated };
}

export type AttachedOptions = {
  cwd: string;
  /** Added to our environment. */
  env: Readonly<Record<string, string>>;
};

/**
 * Runs a program on our own terminal, which it can ask and which interrupts it itself, and returns its exit code: null when a
 * signal ended it.
 * @throws ReefError `internal` when it cannot be started
 */
export function runAttached(file: string, args: readonly string[], { cwd, env }: AttachedOptions): Promise<number | null> {
  const [program, all] = startable(file, args);
  return new Promise((resolve, reject) => {
    const child = spawn(program, all, { cwd, env: { ...process.env, ...env }, stdio: 'inherit', shell: false });
    child.on('error', (cause) => reject(new ReefError('internal', `${file} could not be started: ${cause.message}`, { cause })));
    child.on('close', (exitCode) => resolve(exitCode));
  });
}

/** Windows starts scripts of npm and the like by its command interpreter only. */
export function startable(file: string, args: readonly string[]): [program: string, args: string[]] {
  const isScript = isWindows && /\.(?:cmd|bat)$/i.test(file);
  return isScript ? [process.env['ComSpec'] ?? 'cmd.exe', ['/d', '/c', file, ...args]] : [file, [...args]];
}
