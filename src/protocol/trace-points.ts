import * as z from 'zod/mini';
import { ProbeKind } from './tracing.ts';

/** Values over time, oldest first: columns of equal length. */
const Curve = z.object({
  timeMs: z.instanceof(Float64Array<ArrayBufferLike>),
  values: z.instanceof(Float64Array<ArrayBufferLike>),
});

export const TracePhase = z.object({
  name: z.enum(['init', 'invoke']),
  requestId: z.nullable(z.string()),
  startMs: z.number(),
  endMs: z.number(),
});

/** All that was read in one run: ms since its start, memory in bytes, a limit of `Infinity` where there was none. */
export const RunPoints = z.object({
  probe: ProbeKind,
  startedAtMs: z.number(),
  periodMs: z.number(),
  usage: Curve,
  workingSet: Curve,
  anonymous: Curve,
  file: Curve,
  limit: Curve,
  cpu: Curve,
  kernelPeakBytes: z.nullable(z.number()),
  phases: z.array(TracePhase),
  endMs: z.number(),
  ending: z.object({ exitCode: z.nullable(z.int()), signal: z.nullable(z.int()), isOom: z.boolean() }),
  missed: z.int(),
  lost: z.int(),
  probeCpuMs: z.nullable(z.number()),
});
export type RunPoints = z.infer<typeof RunPoints>;

export const curveNames = ['usage', 'workingSet', 'anonymous', 'file', 'limit', 'cpu'] as const;

/** The same as JSON can carry it: each column as little-endian doubles in base64. */
const PackedCurve = z.object({ timeMs: z.string(), values: z.string() });
export const PackedPoints = z.extend(RunPoints, {
  usage: PackedCurve,
  workingSet: PackedCurve,
  anonymous: PackedCurve,
  file: PackedCurve,
  limit: PackedCurve,
  cpu: PackedCurve,
});
export type PackedPoints = z.infer<typeof PackedPoints>;

export function packPoints(points: RunPoints): PackedPoints {
  return { ...points, ...mapCurves((name) => ({ timeMs: pack(points[name].timeMs), values: pack(points[name].values) })) };
}

/** @throws RangeError where a column is not whole doubles */
export function unpackPoints(packed: PackedPoints): RunPoints {
  return { ...packed, ...mapCurves((name) => ({ timeMs: unpack(packed[name].timeMs), values: unpack(packed[name].values) })) };
}

function mapCurves<Value>(of: (name: (typeof curveNames)[number]) => Value): Record<(typeof curveNames)[number], Value> {
  return {
    usage: of('usage'),
    workingSet: of('workingSet'),
    anonymous: of('anonymous'),
    file: of('file'),
    limit: of('limit'),
    cpu: of('cpu'),
  };
}

/** Characters are made of so many bytes at once: more would not fit the stack. */
const chunkBytes = 0x80_00;

function pack(values: Float64Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    text += String.fromCodePoint(...bytes.subarray(at, at + chunkBytes));
  }
  return btoa(text);
}

function unpack(text: string): Float64Array {
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let i = 0; i < decoded.length; i++) bytes[i] = decoded.codePointAt(i) ?? 0;
  return new Float64Array(bytes.buffer);
}
