import type { StudyPlan } from '../../../protocol/sizing.ts';
import { formatDuration, formatUsd } from '../../format/format.ts';
import { seededRandom } from '../../numerics/random.ts';
import { mean, median, sum } from '../../numerics/statistics.ts';
import { expectedCostUsd } from '../../pricing/bill.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Capabilities, Sizes } from '../../targets/target.ts';
import { sizesToProbe, roundsFor } from './first-probes.ts';
import { missingAtFullSpeed } from './full-speed.ts';
import { candidateSizes } from './grid.ts';
import { groupsOf } from './groups.ts';
import { fitCurve } from './model.ts';
import { firstSizes } from './plan.ts';
import type { Session } from './session.ts';
import { durationAt } from './split.ts';

export type Planned = { session: Session; capabilities: Capabilities; range: Sizes; price: Price };

/** Calls after the first sizes, as they are on average: warm ones, and cold ones at new sizes. */
const usualLaterCalls = 4;

/** What the study is expected to take: its time and cost where free evidence tells how long a call is, else unknown. */
export function planOf(planned: Planned): StudyPlan {
  const { session, capabilities } = planned;
  const { maxInvocations, maxTimeMs, maxCostUsd } = session.input.settings;
  const calls = capabilities.sizes === null ? fullSpeedCalls(session) : probingCalls(planned);
  const kept = calls.slice(0, maxInvocations);
  const durationOf = knownDurations(planned);
  const durations = durationOf === null ? null : kept.map(({ memoryMb }) => durationOf(memoryMb));
  const initMs = initOf(session);
  const coldCalls = kept.filter(({ cold }) => cold).length;
  const plan = {
    target: session.input.target.name,
    billed: capabilities.billed,
    calls: kept.length,
    timeMs: durations === null ? null : Math.min(maxTimeMs, sum(durations) + coldCalls * initMs),
    costUsd: costOf(planned, kept, durations, initMs),
    caps: { calls: maxInvocations, timeMs: maxTimeMs, costUsd: maxCostUsd },
    freeSamples: session.evidence.length,
  };
  return { ...plan, sentence: sentenceOf(plan) };
}

type PlannedCall = { memoryMb: number | null; cold: boolean };

function fullSpeedCalls(session: Session): PlannedCall[] {
  const missing = missingAtFullSpeed(session);
  return Array.from({ length: missing }, (_, i) => ({ memoryMb: null, cold: i === 0 }));
}

function probingCalls({ session, range }: Planned): PlannedCall[] {
  const { payloads } = session;
  const sizes = sizesToProbe(session, range);
  const first = sizes.flatMap((memoryMb) => [
    { memoryMb, cold: true },
    ...Array.from({ length: roundsFor(session) * payloads.length }, () => ({ memoryMb, cold: false })),
  ]);
  const all = firstSizes(range, session.input.settings.maxInvocations);
  const middle = all[Math.floor(all.length / 2)] ?? range.minMb;
  const later = Array.from({ length: usualLaterCalls }, (_, i) => ({ memoryMb: middle, cold: i === 0 }));
  return [...first, ...later];
}

/** Duration of a warm call of the mix by free evidence; null where there is too little. */
function knownDurations({ session, capabilities, range }: Planned): ((memoryMb: number | null) => number) | null {
  const groups = groupsOf(session);
  const local = groups.every((group) => group.local)
    ? (memoryMb: number): number =>
        sum(groups.map(({ weight, local: split }) => (split ? weight * durationAt(split, memoryMb) : 0)))
    : null;
  if (capabilities.sizes === null) return local === null ? null : () => local(range.maxMb);
  if (groups.every(({ observations }) => observations.length > 0)) {
    const fit = fitCurve(groups, seededRandom(session.input.settings.seed), candidateSizes(range));
    return (memoryMb) => fit.predict(memoryMb ?? range.maxMb).durationMs;
  }
  return local === null ? null : (memoryMb) => local(memoryMb ?? range.maxMb);
}

function initOf({ evidence }: Session): number {
  const inits = evidence.flatMap(({ initMs }) => initMs ?? []);
  return inits.length > 0 ? median(inits) : 0;
}

/** What is billed, USD: nothing where nobody pays, unknown where the length of a call is. */
function costOf(
  { session, capabilities, price }: Planned,
  calls: readonly PlannedCall[],
  durations: readonly number[] | null,
  initMs: number,
): number | null {
  if (!capabilities.billed) return 0;
  if (durations === null) return null;
  const cap = session.input.settings.maxCostUsd;
  const costs = calls.map(({ memoryMb, cold }, i) =>
    memoryMb === null ? 0 : expectedCostUsd(price, memoryMb, (durations[i] ?? mean(durations)) + (cold ? initMs : 0)),
  );
  return Math.min(cap, sum(costs));
}

function sentenceOf({ target, billed, calls, timeMs, costUsd, caps, freeSamples }: Omit<StudyPlan, 'sentence'>): string {
  const time = timeMs === null ? '' : `, about ${formatDuration(timeMs)} of calls`;
  const cost = !billed ? ', nothing is billed' : costUsd === null ? '' : `, about ${formatUsd(costUsd)}`;
  const unknown = timeMs === null ? ` How long${billed ? ' and dear' : ''} a call is, no earlier one tells.` : '';
  const money = billed ? `, ${formatUsd(caps.costUsd)}` : '';
  const free = freeSamples === 0 ? '' : ` ${freeSamples} earlier attempt${freeSamples === 1 ? '' : 's'} need not be made again.`;
  return `About ${calls} calls on ${target}${time}${cost}; the study ends at ${caps.calls} calls${money} or ${formatDuration(caps.timeMs)} at the latest.${unknown}${free}`;
}
