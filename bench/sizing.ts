/**
 * How good the sizing study's choices are on recorded curves, beside AWS Lambda Power Tuning, Parrotfish and always taking
 * the smallest size, under the same noise. `REEF_CURVES` names a CSV file or folder other than the examples',
 * `REEF_SEEDS` how many seeds, `REEF_FIRST_SEED` the first.
 */
import { join } from 'node:path';
import { lognormal, seededRandom, seedOf } from '../src/engine/numerics/random.ts';
import { mean, median, quantile } from '../src/engine/numerics/statistics.ts';
import { lambdaPrice } from '../src/engine/pricing/prices.ts';
import { decide } from '../src/engine/studies/sizing/decision.ts';
import { candidateSizes } from '../src/engine/studies/sizing/grid.ts';
import { fitCurve } from '../src/engine/studies/sizing/model.ts';
import { figureAt } from '../src/engine/studies/sizing/objective.ts';
import { observe } from '../src/engine/studies/sizing/observations.ts';
import { loadCurves } from '../src/engine/targets/replay/load.ts';
import { createReplayTarget } from '../src/engine/targets/replay/target.ts';
import type { Target } from '../src/engine/targets/target.ts';
import type { NewSample } from '../src/protocol/samples.ts';
import type { Objective, SizingReport } from '../src/protocol/sizing.ts';
import { parrotfish } from './sizing/parrotfish.ts';
import { alwaysTheFloor, type Chosen, powerTuning } from './sizing/peers.ts';
import { functionOf, simulatedTarget } from './sizing/simulated.ts';
import { loggedSamples, studied } from './sizing/studied.ts';
import { judgeOf, type Truth, truthOf } from './sizing/truth.ts';
import type { Bench, Table } from './table.ts';

const seeds = Number(process.env['REEF_SEEDS'] ?? 5);
const firstSeed = Number(process.env['REEF_FIRST_SEED'] ?? 1);
/** What most accounts may use, and what peers look at. */
const usualMaxMb = 3008;

const path = process.env['REEF_CURVES'] ?? join(import.meta.dirname, '..', 'examples', 'recorded');
const clock = { nowMs: () => Date.now() };
const log = { log: () => {} };
const signal = new AbortController().signal;

const objectives: [string, Objective][] = [
  ['cheapest', { goal: 'cost', tolerance: 0, maxDurationMs: null }],
  ['fastest within 10 %', { goal: 'fastest', tolerance: 0.1, maxDurationMs: null }],
  ['balanced', { goal: 'balanced', tolerance: 0, maxDurationMs: null }],
];

type Outcome = { regret: number; overspent: boolean; calls: number; cost: number };

/** Sizes at which an interval is compared with the truth. */
const askedMb = [128, 192, 256, 384, 512, 768, 1024, 1400, 1769, 2048, 2560, 3008];

class Tally {
  readonly outcomes = new Map<string, Outcome[]>();
  held = 0;
  asked = 0;

  add(who: string, outcome: Outcome): void {
    this.outcomes.set(who, [...(this.outcomes.get(who) ?? []), outcome]);
  }

  ask(truth: Truth, report: SizingReport): void {
    for (const size of askedMb) {
      const figure = size >= truth.minMb && size <= truth.maxMb ? figureAt(report.curve, size) : null;
      if (figure === null) continue;
      this.asked += 1;
      if (figure.interval[0] <= truth.durationAt(size) && truth.durationAt(size) <= figure.interval[1]) this.held += 1;
    }
  }
}

async function compareOn(truths: readonly Truth[], objective: Objective): Promise<Tally> {
  const tally = new Tally();
  for (const truth of truths) {
    const judge = judgeOf(truth, objective);
    const add = (who: string, { memoryMb, calls, costUsd }: Chosen): void =>
      tally.add(who, {
        regret: judge.regret(memoryMb),
        overspent: judge.overspends(memoryMb),
        calls,
        cost: costUsd / judge.cheapestUsd,
      });
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const noise = (who: string) => seededRandom(seedOf(seed, truth.id, who));
      const answer = async (who: string, free: readonly NewSample[]): Promise<SizingReport> => {
        const report = await studied({
          fn: functionOf(truth),
          target: simulatedTarget(truth, noise(who)),
          objective,
          seed,
          free,
        });
        const { recommendation, invocations, profiling_cost_usd } = report;
        add(who, { memoryMb: recommendation.memory_mb, calls: invocations, costUsd: profiling_cost_usd });
        return report;
      };
      tally.ask(truth, await answer('Reef', []));
      await answer('Reef, 50 calls in logs', loggedSamples(truth, noise('logs')));
      add('Power Tuning 6×10', powerTuning(truth, objective, noise('Power Tuning')));
      add('Parrotfish', parrotfish(truth, objective, noise('Parrotfish')));
      add('smallest size', alwaysTheFloor(truth));
    }
  }
  return tally;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

function row(objective: string, { goal }: Objective, who: string, outcomes: readonly Outcome[], coverage: string): string[] {
  const regrets = outcomes.map((outcome) => outcome.regret);
  return [
    objective,
    who,
    percent(mean(regrets)),
    percent(median(regrets)),
    percent(quantile(regrets, 0.9)),
    goal === 'fastest' ? percent(mean(outcomes.map((outcome) => Number(outcome.overspent)))) : '–',
    mean(outcomes.map((outcome) => outcome.calls)).toFixed(1),
    mean(outcomes.map((outcome) => outcome.cost)).toFixed(1),
    coverage,
  ];
}

async function regretTable(title: string, truths: readonly Truth[]): Promise<Table> {
  const rows: string[][] = [];
  for (const [name, objective] of objectives) {
    const { outcomes, held, asked } = await compareOn(truths, objective);
    for (const [who, list] of outcomes) {
      rows.push(row(name, objective, who, list, who === 'Reef' ? percent(held / asked) : '–'));
    }
  }
  return {
    title: `${title}: regret on ${truths.length} recorded curves, ${seeds} seeds`,
    columns: ['objective', 'choice by', 'mean', 'median', 'p90', 'over tolerance', 'calls', 'bill', '90 % holds'],
    rows,
    notes: [
      'Regret: how much worse than the best size: its cost; its duration among the sizes within the tolerance; or the',
      'geometric mean of both. Bill: in calls at the cheapest size. Truth: the recorded means made non-increasing, a monotone',
      'cubic between them; calls vary as recorded, 3 % take 1.2–2.5 times as long. Recorded sizes are nearly those of the grid',
      'of Power Tuning, which flatters it. Parrotfish has no balanced objective: there its cheapest size counts. A choice over the tolerance may be faster than the best allowed one.',
    ],
  };
}

async function timeTable(): Promise<Table> {
  const open = (seed: number): Promise<Target> => createReplayTarget({ path, seed, clock, log });
  const functions = await (await open(1)).discover(signal);
  const rows: string[][] = [];
  for (const [name, objective] of objectives) {
    const times: number[] = [];
    for (const fn of functions.slice(0, 20)) {
      for (let seed = 1; seed <= 2; seed++) {
        const target = await open(seed);
        const before = process.cpuUsage();
        await studied({ fn, target, objective, seed });
        const { user, system } = process.cpuUsage(before);
        times.push((user + system) / 1000);
      }
    }
    rows.push([name, median(times).toFixed(1), quantile(times, 0.9).toFixed(1)]);
  }
  rows.push(['suggestion from 6 sizes × 8 calls', ...suggestionMs()]);
  return { title: 'CPU time of one study on a replayed curve', columns: ['objective', 'median ms', 'p90 ms'], rows, notes: [] };
}

/** Median and p90 of the CPU time of a fit and a decision from calls at hand. */
function suggestionMs(): string[] {
  const sizes = [128, 256, 512, 1024, 1769, 3008];
  const range = { minMb: 128, maxMb: usualMaxMb, stepMb: 1 };
  const times = Array.from({ length: 50 }, (_, seed) => {
    const random = seededRandom(seed);
    const calls = sizes.flatMap((memoryMb) =>
      Array.from({ length: 8 }, () => ({ memoryMb, durationMs: lognormal(random, 20 + (100 * 1769) / memoryMb, 0.05) })),
    );
    const before = process.cpuUsage();
    const { posterior } = fitCurve([{ weight: 1, observations: observe(calls) }], random, candidateSizes(range));
    if (posterior !== undefined)
      decide(posterior, { objective: suggested, price: lambdaPrice('x86_64'), fromMb: 128, toMb: usualMaxMb });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return [median(times).toFixed(1), quantile(times, 0.9).toFixed(1)];
}

const suggested: Objective = { goal: 'balanced', tolerance: 0, maxDurationMs: null };

export const bench: Bench = {
  name: 'sizing',
  summary: 'how good the chosen sizes are on recorded curves beside peers, and what a study costs in CPU',
  async run() {
    const curves = await loadCurves(path);
    const wide = curves.filter(({ rows }) => Math.max(...rows.map((each) => each.memoryMb)) > usualMaxMb);
    const tables = [
      await regretTable(
        'Up to 3,008 MB',
        curves.map((curve) => truthOf(curve, usualMaxMb)),
      ),
    ];
    if (wide.length > 0)
      tables.push(
        await regretTable(
          'Up to 10,240 MB',
          wide.map((curve) => truthOf(curve, 10_240)),
        ),
      );
    return [...tables, await timeTable()];
  },
};
