import { outcomes } from '../shared/outcomes.ts';
import type { ProbeKind, TraceReport, TraceRun, TraceWaste } from '../../src/protocol/tracing.ts';

/** The words for what a trace says in codes. */

export const probes: Record<ProbeKind, string> = {
  wrapper: 'Read from within',
  sidecar: 'Read from a container beside it',
  'host-files': 'Read from this machine’s control groups',
  'one-shot': 'Statistics of the engine, on request',
  stream: 'Statistics of the engine, once a second',
};

export type WastePart = Exclude<keyof TraceWaste, 'provider' | 'billed_mb_s'>;

/** Parts of what is billed, in the order in which they are shown. */
export const wasteParts: Record<WastePart, { label: string; about: string }> = {
  used: { label: 'Used', about: 'memory in use while calls ran' },
  init: { label: 'Init', about: 'time before the first call' },
  temporal: { label: 'Below the peak', about: 'memory that only a size that changes over time would save' },
  headroom: { label: 'Headroom', about: 'a size above the smallest that would do' },
  rounding: { label: 'Rounding', about: 'time and memory rounded up to what is billed' },
};

/** Readings a second below which peaks are likely missed. */
const enoughPerS = 100;

/** Why the peak may be higher than shown; null where readings are dense. */
export function probeWarning({ probe, runs }: TraceReport): string | null {
  if (probe.samples_per_s >= enoughPerS) return null;
  const known = runs.some(({ kernel_peak_mb }) => kernel_peak_mb !== null);
  const rate = probe.samples_per_s <= 1 ? 'once a second' : `${Math.round(probe.samples_per_s)} times a second`;
  return `Memory was read ${rate} only: peaks may be missed. ${probe.error}${known ? ' The kernel saw the peak itself.' : ''}`;
}

/** A function has an outcome; a program ended with a code or by a signal. */
export function endText({ exit, signal, oom, outcome }: TraceRun): string {
  if (oom) return outcomes.oom;
  if (signal !== null) return `signal ${signal}`;
  if (exit !== null && exit !== 0) return `exit ${exit}`;
  return outcome === undefined ? outcomes.ok : outcomes[outcome];
}
