import type { Architecture, FunctionInfo } from '../../../protocol/functions.ts';
import type { SizingReport } from '../../../protocol/sizing.ts';
import { lambdaPrice } from '../../pricing/prices.ts';
import { type Capabilities, runningArchitecture } from '../../targets/target.ts';
import { withinBounds } from './bounds.ts';
import { fitProbes } from './fit-probes.ts';
import { fitFullSpeed, measureAtFullSpeed } from './full-speed.ts';
import { lambdaSizes } from './grid.ts';
import { probeSizes } from './probe.ts';
import { buildReport } from './report.ts';
import { createSession, type SizingInput } from './session.ts';

export type { SizingInput } from './session.ts';

/**
 * Finds the memory size that suits a function: calls it on the target within the limits, fits a curve of duration over
 * memory, prices it, and chooses by the objective. Every attempt is stored as it is made. Apart from the target, the
 * outcome follows from the input alone.
 * @throws ReefError `cancelled`, `function-failed`, `invalid-settings`, `not-enough-data`, `sandbox-failed`, and what the target throws
 */
export async function runSizing(input: SizingInput): Promise<SizingReport> {
  const capabilities = await input.target.describe(input.function, input.signal);
  const architecture = runningArchitecture(input.function, capabilities);
  const price = lambdaPrice(billedArchitecture(input.function, capabilities, architecture));
  const range = withinBounds(capabilities.sizes ?? lambdaSizes, input.settings);
  const session = createSession({ input, architecture, price, billed: capabilities.billed });
  if (capabilities.sizes === null) {
    await measureAtFullSpeed(session);
    return buildReport({ session, capabilities, range, price, fit: fitFullSpeed(session, range) });
  }
  await probeSizes({ session, range, maxSandboxes: capabilities.maxSandboxes, price });
  return buildReport({ session, capabilities, range, price, fit: fitProbes(session, range) });
}

/** A target that enforces sizes is billed as it ran; a prediction, as the template says (x86_64 is the provider's default). */
function billedArchitecture(fn: FunctionInfo, { sizes }: Capabilities, ran: Architecture): Architecture {
  return sizes === null ? (fn.architecture ?? 'x86_64') : ran;
}
