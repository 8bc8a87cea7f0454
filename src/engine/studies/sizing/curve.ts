import type { CurvePoint, PayloadCurve } from '../../../protocol/sizing.ts';
import { interpolateLog } from '../../numerics/interpolate.ts';
import { expectedCostUsd } from '../../pricing/bill.ts';
import type { ColdCalls } from './cold.ts';
import { costRatiosHigh, type Decision } from './decision.ts';
import type { Fit } from './fit.ts';
import { candidateSizes, drawnUpToMb } from './grid.ts';
import { samplesOf } from './groups.ts';
import { percentilesOf } from './percentiles.ts';
import type { Concluded } from './session.ts';
import type { Spread } from './spread.ts';
import { warmOk } from './warm.ts';

/** What is drawn beside the mean of warm calls; null where it is not known. */
export type Beside = { spread: readonly Spread[] | null; cold: ColdCalls | null };

/** The curve of the study at the sizes worth drawing, `shown` ones (floor, current size) among them. */
export function drawCurve(concluded: Concluded, shown: readonly number[], { spread, cold }: Beside): CurvePoint[] {
  const { session, capabilities, price, fit } = concluded;
  const measured = measuredSizes(concluded);
  const { objective } = session.input.settings;
  const weights = session.payloads.map(({ weight }) => weight);
  const percentiles =
    spread === null || fit.posterior === undefined ? null : percentilesOf(fit.posterior, weights, spread, objective);
  const costPerMillion = (memoryMb: number, durationMs: number): number => expectedCostUsd(price, memoryMb, durationMs) * 1e6;
  return sizesOf(concluded, shown).map((memoryMb) => {
    const coldMs = cold === null ? 0 : cold.initMs + cold.handlerMs(memoryMb);
    return {
      ...plainPoint(concluded, fit, memoryMb),
      basis: capabilities.basis === 'measured' && measured.has(memoryMb) ? 'measured' : 'predicted',
      ...(percentiles !== null && { percentiles: percentiles(memoryMb) }),
      ...(cold !== null && { cold: { duration_ms: coldMs, cost_per_million_usd: costPerMillion(memoryMb, coldMs) } }),
    };
  });
}

/** The curve of each of several payloads, at the sizes of the whole; nothing where there is one. */
export function payloadCurves(concluded: Concluded, curve: readonly CurvePoint[]): PayloadCurve[] {
  const { session, fit } = concluded;
  if (session.payloads.length < 2) return [];
  return session.payloads.map((payload, i) => {
    const warm = warmOk(samplesOf(session.evidence, session, payload));
    const sizes = new Set(warm.map((sample) => sample.memoryMb));
    return {
      name: payload.name ?? '',
      weight: payload.weight,
      samples: warm.length,
      curve: curve.map(({ memory_mb }) => ({
        ...plainPoint(concluded, fit.payloads?.[i] ?? fit, memory_mb),
        basis: concluded.capabilities.basis === 'measured' && sizes.has(memory_mb) ? 'measured' : 'predicted',
      })),
    };
  });
}

function plainPoint({ price }: Concluded, fit: Pick<Fit, 'predict'>, memoryMb: number): Omit<CurvePoint, 'basis'> {
  const { durationMs, interval } = fit.predict(memoryMb);
  const cost_per_million_usd = expectedCostUsd(price, memoryMb, durationMs) * 1e6;
  return { memory_mb: memoryMb, duration_ms: durationMs, interval, cost_per_million_usd };
}

function measuredSizes({ session }: Concluded): Set<number> {
  return new Set(warmOk(session.evidence).flatMap((sample) => sample.memoryMb ?? []));
}

function sizesOf(concluded: Concluded, shown: readonly number[]): number[] {
  const { range, fit } = concluded;
  const extra = [...shown, ...measuredSizes(concluded)];
  const maxMb = drawnUpToMb(range, fit.work.parallelism, extra);
  return candidateSizes({ ...range, maxMb }, extra);
}

export function withCostRatios(curve: readonly CurvePoint[], decision: Decision): CurvePoint[] {
  const { sizes } = decision;
  const high = costRatiosHigh(decision);
  return curve.map((point) => {
    const below = sizes[0] === undefined || point.memory_mb < sizes[0];
    return below ? point : { ...point, cost_ratio_high: interpolateLog(sizes, high, point.memory_mb) };
  });
}
