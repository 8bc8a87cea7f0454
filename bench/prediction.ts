/**
 * How well durations predicted from calls at full speed (`process`) fit those measured under real limits (`docker`), for
 * the functions of the examples.
 */
import { join } from 'node:path';
import { readEvent } from '../src/engine/event.ts';
import { createFunctionIndex } from '../src/engine/functions/workspace-index.ts';
import { seededRandom } from '../src/engine/numerics/random.ts';
import { mean } from '../src/engine/numerics/statistics.ts';
import { runSizing } from '../src/engine/studies/sizing/study.ts';
import { makeBaseImage } from '../src/engine/targets/docker/base-image.ts';
import { baseImage } from '../src/engine/targets/docker/images.ts';
import { createDockerTarget } from '../src/engine/targets/docker/target.ts';
import { createProcessTarget } from '../src/engine/targets/process/target.ts';
import type { Target } from '../src/engine/targets/target.ts';
import { type FunctionInfo, Language } from '../src/protocol/functions.ts';
import type { Outcome } from '../src/protocol/samples.ts';
import { messageOf } from '../src/protocol/errors.ts';
import { defaultSizingSettings, type SizingReport } from '../src/protocol/sizing.ts';
import type { Bench, Table } from './table.ts';

const sizesMb = [256, 512, 1024, 1769, 3008];
const warmCalls = 3;
const root = join(import.meta.dirname, '..');
const folder = join(root, 'examples');
const programs = { nodePath: process.execPath, pythonPath: '' };
const log = { log: () => {} };
const clock = { nowMs: () => Date.now() };
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
    settings: { ...defaultSizingSettings, maxInvocations: 8 },
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

/** The warm call at a size that other programs disturbed least, ms; the outcome where the function cannot work at it. */
async function measuredAt({ fn, payload }: Case, target: Target, memoryMb: number): Promise<number | Outcome> {
  await using sandbox = await target.open({ function: seenFromRoot(fn), memoryMb, architecture: 'x86_64' }, signal);
  const durations: number[] = [];
  for (let call = 0; call <= warmCalls; call++) {
    const { measurement } = await sandbox.invoke({ payload, eventName: null }, signal);
    if (measurement.outcome !== 'ok') return measurement.outcome;
    if (!measurement.cold && measurement.durationMs !== null) durations.push(measurement.durationMs);
  }
  return Math.min(...durations);
}

async function compared(each: Case, here: Target, docker: Target): Promise<string[]> {
  const report = await predicted(each, here);
  const cells: string[] = [];
  const errors: number[] = [];
  for (const memoryMb of sizesMb) {
    const measuredMs = await measuredAt(each, docker, memoryMb);
    const predictedMs = onCurve(report, memoryMb);
    if (typeof measuredMs === 'number') errors.push(Math.abs(predictedMs - measuredMs) / measuredMs);
    cells.push(typeof measuredMs === 'string' ? measuredMs : `${predictedMs.toFixed(0)} / ${measuredMs.toFixed(0)}`);
  }
  return [each.fn.name, ...cells, errors.length === 0 ? '' : `${(mean(errors) * 100).toFixed(1)} %`];
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
      columns: ['function', ...sizesMb.map((size) => `${size} MB`), 'MAPE'],
      rows,
      notes: [
        `Same programs on both sides; measured: the fastest of ${warmCalls} warm calls after a cold one, as other programs only slow down. MAPE: mean of |predicted − measured| ÷ measured.`,
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
