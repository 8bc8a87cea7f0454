/** How well memory is seen: rate, cost and blind spots of each probe, beside what people use otherwise. */
import { figuresOf } from '../src/engine/studies/tracing/figures.ts';
import { type Hull, maximumHull, upscalingHull } from '../src/engine/studies/tracing/hull.ts';
import { limitSteps } from '../src/engine/studies/tracing/limits.ts';
import { replay } from '../src/engine/studies/tracing/replay.ts';
import { bytesInMb, type Curve, largest } from '../src/engine/studies/tracing/trace.ts';
import { makeBaseImage } from '../src/engine/targets/docker/base-image.ts';
import { connectEngine, type DockerEngine } from '../src/engine/targets/docker/engine.ts';
import { actuationDelayMs } from '../src/engine/targets/docker/trace/actuation.ts';
import { hostFilesProbe } from '../src/engine/targets/docker/trace/host-files.ts';
import { type Probe, ProbeFailed, type TraceHooks, type TracedRun } from '../src/engine/targets/docker/trace/probe.ts';
import { createOptions, entryOf, type TraceRequest } from '../src/engine/targets/docker/trace/request.ts';
import { runContainer } from '../src/engine/targets/docker/trace/run-container.ts';
import { sidecarProbe } from '../src/engine/targets/docker/trace/sidecar.ts';
import { streamProbe } from '../src/engine/targets/docker/trace/statistics.ts';
import { wrapperProbe } from '../src/engine/targets/docker/trace/wrapper.ts';
import type { Bench, Table } from './table.ts';
import { shellLoop } from './tracing/shell-loop.ts';
import { breathing, computing, middle, ms, percent, quantile, resting, spike } from './tracing/targets.ts';

const { signal } = new AbortController();
const limits = { signal, timeCapMs: 60_000 };
const restS = 6;
const spikeRuns = 20;
const computingRuns = 12;
const restingRuns = 6;

async function traced(
  engine: DockerEngine,
  probe: Probe,
  request: TraceRequest,
  hooks: TraceHooks = {},
): Promise<TracedRun | null> {
  try {
    return await probe.run(engine, request, hooks, limits);
  } catch (error) {
    // A container that no reading was taken of: that is a result.
    if (error instanceof ProbeFailed) return null;
    throw error;
  }
}

/** A long rest: readings a second, gaps, and CPU time of the probe. */
async function rates(engine: DockerEngine, probes: readonly Probe[]): Promise<Table> {
  const rows: string[][] = [];
  for (const probe of probes) {
    const run = await traced(engine, probe, resting(restS));
    if (run === null) continue;
    const { samplesPerS, gapP99Ms, firstSampleMs } = figuresOf(run.trace);
    const { probeCpuMs, endMs } = run.trace;
    rows.push([
      probe.kind,
      (samplesPerS ?? 0).toFixed(1),
      ms(gapP99Ms ?? Number.NaN),
      probeCpuMs === null ? 'in the engine' : percent(probeCpuMs / endMs),
      ms(firstSampleMs ?? Number.NaN),
    ]);
  }
  const { timesMs } = await shellLoop(engine, resting(restS), signal);
  const gaps = timesMs.slice(1).map((time, i) => time - (timesMs[i] ?? 0));
  const rate = (gaps.length * 1000) / ((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0));
  rows.push(['shell loop', rate.toFixed(1), ms(quantile(gaps, 0.99)), 'not counted', ms(timesMs[0] ?? Number.NaN)]);
  return {
    title: `Readings of a container that rests for ${restS} s`,
    columns: ['probe', 'readings/s', 'gap p99', 'CPU of one core', 'first after the start'],
    rows,
    notes: ['Wanted of the best: ≥ 950/s for ≤ 3 %, the first within 1 ms. The stream is what `docker stats` shows.'],
  };
}

/** Short containers with a short spike: how often at least 90 % of it was seen. */
async function spikes(engine: DockerEngine, probes: readonly Probe[]): Promise<Table> {
  const seen = new Map<string, number[]>();
  const add = (name: string, peakBytes: number): void => void seen.set(name, [...(seen.get(name) ?? []), peakBytes]);
  const kernel: number[] = [];
  const durations: number[] = [];
  const first: number[] = [];
  for (let run = 0; run < spikeRuns; run++) {
    for (const probe of probes) {
      const one = await traced(engine, probe, spike);
      add(probe.kind, one === null ? 0 : (largest(one.trace.usage) ?? 0));
      if (one === null || probe.kind !== 'wrapper') continue;
      durations.push(one.trace.endMs);
      first.push(one.trace.usage.timeMs[0] ?? Number.NaN);
      if (one.trace.kernelPeakBytes !== null) kernel.push(one.trace.kernelPeakBytes);
    }
    add('shell loop', (await shellLoop(engine, spike, signal)).peakBytes);
  }
  const truth = middle(kernel);
  const rows = [...seen].map(([name, peaks]) => [
    name,
    `${peaks.filter((peak) => peak >= 0.9 * truth).length} of ${peaks.length}`,
    `${(middle(peaks) / bytesInMb).toFixed(1)} MB`,
    `${peaks.filter((peak) => peak === 0).length}`,
  ]);
  const length = `The container lasts ${ms(middle(durations))}; the kernel's own peak is ${(truth / bytesInMb).toFixed(1)} MB.`;
  const early = `First reading of the wrapper: p50 ${ms(middle(first))}, latest ${ms(Math.max(...first))} after it began.`;
  return {
    title: `A spike of 8 MB for 20 ms in a short container, ${spikeRuns} runs`,
    columns: ['probe', 'seen at ≥ 90 %', 'median peak', 'runs without a reading'],
    rows,
    notes: [length, early],
  };
}

/** What the tracer in the container adds to its memory, and takes of its time. */
async function disturbance(engine: DockerEngine): Promise<Table> {
  const [withBytes, withoutBytes, withMs, withoutMs]: number[][] = [[], [], [], []];
  for (let run = 0; run < restingRuns; run++) {
    withoutBytes?.push(await restingBytes(engine, hostFilesProbe(), resting(0.3)));
    withBytes?.push(await restingBytes(engine, wrapperProbe(), resting(0.3)));
  }
  for (let run = 0; run < computingRuns; run++) {
    withMs?.push(await computingMs(engine, true));
    withoutMs?.push(await computingMs(engine, false));
  }
  const [a, b, c, d] = [withBytes ?? [], withoutBytes ?? [], withMs ?? [], withoutMs ?? []];
  const mb = (bytes: number): string => `${(bytes / bytesInMb).toFixed(2)} MB`;
  return {
    title: 'What the tracer does to what it traces',
    columns: ['what', 'plain', 'traced', 'difference', 'range of the plain runs'],
    rows: [
      [
        'memory at rest, median',
        mb(middle(b)),
        mb(middle(a)),
        mb(middle(a) - middle(b)),
        `${mb(Math.min(...b))}–${mb(Math.max(...b))}`,
      ],
      [
        `0.5 s of work on one core, median of ${computingRuns}`,
        ms(middle(d)),
        ms(middle(c)),
        percent(middle(c) / middle(d) - 1),
        `${ms(Math.min(...d))}–${ms(Math.max(...d))}`,
      ],
    ],
    notes: ['Wanted: ≤ 0.3 MB, and a slowdown within the range of the plain runs. The kernel counts in steps of up to 0.25 MB.'],
  };
}

/** Memory in the middle of a rest. */
async function restingBytes(engine: DockerEngine, probe: Probe, request: TraceRequest): Promise<number> {
  const { trace } = await probe.run(engine, request, {}, limits);
  return middle([...trace.usage.values].slice(Math.floor(trace.usage.values.length / 2), -20));
}

async function computingMs(engine: DockerEngine, withTracer: boolean): Promise<number> {
  let text = '';
  const onStdout = (bytes: Buffer): void => void (text += bytes.toString());
  if (withTracer) await wrapperProbe().run(engine, computing, { onStdout }, limits);
  else await runContainer(engine.docker, createOptions(computing, await entryOf(engine.docker, computing)), { onStdout }, limits);
  return Number(text);
}

/** Limits from a hull of real runs, replayed at the delay with which this engine changes a limit. */
async function hulls(engine: DockerEngine): Promise<Table> {
  const delayMs = await actuationDelayMs(engine);
  const runs: Curve[] = [];
  for (let run = 0; run < 5; run++) runs.push((await wrapperProbe().run(engine, breathing(run), {}, limits)).trace.usage);
  const staticMb = Math.ceil(runs.reduce((most, run) => Math.max(most, largest(run) ?? 0), 0) / bytesInMb);
  const hull = maximumHull(runs, binMs);
  const coarse = maximumHull(runs, olderBinMs);
  const older = coarse.memoryMb.map((mb, bin) => Math.ceil(Math.max(mb, coarse.memoryMb[bin + 2] ?? 0)));
  const profiles: [name: string, limits: Hull][] = [
    ['ahead by the delay and a bin', upscalingHull(hull, { lookAheadMs: delayMs + binMs, margin: 0, staticMb })],
    ["functracer's: the bin after next, of 100 ms", { binMs: olderBinMs, memoryMb: older }],
    ['no look ahead', { binMs, memoryMb: hull.memoryMb.map(Math.ceil) }],
  ];
  const rows = profiles.map(([name, profile]) => {
    const steps = limitSteps(profile, staticMb);
    const replays = runs.map((run) => replay(run, steps, { lagMs: delayMs, staticMb }));
    const share = middle(replays.map(({ reservedShare }) => reservedShare));
    const violations = replays.reduce((sum, { violationMs }) => sum + violationMs, 0);
    const worst = Math.max(...replays.map(({ worstDeficitMb }) => worstDeficitMb));
    return [name, ms(violations), `${worst.toFixed(1)} MB`, percent(share), `${steps.length}`];
  });
  return {
    title: `Limits over time from five runs, replayed ${ms(delayMs)} late`,
    columns: ['limits', 'time below use', 'worst', 'reserved of the static size', 'changes'],
    rows,
    notes: ['The delay is the p99 of changes of a limit on this engine. Wanted: none below use.'],
  };
}

const binMs = 20;
const olderBinMs = 100;

export const bench: Bench = {
  name: 'tracing',
  summary: 'Rate, cost and blind spots of memory probes, beside docker stats and a shell loop; needs a Docker engine',
  async run() {
    const engine = await connectEngine();
    await makeBaseImage('python', { nodePath: '', pythonPath: '' }, signal);
    const probes: Probe[] = [];
    for (const probe of [wrapperProbe(), sidecarProbe(), hostFilesProbe(), streamProbe]) {
      if ((await probe.whyNot(engine)) === null) probes.push(probe);
    }
    return [await rates(engine, probes), await spikes(engine, probes), await disturbance(engine), await hulls(engine)];
  },
};
