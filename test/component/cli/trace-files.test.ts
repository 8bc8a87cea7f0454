import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { formatRawResults } from '../../../src/engine/exchange/functracer/raw-results.ts';
import { curveOf } from '../../../src/engine/studies/tracing/trace.ts';
import { TraceReport } from '../../../src/protocol/tracing.ts';
import { reef, workspaceWith } from '../../support/cli.ts';
import { reference, referenceMs, referencePeakBytes, traceOf } from '../../unit/tracing/traces.ts';

/** The reference run with the peak that was truly read, as functracer wrote it. */
const recorded = formatRawResults(
  traceOf(
    curveOf(
      Array.from(reference.timeMs, (timeMs, i): [number, number] => [
        timeMs,
        Math.max(reference.values[i] ?? 0, timeMs === 3200 ? referencePeakBytes : 0),
      ]),
    ),
    { endMs: referenceMs },
  ),
);

async function inFolder(files: Record<string, string>) {
  const { folder, [Symbol.asyncDispose]: dispose } = await workspaceWith(files);
  onTestFinished(dispose);
  return { folder, trace: (...args: string[]) => reef(['trace', ...args], { cwd: folder }) };
}

it('runs that functracer recorded have its costs to the cent, and today’s', async () => {
  const { folder, trace } = await inFolder({ 'a-rawresults.csv': recorded });
  const { exitCode, stdout } = await trace(
    '--from',
    'a-rawresults.csv',
    '--json',
    '--uhull',
    'uhull.json',
    '--samples',
    'a.prom',
  );
  expect(exitCode).toBe(0);
  const report = TraceReport.parse(JSON.parse(stdout));
  const cost = (id: string) => report.cost.find(({ provider }) => provider === id)?.cost_per_million_usd.toFixed(2);
  expect([cost('aws-2020'), cost('aws-x86')]).toEqual(['50.30', '46.21']);
  expect(report.hull).toMatchObject({ static_mb: 774, proven: true });
  expect(await readFile(join(folder, 'a.prom'), 'utf8')).toMatch(/# EOF\n$/);

  await trace('--from', 'a-rawresults.csv', '--samples', 'a-results.dat');
  expect(await readFile(join(folder, 'a-results.dat'), 'utf8')).toBe('3652 774 37 832 50.30 46.20 4.10\n');

  await writeFile(join(folder, 'low.json'), JSON.stringify({ '0.0': 100, '3.6': 0 }));
  const again = await trace('--from', 'a-rawresults.csv', '--from', 'uhull.json', '--json');
  expect(TraceReport.parse(JSON.parse(again.stdout)).hull?.proven).toBe(true);
  const low = await trace('--from', 'a-rawresults.csv', '--from', 'low.json');
  expect(low.stdout).toMatch(/refused: runs would have been above it for .*, by 67\d MB at worst/);
});

it('a list of results gives the same costs, by duration and peak alone', async () => {
  const { trace } = await inFolder({ 'a-results.dat': '3652 774 37 832 50.30 46.20 4.10\n' });
  const { runs, cost } = TraceReport.parse(JSON.parse((await trace('--from', 'a-results.dat', '--json')).stdout));
  expect(runs).toMatchObject([{ duration_ms: 3652, peak_mb: 774 }]);
  expect(cost.find(({ provider }) => provider === 'aws-2020')?.cost_per_million_usd.toFixed(2)).toBe('50.30');
});

it.for([
  [{ 'a.csv': 'not a row\n' }, 'a.csv', 'a.csv, line 1: "not a row" is not'],
  [{ 'a.json': '[1]' }, 'a.json', 'a.json is not an uhull: an object of seconds to MB is expected'],
  [{ 'a.json': '{"0.0": 128, "0.1": 0}' }, 'a.json', 'No run is among these files: name a rawresults.csv too.'],
  [{}, 'none.csv', 'none.csv cannot be read: name a file that exists'],
] as const)('files that are none are refused in a sentence: %j', async ([files, file, sentence]) => {
  const { trace } = await inFolder(files);
  const { exitCode, stderr } = await trace('--from', file);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`reef: ${sentence}`);
});
