import type { Engine, ProfileRequest } from '../engine/engine.ts';
import { localTargets } from '../engine/evidence/same.ts';
import { isCancelled, messageOf } from '../protocol/errors.ts';
import type { CallsPerMonth } from '../protocol/savings.ts';
import type { SizingSettings } from '../protocol/sizing.ts';
import { callsOptions, callsPerMonth } from './options.ts';
import type { ProgressLine } from './progress.ts';
import { savingsDocument, savingsTable } from './savings-table.ts';
import { UsageError } from './usage.ts';

export const allOptions = { all: { type: 'boolean' }, ...callsOptions } as const;

export type AllValues = {
  all?: boolean | undefined;
  'calls-per-month'?: string[] | undefined;
  json?: boolean | undefined;
};

/** What speaks of one function and so does not go with --all. */
const ofOne = ['curve', 'event', 'payload', 'payloads', 'html', 'markdown', 'plan', 'config', 'check'] as const;

/** Whether every function is to be profiled; a mix of that with options of one function is a mistake. */
export function wantsAll(
  values: AllValues &
    Partial<Record<(typeof ofOne)[number], string | boolean | string[] | undefined>> & { target?: string | undefined },
  positional: string | undefined,
): boolean {
  if (values.all !== true) {
    if (values['calls-per-month'] !== undefined)
      throw new UsageError('--calls-per-month goes with --all, or with "reef savings".');
    return false;
  }
  const stray = ofOne.find((name) => values[name] !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray} is of one function, and --all profiles every one.`);
  if (positional !== undefined) throw new UsageError(`--all profiles every function: leave out ${positional}.`);
  if (!localTargets.has(values.target ?? 'process'))
    throw new UsageError('--all profiles the functions of the workspace on this machine: --target is process or docker.');
  return true;
}

type AllRun = { target: string; settings: SizingSettings; values: AllValues; signal: AbortSignal; progress: ProgressLine };
type Failure = { functionId: string; functionName: string; message: string };

/**
 * Profiles one function after the other and prints the ranking of what their right sizes save. A function that fails is
 * listed and does not stop the others: 1 then, and after an interruption, which keeps what was measured.
 */
export async function profileAll(engine: Engine, { target, settings, values, signal, progress }: AllRun): Promise<number> {
  const { functions } = await engine.functions.scan(signal);
  const calls: CallsPerMonth | undefined = callsPerMonth(values['calls-per-month'], functions);
  const failures: Failure[] = [];
  for (const [i, fn] of functions.entries()) {
    if (signal.aborted) break;
    const request: ProfileRequest = { function: fn.id, target, event: null, settings };
    const place = `${i + 1} of ${functions.length}: `;
    try {
      await engine.profile(request, signal, (each) => progress.report({ ...each, message: place + each.message }));
    } catch (error) {
      if (isCancelled(error)) break;
      failures.push({ functionId: fn.id, functionName: fn.name, message: messageOf(error) });
    }
  }
  progress.end();
  const savings = engine.savings(calls);
  if (values.json === true) {
    const failed = failures.map(({ functionId, functionName, message }) => ({
      function: functionName,
      function_id: functionId,
      message,
    }));
    console.log(JSON.stringify({ ...savingsDocument(savings), failures: failed, cancelled: signal.aborted }, null, 2));
  } else console.log(savingsTable(savings));
  for (const { functionName, message } of failures) console.error(`reef: ${functionName} was not profiled: ${message}`);
  if (signal.aborted) console.error('reef: Cancelled: what was measured is kept.');
  return failures.length > 0 || signal.aborted ? 1 : 0;
}
