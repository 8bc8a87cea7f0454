import type Docker from 'dockerode';
import * as z from 'zod/mini';
import { TraceGatherer } from '../../../runtime/tracer/gather.ts';
import type { Trace } from '../../../studies/tracing/trace.ts';
import { type Probe, ProbeFailed, type TracedRun, type TraceHooks } from './probe.ts';
import { createOptions, entryOf, type TraceRequest } from './request.ts';
import { type ContainerRun, runContainer, type RunHooks, type RunLimits } from './run-container.ts';
import { endingOf } from './watcher.ts';

/** What the engine's statistics say of memory; the names of the kernel's own figures differ between cgroup v1 and v2. */
const Statistics = z.object({
  read: z.string(),
  memory_stats: z.object({
    usage: z.optional(z.number()),
    max_usage: z.optional(z.number()),
    limit: z.optional(z.number()),
    stats: z.optional(z.record(z.string(), z.number())),
  }),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.optional(z.number()) }) }),
});

/** Adds one reading; one without usage is of a container that does not run. */
export function addStatistics(gatherer: TraceGatherer, json: unknown): void {
  const parsed = Statistics.safeParse(json);
  if (!parsed.success || parsed.data.memory_stats.usage === undefined) return;
  const { read, memory_stats: memory, cpu_stats: cpu } = parsed.data;
  const { usage = 0, stats = {} } = memory;
  const timeMs = Date.parse(read);
  const cpuNs = cpu.cpu_usage.total_usage;
  gatherer.onSample(timeMs, usage);
  gatherer.onDetail({
    timeMs,
    usage,
    anonymous: stats['anon'] ?? stats['total_rss'] ?? null,
    file: stats['file'] ?? stats['total_cache'] ?? null,
    shared: stats['shmem'] ?? stats['total_shmem'] ?? null,
    inactiveFile: stats['inactive_file'] ?? stats['total_inactive_file'] ?? null,
    limit: memory.limit ?? null,
    cpuMs: cpuNs === undefined ? null : cpuNs / 1e6,
    peak: memory.max_usage ?? null,
  });
}

type Read = (container: Docker.Container, take: (json: unknown) => void) => Promise<() => Promise<void>>;

/** `when`: whether reading can begin before the container starts. */
async function runRead(
  read: Read,
  when: 'before' | 'after',
  docker: Docker,
  request: TraceRequest,
  hooks: TraceHooks,
  limits: RunLimits,
): Promise<{ run: ContainerRun; gatherer: TraceGatherer }> {
  const gatherer = new TraceGatherer();
  const take = (json: unknown): void => {
    addStatistics(gatherer, json);
    if (gatherer.latest !== null) hooks.onReading?.(gatherer.latest);
  };
  let stop: Promise<() => Promise<void>> | undefined;
  const begin = (container: Docker.Container): void => {
    stop = read(container, take);
    // What went wrong is told where it is stopped.
    stop.catch(() => {});
  };
  const more: RunHooks =
    when === 'before'
      ? { fill: (container) => Promise.resolve(begin(container)) }
      : {
          started(container) {
            begin(container);
            hooks.started?.(container);
          },
        };
  try {
    const options = createOptions(request, await entryOf(docker, request));
    return { run: await runContainer(docker, options, { ...hooks, ...more }, limits), gatherer };
  } finally {
    await (
      await stop?.catch(() => undefined)
    )?.();
  }
}

function traceOf(kind: Trace['probe'], periodMs: number, gatherer: TraceGatherer, run: ContainerRun): TracedRun {
  if (gatherer.samples === 0) throw new ProbeFailed('the container ended before the engine told of its memory');
  const { startedAtMs, finishedAtMs: endedAtMs, exitCode, isOomKilled: isOom } = run;
  const trace = gatherer.trace(kind, { startedAtMs, endedAtMs, isOom, phases: [] });
  return { run, trace: { ...trace, periodMs, ending: endingOf(exitCode, isOom) } };
}

/** Engines from this version of their API take a reading when they are asked; older ones once a second. */
const promptApi = 1.44;

const oneShotPerS = 20;

/** The engine's statistics, asked for again and again. */
export const oneShotProbe: Probe = {
  kind: 'one-shot',
  samplesPerS: oneShotPerS,
  error: 'A spike shorter than 50 ms may be missed, and so may the first moments.',
  async whyNot({ docker }) {
    const { ApiVersion, Version } = await docker.version();
    return Number(ApiVersion) >= promptApi ? null : `Docker ${Version} takes a reading once a second only`;
  },
  async run({ docker }, request, hooks, limits) {
    const { run, gatherer } = await runRead(askAgain, 'after', docker, request, hooks, limits);
    return traceOf('one-shot', 1000 / oneShotPerS, gatherer, run);
  },
};

function askAgain(container: Docker.Container, take: (json: unknown) => void): Promise<() => Promise<void>> {
  const over = new AbortController();
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, 1000 / oneShotPerS);
    });
  const loop = async (): Promise<void> => {
    while (!over.signal.aborted) {
      // A container that ended has none.
      const json: unknown = await container.stats({ stream: false, 'one-shot': true }).catch(() => null);
      take(json);
      await pause();
    }
  };
  const done = loop();
  return Promise.resolve(async () => {
    over.abort();
    await done;
  });
}

/** What `docker stats` shows: once a second, whatever happens between. */
export const streamProbe: Probe = {
  kind: 'stream',
  samplesPerS: 1,
  error: 'One reading a second: the peak of a function may be missed, and one that ends within a second may not be seen at all.',
  whyNot: () => Promise.resolve(null),
  async run({ docker }, request, hooks, limits) {
    const { run, gatherer } = await runRead(openStream, 'before', docker, request, hooks, limits);
    return traceOf('stream', 1000, gatherer, run);
  },
};

async function openStream(container: Docker.Container, take: (json: unknown) => void): Promise<() => Promise<void>> {
  const stream = await container.stats({ stream: true });
  let rest = '';
  stream.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(parsed(line));
  });
  stream.on('error', () => {});
  return () => {
    (stream as unknown as { destroy(): void }).destroy();
    return Promise.resolve();
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
