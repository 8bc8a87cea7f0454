import { resolve } from 'node:path';
import type { ImageRequest, TraceStudyRequest } from '../engine/tracing/request.ts';
import { providerPrices } from '../engine/pricing/providers/table.ts';
import { ProbeKind } from '../protocol/tracing.ts';
import { commonOptions, durationMs, type parse, positiveNumber, share, wholeNumber } from './options.ts';
import { UsageError } from './usage.ts';

export const traceOptions = {
  ...commonOptions,
  target: { type: 'string' },
  event: { type: 'string', multiple: true },
  payload: { type: 'string' },
  calls: { type: 'string' },
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
} as const;

export type TraceValues = ReturnType<typeof parse<typeof traceOptions>>['values'];

const onlyForImages = ['cpus', 'env', 'mount', 'workdir', 'user', 'entrypoint', 'name', 'network', 'read-only', 'probe'] as const;
const onlyForFunctions = ['target', 'event', 'payload', 'calls'] as const;

/** What the flags ask for, but for what is traced. */
export function studyOf(values: TraceValues): Omit<TraceStudyRequest, 'subject'> {
  const margin = share(values.margin, 'margin') ?? 0.1;
  const provider = providerOf(values.provider);
  const timeCapMs = durationMs(values['time-cap'], 'time-cap');
  const probe = probeOf(values.probe);
  return {
    runs: wholeNumber(values.runs, 'runs', 1) ?? 1,
    ...(provider !== undefined && { provider }),
    ...(timeCapMs !== undefined && { timeCapMs }),
    ...(probe !== undefined && { probe }),
    ...(values.hull === true && { hull: { margin } }),
  };
}

/** Refuses flags that say nothing for a function, or for an image. */
export function checkSubject(values: TraceValues): void {
  const stray = (values.image === undefined ? onlyForImages : onlyForFunctions).find((name) => values[name] !== undefined);
  if (stray === undefined) return;
  throw new UsageError(`--${stray} goes with ${values.image === undefined ? '--image IMAGE' : 'a function'}.`);
}

/** The image with its options, as `docker run` has them. */
export function imageOf(image: string, values: TraceValues, args: readonly string[]): ImageRequest {
  const { env, mount, workdir, user, entrypoint, name, network } = values;
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

function providerOf(text: string | undefined): string | undefined {
  if (text === undefined || providerPrices.some(({ id }) => id === text)) return text;
  throw new UsageError(`--provider is one of ${providerPrices.map(({ id }) => id).join(', ')}, not: ${text}`);
}
