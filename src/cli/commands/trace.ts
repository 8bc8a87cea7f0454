import { createWriteStream } from 'node:fs';
import { parse as parsePath, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { samplesCsv, samplesNdjson } from '../../engine/exchange/trace/samples.ts';
import { providerPrices } from '../../engine/pricing/providers/table.ts';
import { writeTracePage } from '../../engine/report/page.ts';
import { traceText } from '../../engine/report/trace-text.ts';
import { runTraceStudy } from '../../engine/studies/tracing/study.ts';
import type { Trace } from '../../engine/studies/tracing/trace.ts';
import { connectEngine } from '../../engine/targets/docker/engine.ts';
import { actuationDelayMs } from '../../engine/targets/docker/trace/actuation.ts';
import type { TraceRequest } from '../../engine/targets/docker/trace/request.ts';
import { traceContainer } from '../../engine/targets/docker/trace/trace-container.ts';
import { ProbeKind } from '../../protocol/tracing.ts';
import { durationMs, parse, positiveNumber, share, wholeNumber } from '../options.ts';
import { progressLine } from '../progress.ts';
import { UsageError } from '../usage.ts';

const options = {
  image: { type: 'string' },
  runs: { type: 'string' },
  memory: { type: 'string' },
  cpus: { type: 'string' },
  env: { type: 'string', multiple: true },
  mount: { type: 'string', multiple: true },
  workdir: { type: 'string' },
  user: { type: 'string' },
  entrypoint: { type: 'string' },
  name: { type: 'string' },
  network: { type: 'string' },
  'read-only': { type: 'boolean' },
  probe: { type: 'string' },
  'time-cap': { type: 'string' },
  provider: { type: 'string' },
  hull: { type: 'boolean' },
  margin: { type: 'string' },
  samples: { type: 'string' },
  html: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse<typeof options>>['values'];

const defaultTimeCapMs = 15 * 60_000;
const hullBinMs = 100;

/** `reef trace --image IMAGE [options] [-- argument …]`; fails when a run does. */
export async function traceCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, Infinity);
  const request = requestOf(values, positionals);
  const runs = wholeNumber(values.runs, 'runs', 1) ?? 1;
  const timeCapMs = durationMs(values['time-cap'], 'time-cap') ?? defaultTimeCapMs;
  const probe = probeOf(values.probe);
  const provider = providerOf(values.provider);
  const margin = share(values.margin, 'margin') ?? 0.1;
  const engine = await connectEngine();
  const json = values.json === true;
  const hooks = json ? {} : { onStdout: toStderr, onStderr: toStderr };
  const progress = progressLine();
  const sizes = request.memoryMb === undefined ? {} : { staticMb: request.memoryMb };
  const { report, traces } = await runTraceStudy(
    {
      subject: request.image,
      runs,
      prices: providerPrices,
      provider,
      clock: { nowMs: Date.now },
      onProgress: progress.report,
      ...(request.memoryMb !== undefined && { sizeMb: request.memoryMb }),
      ...(values.hull === true && { hull: { ...sizes, binMs: hullBinMs, margin, delayMs: await actuationDelayMs(engine) } }),
      async runOnce() {
        const only = probe === undefined ? {} : { only: probe };
        const { trace, probe: facts, passed } = await traceContainer(engine, request, hooks, { signal, timeCapMs, ...only });
        const { kind, samplesPerS, error } = facts;
        return { trace, probe: { kind, samples_per_s: samplesPerS, error, passed_over: passed } };
      },
    },
    signal,
  );
  progress.end();
  if (values.samples !== undefined) await writeSamples(resolve(values.samples), traces);
  if (values.html !== undefined) await writeTracePage(report, traces, values.html);
  console.log(json ? JSON.stringify(report, null, 2) : traceText(report));
  return report.runs.every(({ exit }) => exit === 0) ? 0 : 1;
}

function toStderr(bytes: Buffer): void {
  process.stderr.write(bytes);
}

function requestOf(values: Values, args: readonly string[]): TraceRequest {
  const { image, env, mount, workdir, user, entrypoint, name, network } = values;
  if (image === undefined) throw new UsageError('Name the image: --image IMAGE.');
  const memoryMb = positiveNumber(values.memory, 'memory');
  const cpus = positiveNumber(values.cpus, 'cpus');
  const unnamed = env?.find((one) => !/^[^=\s]+=/.test(one));
  if (unnamed !== undefined) throw new UsageError('--env takes NAME=VALUE.');
  return {
    image,
    args,
    readOnly: values['read-only'] === true,
    ...(memoryMb !== undefined && { memoryMb }),
    ...(cpus !== undefined && { cpus }),
    ...(env !== undefined && { env }),
    ...(mount !== undefined && { mounts: mount.map(mountOf) }),
    ...(workdir !== undefined && { workdir }),
    ...(user !== undefined && { user }),
    ...(entrypoint !== undefined && { entrypoint: [entrypoint] }),
    ...(name !== undefined && { name }),
    ...(network !== undefined && { network }),
  };
}

/** As `docker run -v`: `source:target[:ro]`; the folder of this machine may be relative. */
function mountOf(text: string): { source: string; target: string; readOnly: boolean } {
  const [, source, target, mode] = /^(.+?):(\/[^:]*)(?::(ro|rw))?$/.exec(text) ?? [];
  if (source === undefined || target === undefined)
    throw new UsageError(`--mount takes SOURCE:/TARGET or SOURCE:/TARGET:ro, not: ${text}`);
  return { source: resolve(source), target, readOnly: mode === 'ro' };
}

function probeOf(text: string | undefined): ProbeKind | undefined {
  if (text === undefined) return undefined;
  const kind = ProbeKind.safeParse(text);
  if (kind.success) return kind.data;
  throw new UsageError(`--probe is one of ${ProbeKind.options.join(', ')}, not: ${text}`);
}

function providerOf(text = 'aws-x86'): string {
  if (providerPrices.some(({ id }) => id === text)) return text;
  throw new UsageError(`--provider is one of ${providerPrices.map(({ id }) => id).join(', ')}, not: ${text}`);
}

/** One file a run: `name`, then `name-2`, `name-3`; CSV by its ending, else NDJSON. */
async function writeSamples(file: string, traces: readonly Trace[]): Promise<void> {
  const { dir, name, ext } = parsePath(file);
  for (const [index, trace] of traces.entries()) {
    const path = index === 0 ? file : resolve(dir, `${name}-${index + 1}${ext}`);
    const pieces = ext.toLowerCase() === '.csv' ? samplesCsv(trace) : samplesNdjson(trace);
    await pipeline(Readable.from(pieces), createWriteStream(path));
  }
}
