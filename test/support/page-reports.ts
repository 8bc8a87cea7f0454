import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SizingReport } from '../../src/protocol/sizing.ts';

const folder = join(import.meta.dirname, '../fixtures/reports');

export const reportFixtures = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

/** A report from test/fixtures/reports, held to its schema. */
export function reportFixture(name: string): SizingReport {
  return SizingReport.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
}

/** The fixture `mixed-measured` with everything that a report may hold: percentiles, cold calls, payloads, other targets. */
export function deepReport(): SizingReport {
  const report = reportFixture('mixed-measured');
  const percentile = (duration: number, factor: number) => ({
    duration_ms: duration * factor,
    upper_ms: duration * factor * 1.1,
  });
  const curve = report.curve.map((point) => ({
    ...point,
    percentiles: {
      p50: percentile(point.duration_ms, 0.98),
      p95: percentile(point.duration_ms, 1.3),
      p99: percentile(point.duration_ms, 1.6),
    },
    cold: { duration_ms: point.duration_ms + 300, cost_per_million_usd: point.cost_per_million_usd * 2 },
  }));
  const scaled = (factor: number): SizingReport['curve'] =>
    report.curve.map((point) => ({
      ...point,
      duration_ms: point.duration_ms * factor,
      interval: [point.interval[0] * factor, point.interval[1] * factor],
      cost_per_million_usd: 0.2 + (point.cost_per_million_usd - 0.2) * factor,
    }));
  return SizingReport.parse({
    ...report,
    curve,
    pareto: paretoOf(report),
    verdict: 'clear',
    free_samples: 3,
    recommendation: {
      ...report.recommendation,
      expected_regret: 0.004,
      saving_interval: [0.12, 0.31],
      break_even_calls: 12_345.6,
    },
    payloads: [
      { name: 'small', weight: 0.75, samples: 20, curve: scaled(0.7) },
      { name: 'large', weight: 0.25, samples: 8, curve: scaled(1.9) },
    ],
    what_if: {
      architecture: 'arm64',
      memory_mb: report.recommendation.memory_mb,
      cost_per_million_usd: report.recommendation.cost_per_million_usd * 0.8,
      saving: 0.2,
      sentence: 'On arm64 the same size would cost 20 % less, when it takes as long.',
    },
    points: [
      ...report.points.map((point, index) => ({ ...point, payload: index % 3 === 0 ? 'large' : 'small' })),
      ...[256, 512, 1024].map((memory_mb) => ({
        memory_mb,
        duration_ms: 70_000 / memory_mb + 40,
        init_ms: null,
        cold: false,
        outcome: 'ok',
        target: 'aws',
        payload: 'small',
        free: true,
      })),
    ],
  });
}

/** Sizes from the floor on that no other beats in both cost and duration, by cost. */
function paretoOf({ curve, floor }: SizingReport): NonNullable<SizingReport['pareto']> {
  const allowed = curve
    .filter(({ memory_mb }) => memory_mb >= floor.memory_mb)
    .toSorted((a, b) => a.cost_per_million_usd - b.cost_per_million_usd || a.duration_ms - b.duration_ms);
  const [cheapest] = allowed;
  if (cheapest === undefined) return [];
  const front: NonNullable<SizingReport['pareto']> = [];
  for (const { memory_mb, duration_ms, cost_per_million_usd } of allowed) {
    if (duration_ms >= (front.at(-1)?.duration_ms ?? Infinity)) continue;
    front.push({
      memory_mb,
      duration_ms,
      cost_per_million_usd,
      cost_ratio: cost_per_million_usd / cheapest.cost_per_million_usd,
      speedup: cheapest.duration_ms / duration_ms,
    });
  }
  return front;
}
