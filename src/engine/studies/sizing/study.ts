import { ReefError } from '../../../protocol/errors.ts';
import type { Architecture, FunctionInfo } from '../../../protocol/functions.ts';
import type { SizingReport, StudyPlan } from '../../../protocol/sizing.ts';
import { lambdaPrice } from '../../pricing/prices.ts';
import { type Capabilities, runningArchitecture } from '../../targets/target.ts';
import { withinBounds } from './bounds.ts';
import { fitProbes } from './fit-probes.ts';
import { fitFullSpeed, measureAtFullSpeed } from './full-speed.ts';
import { lambdaSizes } from './grid.ts';
import { probeSizes } from './probe.ts';
import { buildReport } from './report.ts';
import { createSession, type SizingInput } from './session.ts';
import { type Planned, planOf } from './study-plan.ts';

export type { SizingInput } from './session.ts';

/**
 * Finds the memory size that suits a function: calls it on the target within the limits, fits a curve of duration over
 * memory, prices it, and chooses by the objective. Where calls are paid, `confirm` is asked before the first. Every attempt
 * is stored as it is made. Apart from the target, the outcome follows from the input alone.
 * @throws ReefError `cancelled`, `function-failed`, `invalid-settings`, `not-enough-data`, `sandbox-failed`, and what the target throws
 */
export async function runSizing(input: SizingInput): Promise<SizingReport> {
  const begun = await begin(input);
  await confirmed(begun);
  const { session, capabilities, range, price } = begun;
  if (capabilities.sizes === null) {
    await measureAtFullSpeed(session);
    return buildReport({ ...begun, fit: fitFullSpeed(session, range) });
  }
  await probeSizes({ session, range, maxSandboxes: capabilities.maxSandboxes, price });
  return buildReport({ ...begun, fit: fitProbes(session, range) });
}

/** What the study is expected to take, without a call. Throws as `runSizing` does before its first call. */
export async function planSizing(input: SizingInput): Promise<StudyPlan> {
  return planOf(await begin(input));
}

/** Asks, where calls are paid, whether to make them. Throws ReefError `cancelled` when not: then nothing was done. */
export async function confirmSizing(input: SizingInput): Promise<void> {
  await confirmed(await begin(input));
}

async function begin(input: SizingInput): Promise<Planned> {
  const capabilities = await input.target.describe(input.function, input.signal);
  const architecture = runningArchitecture(input.function, capabilities);
  const price = lambdaPrice(billedArchitecture(input.function, capabilities, architecture), capabilities.region);
  const range = withinBounds(capabilities.sizes ?? lambdaSizes, input.settings);
  const session = createSession({ input, architecture, price, billed: capabilities.billed });
  return { session, capabilities, range, price };
}

async function confirmed(planned: Planned): Promise<void> {
  const { confirm } = planned.session.input;
  if (!planned.capabilities.billed || confirm === undefined || (await confirm(planOf(planned)))) return;
  throw new ReefError('cancelled', 'The study was not started: nothing was called and nothing is billed.');
}

/** A target that enforces sizes is billed as it ran; a prediction, as the template says (x86_64 is the provider's default). */
function billedArchitecture(fn: FunctionInfo, { sizes }: Capabilities, ran: Architecture): Architecture {
  return sizes === null ? (fn.architecture ?? 'x86_64') : ran;
}
