import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export type Writer = {
  child: ChildProcessWithoutNullStreams;
  runId: string;
  /** Lets it write. */
  go(): void;
  /** Waits until that many samples are acknowledged, or it ended. */
  acknowledged(count: number): Promise<void>;
  /** Waits for its end; what it acknowledged until then. */
  ended(): Promise<{ code: number | null; ids: number[]; errors: string }>;
};

export function spawnWriter(path: string, functionName: string, calls: number, batch: number): ChildProcessWithoutNullStreams {
  const script = join(import.meta.dirname, 'writer.ts');
  const child = spawn(process.execPath, [script, path, functionName, String(calls), String(batch)], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Starts writer.ts and waits until it has opened the store. */
export async function startWriter(path: string, functionName: string, calls: number, batch: number): Promise<Writer> {
  const child = spawnWriter(path, functionName, calls, batch);
  const closed = once(child, 'close');
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const changed = (): Promise<unknown> => Promise.race([once(child.stdout, 'data'), closed]);
  while (!output.includes('\n')) {
    await changed();
    if (child.exitCode !== null) throw new Error(`The writer ended before it was ready: ${errors}`);
  }
  const head = output.split('\n')[0] ?? '';
  // The last line may be half written: only whole lines are acknowledgements.
  const ids = (): number[] => output.split('\n').slice(1, -1).map(Number);
  return {
    child,
    runId: head.replace('ready ', ''),
    go: () => void child.stdin.write('\n'),
    async acknowledged(count) {
      while (ids().length < count && child.exitCode === null && child.signalCode === null) await changed();
    },
    async ended() {
      await closed;
      return { code: child.exitCode, ids: ids(), errors };
    },
  };
}
