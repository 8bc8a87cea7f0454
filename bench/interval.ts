/**
 * How often the stated 90 % interval of duration holds the truth on recorded curves, by how many calls the study made and by
 * size. `REEF_CURVES`, `REEF_SEEDS` and `REEF_FIRST_SEED` as for `sizing`.
 */
import { join } from 'node:path';
import { seededRandom, seedOf } from '../src/engine/numerics/random.ts';
import { median } from '../src/engine/numerics/statistics.ts';
import { figureAt } from '../src/engine/studies/sizing/objective.ts';
import { loadCurves } from '../src/engine/targets/replay/load.ts';
import type { Objective } from '../src/protocol/sizing.ts';
import { functionOf, simulatedTarget } from './sizing/simulated.ts';
import { studied } from './sizing/studied.ts';
import { truthOf } from './sizing/truth.ts';
import type { Bench } from './table.ts';

const seeds = Number(process.env['REEF_SEEDS'] ?? 5);
const firstSeed = Number(process.env['REEF_FIRST_SEED'] ?? 1);
const path = process.env['REEF_CURVES'] ?? join(import.meta.dirname, '..', 'examples', 'recorded');
const usualMaxMb = 3008;
const askedMb = [128, 160, 192, 256, 320, 384, 512, 640, 768, 1024, 1200, 1400, 1536, 1769, 1920, 2048, 2560, 3008];
const goals: Objective['goal'][] = ['cost', 'fastest', 'balanced'];

type Answer = { held: boolean; /** Upper bound over lower. */ width: number };

export const bench: Bench = {
  name: 'interval',
  summary: 'how often stated 90 % intervals of duration hold the truth on recorded curves',
  async run() {
    const groups = new Map<string, Answer[]>();
    for (const curve of await loadCurves(path)) {
      const truth = truthOf(curve, usualMaxMb);
      for (const goal of goals) {
        for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
          const target = simulatedTarget(truth, seededRandom(seedOf(seed, truth.id, 'interval')));
          const objective = { goal, tolerance: goal === 'fastest' ? 0.1 : 0, maxDurationMs: null };
          const report = await studied({ fn: functionOf(truth), target, objective, seed });
          for (const size of askedMb.filter((mb) => mb >= truth.minMb && mb <= truth.maxMb)) {
            const figure = figureAt(report.curve, size);
            if (figure === null) continue;
            const [low, high] = figure.interval;
            const answer = { held: low <= truth.durationAt(size) && truth.durationAt(size) <= high, width: high / low };
            for (const name of namesOf(
              goal,
              report.invocations,
              size,
              report.curve.some((p) => p.memory_mb === size && p.basis === 'measured'),
            ))
              groups.set(name, [...(groups.get(name) ?? []), answer]);
          }
        }
      }
    }
    const rows = [...groups]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, answers]) => [
        name,
        String(answers.length),
        `${((100 * answers.filter(({ held }) => held).length) / answers.length).toFixed(1)} %`,
        `±${(50 * (median(answers.map(({ width }) => width)) - 1)).toFixed(1)} %`,
      ]);
    return [
      {
        title: `Stated 90 % intervals of duration, ${seeds} seeds`,
        columns: ['among', 'asked', 'hold the truth', 'median half-width'],
        rows,
        notes: ['Goal: 85–95 %. Truth and noise as in `sizing`.'],
      },
    ];
  },
};

function namesOf(goal: string, calls: number, size: number, measured: boolean): string[] {
  const many = calls <= 10 ? 'up to 10' : calls <= 18 ? '11 to 18' : 'over 18';
  const region = size < 512 ? 'below 512 MB' : size <= 1769 ? '512 to 1,769 MB' : 'above 1,769 MB';
  return ['all', `objective ${goal}`, `calls ${many}`, `size ${region}`, `size ${measured ? 'probed' : 'between probes'}`];
}
