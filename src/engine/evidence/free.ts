import type { Machine, RunSummary } from '../../protocol/runs.ts';
import type { Sample } from '../../protocol/samples.ts';
import type { Store } from '../store/store.ts';
import type { FreeEvidence } from '../studies/sizing/session.ts';
import { isSameMachine, localTargets, ranOnThis, sharedEvents } from './same.ts';
import { emptyEvent, Version } from './version.ts';

/** Older samples may be from another load, machine state or set of packages. */
export const freshMs = 30 * 24 * 3_600_000;

/** Newest samples that are read, and runs that are looked through for them. */
const maxSamples = 2_000;
const maxRuns = 500;

export type Wanted = {
  functionId: string;
  /** Logs are imported under a name. */
  functionName: string;
  /** A call that reached a shorter timeout than this says nothing now. */
  timeoutMs: number;
  target: string;
  /** Of the run that looks for evidence; `runsIn` holds for its own target only. */
  version: Version;
  machine: Machine;
  nowMs: number;
};

/**
 * What the store holds for a study of this code: samples of earlier runs on the same target, for `aws` the logs imported under the
 * function's name, and
 * for a target that sets sizes the calls at full speed on this machine, whose CPU time tells waiting from work. A replayed
 * curve is a version of its own and has none.
 */
export function freeEvidence(store: Store, wanted: Wanted): FreeEvidence[] {
  const isAws = /^aws(:|$)/.test(wanted.target);
  if (!localTargets.has(wanted.target) && !isAws) return [];
  const runs = store.runsOf(wanted.functionId, maxRuns);
  const same = runs.filter((run) => run.target === wanted.target && isSameCode(run, wanted) && isSamePlace(run, wanted));
  const prior =
    wanted.target === 'process'
      ? []
      : runs.filter((run) => run.target === 'process' && isSameCode(run, wanted) && isSameMachine(run.machine, wanted.machine));
  const imported = isAws ? store.importedLogs(wanted.functionName, maxRuns).filter((run) => mayBeOf(run, wanted)) : [];
  return [
    { samples: samplesOf(store, same, wanted), origin: 'of earlier runs of this code' },
    { samples: samplesOf(store, prior, wanted), origin: 'at full speed on this machine', target: 'process' },
    { samples: samplesOf(store, imported, wanted, false), origin: 'from imported logs', target: 'aws' },
  ].filter(({ samples }) => samples.length > 0);
}

function isSameCode(run: RunSummary, { version }: Wanted): boolean {
  const made = Version.safeParse(run.settings);
  return run.study !== 'import' && made.success && made.data.codeHash === version.codeHash;
}

/** An import that somebody asked for counts whatever the code was then: it does not tell. */
function mayBeOf({ settings }: RunSummary, { version }: Wanted): boolean {
  return settings['codeHash'] === undefined || settings['codeHash'] === version.codeHash;
}

function isSamePlace(run: RunSummary, { version, machine }: Wanted): boolean {
  return run.settings['runsIn'] === version.runsIn && ranOnThis(run, machine);
}

/** Oldest first, the newest up to the bound; each sample is young enough, and had an event that is wanted. */
function samplesOf(store: Store, runs: readonly RunSummary[], wanted: Wanted, eventsAreKnown = true): Sample[] {
  const found: Sample[] = [];
  for (const run of runs) {
    if (found.length >= maxSamples) break;
    const events = eventsAreKnown ? sharedEvents(run, wanted.version) : null;
    const samples = untracedSamples(store, run)
      .filter((sample) => sample.startedAtMs > wanted.nowMs - freshMs && stillHolds(sample, wanted))
      .filter(({ eventName }) => events === null || events.has(eventName ?? emptyEvent));
    found.push(...samples.toReversed());
  }
  return found.slice(0, maxSamples).toReversed();
}

/** Samples of a run but for those of sandboxes with a tracer, which takes a little of their CPU; its trials of sizes remain. */
export function untracedSamples(store: Store, { id, study }: RunSummary): Sample[] {
  const samples = store.samples(id);
  if (study !== 'tracing') return samples;
  const traced = new Set(store.tracedSamples(id));
  const sandboxes = new Set(samples.filter((sample) => traced.has(sample.id)).map(({ sandboxId }) => sandboxId));
  return samples.filter(({ sandboxId }) => !sandboxes.has(sandboxId));
}

/** Errors may have been mended without a change of the code (a service that was down); memory and time are as they were. */
function stillHolds({ outcome, durationMs }: Sample, { timeoutMs }: Wanted): boolean {
  return outcome === 'ok' || outcome === 'oom' || (outcome === 'timeout' && (durationMs ?? 0) >= timeoutMs);
}
