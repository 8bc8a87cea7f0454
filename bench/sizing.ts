/**
 * How good the sizing study's choices are on recorded curves, beside always taking the smallest size and a grid of ten
 * calls at each of six sizes under the same noise. `REEF_CURVES` names a CSV file or folder other than the examples'.
 */
import { join } from 'node:path';
import { seededRandom } from '../src/engine/numerics/random.ts';
import { mean, median, quantile } from '../src/engine/numerics/statistics.ts';
import { expectedCostUsd } from '../src/engine/pricing/bill.ts';
import { lambdaPrice, type Price } from '../src/engine/pricing/prices.ts';
import { runSizing } from '../src/engine/studies/sizing/study.ts';
import { figuresAt, type RecordedCurve } from '../src/engine/targets/replay/curve.ts';
import { loadCurves } from '../src/engine/targets/replay/load.ts';
import { createReplayTarget } from '../src/engine/targets/replay/target.ts';
import type { FunctionInfo } from '../src/protocol/functions.ts';
import { defaultSizingSettings, type Objective, type SizingReport } from '../src/protocol/sizing.ts';
import type { Bench, Table } from './table.ts';

const seeds = 5;
const gridMb = [128, 256, 512, 1024, 1536, 3008];
const gridCalls = 10;
const largestMb = 3008;

const path = process.env['REEF_CURVES'] ?? join(import.meta.dirname, '..', 'examples', 'recorded');
const clock = { nowMs: () => Date.now() };
const log = { log: () => {} };
const signal = new AbortController().signal;

const objectives: [string, Objective][] = [
  ['cheapest', { goal: 'cost', tolerance: 0, maxDurationMs: null }],
  ['fastest within 10 %', { goal: 'fastest', tolerance: 0.1, maxDurationMs: null }],
  ['balanced', { goal: 'balanced', tolerance: 0, maxDurationMs: null }],
];

type Figures = { durationMs: number; costUsd: number };

/** The recorded curve itself, priced, at each MB: what a choice is judged by. */
type Truth = { curve: RecordedCurve; price: Price; sizes: number[]; at: (memoryMb: number) => Figures; cheapestUsd: number };

function truthOf(curve: RecordedCurve): Truth {
  const recorded = curve.rows.map((row) => row.memoryMb);
  const [low, high] = [Math.min(...recorded), Math.min(largestMb, Math.max(...recorded))];
  const price = lambdaPrice(curve.architecture);
  const at = (memoryMb: number): Figures => {
    const { durationMs } = figuresAt(curve, memoryMb);
    return { durationMs, costUsd: expectedCostUsd(price, memoryMb, durationMs) };
  };
  const sizes = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  return { curve, price, sizes, at, cheapestUsd: Math.min(...sizes.map((size) => at(size).costUsd)) };
}

/** How much worse than the best a choice is: its cost, its duration among sizes the tolerance allows, or their geometric mean, as a share. */
function regretOf({ sizes, at, cheapestUsd }: Truth, { goal, tolerance }: Objective): (memoryMb: number) => number {
  if (goal === 'cost') return (memoryMb) => at(memoryMb).costUsd / cheapestUsd - 1;
  const figures = sizes.map(at);
  if (goal === 'balanced') {
    const score = ({ durationMs, costUsd }: Figures): number => Math.sqrt(costUsd * durationMs);
    const best = Math.min(...figures.map(score));
    return (memoryMb) => score(at(memoryMb)) / best - 1;
  }
  const allowed = figures.filter(({ costUsd }) => costUsd <= cheapestUsd * (1 + tolerance));
  const best = Math.min(...allowed.map(({ durationMs }) => durationMs));
  return (memoryMb) => at(memoryMb).durationMs / best - 1;
}

/** Whether a choice costs over 2 % more than the tolerance allows. */
function overspends({ at, cheapestUsd }: Truth, { tolerance }: Objective, memoryMb: number): boolean {
  return at(memoryMb).costUsd > cheapestUsd * (1 + tolerance) * 1.02;
}

async function targetOf(seed: number) {
  return createReplayTarget({ path, seed, clock, log });
}

async function studied(fn: FunctionInfo, objective: Objective, seed: number): Promise<SizingReport> {
  return runSizing({
    runId: 'bench',
    function: fn,
    target: await targetOf(seed),
    payload: '{}',
    eventName: null,
    settings: { ...defaultSizingSettings, objective, seed },
    store: { addSamples: (samples) => samples.map((sample, id) => ({ ...sample, id })) },
    clock,
    random: seededRandom(seed),
    log,
    signal,
    onProgress: () => {},
  });
}

/** A cold call and ten warm ones at each of six sizes; the best of the raw means, trimmed by a fifth on each side. */
async function gridChoice(
  fn: FunctionInfo,
  truth: Truth,
  objective: Objective,
  seed: number,
): Promise<{ memoryMb: number; calls: number }> {
  const target = await targetOf(seed);
  const low = Math.min(...truth.sizes);
  const high = Math.max(...truth.sizes);
  const measured: { memoryMb: number; durationMs: number; costUsd: number }[] = [];
  const sizes = gridMb.filter((size) => size >= low && size <= high);
  for (const memoryMb of sizes) {
    const sandbox = await target.open({ function: fn, memoryMb, architecture: truth.curve.architecture }, signal);
    const durations: number[] = [];
    for (let call = 0; call < gridCalls; call++) {
      durations.push((await sandbox.invoke({ payload: '{}', eventName: null }, signal)).measurement.durationMs ?? 0);
    }
    const trimmed = durations.toSorted((a, b) => a - b).slice(gridCalls * 0.2, gridCalls * 0.8);
    const durationMs = mean(trimmed);
    measured.push({ memoryMb, durationMs, costUsd: expectedCostUsd(truth.price, memoryMb, durationMs) });
  }
  return { memoryMb: chooseFrom(measured, objective), calls: sizes.length * gridCalls };
}

function chooseFrom(
  measured: readonly { memoryMb: number; durationMs: number; costUsd: number }[],
  objective: Objective,
): number {
  const cheapest = Math.min(...measured.map((m) => m.costUsd));
  const dearest = Math.max(...measured.map((m) => m.costUsd));
  const slowest = Math.max(...measured.map((m) => m.durationMs));
  const score = (m: { durationMs: number; costUsd: number }): number => {
    if (objective.goal === 'cost') return m.costUsd;
    if (objective.goal === 'balanced') return m.costUsd / dearest + m.durationMs / slowest;
    return m.costUsd <= cheapest * (1 + objective.tolerance) ? m.durationMs : Infinity;
  };
  return measured.toSorted((a, b) => score(a) - score(b))[0]?.memoryMb ?? 0;
}

type Outcome = { regret: number; calls: number; overspent: boolean };

async function compareOn(truths: readonly Truth[], objective: Objective): Promise<Record<'study' | 'grid' | 'floor', Outcome[]>> {
  const outcomes = { study: [] as Outcome[], grid: [] as Outcome[], floor: [] as Outcome[] };
  const functions = await (await targetOf(1)).discover(signal);
  for (const truth of truths) {
    const fn = functions.find(({ name }) => name === truth.curve.id);
    if (!fn) throw new Error(`No curve ${truth.curve.id}`);
    const regret = regretOf(truth, objective);
    const add = (list: Outcome[], memoryMb: number, calls: number): void => {
      list.push({ regret: regret(memoryMb), calls, overspent: overspends(truth, objective, memoryMb) });
    };
    for (let seed = 1; seed <= seeds; seed++) {
      const report = await studied(fn, objective, seed);
      add(outcomes.study, report.recommendation.memory_mb, report.invocations);
      const grid = await gridChoice(fn, truth, objective, seed);
      add(outcomes.grid, grid.memoryMb, grid.calls);
      add(outcomes.floor, Math.min(...truth.sizes), 0);
    }
  }
  return outcomes;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

function row(objective: string, goal: Objective['goal'], who: string, outcomes: readonly Outcome[], floor: number): string[] {
  const regrets = outcomes.map((outcome) => outcome.regret);
  const average = mean(regrets);
  return [
    objective,
    who,
    percent(average),
    percent(median(regrets)),
    percent(quantile(regrets, 0.9)),
    floor > 0 ? (average / floor).toFixed(2) : '–',
    goal === 'fastest' ? percent(outcomes.filter((outcome) => outcome.overspent).length / outcomes.length) : '–',
    mean(outcomes.map((outcome) => outcome.calls)).toFixed(1),
  ];
}

async function regretTable(curves: readonly RecordedCurve[]): Promise<Table> {
  const truths = curves.map(truthOf);
  const rows: string[][] = [];
  for (const [name, objective] of objectives) {
    const outcomes = await compareOn(truths, objective);
    const floor = mean(outcomes.floor.map((outcome) => outcome.regret));
    rows.push(row(name, objective.goal, 'Reef', outcomes.study, floor));
    rows.push(row(name, objective.goal, 'grid 6×10', outcomes.grid, floor));
    rows.push(row(name, objective.goal, 'smallest size', outcomes.floor, floor));
  }
  return {
    title: `Regret on ${curves.length} recorded curves, ${seeds} seeds`,
    columns: ['objective', 'choice by', 'mean', 'median', 'p90', '÷ smallest', 'over tolerance', 'calls'],
    rows,
    notes: [
      'Regret: how much worse than the best size of the recorded curve (up to 3,008 MB): its cost; its duration among the',
      'sizes within the tolerance; or the geometric mean of both. A choice over the tolerance may be faster than the best',
      'allowed one, which lowers its regret. The recorded sizes are nearly those of the grid, which flatters it.',
    ],
  };
}

async function timeTable(curves: readonly RecordedCurve[]): Promise<Table> {
  const functions = await (await targetOf(1)).discover(signal);
  const objective = defaultSizingSettings.objective;
  const times: number[] = [];
  for (let seed = 1; seed <= 3; seed++) {
    for (const fn of functions.slice(0, 20)) {
      const before = process.cpuUsage();
      await studied(fn, objective, seed);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
    }
  }
  const loading: number[] = [];
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    await targetOf(i);
    const { user, system } = process.cpuUsage(before);
    loading.push((user + system) / 1000);
  }
  return {
    title: 'CPU time of one study on a replayed curve',
    columns: ['what', 'median ms', 'p90 ms', '÷ reading the CSV'],
    rows: [
      [
        'study, with reading the CSV',
        median(times).toFixed(1),
        quantile(times, 0.9).toFixed(1),
        (median(times) / median(loading)).toFixed(1),
      ],
      [`reading ${curves.length} curves`, median(loading).toFixed(1), quantile(loading, 0.9).toFixed(1), '1.0'],
    ],
    notes: [],
  };
}

export const bench: Bench = {
  name: 'sizing',
  summary: 'how good the chosen sizes are on recorded curves, and what a study costs in CPU',
  async run() {
    const curves = await loadCurves(path);
    return [await regretTable(curves), await timeTable(curves)];
  },
};
