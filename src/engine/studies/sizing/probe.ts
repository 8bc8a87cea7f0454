import { ReefError } from '../../../protocol/errors.ts';
import type { NewSample } from '../../../protocol/samples.ts';
import { shuffled } from '../../numerics/random.ts';
import { mean } from '../../numerics/statistics.ts';
import type { Sandbox, Sizes } from '../../targets/target.ts';
import { functionFailed } from './failures.ts';
import type { Fit } from './fit.ts';
import { floorOf } from './floor-evidence.ts';
import { oneVcpuMb, singleThreadMaxMb } from './grid.ts';
import { fitCurve } from './model.ts';
import { type Observation, standardErrors } from './observations.ts';
import { firstSizes, leastInvocations, revised, widerSizes } from './plan.ts';
import type { Session } from './session.ts';
import { observationsOf } from './warm.ts';

const mostWarmRounds = 5;
const leastWarmRounds = 3;
/** Standard error of the means, as a share, at which more calls would hardly change the choice. */
const enoughShare = 0.015;
/** Calls kept back for sizes above 3,008 MB. */
const reservedForWider = 8;
/** Gain from one vCPU to 3,008 MB above which larger sizes may gain too. */
const parallelGain = 1.08;

/**
 * For a target that can be set to a size: a cold call at each, largest first, then rounds of warm calls in random
 * order, so that drift of the machine does not look like an effect of memory.
 */
export async function probeSizes(session: Session, range: Sizes, maxSandboxes: number): Promise<void> {
  const { maxInvocations } = session.input.settings;
  if (maxInvocations < leastInvocations(range)) {
    throw new ReefError(
      'not-enough-data',
      `Sizing needs at least ${leastInvocations(range)} calls, but ${maxInvocations} may be made; raise the limit.`,
    );
  }
  const wider = widerSizes(range);
  const goesOn = await probeAll(
    session,
    range,
    maxSandboxes,
    firstSizes(range, maxInvocations),
    wider.length > 0 ? reservedForWider : 0,
  );
  if (goesOn && wider.length > 0 && gainsAboveOneVcpu(session)) await probeAll(session, range, maxSandboxes, wider, 0);
}

/** Probes these sizes in groups of as many sandboxes as may be open at once. False when a limit ended it. */
async function probeAll(
  session: Session,
  range: Sizes,
  maxSandboxes: number,
  sizes: number[],
  reserved: number,
): Promise<boolean> {
  let pending = sizes;
  while (pending.length > 0) {
    const group = new Map<number, Sandbox>();
    try {
      while (pending.length > 0 && group.size < maxSandboxes) {
        const [size = range.maxMb, ...rest] = pending;
        const sandbox = await session.open(size);
        group.set(size, sandbox);
        if ((await session.call(sandbox)) === null) return false;
        pending = revised(rest, known(session, range), range);
      }
      if (!(await warmRounds(session, group, reserved + 2 * pending.length))) return false;
    } finally {
      await Promise.allSettled([...group.values()].map((sandbox) => sandbox.close()));
    }
  }
  return true;
}

/** Rounds over the sizes until their means are known well enough. False when a limit ended it. */
async function warmRounds(session: Session, group: ReadonlyMap<number, Sandbox>, reserved: number): Promise<boolean> {
  const { budget, input } = session;
  const left = input.settings.maxInvocations - reserved - budget.invocations;
  const rounds = Math.min(mostWarmRounds, Math.max(1, Math.floor(left / Math.max(1, working(session, group).length))));
  session.plan(budget.invocations + rounds * working(session, group).length + reserved);
  for (let round = 1; round <= rounds; round++) {
    for (const [size, sandbox] of shuffled(working(session, group), input.random)) {
      const sample = await session.call(sandbox);
      if (sample === null) return false;
      if (isTooSmall(sample)) input.log.log('info', `${input.function.name} cannot work at ${size} MB: ${sample.outcome}.`);
    }
    if (round >= leastWarmRounds && isEnough(observationsOf(session.samples))) break;
  }
  return true;
}

/** Sizes of the group at which no call ran out of memory or time. */
function working(session: Session, group: ReadonlyMap<number, Sandbox>): [number, Sandbox][] {
  const tooSmall = new Set(session.samples.filter(isTooSmall).map((sample) => sample.memoryMb));
  return [...group].filter(([size]) => !tooSmall.has(size));
}

function isTooSmall(sample: NewSample): boolean {
  return sample.outcome === 'oom' || sample.outcome === 'timeout';
}

function isEnough(observations: readonly Observation[]): boolean {
  return observations.length > 1 && Math.max(...standardErrors(observations)) <= enoughShare;
}

function known(session: Session, range: Sizes): Parameters<typeof revised>[1] {
  const { samples, input } = session;
  const sizesOf = (kept: readonly NewSample[]): number[] => kept.flatMap((sample) => sample.memoryMb ?? []);
  const outOfMemory = sizesOf(samples.filter((sample) => sample.outcome === 'oom'));
  return {
    floorMb: floorOf(input.function, samples, range).memory_mb,
    outOfMemoryMb: outOfMemory.length > 0 ? Math.max(...outOfMemory) : null,
    triedMb: sizesOf(samples),
    succeededMb: sizesOf(samples.filter((sample) => sample.outcome === 'ok')),
  };
}

/** Whether 3,008 MB was clearly faster than one vCPU, as only several threads make it. */
function gainsAboveOneVcpu(session: Session): boolean {
  const durationAt = (from: number, to: number): number[] =>
    observationsOf(session.samples)
      .filter((o) => o.memoryMb >= from && o.memoryMb <= to)
      .map((o) => o.meanMs);
  const oneVcpu = durationAt(oneVcpuMb, oneVcpuMb * 1.1);
  const above = durationAt(singleThreadMaxMb * 0.9, singleThreadMaxMb);
  return oneVcpu.length > 0 && above.length > 0 && mean(oneVcpu) / mean(above) > parallelGain;
}

/** Throws ReefError `function-failed` or `not-enough-data`. */
export function fitProbes(session: Session, range: Sizes): Fit {
  const { input, samples } = session;
  const observations = observationsOf(session.samples);
  const needed = range.minMb === range.maxMb ? 1 : 2;
  if (!samples.some((sample) => sample.outcome === 'ok') && samples.length > 0) throw functionFailed(input.function, samples);
  if (observations.length < needed) {
    const reached =
      session.stoppedBy === null ? 'see in its samples why calls fail' : `${session.stoppedBy} was reached, raise it`;
    throw new ReefError(
      'not-enough-data',
      `Warm calls of ${input.function.name} succeeded at ${observations.length} memory size${observations.length === 1 ? '' : 's'} only, and a curve needs ${needed}: ${reached}.`,
    );
  }
  return fitCurve(observations, input.random);
}
