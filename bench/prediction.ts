/**
 * How well durations predicted from calls at full speed (`process`) fit those measured under real limits (`docker`), for
 * the functions of the examples.
 */
import { join } from 'node:path';
import { readEvent } from '../src/engine/event.ts';
import { createFunctionIndex } from '../src/engine/functions/workspace-index.ts';
import { seededRandom } from '../src/engine/numerics/random.ts';
import { mean, median } from '../src/engine/numerics/statistics.ts';
import { runSizing } from '../src/engine/studies/sizing/study.ts';
import { makeBaseImage } from '../src/engine/targets/docker/base-image.ts';
import { baseImage } from '../src/engine/targets/docker/images.ts';
import { createDockerTarget } from '../src/engine/targets/docker/target.ts';
import { createProcessTarget } from '../src/engine/targets/process/target.ts';
import type { Target } from '../src/engine/targets/target.ts';
import { type FunctionInfo, Language } from '../src/protocol/functions.ts';
import { messageOf } from '../src/protocol/errors.ts';
import { defaultSizingSettings, type SizingReport } from '../src/protocol/sizing.ts';
import { interleaved, Measured } from './prediction/calls.ts';
import type { Bench, Table } from './table.ts';

const sizesMb = [128, 192, 256, 512, 1024, 1769, 2048, 3008];
/** After a cold one, here and at each size: a function gets faster with its calls. */
const warmCalls = 8;
const root = join(import.meta.dirname, '..');
const folder = join(root, 'examples');
const programs = { nodePath: process.execPath, pythonPath: '' };
const log = { log: () => {} };
const pause = { ms: 0 };
const clock = { nowMs: () => Date.now() - pause.ms };
const { signal } = new AbortController();

type Case = { fn: FunctionInfo; payload: string };

async function cases(): Promise<Case[]> {
  const { functions } = await createFunctionIndex(folder).scan(signal);
  return Promise.all(functions.map(async (fn) => ({ fn, payload: (await readEvent(null, fn, folder)).payload })));
}

function predicted({ fn, payload }: Case, target: Target): Promise<SizingReport> {
  return runSizing({
    runId: 'bench',
    function: fn,
    target,
    payloads: [{ payload, name: null, weight: 1 }],
    settings: { ...defaultSizingSettings, maxInvocations: warmCalls + 1 },
    store: { addSamples: (samples) => samples.map((sample, id) => ({ ...sample, id })) },
    clock,
    random: seededRandom(1),
    log,
    signal,
    onProgress: () => {},
  });
}

/** Duration on the report's curve, between its points along a line in log memory and log duration, ms. */
function onCurve({ curve }: SizingReport, memoryMb: number): number {
  const above = curve.find((point) => point.memory_mb >= memoryMb) ?? curve.at(-1);
  const below = curve.findLast((point) => point.memory_mb <= memoryMb) ?? curve[0];
  if (above === undefined || below === undefined) return Number.NaN;
  if (above.memory_mb === below.memory_mb) return above.duration_ms;
  const share = Math.log(memoryMb / below.memory_mb) / Math.log(above.memory_mb / below.memory_mb);
  return Math.exp(Math.log(below.duration_ms) * (1 - share) + Math.log(above.duration_ms) * share);
}

/** Packages of the examples are the repository's own, so that is the folder that containers see. */
function seenFromRoot(fn: FunctionInfo): FunctionInfo {
  const below = (path: string | null): string | null => (path === null ? null : join('examples', path));
  return { ...fn, codeRoot: below(fn.codeRoot), handlerFile: below(fn.handlerFile) };
}

type Row = { cells: string[]; errors: number[]; aboveFloor: number[]; cpuMs: number[]; others: number[] };

async function compared(each: Case, here: Target, docker: Target): Promise<string[]> {
  const opened = sizesMb.map((memoryMb) =>
    docker.open({ function: seenFromRoot(each.fn), memoryMb, architecture: 'x86_64' }, signal),
  );
  const sandboxes = await Promise.all(opened);
  const sizes = sandboxes.map((sandbox) => new Measured(sandbox));
  const target = interleaved(here, pause, async () => {
    for (const size of sizes) await size.call(each.payload, signal);
  });
  const report = await predicted(each, target);
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  const row: Row = { cells: [], errors: [], aboveFloor: [], cpuMs: [], others: [] };
  for (const [i, memoryMb] of sizesMb.entries()) addSize(row, report, memoryMb, sizes[i]);
  const moreCpu = `${(((row.cpuMs[0] ?? Number.NaN) / (row.cpuMs.at(-1) ?? Number.NaN) - 1) * 100).toFixed(0)} %`;
  const mape = (errors: number[]): string => (errors.length === 0 ? '' : `${(mean(errors) * 100).toFixed(1)} %`);
  return [
    each.fn.name,
    ...row.cells,
    mape(row.errors),
    mape(row.aboveFloor),
    moreCpu,
    `${(mean(row.others) * 100).toFixed(0)} %`,
  ];
}

function addSize(row: Row, report: SizingReport, memoryMb: number, measured: Measured | undefined): void {
  const calls = measured?.least() ?? [];
  if (calls.length === 0) {
    row.cells.push(measured?.failed ?? '');
    return;
  }
  const measuredMs = median(calls.map(({ durationMs }) => durationMs));
  const predictedMs = onCurve(report, memoryMb);
  const error = Math.abs(predictedMs - measuredMs) / measuredMs;
  const isBelowFloor = memoryMb < report.floor.memory_mb;
  row.errors.push(error);
  if (!isBelowFloor) row.aboveFloor.push(error);
  row.cpuMs.push(median(calls.map(({ cpuMs }) => cpuMs)));
  row.others.push(...calls.map(({ others }) => others));
  const cell = `${predictedMs.toFixed(0)} / ${measuredMs.toFixed(0)}`;
  row.cells.push(isBelowFloor ? `(${cell})` : cell);
}

async function run(): Promise<Table[]> {
  for (const language of Language.options) await makeBaseImage(language, programs, signal);
  const images = { node: baseImage('node'), python: baseImage('python') };
  await using here = createProcessTarget({ folder, ...programs, log });
  await using docker = createDockerTarget({ folder: root, images, log });
  const rows: string[][] = [];
  for (const each of await cases()) rows.push(await compared(each, here, docker));
  return [
    {
      title: 'Duration predicted from full speed / measured in Docker, ms',
      columns: ['function', ...sizesMb.map((size) => `${size} MB`), 'MAPE', 'from the floor', 'more CPU', 'others'],
      rows,
      notes: [
        `Same programs on both sides, a call here and one at each size in turn, ${warmCalls} warm ones each after a cold one, each once the machine is quiet if it gets so. Measured: the median of the calls that others left alone, or of the three that they disturbed least; "others" is the share of all cores that other programs had meanwhile.`,
        'MAPE: mean of |predicted − measured| ÷ measured. In brackets: below the memory floor of the report, which recommends nothing there. More CPU: what a call needs at the smallest size beyond the largest, as caches are cold after each rest and collectors work harder; no prediction from full speed knows it.',
        'A function that writes files differs by more than its size: /tmp is memory in the container.',
      ],
    },
  ];
}

export const bench: Bench = {
  name: 'prediction',
  summary: 'Curves predicted from full speed beside curves measured in Docker, for the functions of the examples',
  run: () =>
    run().catch((error: unknown) => [{ title: 'Prediction', columns: ['not run'], rows: [[messageOf(error)]], notes: [] }]),
};
