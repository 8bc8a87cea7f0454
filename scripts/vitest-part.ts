import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { runStep } from './step.ts';

const root = join(import.meta.dirname, '..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const results = join(root, 'test-results');

/** Counts of tests; a check such as lint is one test. Notes say what a reader of the summary must know. */
export type PartResult = { passed: number; failed: number; skipped: number; notes: string[] };

/** What is read of Vitest's JSON report. */
const Report = z.object({
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});

/** Runs Vitest with these arguments, in the foreground. */
export async function runVitest(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<PartResult> {
  await mkdir(results, { recursive: true });
  const file = join(results, 'vitest.json');
  await rm(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runStep(process.execPath, [vitest, 'run', ...args, ...reporters], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  return summarize(Report.parse(JSON.parse(await readFile(file, 'utf8'))), code);
}

/** Sums up a report; `exitCode` is that of the Vitest that wrote it. */
export function summarize(report: z.infer<typeof Report>, exitCode: number): PartResult {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed');
  const failed = tests.filter(({ status }) => status === 'failed');
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  // A file that cannot be loaded, or whose hook fails, is failed without a failed test; so is a run with an unhandled error.
  const failedFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failures = failed.length + failedFiles.length;
  return {
    passed: passed.length,
    failed: exitCode !== 0 && failures === 0 ? 1 : failures,
    skipped: skipped.length,
    notes: [
      ...failed.map(({ fullName }) => `failed: ${fullName}`),
      ...(failedFiles.length > 0 ? [`${failedFiles.length} files failed outside a test`] : []),
      ...(exitCode !== 0 && failures === 0 ? [`Vitest ended with exit code ${exitCode}`] : []),
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
    ],
  };
}

/** How many tests these arguments select, found without running them. */
export async function countTests(args: readonly string[]): Promise<number> {
  await mkdir(results, { recursive: true });
  const file = join(results, 'vitest-list.json');
  await rm(file, { force: true });
  await runStep(process.execPath, [vitest, 'list', ...args, `--json=${file}`], { cwd: root });
  return z.array(z.unknown()).parse(JSON.parse(await readFile(file, 'utf8'))).length;
}
