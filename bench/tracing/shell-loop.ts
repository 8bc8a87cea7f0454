import { once } from 'node:events';
import { killTree, spawnInGroup } from '../../src/engine/system/process.ts';
import { groupFolders } from '../../src/engine/targets/docker/trace/cgroup-paths.ts';
import { createOptions, entryOf, type TraceRequest } from '../../src/engine/targets/docker/trace/request.ts';
import { runContainer } from '../../src/engine/targets/docker/trace/run-container.ts';
import type { DockerEngine } from '../../src/engine/targets/docker/engine.ts';

/** What scripts do: wait for the group's file, then date, read, sleep a ms, again and again. */
const script = `while :; do for file; do [ -r "$file" ] && break 2; done; done
while read usage < "$file"; do echo "$(date +%s%N) $usage"; sleep 0.001; done`;

export type ShellReadings = { timesMs: number[]; peakBytes: number; durationMs: number };

/** The usage of a container as a shell loop on this machine reads it. */
export async function shellLoop({ docker }: DockerEngine, request: TraceRequest, signal: AbortSignal): Promise<ShellReadings> {
  let text = '';
  let stop = (): Promise<void> => Promise.resolve();
  const fill = ({ id }: { id: string }): Promise<void> => {
    const files = groupFolders('/sys/fs/cgroup', id).map(
      ({ memory, cpu }) => `${memory}/${cpu === '-' ? 'memory.current' : 'memory.usage_in_bytes'}`,
    );
    const child = spawnInGroup('sh', ['-c', script, 'sh', ...files], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout?.on('data', (bytes: Buffer) => void (text += bytes.toString()));
    const closed = once(child, 'close');
    stop = async () => {
      if (child.pid !== undefined) killTree(child.pid);
      await closed;
    };
    return Promise.resolve();
  };
  const options = createOptions(request, await entryOf(docker, request));
  try {
    const run = await runContainer(docker, options, { fill }, { signal, timeCapMs: 60_000 });
    await stop();
    const { startedAtMs, finishedAtMs } = run;
    const rows = text.split('\n').flatMap((line) => {
      const [ns = '', usage = ''] = line.split(' ');
      const timeMs = Number(ns) / 1e6 - startedAtMs;
      return usage === '' || timeMs < 0 || timeMs > finishedAtMs - startedAtMs ? [] : [{ timeMs, bytes: Number(usage) }];
    });
    const peakBytes = rows.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    return { timesMs: rows.map(({ timeMs }) => timeMs), peakBytes, durationMs: finishedAtMs - startedAtMs };
  } finally {
    await stop();
  }
}
