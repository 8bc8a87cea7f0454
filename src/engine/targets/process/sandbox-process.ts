import type { ChildProcess } from 'node:child_process';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { LineSplitter } from '../../runtime/output.ts';
import { killTree, spawnInGroup } from '../../system/process.ts';
import type { LogLine } from '../target.ts';
import type { Exit } from '../../runtime/exit.ts';
import type { Started } from '../../runtime/sandbox.ts';
import { endingMs, type SandboxTrace } from '../../runtime/tracer/sandbox-trace.ts';
import { watchMemory } from './memory-guard.ts';
import { startWatchdog } from './watchdog.ts';

/** After its exit, output of descendants that still hold its pipes is waited for this long, ms. */
const drainMs = 500;

export type ProcessRequest = {
  program: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  memoryCapMb: number;
  /** Where the program is Reef's tracer, which runs the function's. */
  trace?: SandboxTrace | undefined;
  onLine(stream: LogLine['stream'], text: string): void;
  /** Called once, when the process and all that it started are gone and its output is complete. */
  onExit(exit: Exit): void;
};

/** Starts the process of a sandbox and follows it to its end. A program that cannot be started exits with code null. */
export function startSandboxProcess(request: ProcessRequest): Started {
  const child = spawnInGroup(request.program, request.args, {
    cwd: request.cwd,
    env: request.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let heapFull = false;
  let overMemoryMb: number | null = null;
  let exit: Exit | null = null;

  const stdout = new LineSplitter((text) => request.onLine('stdout', text));
  const stderr = new LineSplitter((text) => {
    if (text.includes('heap out of memory')) heapFull = true;
    request.onLine('stderr', text);
  });
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  const takeStderr = (chunk: Buffer): void => stderr.push(chunk);
  const { trace } = request;
  child.stderr?.on('data', trace?.splitter(takeStderr) ?? takeStderr);

  const flushOutput = (): void => {
    stdout.end();
    stderr.end();
  };

  const { pid } = child;
  const kill = (): void => {
    if (pid !== undefined && exit === null) killTree(pid);
  };
  const watchdog = pid === undefined ? undefined : startWatchdog(pid);
  const guard =
    pid === undefined
      ? undefined
      : watchMemory(
          pid,
          request.memoryCapMb,
          () => {
            overMemoryMb = request.memoryCapMb;
            kill();
          },
          trace === undefined ? undefined : () => trace.usageMb,
        );

  const closed = new Promise((resolve) => child.once('close', resolve));
  const follow = async (): Promise<void> => {
    const { code, signal } = await endOf(child);
    guard?.stop();
    kill();
    await Promise.race([closed, sleep(drainMs, undefined, { ref: false })]);
    watchdog?.stop();
    flushOutput();
    child.stdout?.destroy();
    child.stderr?.destroy();
    exit = { code, signal, heapFull, overMemoryMb };
    trace?.end(overMemoryMb !== null || heapFull);
    request.onExit(exit);
  };
  const ended = follow();

  return {
    get exit() {
      return exit;
    },
    async flushOutput() {
      // What the handler printed is in the pipe by now: one turn of the event loop reads it.
      await turn();
      await turn();
      flushOutput();
    },
    async kill() {
      // So that what the tracer knows arrives.
      if (trace !== undefined && exit === null && child.kill('SIGTERM')) {
        await Promise.race([ended, sleep(endingMs, undefined, { ref: false })]);
      }
      kill();
      await ended;
    },
  };
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}
