import type { Mark } from '../../../protocol/tracing.ts';
import type { Phase } from './trace.ts';

/**
 * Phases of a run on its own time axis. `clockAheadMs` is how far this machine's clock is ahead of the engine's, whose clock
 * `startedAtMs` is by. A call without an answer lasts to the end of the run; one that was never handed over is left out.
 */
export function phasesOf(marks: readonly Mark[], run: { startedAtMs: number; endMs: number; clockAheadMs: number }): Phase[] {
  const onAxis = (atMs: number): number => Math.min(run.endMs, Math.max(0, atMs - run.clockAheadMs - run.startedAtMs));
  const phases: Phase[] = [];
  const ready = marks.find(({ kind }) => kind === 'ready');
  if (ready !== undefined) phases.push({ name: 'init', requestId: null, startMs: 0, endMs: onAxis(ready.atMs) });
  for (const mark of marks) {
    if (mark.kind !== 'handed') continue;
    const { requestId } = mark;
    const answer = marks.find((other) => other.kind === 'answered' && other.requestId === requestId);
    const endMs = answer === undefined ? run.endMs : onAxis(answer.atMs);
    phases.push({ name: 'invoke', requestId, startMs: onAxis(mark.atMs), endMs });
  }
  return phases;
}
