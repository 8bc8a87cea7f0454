import { isDeepStrictEqual } from 'node:util';
import type { Machine, RunSummary } from '../../protocol/runs.ts';
import { Version } from './version.ts';

/** Targets that run on this machine, so that what another machine measured there says nothing. */
export const localTargets = new Set(['process', 'docker']);

/** Whether two machines are alike in what decides the speed of a call. */
export function isSameMachine(one: Machine, other: Machine): boolean {
  const speedOf = ({ platform, arch, cpuModel, cpuCount }: Machine): unknown[] => [platform, arch, cpuModel, cpuCount];
  return isDeepStrictEqual(speedOf(one), speedOf(other));
}

/** Whether a run says something about this machine, or about a place that is elsewhere for both. */
export function ranOnThis(run: RunSummary, machine: Machine): boolean {
  return !localTargets.has(run.target) || isSameMachine(run.machine, machine);
}

/** Names of events that a run sent too, and that had the same size. */
export function sharedEvents(run: RunSummary, { eventBytes }: Pick<Version, 'eventBytes'>): Set<string> {
  const made = Version.safeParse(run.settings);
  const sent = made.success ? made.data.eventBytes : {};
  return new Set(Object.keys(eventBytes).filter((name) => sent[name] === eventBytes[name]));
}
