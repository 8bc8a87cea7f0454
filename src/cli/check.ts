import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import type { Engine, ProfileRequest } from '../engine/engine.ts';
import { checkMarkdown, checkSentences, failureSentences } from '../engine/report/check-markdown.ts';
import { resolveFunction } from '../engine/resolve-function.ts';
import { type Check, checkAgainst, type CheckBounds } from '../engine/studies/sizing/check.ts';
import type { Target } from '../engine/targets/target.ts';
import { messageOf } from '../protocol/errors.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import { SizingReport } from '../protocol/sizing.ts';
import { share } from './options.ts';
import { UsageError } from './usage.ts';

export const checkOptions = {
  check: { type: 'boolean' },
  baseline: { type: 'string' },
  'max-regret': { type: 'string' },
  'max-cost-rise': { type: 'string' },
  summary: { type: 'string' },
} as const;

export type CheckValues = {
  check?: boolean | undefined;
  baseline?: string | undefined;
  'max-regret'?: string | undefined;
  'max-cost-rise'?: string | undefined;
  summary?: string | undefined;
  json?: boolean | undefined;
};

/** Options of a check without --check are a mistake. */
export function checkBounds(values: CheckValues): CheckBounds | null {
  if (values.check === true)
    return {
      maxRegret: share(values['max-regret'], 'max-regret') ?? 0.05,
      maxCostRise: share(values['max-cost-rise'], 'max-cost-rise') ?? 0.1,
    };
  const stray = (['baseline', 'max-regret', 'max-cost-rise', 'summary'] as const).find((name) => values[name] !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray} goes with --check.`);
  return null;
}

/** There is nothing to compare with: one sentence, and the exit code of wrong use. */
class BaselineError extends Error {
  override readonly name = 'BaselineError';
}

type CheckRun = { bounds: CheckBounds; values: CheckValues; signal: AbortSignal; profile: () => Promise<SizingReport> };

/**
 * Compares a new profile with the baseline: 0 when it holds, 1 when the optimum moved or a call became dearer, 2 without a
 * baseline that can be compared. `profile` is called once there is one.
 */
export async function runCheck(engine: Engine, request: ProfileRequest, run: CheckRun): Promise<number> {
  const { bounds, values, signal } = run;
  let baseline: SizingReport;
  try {
    baseline = await baselineOf(engine, request, values.baseline, signal);
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    console.error(`reef: ${error.message}`);
    return 2;
  }
  const report = await run.profile();
  const check = checkAgainst(baseline, report, bounds);
  const summary = checkMarkdown(check, baseline, report);
  console.log(values.json === true ? JSON.stringify(checkDocument(check, baseline, report), null, 2) : summary);
  if (values.summary !== undefined) await writeFile(values.summary, summary);
  const stepSummary = process.env['GITHUB_STEP_SUMMARY'];
  if (stepSummary !== undefined && stepSummary !== '') await appendFile(stepSummary, `${summary}\n`);
  for (const sentence of failureSentences(check)) console.error(`reef: ${sentence}`);
  return check.failed ? 1 : 0;
}

async function baselineOf(engine: Engine, request: ProfileRequest, file: string | undefined, signal: AbortSignal) {
  await using target = await engine.target(request.target);
  const fn = (await target.find?.(request.function, signal)) ?? (await resolved(engine, target, request, signal));
  const baseline = file === undefined ? storedBaseline(engine, fn, request.target) : await baselineFile(file);
  if (baseline.function.name === fn.name && baseline.target === target.name) return baseline;
  throw new BaselineError(
    `The baseline is of ${baseline.function.name} on ${baseline.target}, and this is ${fn.name} on ${target.name}: compare like with like.`,
  );
}

async function resolved(engine: Engine, target: Target, request: ProfileRequest, signal: AbortSignal): Promise<FunctionInfo> {
  const own = await target.discover(signal);
  const functions = own.length > 0 ? own : (await engine.functions.scan(signal)).functions;
  return resolveFunction(request.function, functions, own.length > 0 ? request.target : engine.folder);
}

async function baselineFile(file: string): Promise<SizingReport> {
  try {
    return SizingReport.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new BaselineError(
      `The baseline ${file} cannot be read: it is the JSON that "reef profile <function> --json" prints (${messageOf(cause).split('\n')[0]}).`,
      { cause },
    );
  }
}

const maxRuns = 1_000;

/** The latest report of the function on the target that is not itself of a check, so that small steps cannot add up unseen. */
function storedBaseline(engine: Engine, fn: FunctionInfo, target: string): SizingReport {
  const runs = existsSync(engine.storePath) ? engine.store().runsOf(fn.id, maxRuns) : [];
  const run = runs.find(
    (each) => each.hasReport && each.study === 'sizing' && each.target === target && each.settings['check'] !== true,
  );
  if (run !== undefined) return engine.report(run.id);
  throw new BaselineError(
    `There is no baseline of ${fn.name} on ${target}: profile it once without --check, or name a report with --baseline FILE.`,
  );
}

function checkDocument(check: Check, baseline: SizingReport, report: SizingReport) {
  const { optimum, cost } = check;
  return {
    schema: 'reef/check@1',
    function: report.function.name,
    target: report.target,
    failed: check.failed,
    sentences: checkSentences(check),
    optimum: {
      failed: optimum.failed,
      baseline_mb: optimum.baselineMb,
      best_mb: optimum.bestMb,
      below_floor: optimum.belowFloor,
      regret: optimum.ratio - 1,
      interval: optimum.interval.map((ratio) => ratio - 1),
      bound: optimum.bound,
    },
    cost:
      cost === null
        ? null
        : {
            failed: cost.failed,
            memory_mb: cost.memoryMb,
            rise: cost.ratio - 1,
            interval: cost.interval.map((ratio) => ratio - 1),
            bound: cost.bound,
          },
    baseline_run_id: baseline.run_id,
    report,
  };
}
